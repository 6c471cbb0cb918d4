import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import fastifyCookie from '@fastify/cookie'
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance, type FastifyRequest } from 'fastify'
import type { Settings } from '../settings.ts'
import { Problem } from '../problem.ts'
import { refuseBroken } from './broken-request.ts'
import { safeHeaders } from './headers.ts'
import { sendProblem } from './problem.ts'
import { isStorableText } from './text.ts'

const SECOND_MS = 1_000
/** The head of a request has this long to arrive: a browser needs a moment, an idle attacker gets no more. */
const HEADERS_TIMEOUT_MS = 15 * SECOND_MS
/** A JSON body (1 MiB at most) has this long. Uploads watch their own progress. */
const BODY_TIMEOUT_MS = 20 * SECOND_MS
/** A body that nobody wanted is read on for so long, so that the client sees the response and not a broken connection. */
const DRAIN_MS = 5 * SECOND_MS
const KEEP_ALIVE_MS = 10 * SECOND_MS
const CHECK_CONNECTIONS_MS = 5 * SECOND_MS
const BODY_LIMIT_BYTES = 1024 * 1024

export type ServerOptions = {
  settings: Settings
  log: FastifyBaseLogger
  /** Sees each request before it is routed. */
  beforeRouting: (request: IncomingMessage) => void
}

/** The HTTP server with its limits, its parsers and its way of refusing. It has no routes and listens to nothing. */
export async function createHttpServer({ settings, log, beforeRouting }: ServerOptions): Promise<FastifyInstance> {
  const strictest = safeHeaders(settings, 'api')
  const app = Fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    trustProxy: trusted(settings.trustProxy),
    bodyLimit: BODY_LIMIT_BYTES,
    routerOptions: { maxParamLength: 200 },
    forceCloseConnections: 'idle',
    // None of these comes to any hook.
    frameworkErrors: (error, request, reply) =>
      void sendProblem(error, request as never, reply.headers(strictest) as never),
    clientErrorHandler: (error, socket) => refuseBroken(error, socket, strictest),
    serverFactory: (handle) =>
      createServer(
        {
          headersTimeout: HEADERS_TIMEOUT_MS,
          requestTimeout: 0,
          keepAliveTimeout: KEEP_ALIVE_MS,
          requireHostHeader: false,
          connectionsCheckingInterval: CHECK_CONNECTIONS_MS,
          highWaterMark: 256 * 1024,
        },
        (request: IncomingMessage, response: ServerResponse) => {
          if (isWithoutHost(request)) return refuseBroken({}, request.socket, strictest)
          beforeRouting(request)
          handle(request, response)
        },
      ).on('checkExpectation', ({ socket }) => refuseBroken({ code: 'EXPECTATION' }, socket, strictest)),
  })
  app.setErrorHandler(sendProblem)
  app.setValidatorCompiler(({ schema, httpPart }) =>
    (httpPart === 'body' ? strictly : fromText).compile(schema as object),
  )
  readBodies(app as unknown as FastifyInstance)
  await app.register(fastifyCookie)
  return app as unknown as FastifyInstance
}

/** Bodies are JSON, small, soon there, and text that can be kept. Who reads others, such as uploads, says so. */
function readBodies(app: FastifyInstance) {
  app.addHook('preParsing', async (request, _reply, payload) => {
    if (/^application\/json/i.test(request.headers['content-type'] ?? '')) giveUpOn(request.raw)
    return payload
  })
  app.addHook('onResponse', async ({ raw }) => {
    if (raw.complete || raw.destroyed) return
    raw.resume()
    setTimeout(() => raw.complete || raw.destroy(), DRAIN_MS).unref()
  })
  app.addHook('preValidation', async (request) => {
    if (mayBeEmpty(request)) request.body = {}
    const { body, query, params } = request
    if (![body, query, params].every(isStorableText)) {
      throw new Problem(
        'invalid-request',
        'Text may not contain NUL characters or halves of surrogate pairs, and values may not be nested deeply.',
      )
    }
  })
  // Only JSON is read: bodies of the others would have no limit of time.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, text, done) => {
    try {
      done(null, text === '' ? undefined : JSON.parse(text as string))
    } catch {
      done(new Problem('invalid-request', 'The body is not JSON.'))
    }
  })
}

/** Which HTTP/1.1 forbids (RFC 9112 §3.2); refused here instead of by Node, for the sake of the headers. */
const isWithoutHost = ({ headers, httpVersion }: IncomingMessage): boolean =>
  headers.host === undefined && httpVersion !== '1.0'

/** No body at all, where everything in it could be left out: the same as an empty one. */
function mayBeEmpty({ body, routeOptions }: FastifyRequest): boolean {
  const wanted = routeOptions.schema?.body as { type?: string; required?: string[] } | undefined
  return (body === undefined || body === null) && wanted?.type === 'object' && (wanted.required?.length ?? 0) === 0
}

function trusted(whom: Settings['trustProxy']): boolean | string[] | ((address: string, hop: number) => boolean) {
  if (whom === false) return false
  return typeof whom === 'number' ? (_address, hop) => hop < whom : [...whom]
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

// Bodies are JSON and mean what they say; paths and queries are text, so numbers in them must be read.
const strictly = compiler(false)
const fromText = compiler(true)

function compiler(coerceTypes: boolean): Ajv {
  const ajv = new Ajv({ coerceTypes, useDefaults: true, removeAdditional: false, allErrors: false, strict: false })
  addFormats.default(ajv)
  // Its own takes `urn:uuid:…` too, which the database does not.
  ajv.addFormat('uuid', UUID)
  return ajv
}

function giveUpOn(request: IncomingMessage) {
  const timer = setTimeout(() => request.destroy(), BODY_TIMEOUT_MS)
  const stop = () => clearTimeout(timer)
  request.once('end', stop).once('close', stop)
}
