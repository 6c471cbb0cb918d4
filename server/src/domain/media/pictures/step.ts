import { inTransaction } from '../../../platform/db/index.ts'
import * as files from '../../files/index.ts'
import { putVariants } from '../derived.ts'
import { failed, withChild } from '../documents/making.ts'
import type { Step } from '../steps/step.ts'
import { insertVariants, lockVersions } from '../store.ts'
import { isDrawn } from './rules.ts'
import * as store from './store.ts'

const MINUTE_MS = 60_000
const FORMATS_MS = 2 * MINUTE_MS
/** What comes beside WebP. */
const OTHERS = ['image/avif', 'image/jpeg']

/** The pictures of a photograph in formats that are smaller, and in the one that everything shows. */
export const formatsStep: Step = {
  name: 'formats',
  revision: 1,
  appliesTo: isDrawn,
  timeoutMs: FORMATS_MS + MINUTE_MS,
  async run(platform, subject, work) {
    const webpBytes = await store.listWebpSizes(platform.db, subject.blobId)
    // Nothing in it could be shown.
    if (webpBytes['medium'] === undefined) return { status: 'skipped' }
    const making = await withChild(platform, { step: 'formats', subject, work }, (ask) =>
      ask({ options: { webpBytes }, timeoutMs: FORMATS_MS, onProgress: work.report }),
    )
    if (!making.ok) return failed(making)
    if (making.variants.length === 0) return { status: 'skipped' }
    const stored = await putVariants(platform, subject, making.variants)
    await inTransaction(platform.db, async (tx) => {
      await lockVersions(tx, subject.blobId)
      await store.deleteFormats(tx, subject.blobId, OTHERS)
      await insertVariants(tx, subject.blobId, stored)
      await files.renewMedia(tx, subject.blobId)
    })
    return { status: 'done' }
  },
}
