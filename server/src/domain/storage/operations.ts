import type { Db, Tx } from '../../platform/db/index.ts'
import { newId } from '../../platform/ids.ts'
import { changeQuota } from './ledger/store.ts'
import { tellHealed } from './integrity/flagging.ts'
import * as store from './store.ts'

/** Whether the organization has these bytes, at this moment, and they are whole: damaged ones are wanted again. */
export const hasBlob: (db: Db, organizationId: string, sha256: Uint8Array) => Promise<boolean> = store.hasBlob

export type Recorded = {
  blobId: string
  /** The bytes are under `objectKey` as given; otherwise they were there before, under another. */
  isNew: boolean
  /** Nothing is being charged for them yet. */
  isCharged: boolean
}

/**
 * A step of `uploads`: the row of these bytes, recorded or found, and locked until the transaction ends so that the
 * sweep cannot take it away.
 *
 * Bytes that are recorded as damaged are healed by those that have been put.
 *
 * @param objectKey  where the bytes have been put; undefined when they are believed to be there already
 * @returns undefined when that belief was wrong: the bytes must be put first
 */
export async function recordBlob(
  tx: Tx,
  blob: {
    organizationId: string
    sha256: Uint8Array
    sizeBytes: number
    mediaType: string
    objectKey: string | undefined
    /** False where there is no scanner; otherwise they wait for it, and so do others than their uploader. */
    isToBeScanned?: boolean
  },
): Promise<Recorded | undefined> {
  const { organizationId, sha256, objectKey } = blob
  for (;;) {
    const found = await store.lockBlob(tx, organizationId, sha256)
    if (found !== undefined) {
      if (found.damage !== null && objectKey === undefined) return undefined
      if (found.damage !== null && objectKey !== undefined) {
        // These are the bytes that were lost: from now on they are kept under this key, and the sweep finds the old one.
        await store.heal(tx, found.id, objectKey)
        await tellHealed(tx, { id: found.id, organizationId }, { by: 'the same bytes were uploaded again' })
        found.objectKey = objectKey
      }
      if (found.isUnreferenced) await store.setReferenced(tx, found.id)
      return { blobId: found.id, isNew: found.objectKey === objectKey, isCharged: found.isUnreferenced }
    }
    if (objectKey === undefined) return undefined
    const blobId = newId()
    if (await store.insertBlob(tx, { ...blob, objectKey, id: blobId })) return { blobId, isNew: true, isCharged: true }
    // Another upload of the same bytes has just committed: its row can be locked now.
  }
}

/**
 * A step of `files`: these blobs have lost a version each. Those that nothing refers to any more are no longer
 * charged, and are removed by the sweep when their time of grace is over.
 */
export async function dropReferences(
  tx: Tx,
  organizationId: string,
  dropped: { blobIds: readonly string[]; fileCount: number },
): Promise<void> {
  await store.lockBlobs(tx, dropped.blobIds)
  const freedBytes = await store.markUnreferenced(tx, dropped.blobIds)
  await changeQuota(tx, organizationId, { usedBytes: -freedBytes, fileCount: -dropped.fileCount })
}
