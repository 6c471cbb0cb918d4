import type { Tx } from '../../../platform/db/index.ts'
import type { Jobs } from '../../../platform/jobs/index.ts'
import type { Subject } from './step.ts'
import { ask } from './store.ts'
import { steps } from './tasks.ts'

/** Asks for all that is made of these bytes in its own time; what has been asked for before is not asked for again. */
export async function askForSteps(
  tx: Tx,
  jobs: Jobs,
  { blobId, organizationId, mediaType }: Pick<Subject, 'blobId' | 'organizationId' | 'mediaType'>,
): Promise<void> {
  for (const { step, task } of steps) {
    if (!step.appliesTo(mediaType)) continue
    const isFirst = await ask(tx, { name: step.name, revision: step.revision, blobId, organizationId })
    if (isFirst) await jobs.enqueue(tx, task, { blobId }, { groupId: organizationId })
  }
}
