import type { UserActor } from '../../../platform/actor.ts'
import type { DeliverableKey } from '../../../platform/objects/index.ts'
import type { Platform } from '../../../platform/platform.ts'
import { Problem } from '../../../platform/problem.ts'
import type * as access from '../../access/index.ts'
import { requireContent } from '../../files/index.ts'
import * as storage from '../../storage/index.ts'
import { requireBareCopy } from './obtaining.ts'
import { bareName, bareTag, bareWayOf, CANNOT_BE_BARE_HERE } from './rules.ts'
import { getBareCopy } from './store.ts'

export type Given = {
  organizationId: string
  key: DeliverableKey
  name: string
  mediaType: string
  sizeBytes: number
  etag: string
  createdAt: Date
}

/**
 * The copy of a file without metadata, for somebody who may have the original; made first where there is none.
 *
 * @throws not-found  also while the file is in the trash
 * @throws not-allowed
 * @throws withheld   there can be none
 * @throws not-ready  it is being made; with `retryAfterSeconds`
 * @throws infected, being-checked, held, damaged, being-fetched
 */
export async function requireOwnBareCopy(
  platform: Platform,
  decisions: Pick<ReturnType<typeof access.createDecisions>, 'require'>,
  actor: UserActor,
  fileId: string,
): Promise<Given> {
  const content = await requireContent(platform.db, decisions, actor, fileId)
  const { organizationId, mediaType, standing } = content
  const recipient = { isUploader: content.uploaderId === actor.userId }
  const { blobId } = standing.kept
  if (bareWayOf(mediaType) === undefined) throw new Problem('withheld', CANNOT_BE_BARE_HERE)
  // What may not go out is not taken apart for whoever asks. A copy that is there is all it takes.
  if ((await getBareCopy(platform.db, blobId)) === undefined)
    await storage.requireDeliverable(platform, content, recipient)
  const copy = await requireBareCopy(platform, { blobId, mediaType, groupId: organizationId })
  const key = await storage.requireDeliverable(platform, { objectKey: copy.objectKey, standing }, recipient)
  const { sizeBytes, createdAt } = copy
  return {
    organizationId,
    key,
    name: bareName(content, copy),
    mediaType: copy.mediaType,
    sizeBytes,
    etag: bareTag(copy),
    createdAt,
  }
}
