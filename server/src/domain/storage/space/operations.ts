import type { OrganizationSpace, Space, SpaceDimension, SpaceShare } from '@trove/contract/space'
import type { UserActor } from '../../../platform/actor.ts'
import { inTransaction, type Db } from '../../../platform/db/index.ts'
import { isId } from '../../../platform/ids.ts'
import { capacityOf } from '../../../platform/objects/capacity.ts'
import type { Platform } from '../../../platform/platform.ts'
import { Problem } from '../../../platform/problem.ts'
import * as access from '../../access/index.ts'
import { measure } from './measuring.ts'
import { cursorAt, FEW_FILES, heldBytes, isStale, presentShare, presentSpace, readCursor } from './rules.ts'
import * as store from './store.ts'
import { measureSpaceTask } from './tasks.ts'

type Machines = Pick<Platform, 'db' | 'jobs' | 'log'>
const PAGE = 50

/**
 * Where the bytes of an organization are. What is charged is told as it is; where it all lies, as it was measured: for
 * few files just now, for many within the last hour, and then it is measured anew meanwhile.
 *
 * @throws not-found, not-allowed
 */
export async function getSpace(platform: Machines, actor: UserActor, organizationId: string): Promise<Space> {
  const role = await access.requireMember(platform.db, actor, organizationId, 'member')
  return present(platform, actor, { organizationId, role, isAsked: false })
}

/** Measures it now, or begins to. @throws not-found, not-allowed */
export async function measureSpace(platform: Machines, actor: UserActor, organizationId: string): Promise<Space> {
  const role = await access.requireMember(platform.db, actor, organizationId, 'admin')
  return present(platform, actor, { organizationId, role, isAsked: true })
}

async function present(
  platform: Machines,
  actor: UserActor,
  about: { organizationId: string; role: string; isAsked: boolean },
): Promise<Space> {
  const { db } = platform
  const { organizationId } = about
  let standing = await existing(db, actor, organizationId)
  let isMeasuring = false
  if (about.isAsked || isStale(standing.measuredAt, standing.fileCount)) {
    if (standing.fileCount <= FEW_FILES) {
      await measure(db, organizationId)
      standing = await existing(db, actor, organizationId)
    } else {
      isMeasuring = true
      await request(platform, organizationId)
    }
  }
  return presentSpace(organizationId, standing, { isSupervisor: isSupervisor(about.role), isMeasuring })
}

/** Whoever looks looks again and again; the job is asked for once in a while. */
async function request({ db, jobs }: Machines, organizationId: string): Promise<void> {
  const before = askedAt.get(organizationId) ?? 0
  if (Date.now() - before < ASKED_MS) return
  if (askedAt.size >= MOST_REMEMBERED) askedAt.clear()
  askedAt.set(organizationId, Date.now())
  await inTransaction(db, (tx) => jobs.enqueue(tx, measureSpaceTask, { organizationId }))
}
const ASKED_MS = 20_000
const MOST_REMEMBERED = 10_000
const askedAt = new Map<string, number>()

async function existing(db: Db, actor: UserActor, organizationId: string): Promise<store.Standing> {
  const standing = await store.getStanding(db, organizationId, actor.userId)
  if (standing === undefined) throw new Problem('not-found', `No organization ${organizationId}.`)
  return standing
}

/**
 * The shares of what was measured last, biggest first. Members who are not admins may see their own biggest files.
 *
 * @throws not-found, not-allowed, invalid-request
 */
export async function listSpaceShares(
  { db }: Pick<Platform, 'db'>,
  actor: UserActor,
  asked: { organizationId: string; by: SpaceDimension; limit?: number; cursor?: string },
): Promise<{ items: SpaceShare[]; next?: string }> {
  const { organizationId, by: dimension, limit = PAGE } = asked
  const role = await access.requireMember(db, actor, organizationId, dimension === 'file' ? 'member' : 'admin')
  const userId = isSupervisor(role) ? undefined : actor.userId
  const page = { limit: limit + 1, after: readCursor(asked.cursor) }
  const rows = await store.listShares(db, { organizationId, dimension, userId }, page)
  const items = rows.slice(0, limit)
  const last = rows.length > limit ? items.at(-1) : undefined
  return { items: items.map(presentShare), ...(last && { next: cursorAt(last) }) }
}

/** For the administrator of the installation alone: the door asks for that. @throws invalid-request */
export async function listSpaceOfInstallation(
  { db, layers }: Pick<Platform, 'db' | 'layers'>,
  { limit = PAGE, cursor }: { limit?: number; cursor?: string },
): Promise<{
  items: OrganizationSpace[]
  next?: string
  usedBytes: number
  limitBytes: number
  disk?: { freeBytes: number; totalBytes: number }
}> {
  const after = readCursor(cursor)
  if (after !== undefined && !isId(after.key))
    throw new Problem('invalid-request', 'The cursor must be the `next` of a page before.')
  const [rows, sums, disk] = await Promise.all([
    store.listOrganizationSpace(db, { limit: limit + 1, after }),
    store.sumQuotas(db),
    capacityOf(layers.hot),
  ])
  const items = rows.slice(0, limit)
  const last = rows.length > limit ? items.at(-1) : undefined
  return {
    items: items.map(({ measuredAt, measured, ...row }) => ({
      ...row,
      isReadOnly: row.usedBytes > row.limitBytes,
      ...(measuredAt !== null && { measuredAt: measuredAt.toISOString() }),
      ...(measured !== null && {
        heldBytes: heldBytes(measured.parts),
        deduplicatedBytes: measured.notes.find(({ note }) => note === 'deduplicated')?.bytes ?? 0,
      }),
    })),
    ...(last && { next: cursorAt({ bytes: last.usedBytes, key: last.organizationId }) }),
    ...sums,
    ...(disk && { disk }),
  }
}

/** Owners and admins see the whole of it. */
const isSupervisor = (role: string): boolean => role === 'owner' || role === 'admin'
