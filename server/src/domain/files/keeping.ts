import type { Recall } from '@trove/contract/files'
import type { UserActor } from '../../platform/actor.ts'
import { inTransaction } from '../../platform/db/index.ts'
import type { Platform } from '../../platform/platform.ts'
import * as access from '../access/index.ts'
import * as audit from '../audit/index.ts'
import * as storage from '../storage/index.ts'
import { requireContent } from './content.ts'

type Machines = Pick<Platform, 'db' | 'jobs' | 'settings'>

/**
 * Has the original of a file brought back from cold storage, unless it can be had as it is.
 *
 * @throws not-found  also while the file is in the trash
 * @throws not-allowed
 */
export async function recallFile(platform: Machines, actor: UserActor, fileId: string): Promise<Recall> {
  const { db, settings } = platform
  const { standing } = await requireContent(db, { require: (...asked) => access.require(db, ...asked) }, actor, fileId)
  if (standing.kept.tier === 'hot' || settings.tiers?.reads !== 'recall') return { state: 'ready', secondsLeft: 0 }
  const secondsLeft = await storage.recall(platform, [standing.kept.blobId])
  return { state: secondsLeft === 0 ? 'ready' : 'coming', secondsLeft }
}

/**
 * Has the stored bytes of a file read again soon: somebody doubts them, or has mended them.
 *
 * @throws not-found, not-allowed
 */
export async function verifyFile({ db, jobs }: Machines, actor: UserActor, fileId: string): Promise<void> {
  await inTransaction(db, async (tx) => {
    const content = await requireContent(
      tx,
      { require: (who, _right, id) => access.require(tx, who, 'write', id) },
      actor,
      fileId,
    )
    const { organizationId, standing } = content
    await jobs.enqueue(tx, storage.verifyBlobTask, { blobId: standing.kept.blobId }, { groupId: organizationId })
    await audit.record(tx, actor, 'file.verification-requested', { organizationId, resourceId: fileId })
  })
}
