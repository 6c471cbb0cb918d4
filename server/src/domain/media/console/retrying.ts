import type { FailureReason, StepName } from '@trove/contract/processing'
import { inTransaction, type Tx } from '../../../platform/db/index.ts'
import type { Task } from '../../../platform/jobs/index.ts'
import type { Platform } from '../../../platform/platform.ts'
import * as files from '../../files/index.ts'
import { steps } from '../steps/tasks.ts'
import * as store from './store.ts'

const AT_ONCE = 100

type Machines = Pick<Platform, 'db' | 'jobs'>
type Failed = { step?: StepName; reason?: FailureReason; before: Date }

/** Batch by batch; may be killed at any line and run again: what waits again has not failed any more. */
export async function retryFailedSteps(
  { db, jobs }: Machines,
  process: Task,
  which: Failed,
  signal: AbortSignal,
): Promise<number> {
  let count = 0
  for (;;) {
    signal.throwIfAborted()
    const reopened = await inTransaction(db, async (tx) => {
      const batch = await store.reopenFailed(tx, which, AT_ONCE)
      for (const step of batch) await enqueue(tx, jobs, process, step)
      return batch.length
    })
    count += reopened
    if (reopened === 0) return count
  }
}

/** A step that waits again, with whatever runs it. */
export async function enqueue(
  tx: Tx,
  jobs: Machines['jobs'],
  process: Task,
  { name, blobId, organizationId }: store.Reopened,
): Promise<void> {
  const later = steps.find(({ step }) => step.name === name)
  if (later !== undefined) return jobs.enqueue(tx, later.task, { blobId }, { groupId: organizationId })
  for (const fileId of await store.listFailedFiles(tx, blobId)) {
    const { versionId } = await files.reopen(tx, fileId)
    await jobs.enqueue(tx, process, { versionId }, { groupId: organizationId })
  }
}
