import { inTransaction } from '../../../platform/db/index.ts'
import { newId } from '../../../platform/ids.ts'
import type { Platform } from '../../../platform/platform.ts'
import { secondsUntilBack } from './rules.ts'
import * as store from './store.ts'
import { recallBlob } from './tasks.ts'

type Machines = Pick<Platform, 'db' | 'jobs'>

/**
 * Has originals brought back from the cold tier. What has been asked for already is not asked for twice.
 *
 * @returns in how many seconds the last of them can be had: 0 when all can now
 */
export async function recall({ db, jobs }: Machines, blobIds: readonly string[]): Promise<number> {
  await inTransaction(db, async (tx) => {
    const asked = await store.insertRecalls(
      tx,
      blobIds.map((blobId) => ({ id: newId(), blobId })),
    )
    for (const blobId of asked) await jobs.enqueue(tx, recallBlob, { blobId })
  })
  const { bytesBefore, bytesPerSecond } = await store.measureRecalls(db, blobIds)
  return secondsUntilBack(bytesBefore, bytesPerSecond ?? undefined)
}
