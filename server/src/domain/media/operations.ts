import type { FailureReason } from '@trove/contract/processing'
import { inTransaction } from '../../platform/db/index.ts'
import type { Platform } from '../../platform/platform.ts'
import * as files from '../files/index.ts'
import { putVariants } from './derived.ts'
import { withLocalFile } from './originals.ts'
import { holdUnreachable, scanOnce } from './scan/scanning.ts'
import { isRenderable, rendererOf } from './renderer.ts'
import type { MediaSummary } from './rendering.ts'
import { askForSteps } from './steps/asking.ts'
import type { Subject } from './steps/step.ts'
import * as first from './first/recording.ts'
import * as store from './store.ts'

/**
 * Makes what stands for a version, unless its bytes have been rendered before, and settles it.
 *
 * May be killed at any line and run again: rows are written in one transaction, and objects that no row mentions are
 * left to the sweep. A file that cannot be shown is settled as failed; what is thrown is a fault of the machinery.
 */
export async function renderVersion(platform: Platform, versionId: string, signal: AbortSignal): Promise<void> {
  const version = await inTransaction(platform.db, (tx) => files.beginProcessing(tx, versionId))
  if (version === undefined) return
  // Decoders open nothing, and nothing is made of it, before the scanner has seen it.
  const scanned = await first.recordScan(platform, version, () => scanOnce(platform, version.blobId, signal))
  if (scanned === 'unreachable') throw new Error('the virus scanner cannot be reached')
  if (scanned === 'held') return inTransaction(platform.db, (tx) => files.holdBack(tx, versionId))
  if (scanned !== 'clear') return
  const blob = await store.getBlob(platform.db, version.blobId)
  if (blob === undefined) return
  const subject = { ...blob, blobId: version.blobId }
  if (blob.renderedId !== null || !isRenderable(blob.mediaType)) return settleReady(platform, versionId, subject)

  const { objectKey, sizeBytes, mediaType } = blob
  const rendering = await first.recordLook(platform, version, () =>
    withLocalFile(platform, objectKey, (path) =>
      rendererOf(platform).render({ path, sizeBytes, mediaType }, signal, { of: blob.organizationId }),
    ),
  )
  if (!rendering.ok) return settleFailed(platform, version, { reason: 'damaged', ...rendering })
  signal.throwIfAborted()
  const variants = await putVariants(platform, subject, rendering.variants)
  await keep(platform, { versionId, subject, variants, summary: rendering.summary })
}

/** The end of a version that could not be settled otherwise; one that no scanner could be asked about is held until one can. */
export async function giveUp(
  platform: Pick<Platform, 'db' | 'scanner'>,
  versionId: string,
  cause: Error,
): Promise<void> {
  if (platform.scanner !== undefined && (await holdUnreachable(platform, versionId))) return
  const failure = `It could not be processed: ${cause.message.replace(/\.$/, '')}.`
  const version = await store.getVersion(platform.db, versionId)
  if (version !== undefined) await settleFailed(platform, version, { reason: 'fault', failure })
}

function settleReady({ db, jobs }: Pick<Platform, 'db' | 'jobs'>, versionId: string, subject: Subject): Promise<void> {
  return inTransaction(db, async (tx) => {
    await store.lockVersions(tx, subject.blobId)
    await first.endLook(tx, subject, isRenderable(subject.mediaType) ? 'done' : 'skipped')
    await askForSteps(tx, jobs, subject)
    await files.settle(tx, versionId, { status: 'ready' })
  })
}

type Failed = { reason: FailureReason; failure: string }

function settleFailed(
  { db }: Pick<Platform, 'db'>,
  version: { versionId: string; blobId: string; organizationId: string },
  { reason, failure }: Failed,
): Promise<void> {
  return inTransaction(db, async (tx) => {
    await store.lockVersions(tx, version.blobId)
    await first.failLook(tx, version, { reason, failure })
    await files.settle(tx, version.versionId, { status: 'failed', failure })
  })
}

type Kept = { versionId: string; subject: Subject; summary: MediaSummary; variants: store.StoredVariant[] }

/** Two versions of the same bytes may be rendered at once: the first set stays, the other is removed. */
async function keep({ db, jobs, objects }: Platform, { versionId, subject, summary, variants }: Kept): Promise<void> {
  const { blobId } = subject
  const isFirst = await inTransaction(db, async (tx) => {
    await store.lockVersions(tx, blobId)
    const inserted = await store.insertMedia(tx, blobId, summary)
    if (inserted) await store.insertVariants(tx, blobId, variants)
    await first.endLook(tx, subject, 'done')
    await askForSteps(tx, jobs, subject)
    await files.settle(tx, versionId, { status: 'ready' })
    return inserted
  })
  // Known only once it is committed: after a commit of unknown outcome the sweep decides.
  if (!isFirst) await objects.delete(variants.map(({ objectKey }) => objectKey))
}
