import { PROBLEM_TYPE, type ProblemKind } from '@trove/contract/problems'

/** Body of `application/problem+json` (RFC 9457). */
type Told = { type?: string; title?: string; status?: number; detail?: string; instance?: string }

/**
 * What was refused, as the server told it.
 * `unreachable` is the one kind that no server tells: nothing answered.
 */
export class ApiProblem extends Error {
  readonly kind: ProblemKind | 'unreachable'
  readonly status: number
  readonly title: string
  /** To be quoted when the fault is reported. */
  readonly instance: string | undefined
  /** Seconds to wait before asking again, when the server named them. */
  readonly retryAfterSeconds: number | undefined
  readonly members: Readonly<Record<string, unknown>>

  constructor(told: Told, retryAfterSeconds?: number) {
    super(told.detail ?? told.title ?? 'The server refused without a reason.')
    this.name = 'ApiProblem'
    this.kind = kindOf(told)
    this.status = told.status ?? 0
    this.title = told.title ?? 'This did not work'
    this.instance = told.instance
    this.retryAfterSeconds = retryAfterSeconds
    this.members = told
  }
}

function kindOf(told: Told): ProblemKind | 'unreachable' {
  if (told.type?.startsWith(PROBLEM_TYPE)) return told.type.slice(PROBLEM_TYPE.length) as ProblemKind
  return told.status === undefined ? 'unreachable' : 'internal'
}

export function unreachable(): ApiProblem {
  return new ApiProblem({
    title: 'Trove cannot be reached',
    detail: 'Nothing answered. Check the connection; nothing was lost.',
  })
}

/** Reads a refusal; a proxy's HTML page becomes a problem too. */
export async function problemOf(response: Response): Promise<ApiProblem> {
  const retryAfter = Number(response.headers.get('retry-after')) || undefined
  const isProblem = response.headers.get('content-type')?.includes('json') ?? false
  const told = isProblem ? ((await response.json().catch(() => ({}))) as Told) : {}
  return new ApiProblem(
    { status: response.status, title: `The server answered ${response.status}`, ...told },
    retryAfter,
  )
}

/** Whether something thrown is a refusal of one of these kinds. */
export function isProblem(error: unknown, ...kinds: (ProblemKind | 'unreachable')[]): error is ApiProblem {
  return error instanceof ApiProblem && (kinds.length === 0 || kinds.includes(error.kind))
}

/** One sentence for a person, whatever was thrown. */
export function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : 'Something failed without saying why.'
}
