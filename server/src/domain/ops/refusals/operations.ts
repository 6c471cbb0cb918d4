import type { Requirement } from '@trove/contract/endpoint'
import type { Actor } from '../../../platform/actor.ts'
import { inTransaction, withoutWaiting } from '../../../platform/db/index.ts'
import { networkOf } from '../../../platform/http/address.ts'
import { isId } from '../../../platform/ids.ts'
import type { Platform } from '../../../platform/platform.ts'
import { Problem } from '../../../platform/problem.ts'
import * as access from '../../access/index.ts'
import * as audit from '../../audit/index.ts'
import * as store from './store.ts'
import { createWindow } from './window.ts'

/** A request that was refused, as the door saw it. */
export type Refusal = {
  actor: Actor
  /** Id of the endpoint. */
  endpoint: string
  requires: Requirement
  /** What the path named. */
  params: Readonly<Record<string, unknown>>
  problem: Problem
}

export type RefusalRecorder = {
  /** Returns at once: whoever is refused waits for nothing. */
  hear(refusal: Refusal): void
  /** Writes what has been heard. */
  flush(): Promise<void>
  stop(): Promise<void>
}

type Machines = Pick<Platform, 'db' | 'log'>

const MINUTE_MS = 60_000
/** Lines of each actor, and of all together, in a minute. */
const BOUNDS = { perKey: 10, inAll: 600, windowMs: MINUTE_MS }
const FLUSH_MS = 5_000
/** Lines that wait for the database; beyond them is counted like a flood. */
const MOST_WAITING = 200

/**
 * Tells the trail of what was refused because of rights, and security of what no honest page asks for. It asks `access`
 * again, after the response has gone, because a file that is not there or in the trash is told in the same words.
 */
export function createRefusalRecorder(platform: Machines, bounds = BOUNDS): RefusalRecorder {
  const window = createWindow<Refusal>(bounds)
  let waiting = 0
  let last: Promise<void> = Promise.resolve()

  function write(refusal: Refusal, count: number | undefined) {
    waiting += 1
    last = last
      .then(() => record(platform, refusal, count))
      .catch((err: unknown) =>
        platform.log.warn({ err, endpoint: refusal.endpoint }, 'a refusal could not be recorded'),
      )
      .finally(() => (waiting -= 1))
  }
  function writeCounted(which: 'over' | 'all') {
    for (const { last: refusal, count } of window.takeCounted(which)) write(refusal, count)
  }
  const timer = setInterval(() => writeCounted('over'), FLUSH_MS)
  timer.unref()

  return {
    hear(refusal) {
      if (!isWorthTelling(refusal)) return
      const key = keyOf(refusal)
      if (waiting >= MOST_WAITING) window.count(key, refusal)
      else if (window.admit(key, refusal)) write(refusal, undefined)
    },
    flush: () => last,
    async stop() {
      clearInterval(timer)
      writeCounted('all')
      await last
    },
  }
}

const isWorthTelling = (refusal: Refusal): boolean =>
  isAboutTheWay(refusal) || ['right', 'member', 'uploader'].includes(refusal.requires.kind)

const keyOf = ({ actor }: Refusal): string => {
  if (actor.kind === 'user') return actor.userId
  if (actor.kind === 'link') return `${actor.linkId} ${networkOf(actor.ip)}`
  return actor.kind === 'system' ? actor.reason : networkOf(actor.ip)
}

/** @param count  how many more there were, of which this is the last; undefined when it is told for itself */
async function record(platform: Machines, refusal: Refusal, count: number | undefined): Promise<void> {
  const { actor, endpoint, problem, requires } = refusal
  const facts = { endpoint, problem: problem.kind, ...(count !== undefined && { count }) }
  if (isAboutTheWay(refusal)) {
    const kind = problem.kind === 'too-many-requests' ? 'limit.reached' : 'access.refused'
    return inTransaction(platform.db, async (tx) => {
      await withoutWaiting(tx)
      await audit.recordSecurityEvent(tx, 'warning', kind, { actor, facts })
    })
  }
  const about = await refusedOn(platform, refusal)
  if (about === undefined) return
  await inTransaction(platform.db, async (tx) => {
    await withoutWaiting(tx)
    await audit.record(tx, actor, 'access.refused', {
      ...about,
      facts: { ...facts, ...(requires.kind === 'right' && { right: requires.right }) },
    })
  })
}

/** Refused for how it was asked rather than for what: too often, from another site, by a key too narrow, for administrators. */
function isAboutTheWay({ problem, requires, actor }: Refusal): boolean {
  if (problem.kind === 'too-many-requests' || problem.kind === 'foreign-origin') return true
  if (problem.kind !== 'not-allowed') return false
  return requires.kind === 'administrator' || (actor.kind === 'user' && actor.scopes !== undefined)
}

/** What it was about, if rights are why it was refused: undefined when there is no such thing, or when it was something else. */
async function refusedOn(
  { db }: Machines,
  { actor, requires, params }: Refusal,
): Promise<{ organizationId: string; resourceId?: string } | undefined> {
  if (requires.kind === 'uploader') {
    const id = params['uploadId'] ?? params['uploadSessionId']
    const upload = isId(id) ? await store.getUpload(db, id) : undefined
    const isOwn = actor.kind === 'user' && actor.userId === upload?.createdBy
    return upload === undefined || isOwn ? undefined : { organizationId: upload.organizationId }
  }
  const id = params['fileId'] ?? params['folderId'] ?? params['resourceId'] ?? params['organizationId']
  const organizationId = isId(id) ? await store.getOrganizationOf(db, id) : undefined
  if (!isId(id) || organizationId === undefined) return undefined
  if (requires.kind === 'right') {
    const isRefused = await refuses(access.require(db, actor, requires.right, id))
    return isRefused ? { organizationId, resourceId: id } : undefined
  }
  if (requires.kind === 'member') {
    const isRefused = await refuses(access.requireMember(db, actor, organizationId, requires.role))
    return isRefused ? { organizationId } : undefined
  }
  return undefined
}

async function refuses(question: Promise<unknown>): Promise<boolean> {
  try {
    await question
    return false
  } catch (error) {
    if (error instanceof Problem) return true
    throw error
  }
}
