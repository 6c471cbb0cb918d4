import { inTransaction } from '../../../platform/db/index.ts'
import * as files from '../../files/index.ts'
import { failed, withChild } from '../documents/making.ts'
import { putVariants } from '../derived.ts'
import type { Making } from '../rendering.ts'
import type { Step } from '../steps/step.ts'
import { replaceVariants } from '../store.ts'
import * as store from './store.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const SHEET_MS = HOUR_MS
const PROXY_MS = 24 * HOUR_MS
/** A picture of the largest kind takes seconds; a reader of a slow disk tells nothing while it counts packets. */
const QUIET_MS = 5 * MINUTE_MS

const isVideo = (mediaType: string): boolean => mediaType.startsWith('video/') || mediaType === 'application/mxf'

/** Small frames of a video for a look at it, and what only reading all of it tells. */
export const sheetStep: Step = {
  name: 'sheet',
  revision: 1,
  appliesTo: isVideo,
  timeoutMs: SHEET_MS + MINUTE_MS,
  async run(platform, subject, work) {
    const making = await withChild(platform, { step: 'sheet', subject, work }, (ask) =>
      ask({ timeoutMs: SHEET_MS, quietMs: QUIET_MS, onProgress: work.report }),
    )
    if (!making.ok) return failed(making)
    if (making.variants.length === 0) return { status: 'skipped' }
    const stored = await putVariants(platform, subject, making.variants)
    await inTransaction(platform.db, async (tx) => {
      await replaceVariants(tx, subject.blobId, ['sheet'], stored)
      await store.addFacts(tx, subject.blobId, making.facts['counted'] as Record<string, unknown>)
      await files.renewMedia(tx, subject.blobId)
    })
    return { status: 'done' }
  },
}

/** A recording that every browser plays, frame for frame the original, where the original is not one. */
export const proxyStep: Step = {
  name: 'proxy',
  revision: 1,
  appliesTo: isVideo,
  weight: 'heavy',
  timeoutMs: PROXY_MS + MINUTE_MS,
  async run(platform, subject, work) {
    // What the child writes is put into the store while its folder is there.
    return withChild(platform, { step: 'proxy', subject, work }, async (ask) => {
      const making: Making = await ask({ timeoutMs: PROXY_MS, quietMs: QUIET_MS, onProgress: work.report })
      if (!making.ok) return failed(making)
      if (making.variants.length === 0) return { status: 'skipped' }
      const stored = await putVariants(platform, subject, making.variants)
      work.signal.throwIfAborted()
      await inTransaction(platform.db, async (tx) => {
        await replaceVariants(tx, subject.blobId, ['proxy'], stored)
        await files.renewMedia(tx, subject.blobId)
      })
      return { status: 'done' }
    })
  },
}
