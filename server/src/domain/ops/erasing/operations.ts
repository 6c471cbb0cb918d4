import type { Actor } from '../../../platform/actor.ts'
import { inTransaction, type Db } from '../../../platform/db/index.ts'
import * as events from '../../../platform/events.ts'
import type { Platform } from '../../../platform/platform.ts'
import * as audit from '../../audit/index.ts'
import * as storage from '../../storage/index.ts'
import * as store from './store.ts'

type Machines = Pick<Platform, 'db' | 'objects' | 'log'>

const ACTOR: Actor = { kind: 'system', reason: 'an organization is erased' }
const AT_ONCE = 1_000
/** Tables whose rows go together with what is in the store for them. */
const WITH_BYTES = new Set(['upload', 'blob'])

/**
 * Erases every organization whose time has come: its rows in every room, and its bytes. May be killed at any line and
 * run again, or run twice at once. What is left of it is its lines of the trail, which say what was done and by whom.
 */
export async function eraseDue(platform: Machines, signal?: AbortSignal): Promise<number> {
  let erased = 0
  for (const organizationId of await store.listDue(platform.db)) {
    if (signal?.aborted) return erased
    if (await erase(platform, organizationId, signal)) erased += 1
  }
  return erased
}

/** Those whose time has come. */
export const listDue: (db: Db) => Promise<string[]> = store.listDue

async function erase(platform: Machines, organizationId: string, signal?: AbortSignal): Promise<boolean> {
  const { db } = platform
  const askedBy = await begin(platform, organizationId)
  if (askedBy === undefined) return false
  const tables = (await store.listTenantTables(db)).filter(({ name }) => !WITH_BYTES.has(name))
  await eraseUploads(platform, organizationId, signal)
  const counted = await eraseRows(platform, organizationId, tables, signal)
  const bytes = await eraseBlobs(platform, organizationId, signal)
  if (signal?.aborted) return false
  const facts = { organizationId, rows: counted, bytes }
  await inTransaction(db, async (tx) => {
    if (!(await store.deleteOrganization(tx, organizationId))) return
    await audit.recordSecurityEvent(tx, 'critical', 'organization.erased', { userId: askedBy, actor: ACTOR, facts })
    await audit.record(tx, ACTOR, 'organization.erased', { organizationId, facts: { askedBy } })
  })
  platform.log.info(facts, 'an organization has been erased')
  return true
}

/** Who asked for it; undefined when it is not to be erased after all. Everybody who was in it is told that they are not. */
async function begin({ db }: Machines, organizationId: string): Promise<string | undefined> {
  return inTransaction(db, async (tx) => {
    const due = await store.lockDue(tx, organizationId)
    if (due === undefined) return undefined
    const { askedBy } = due
    // First of all: whatever is left over by what follows, here or in a backup of the store, nobody can read.
    await storage.destroyKey(tx, ACTOR, organizationId)
    for (const userId of await store.closeForGood(tx, organizationId))
      await events.publish(tx, { userId }, { type: 'access.changed', organizationId })
    if (due.status !== 'erasing')
      await audit.record(tx, ACTOR, 'organization.erasing-begun', { organizationId, facts: { askedBy } })
    return askedBy
  })
}

/** Bytes first: after a crash between the two, the row still says what to look for. */
async function eraseUploads({ db, objects }: Machines, organizationId: string, signal?: AbortSignal): Promise<void> {
  while (!signal?.aborted) {
    const uploads = await store.listUploads(db, organizationId, AT_ONCE)
    if (uploads.length === 0) return
    for (const { id, objectKey } of uploads) {
      await objects.staging.remove(id)
      if (objectKey !== null) await objects.delete([objectKey])
    }
    const ids = uploads.map(({ id }) => id)
    await inTransaction(db, (tx) => store.deleteUploads(tx, ids))
  }
}

/** Nothing refers to them any more, so nobody is reading. */
async function eraseBlobs({ db, objects }: Machines, organizationId: string, signal?: AbortSignal): Promise<number> {
  const derived = await store.listDerivedTables(db)
  let bytes = 0
  while (!signal?.aborted) {
    const blobs = await store.listBlobs(db, derived, organizationId, AT_ONCE)
    if (blobs.length === 0) return bytes
    await objects.delete(blobs.flatMap(({ keys }) => keys))
    const ids = blobs.map(({ id }) => id)
    await inTransaction(db, (tx) => store.deleteBlobs(tx, ids))
    bytes += blobs.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  }
  return bytes
}

/**
 * Tables refer to each other, so one that cannot be emptied yet is left for the next round. A round that empties
 * nothing is a fault: it says which tables are in a circle.
 */
async function eraseRows(
  platform: Machines,
  organizationId: string,
  tables: readonly store.TenantTable[],
  signal?: AbortSignal,
): Promise<number> {
  let rows = 0
  let left = [...tables]
  while (left.length > 0 && !signal?.aborted) {
    const blocked: store.TenantTable[] = []
    let round = 0
    for (const table of left) {
      const { deleted, isEmpty } = await empty(platform, organizationId, table, signal)
      round += deleted
      if (!isEmpty) blocked.push(table)
    }
    rows += round
    if (round === 0 && blocked.length === left.length && !signal?.aborted)
      throw new Error(`rows of an organization hold each other: ${blocked.map(({ name }) => name).join(', ')}`)
    left = blocked
  }
  return rows
}

async function empty(
  { db }: Machines,
  organizationId: string,
  table: store.TenantTable,
  signal?: AbortSignal,
): Promise<{ deleted: number; isEmpty: boolean }> {
  let deleted = 0
  try {
    while (!signal?.aborted) {
      const some = await inTransaction(db, (tx) => store.deleteSome(tx, table, organizationId, AT_ONCE))
      if (some === 0) return { deleted, isEmpty: true }
      deleted += some
    }
  } catch (error) {
    if (!store.isStillReferredTo(error)) throw error
  }
  return { deleted, isEmpty: false }
}
