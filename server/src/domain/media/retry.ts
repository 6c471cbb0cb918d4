import type { File } from '@trove/contract/files'
import type { UserActor } from '../../platform/actor.ts'
import { inTransaction } from '../../platform/db/index.ts'
import type { Platform } from '../../platform/platform.ts'
import * as access from '../access/index.ts'
import * as audit from '../audit/index.ts'
import * as files from '../files/index.ts'
import { processVersion } from './tasks.ts'

/**
 * Processes a file again whose processing failed.
 *
 * @throws not-found
 * @throws not-allowed
 * @throws wrong-state  it has not failed: naming both states
 */
export async function retryProcessing(platform: Platform, actor: UserActor, fileId: string): Promise<File> {
  await access.require(platform.db, actor, 'write', fileId)
  await inTransaction(platform.db, async (tx) => {
    const { versionId, organizationId } = await files.reopen(tx, fileId)
    await platform.jobs.enqueue(tx, processVersion, { versionId }, { groupId: organizationId })
    await audit.record(tx, actor, 'file.reprocessed', { organizationId, resourceId: fileId })
  })
  return files.getFile(platform.db, actor, fileId)
}
