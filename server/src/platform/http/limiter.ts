import { AsyncLocalStorage } from 'node:async_hooks'
import type { ServerResponse } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import type { Actor } from '../actor.ts'
import type { Limits, Policy } from '../limits/index.ts'
import { Problem } from '../problem.ts'
import { networkOf } from './address.ts'

/** Counts what a key does in a window of time: in Redis when there is one, else in the memory of this process. */
export type Limiter = {
  /** @throws too-many-requests  with `retryAfterSeconds` */
  take(key: string): Promise<void>
  /** Gives one back: what was counted turned out not to count. */
  giveBack(key: string): Promise<void>
}

/** The request that is being answered: whose response tells of limits, and where its process keeps counts. */
type Scope = { response: ServerResponse; limits: Limits; standings: Map<string, Standing> }
/** What is left of a policy, and until when. */
type Standing = { policy: Policy; remaining: number; resetSeconds: number }

// However deep an operation takes from a limiter, the response says so: no function on the way has to know of it.
const answering = new AsyncLocalStorage<Scope>()

/** Lets limits be told in responses, and be counted where `limits` keeps them. Registered before everything that counts. */
export function tellLimits(app: FastifyInstance, limits: Limits) {
  const scopes = new WeakMap<ServerResponse, Scope>()
  app.addHook('onRequest', (_request, { raw }, done) => {
    const scope = { response: raw, limits, standings: new Map<string, Standing>() }
    scopes.set(raw, scope)
    answering.run(scope, done)
  })
  // What follows the body is called by the connection, which belongs to no request.
  app.addHook('preValidation', (_request, { raw }, done) => {
    const scope = scopes.get(raw)
    if (scope === undefined) done()
    else answering.run(scope, done)
  })
}

/** @param what  completes the sentence "Too many …" */
export function createLimiter(points: number, perSeconds: number, what: string): Limiter {
  const policy = { name: nameOf(what, perSeconds), points, perSeconds }
  const memory = new RateLimiterMemory({ points, duration: perSeconds })
  const counter = () => answering.getStore()?.limits.counterOf(policy) ?? memory
  return {
    async take(key) {
      try {
        tell(policy, await counter().consume(key))
      } catch (refused) {
        if (!(refused instanceof RateLimiterRes)) throw refused
        tell(policy, refused)
        const retryAfterSeconds = Math.max(1, Math.ceil(refused.msBeforeNext / 1000))
        throw new Problem('too-many-requests', `Too many ${what}. Try again in ${retryAfterSeconds} s.`, {
          retryAfterSeconds,
        })
      }
    },
    async giveBack(key) {
      tell(policy, await counter().reward(key))
    },
  }
}

/** Counts what somebody does by who they are, and by where they come from. */
export type ActorLimiter = { take(actor: Actor): Promise<void> }

/** So many people are thought to share an address: those behind one may do this much together. */
const PEOPLE_BEHIND_AN_ADDRESS = 5

/** @param what  completes the sentence "Too many …" */
export function createActorLimiter(points: number, perSeconds: number, what: string): ActorLimiter {
  const own = createLimiter(points, perSeconds, what)
  const shared = createLimiter(points * PEOPLE_BEHIND_AN_ADDRESS, perSeconds, `${what} from this address`)
  return {
    async take(actor) {
      if (actor.kind === 'system') return
      if (actor.kind === 'user') await own.take(actor.userId)
      if (actor.kind === 'link') await own.take(`link ${actor.linkId}`)
      await shared.take(networkOf(actor.ip))
    },
  }
}

const WINDOWS: Record<number, string> = { 1: 'second', 60: 'minute', 3600: 'hour', 86_400: 'day' }

const nameOf = (what: string, perSeconds: number): string =>
  `${what.toLowerCase().replace(/[^a-z0-9]+/g, '-')}-per-${WINDOWS[perSeconds] ?? `${perSeconds}-seconds`}`

/** `RateLimit-Policy` and `RateLimit`, as in draft-ietf-httpapi-ratelimit-headers-10: structured fields, a list each. */
function tell(policy: Policy, { remainingPoints, msBeforeNext }: RateLimiterRes) {
  const scope = answering.getStore()
  if (scope === undefined || scope.response.headersSent) return
  const remaining = Math.min(policy.points, Math.max(0, remainingPoints))
  scope.standings.set(policy.name, { policy, remaining, resetSeconds: Math.max(0, Math.ceil(msBeforeNext / 1000)) })
  const standings = [...scope.standings.values()]
  // On the raw response, so that replies which write to the socket themselves carry them too.
  scope.response.setHeader(
    'ratelimit-policy',
    standings.map(({ policy: { name, points, perSeconds } }) => `"${name}";q=${points};w=${perSeconds}`).join(', '),
  )
  scope.response.setHeader(
    'ratelimit',
    standings.map((left) => `"${left.policy.name}";r=${left.remaining};t=${left.resetSeconds}`).join(', '),
  )
}
