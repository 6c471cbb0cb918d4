import { inTransaction, type Tx } from '../../../platform/db/index.ts'
import type { Actor } from '../../../platform/actor.ts'
import * as events from '../../../platform/events.ts'
import type { Platform } from '../../../platform/platform.ts'
import * as audit from '../../audit/index.ts'
import type { Damage } from './rules.ts'
import * as store from './store.ts'

/** Of so many files it is told to the trail and to open pages; with more than these something else is the news. */
const MOST_TOLD_FILES = 1_000
const VERIFIER: Actor = { kind: 'system', reason: 'stored bytes were read again' }

type Kept = Pick<store.DueBlob, 'id' | 'organizationId' | 'objectKey' | 'sizeBytes'>

/**
 * Writes down what reading a blob has found, and tells it when it is news.
 *
 * @returns what it is now: `undefined` also when the blob has gone, or has got other bytes, since it was read
 */
export async function settleReading(
  { db }: Pick<Platform, 'db'>,
  blob: Kept,
  damage: Damage | undefined,
): Promise<{ damage: Damage | undefined; isHealed: boolean }> {
  return inTransaction(db, async (tx) => {
    const kept = await store.lockKept(tx, blob)
    if (kept === undefined) return { damage: undefined, isHealed: false }
    await store.setDamage(tx, blob.id, damage)
    if (damage !== undefined && kept.damage === null) await tellDamage(tx, blob, damage)
    const isHealed = damage === undefined && kept.damage !== null
    if (isHealed) await tellHealed(tx, blob, { by: 'the bytes are right again' })
    return { damage, isHealed }
  })
}

async function tellDamage(tx: Tx, blob: Kept, damage: Damage): Promise<void> {
  const { organizationId, sizeBytes } = blob
  const fileIds = await store.listFileIds(tx, blob.id, MOST_TOLD_FILES)
  const facts = { blobId: blob.id, damage, sizeBytes, files: fileIds.length }
  await audit.recordSecurityEvent(tx, 'critical', 'blob.damaged', { organizationId, facts })
  await audit.recordMany(tx, VERIFIER, 'file.damaged', fileIds, { organizationId, facts: { damage } })
  for (const fileId of fileIds)
    await events.publish(tx, { resourceId: fileId }, { type: 'file.damaged', organizationId, fileId })
}

/** A step: files that were damaged are whole again. */
export async function tellHealed(
  tx: Tx,
  { id: blobId, organizationId }: Pick<Kept, 'id' | 'organizationId'>,
  facts: { by: string },
): Promise<void> {
  const fileIds = await store.listFileIds(tx, blobId, MOST_TOLD_FILES)
  const about = { blobId, files: fileIds.length, ...facts }
  await audit.recordSecurityEvent(tx, 'info', 'blob.healed', { organizationId, facts: about })
  await audit.recordMany(tx, VERIFIER, 'file.healed', fileIds, { organizationId, facts })
  for (const fileId of fileIds)
    await events.publish(tx, { resourceId: fileId }, { type: 'file.healed', organizationId, fileId })
}
