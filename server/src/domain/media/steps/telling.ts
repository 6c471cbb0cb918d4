import type { StepName, StepState } from '@trove/contract/processing'
import type { Tx } from '../../../platform/db/index.ts'
import * as events from '../../../platform/events.ts'
import * as store from './store.ts'

/** Of so many files of the same bytes it is told; others are seen when they are asked for. */
const MOST_FILES = 20

/** A step of these bytes has ended: whoever looks at one of their files asks anew. */
export async function tellStep(tx: Tx, blobId: string, step: StepName, status: StepState): Promise<void> {
  for (const { id: fileId, organizationId } of await store.listFilesOf(tx, blobId, MOST_FILES))
    await events.publish(tx, { resourceId: fileId }, { type: 'file.step-ended', organizationId, fileId, step, status })
}
