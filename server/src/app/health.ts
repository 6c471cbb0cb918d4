import { createHash, timingSafeEqual } from 'node:crypto'
import type { Readiness } from '@trove/contract/ops'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { sql } from 'kysely'
import { collectDefaultMetrics, Gauge, Histogram, register } from 'prom-client'
import type { Platform } from '../platform/platform.ts'
import { bareAddress } from '../platform/http/address.ts'
import { Problem } from '../platform/problem.ts'

/** Longer than this and whoever asks has better things to do. */
const PROBE_MS = 3_000
/** A key that nothing has: asking for it shows that the store answers. */
const ABSENT_KEY = 'probe'

/** `/healthz`: the process lives. `/readyz`: what it needs is there. `/metrics`: Prometheus. */
export function healthRoutes(app: FastifyInstance, platform: Platform) {
  // Anybody may ask, so however many do at once, the machines are probed once.
  let probing: Promise<Readiness> | undefined
  app.get('/healthz', { logLevel: 'silent' }, async () => ({ status: 'alive' }))
  app.get('/readyz', { logLevel: 'silent' }, async (_request, reply) => {
    probing ??= readinessOf(platform).finally(() => (probing = undefined))
    const readiness = await probing
    if (readiness.status === 'unavailable') reply.code(503).header('retry-after', 5)
    return readiness
  })

  measure(app, platform)
  app.get('/metrics', { logLevel: 'silent' }, async (request, reply) => {
    if (!mayMeasure(request, platform.settings.metricsToken))
      throw new Problem('not-found', 'There is nothing at this address.')
    return reply.type(register.contentType).send(await register.metrics())
  })
}

/** How busy a server is tells when to attack it: only programs on this machine may ask, and those that have the token. */
function mayMeasure({ headers, raw }: FastifyRequest, token: string | undefined): boolean {
  const shown = /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1]
  if (token !== undefined && shown !== undefined) return timingSafeEqual(digest(shown), digest(token))
  // What a proxy on this machine passes on comes from elsewhere.
  const isPassedOn = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'].some(
    (name) => name in headers,
  )
  return !isPassedOn && /^(127\.|::1$)/.test(bareAddress(raw.socket.remoteAddress ?? '') ?? '')
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

async function readinessOf({ db, objects, jobs, scanner }: Platform): Promise<Readiness> {
  const [database, store, queue, scans] = await Promise.all([
    inTime(async () => (await sql`select 1`.execute(db)).rows.length === 1),
    inTime(async () => (await objects.head(ABSENT_KEY)) === undefined),
    inTime(() => jobs.isReachable()),
    scanner && inTime(async () => (await scanner.engine()) !== undefined),
  ])
  const isReady = database && store && queue
  return {
    status: isReady ? 'ready' : 'unavailable',
    database,
    store,
    queue,
    // Told, and no reason to send nobody here: uploads go on and wait for it.
    ...(scans !== undefined && { scanner: scans }),
  }
}

async function inTime(probe: () => Promise<boolean>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((resolve) => (timer = setTimeout(resolve, PROBE_MS, false)))
  try {
    return await Promise.race([probe().catch(() => false), late])
  } finally {
    clearTimeout(timer)
  }
}

function measure(app: FastifyInstance, platform: Platform) {
  register.clear()
  collectDefaultMetrics()
  const seconds = new Histogram({
    name: 'trove_http_request_seconds',
    help: 'How long requests took',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.1, 0.3, 1, 5, 30],
  })
  new Gauge({
    name: 'trove_live_subscribers',
    help: 'Open live connections',
    collect() {
      this.set(platform.live.subscribers())
    },
  })
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none'
    seconds.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000)
  })
}
