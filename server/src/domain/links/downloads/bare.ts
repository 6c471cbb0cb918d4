import type { DeliverableKey } from '../../../platform/objects/index.ts'
import type { Platform } from '../../../platform/platform.ts'
import { Problem } from '../../../platform/problem.ts'
import { bareName, bareTag, bareWayOf, requestBareCopies } from '../../media/index.ts'
import * as storage from '../../storage/index.ts'
import type { DownloadableRow } from './store.ts'

const ASK_AGAIN_SECONDS = 3
/** The first day that a ZIP can tell: when files were added is nobody's whom they are given to. */
const NO_TIME = new Date(Date.UTC(1980, 0, 1))

export type Outgoing = {
  id: string
  name: string
  parentId: string | null
  key: DeliverableKey
  sizeBytes: number
  etag: string
  modifiedAt: Date
}

const mayBeBare = ({ mediaType, withheld }: DownloadableRow): boolean =>
  withheld === null && bareWayOf(mediaType) !== undefined

/**
 * The copies without metadata of those files that can have one and may go out. What is missing is asked for.
 *
 * @throws withheld   none of them can be without metadata
 * @throws not-ready  some are still being made
 * @throws being-fetched
 */
export async function bareOnes(
  platform: Pick<Platform, 'db' | 'jobs' | 'settings'>,
  rows: readonly DownloadableRow[],
  { userId, organizationId }: { userId: string; organizationId: string },
): Promise<Outgoing[]> {
  const able = rows.filter(mayBeBare)
  if (able.length === 0 && rows.length > 0)
    throw new Problem('withheld', 'None of these files can be had without the metadata in them.')
  const recipientOf = (row: DownloadableRow) => ({ isUploader: row.uploaderId === userId })
  const missing = able.filter(
    (row) => row.bareKey === null && storage.deliverableKey(platform, row, recipientOf(row)) !== undefined,
  )
  if (missing.length > 0) {
    await storage.requireFetched(platform, missing)
    const wanted = missing.map(({ blobId, mediaType }) => ({ blobId, mediaType, groupId: organizationId }))
    await requestBareCopies(platform, wanted)
    throw new Problem('not-ready', `Copies without metadata are being made: ${missing.length} to go.`, {
      retryAfterSeconds: ASK_AGAIN_SECONDS,
    })
  }
  return able.flatMap((row) => {
    const { bareKey: objectKey, bareType: mediaType, bareBytes: sizeBytes, standing } = row
    if (objectKey === null || mediaType === null || sizeBytes === null) return []
    const key = storage.deliverableKey(platform, { objectKey, standing }, recipientOf(row))
    if (key === undefined) return []
    const { id, parentId } = row
    const etag = bareTag({ objectKey })
    return [{ id, parentId, name: bareName(row, { mediaType }), key, sizeBytes, etag, modifiedAt: NO_TIME }]
  })
}
