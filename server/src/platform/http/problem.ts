import { PROBLEM_TYPE, problems, type ProblemKind } from '@trove/contract/problems'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { isUnavailable } from '../db/faults.ts'
import { ObjectChanged, ObjectMissing } from '../objects/object-store.ts'
import { Problem } from '../problem.ts'

export const PROBLEM_CONTENT_TYPE = 'application/problem+json'
/** What to wait when the program itself does not know better. */
const RETRY_AFTER_SECONDS = 5

/** Turns whatever was thrown into `application/problem+json` (RFC 9457). The only place that knows a status. */
export function sendProblem(error: FastifyError, request: FastifyRequest, reply: FastifyReply) {
  const problem = toProblem(error)
  if (problem.kind === 'internal') request.log.error({ err: error }, 'fault')
  else request.log.info({ problem: problem.kind, detail: problem.message }, 'refused')

  const retryAfter = retryAfterOf(problem)
  if (retryAfter !== undefined) reply.header('retry-after', retryAfter)
  return reply
    .code(problems[problem.kind].status)
    .type(PROBLEM_CONTENT_TYPE)
    .send(JSON.stringify(bodyOf(problem, request.id)))
}

/** Whatever was thrown, as a refusal. A fault becomes `internal` and tells nothing of itself. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (isUnavailable(error)) return new Problem('unavailable', 'The database cannot be reached; try again in a moment.')
  // Found out while it was fetched; whoever looks after the store is told by what reads it again.
  if (error instanceof ObjectMissing || error instanceof ObjectChanged)
    return new Problem('damaged', 'The stored bytes cannot be read as they should be. They are being looked at.')
  if (isFastifyError(error)) return fromFramework(error)
  return new Problem('internal', 'Quote the instance when you report this.')
}

function fromFramework(error: FastifyError): Problem {
  if (error.validation) {
    const errors = error.validation.map((fault) => ({
      pointer: `#/${error.validationContext ?? 'body'}${fault.instancePath}`,
      detail: fault.message ?? 'is not as documented',
    }))
    return new Problem('invalid-request', `${error.message}.`, { errors })
  }
  const status = error.statusCode ?? 500
  if (status === 413) return new Problem('too-large', 'The body of this request is larger than is read here (1 MiB).')
  if (status === 415) return new Problem('wrong-content-type', 'Send the body as application/json.')
  if (status === 404) return new Problem('not-found', 'There is nothing at this address.')
  if (status >= 400 && status < 500) return new Problem('invalid-request', `${error.message}.`)
  return new Problem('internal', 'Quote the instance when you report this.')
}

function isFastifyError(error: unknown): error is FastifyError {
  return error instanceof Error && ('validation' in error || 'statusCode' in error)
}

/** What is told of a refusal, without the inside. */
export function bodyOf(problem: Problem, instance: string) {
  const { status, title } = problems[problem.kind]
  return {
    ...problem.members,
    type: typeOf(problem.kind),
    title,
    status,
    detail: problem.message,
    instance: `urn:uuid:${instance}`,
  }
}

const typeOf = (kind: ProblemKind) => PROBLEM_TYPE + kind

function retryAfterOf(problem: Problem): number | undefined {
  const told = problem.members['retryAfterSeconds']
  if (typeof told === 'number') return told
  return problem.kind === 'unavailable' || problem.kind === 'too-many-requests' ? RETRY_AFTER_SECONDS : undefined
}
