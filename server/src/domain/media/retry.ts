import type { File } from '@trove/contract/files'
import type { UserActor } from '../../platform/actor.ts'
import { inTransaction } from '../../platform/db/index.ts'
import type { Platform } from '../../platform/platform.ts'
import * as access from '../access/index.ts'
import * as audit from '../audit/index.ts'
import * as files from '../files/index.ts'
import { enqueue } from './console/retrying.ts'
import { reopenFailedOf } from './console/store.ts'
import { processVersion } from './tasks.ts'
import { getVersion } from './watching/store.ts'

/**
 * Processes a file again whose processing failed, or tries again the steps of it that did; what was done is not done anew.
 *
 * @throws not-found
 * @throws not-allowed
 * @throws wrong-state  nothing of it has failed: naming both states
 */
export async function retryProcessing(platform: Platform, actor: UserActor, fileId: string): Promise<File> {
  const { db, jobs } = platform
  await access.require(db, actor, 'write', fileId)
  const current = await getVersion(db, fileId)
  await inTransaction(db, async (tx) => {
    const isReady = current?.status === 'ready'
    const reopened = isReady ? await reopenFailedOf(tx, current.blobId) : []
    for (const step of reopened) await enqueue(tx, jobs, processVersion, step)
    if (reopened.length === 0) {
      const { versionId, organizationId, blobId } = await files.reopen(tx, fileId)
      await reopenFailedOf(tx, blobId)
      await jobs.enqueue(tx, processVersion, { versionId }, { groupId: organizationId })
    }
    const organizationId = current?.organizationId
    await audit.record(tx, actor, 'file.reprocessed', { ...(organizationId && { organizationId }), resourceId: fileId })
  })
  return files.getFile(db, actor, fileId)
}
