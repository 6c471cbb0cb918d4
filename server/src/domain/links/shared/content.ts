import type { LinkActor } from '../../../platform/actor.ts'
import type { DeliverableKey } from '../../../platform/objects/index.ts'
import { Problem } from '../../../platform/problem.ts'
import type { Platform } from '../../../platform/platform.ts'
import { bareTag, requireBareCopy } from '../../media/index.ts'
import * as storage from '../../storage/index.ts'
import type { Delivered } from '../counting/operations.ts'
import { requireFile } from './operations.ts'
import { sharedName, whyWithheld } from './present.ts'
import type { SharedFileRow, SharedLinkRow } from './store.ts'

/** Bytes as they leave by a link. */
export type Outgoing = { objectKey: string; sizeBytes: number; mediaType: string; etag: string; modifiedAt: Date }

const DOWNLOAD = 4

export const DELIVERED_BY_LINK = { begun: 'link.downloaded', completed: 'link.delivered', refused: 'link.refused' }

/**
 * The original of a file as a guest gets it: without metadata, unless the link keeps it.
 *
 * @throws not-found
 * @throws not-allowed  the link shows files and gives none
 * @throws withheld     there can be no copy without metadata
 * @throws not-ready    one is being made
 * @throws infected, being-checked, held
 */
export async function requireSharedContent(
  platform: Platform,
  actor: LinkActor,
  fileId: string,
): Promise<Outgoing & { key: DeliverableKey; name: string; delivered: Delivered }> {
  const { link, row } = await requireFile(platform.db, actor, fileId)
  if (!link.allowsDownload || (row.rights & DOWNLOAD) === 0)
    throw new Problem('not-allowed', 'This link shows files and gives none to keep.')
  // Before a copy is made: what may not go out is not taken apart for whoever asks. A copy that is there is all it takes.
  const ready = readyContent(link, row)
  if (ready === undefined || link.keepsMetadata) await storage.requireDeliverable(platform, row, storage.STRANGER)
  const reason = whyWithheld(link, row)
  if (reason !== undefined) throw new Problem('withheld', reason)
  const outgoing = link.keepsMetadata ? original(row) : await bare(platform, row)
  const { linkId, visitId, organizationId } = actor
  const object = { objectKey: outgoing.objectKey, standing: row.standing }
  return {
    ...outgoing,
    key: await storage.requireDeliverable(platform, object, storage.STRANGER),
    // Named by what goes out, which is known now.
    name: sharedName(platform.keys, link, { ...row, bareType: outgoing.mediaType, bareBytes: outgoing.sizeBytes }),
    delivered: {
      counter: { linkId, visitId },
      actor,
      etag: outgoing.etag,
      sizeBytes: outgoing.sizeBytes,
      subject: { organizationId, fileIds: [fileId], facts: { linkId, visitId } },
      actions: DELIVERED_BY_LINK,
    },
  }
}

const original = (row: SharedFileRow): Outgoing => ({
  objectKey: row.objectKey,
  sizeBytes: row.sizeBytes,
  mediaType: row.mediaType,
  etag: `"${row.sha256.toString('hex')}"`,
  modifiedAt: row.versionAt,
})

async function bare(platform: Platform, row: SharedFileRow): Promise<Outgoing> {
  return fromCopy(await requireBareCopy(platform, { ...row, groupId: row.organizationId }))
}

/** Neither the entity tag nor the time of change says anything of the original. */
function fromCopy({ objectKey, mediaType, sizeBytes, createdAt }: Copy): Outgoing {
  return { objectKey, mediaType, sizeBytes, etag: bareTag({ objectKey }), modifiedAt: createdAt }
}

type Copy = { objectKey: string; mediaType: string; sizeBytes: number; createdAt: Date }

/** What a link gives of a file when everything is ready; undefined when a copy is still to be made, or withheld. */
export function readyContent(link: Pick<SharedLinkRow, 'keepsMetadata'>, row: SharedFileRow): Outgoing | undefined {
  if (link.keepsMetadata) return original(row)
  const { bareKey: objectKey, bareType: mediaType, bareBytes: sizeBytes, bareAt: createdAt } = row
  if (objectKey === null || mediaType === null || sizeBytes === null || createdAt === null) return undefined
  return fromCopy({ objectKey, mediaType, sizeBytes, createdAt })
}
