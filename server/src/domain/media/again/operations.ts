import type { StepName } from '@trove/contract/processing'
import { inTransaction } from '../../../platform/db/index.ts'
import type { Platform } from '../../../platform/platform.ts'
import * as files from '../../files/index.ts'
import * as storage from '../../storage/index.ts'
import { makeBareCopy } from '../bare/operations.ts'
import { putVariants } from '../derived.ts'
import { withLocalFile } from '../originals.ts'
import { isRenderable, rendererOf } from '../renderer.ts'
import type { Subject } from '../steps/step.ts'
import { steps } from '../steps/tasks.ts'
import { getBlob, insertVariants, lockVersions } from '../store.ts'
import * as store from './store.ts'

const AT_ONCE = 100

export type MadeAgain = { blobs: number; variants: number; copies: number; failed: number }

/**
 * Makes variants and copies again that were found to be lost, and nothing else: a proxy that is whole took hours. May be killed at any line and run again: what is new is
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
  // Nobody decodes what is infected, also for this.
  if (!storage.isScanClear(platform.settings.scanning, blob.standing)) return
  const variants = await store.listVariants(
    db,
    lost.map(({ objectKey }) => objectKey),
  )
  const subject = { ...blob, blobId }
  const isFirst = (variant: store.LostVariant) => makerOf(variant, blob.mediaType) === 'first'
  await askAgain(
    platform,
    subject,
    variants.filter((variant) => !isFirst(variant)),
  )
  await drawAgain(platform, { subject, lost: variants.filter(isFirst), made }, signal)
}

/** What the steps have made that follow, they make anew; until they have, it is as if they had not. */
async function askAgain(platform: Platform, subject: Subject, lost: readonly store.LostVariant[]): Promise<void> {
  if (lost.length === 0) return
  const { blobId, organizationId, mediaType } = subject
  const makers = new Set(lost.map((variant) => makerOf(variant, mediaType)))
  await inTransaction(platform.db, async (tx) => {
    await lockVersions(tx, blobId)
    await store.deleteVariants(
      tx,
      lost.map(({ objectKey }) => objectKey),
    )
    // The preview of an office document comes with the picture of its first page.
    if (lost.some(({ name, number }) => name !== 'sized' && number === 0) && makers.has('pages'))
      await store.deleteFirstPage(tx, blobId)
    for (const { step, task } of steps)
      if (makers.has(step.name)) {
        await store.reopen(tx, { blobId, organizationId, name: step.name, revision: step.revision })
        await platform.jobs.enqueue(tx, task, { blobId }, { groupId: organizationId })
      }
    await files.renewMedia(tx, blobId)
  })
}

type Drawing = { subject: Subject; lost: readonly store.LostVariant[]; made: MadeAgain }

/** Those that a file is seen by take the place of those that were lost; the others stay as they are. */
async function drawAgain(platform: Platform, { subject, lost, made }: Drawing, signal: AbortSignal): Promise<void> {
  if (lost.length === 0) return
  const { blobId, organizationId, objectKey, sizeBytes, mediaType } = subject
  const rendering = await withLocalFile(platform, objectKey, (path) =>
    rendererOf(platform).render({ path, sizeBytes, mediaType }, signal, { of: organizationId }),
  )
  if (!rendering.ok) {
    made.failed += 1
    platform.log.warn({ blobId, failure: rendering.failure }, 'a lost variant could not be made again')
    return
  }
  const names = new Set(lost.map(({ name }) => name))
  const variants = await putVariants(
    platform,
    subject,
    rendering.variants.filter(({ name }) => names.has(name)),
  )
  await inTransaction(platform.db, async (tx) => {
    await lockVersions(tx, blobId)
    const gone = await store.deleteVariants(
      tx,
      lost.map((variant) => variant.objectKey),
    )
    // Whatever has been made anew meanwhile stays.
    await insertVariants(
      tx,
      blobId,
      variants.filter(({ name }) => gone.includes(name)),
    )
    await files.renewMedia(tx, blobId)
  })
  made.variants += variants.length
}

/** What makes it: looking at the file, a later step, or whoever asks for that size. */
function makerOf({ name, mediaType }: store.LostVariant, ofType: string): StepName | 'first' | undefined {
  if (name === 'sized') return undefined
  if (name === 'sheet' || name === 'proxy' || name === 'waveform') return name
  if (name === 'page') return 'pages'
  if (mediaType !== 'image/webp') return 'formats'
  return isRenderable(ofType) ? 'first' : 'pages'
}
