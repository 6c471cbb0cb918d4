import { inTransaction } from '../../../platform/db/index.ts'
import type { Platform } from '../../../platform/platform.ts'
import type { Step, Work } from './step.ts'
import * as store from './store.ts'

const TELL_MS = 1_000

/** One attempt at a step. May be killed at any line and run again. @throws whatever is no fault of the file */
export async function runStep(platform: Platform, step: Step, blobId: string, signal: AbortSignal): Promise<void> {
  const { db } = platform
  const subject = await store.getSubject(db, blobId, step.name)
  if (subject === undefined || subject.status === 'done') return
  await inTransaction(db, (tx) => store.begin(tx, blobId, step.name, step.revision))
  const outcome = await step.run(platform, subject, { signal, report: reporter(platform, step, blobId) })
  await inTransaction(db, (tx) => store.end(tx, blobId, step.name, outcome))
}

/** The end of a step that failed each time, through no fault of the file. */
export async function giveUpStep(
  { db }: Pick<Platform, 'db'>,
  step: Step,
  blobId: string,
  cause: Error,
): Promise<void> {
  const failure = `It could not be processed: ${cause.message.replace(/\.$/, '')}.`
  await inTransaction(db, (tx) => store.end(tx, blobId, step.name, { status: 'failed', reason: 'fault', failure }))
}

/** Written at most once a second, and never waited for: how far it has come is lost with whoever told it. */
function reporter({ db, log }: Platform, step: Step, blobId: string): Work['report'] {
  let toldAt = 0
  return (share) => {
    const now = performance.now()
    if (now - toldAt < TELL_MS) return
    toldAt = now
    store
      .setProgress(db, blobId, step.name, share)
      .catch((err: unknown) => log.debug({ err }, 'progress was not written'))
  }
}
