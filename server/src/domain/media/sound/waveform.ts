import { inTransaction } from '../../../platform/db/index.ts'
import * as files from '../../files/index.ts'
import { putVariants } from '../derived.ts'
import { failed, withChild } from '../documents/making.ts'
import { isRenderable } from '../renderer.ts'
import type { Step } from '../steps/step.ts'
import { replaceVariants } from '../store.ts'
import * as store from './store.ts'

/** Ten hours of sound take two minutes on one core. */
const TIMEOUT_MS = 30 * 60_000
const QUIET_MS = 60_000

/** How loud a recording is, point by point; and how long a recording of sound plays, by what can be decoded of it. */
export const waveformStep: Step = {
  name: 'waveform',
  revision: 1,
  appliesTo: (mediaType) => /^(audio|video)\/|^application\/mxf$/.test(mediaType) && isRenderable(mediaType),
  timeoutMs: TIMEOUT_MS + 30_000,
  async run(platform, subject, work) {
    const making = await withChild(platform, { step: 'waveform', subject, work }, (ask) =>
      ask({ timeoutMs: TIMEOUT_MS, quietMs: QUIET_MS, onProgress: work.report }),
    )
    if (!making.ok) return failed(making)
    if (making.variants.length === 0) return { status: 'skipped' }
    const stored = await putVariants(platform, subject, making.variants)
    await inTransaction(platform.db, async (tx) => {
      await replaceVariants(tx, subject.blobId, ['waveform'], stored)
      if (subject.mediaType.startsWith('audio/'))
        await store.setDuration(tx, subject.blobId, Number(making.facts['durationMs']))
      await files.renewMedia(tx, subject.blobId)
    })
    return { status: 'done' }
  },
}
