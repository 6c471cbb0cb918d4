import { inTransaction } from '../../../platform/db/index.ts'
import type { Platform } from '../../../platform/platform.ts'
import * as files from '../../files/index.ts'
import * as storage from '../../storage/index.ts'
import { makeBareCopy } from '../bare/operations.ts'
import { putVariants } from '../derived.ts'
import { withLocalFile } from '../originals.ts'
import { isRenderable, rendererOf } from '../renderer.ts'
import { getBlob, insertVariants } from '../store.ts'
import * as store from './store.ts'

const AT_ONCE = 100

export type MadeAgain = { blobs: number; variants: number; copies: number; failed: number }

/**
 * Makes variants and copies again that were found to be lost. May be killed at any line and run again: what is new is
 * put before its row, and what a row does not mention any more is left to the sweep.
 */
export async function makeLostAgain(platform: Platform, signal: AbortSignal): Promise<MadeAgain> {
  const made: MadeAgain = { blobs: 0, variants: 0, copies: 0, failed: 0 }
  for (;;) {
    const lost = await store.listLost(platform.db, AT_ONCE)
    if (lost.length === 0) return made
    for (const { id, lostAt } of lost) {
      if (signal.aborted) return made
      await makeAgain(platform, id, made, signal)
      await inTransaction(platform.db, (tx) => store.clearLost(tx, id, lostAt))
      made.blobs += 1
    }
  }
}

async function makeAgain(platform: Platform, blobId: string, made: MadeAgain, signal: AbortSignal): Promise<void> {
  const { db } = platform
  const lost = await storage.listLostDerived(platform, blobId, signal)
  const blob = await getBlob(db, blobId)
  if (blob === undefined) return
  for (const { of, objectKey } of lost) {
    if (of !== 'bare copy') continue
    await inTransaction(db, (tx) => store.deleteBareCopy(tx, objectKey))
    await makeBareCopy(platform, blobId, signal)
    made.copies += 1
  }
  if (!lost.some(({ of }) => of === 'variant') || !isRenderable(blob.mediaType)) return
  // Nobody decodes what is infected, also for this.
  if (!storage.isScanClear(platform.settings.scanning, blob.standing)) return
  const { objectKey, sizeBytes, mediaType } = blob
  const rendering = await withLocalFile(platform, objectKey, (path) =>
    rendererOf(platform).render({ path, sizeBytes, mediaType }, signal),
  )
  if (!rendering.ok) {
    made.failed += 1
    platform.log.warn({ blobId, failure: rendering.failure }, 'a lost variant could not be made again')
    return
  }
  const variants = await putVariants(platform, blob, rendering.variants)
  await inTransaction(db, async (tx) => {
    await store.deleteVariants(tx, blobId)
    await insertVariants(tx, blobId, variants)
    await files.renewMedia(tx, blobId)
  })
  made.variants += variants.length
}
