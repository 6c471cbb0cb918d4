import type { Recall } from '@trove/contract/files'
import type { UserActor } from '../../platform/actor.ts'
import type { Platform } from '../../platform/platform.ts'
import * as access from '../access/index.ts'
import * as storage from '../storage/index.ts'
import { requireContent } from './content.ts'

/**
 * Has the original of a file brought back from cold storage, unless it can be had as it is.
 *
 * @throws not-found  also while the file is in the trash
 * @throws not-allowed
 */
export async function recallFile(
  platform: Pick<Platform, 'db' | 'jobs' | 'settings'>,
  actor: UserActor,
  fileId: string,
): Promise<Recall> {
  const { db, settings } = platform
  const { standing } = await requireContent(db, { require: (...asked) => access.require(db, ...asked) }, actor, fileId)
  if (standing.kept.tier === 'hot' || settings.tiers?.reads !== 'recall') return { state: 'ready', secondsLeft: 0 }
  const secondsLeft = await storage.recall(platform, [standing.kept.blobId])
  return { state: secondsLeft === 0 ? 'ready' : 'coming', secondsLeft }
}
