import { inTransaction } from '../../../platform/db/index.ts'
import type { Step } from '../steps/step.ts'
import { holdsText, isOffice } from './kinds.ts'
import { failed, withChild } from './making.ts'
import * as store from './store.ts'

const TIMEOUT_MS = 5 * 60_000
/** A page takes milliseconds; a package tells nothing until it is read. */
const QUIET_MS = 60_000

/** The words of documents and texts, page by page, so that they can be found by them. */
export const textStep: Step = {
  name: 'text',
  revision: 1,
  appliesTo: holdsText,
  timeoutMs: TIMEOUT_MS + 30_000,
  async run(platform, subject, work) {
    const making = await withChild(platform, { step: 'text', subject, work }, (ask) =>
      ask({ timeoutMs: TIMEOUT_MS, quietMs: QUIET_MS, onProgress: work.report }),
    )
    if (!making.ok) return failed(making)
    const passages = making.facts['passages'] as store.Passage[]
    await inTransaction(platform.db, async (tx) => {
      // The pages of an office document bring its words with them, each where it stands.
      if (isOffice(subject.mediaType) && (await store.hasPages(tx, subject.blobId))) return
      await store.replaceText(tx, subject, passages)
    })
    return { status: 'done' }
  },
}
