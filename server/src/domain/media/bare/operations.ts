import { inTransaction } from '../../../platform/db/index.ts'
import type { Platform } from '../../../platform/platform.ts'
import * as storage from '../../storage/index.ts'
import { extensionOfType, familyOfType } from '../families.ts'
import { getBlob } from '../store.ts'
import { bareGif } from './gif.ts'
import { bareJpeg } from './jpeg.ts'
import { bytesOf, openOriginal } from './original.ts'
import { Unbarable, type Original, type Piece } from './pieces.ts'
import { barePng } from './png.ts'
import { rewrite } from './rewriting.ts'
import { bareWayOf, CANNOT_BE_BARE, type BareWay } from './rules.ts'
import * as store from './store.ts'
import { bareWebp } from './webp.ts'

type Source = { organizationId: string; objectKey: string; sizeBytes: number; mediaType: string }

/**
 * Makes the copy of a blob that has no metadata, unless there is one; or writes down why there can be none.
 *
 * May be killed at any line and run again: the object is put first and its row after, and an object without a row is
 * left to the sweep.
 */
export async function makeBareCopy(platform: Platform, blobId: string, signal: AbortSignal): Promise<void> {
  if ((await store.getBareCopy(platform.db, blobId)) !== undefined) return
  const blob = await getBlob(platform.db, blobId)
  // What has not been scanned is not opened by a decoder, and its copy would not go out.
  if (blob === undefined || !storage.isScanClear(platform.settings.scanning, blob.standing)) return
  const way = bareWayOf(blob.mediaType)
  if (way === undefined) return keep(platform, blobId, { withheld: CANNOT_BE_BARE })
  try {
    await keep(platform, blobId, await putCopy(platform, blob, way, signal))
  } catch (error) {
    if (!(error instanceof Unbarable)) throw error
    await keep(platform, blobId, { withheld: error.message })
  }
}

/** The end of a copy that could not be made, whatever was tried. */
export function withhold(platform: Platform, blobId: string, cause: Error): Promise<void> {
  return keep(platform, blobId, {
    withheld: `Its metadata could not be taken out: ${cause.message.replace(/\.$/, '')}.`,
  })
}

async function putCopy(platform: Platform, source: Source, way: BareWay, signal: AbortSignal) {
  const { objects } = platform
  const objectKey = objects.newKey({
    family: familyOfType(source.mediaType),
    role: 'derived',
    extension: extensionOfType(way.mediaType),
  })
  if (way.by === 'child') {
    const { sizeBytes } = await rewrite(
      platform,
      { ...source, from: source.objectKey, becomes: way.mediaType, objectKey },
      signal,
    )
    return { objectKey, mediaType: way.mediaType, sizeBytes }
  }
  const { objectKey: key, sizeBytes: originalBytes } = source
  const original = openOriginal(objects, { key, sizeBytes: originalBytes }, signal)
  const pieces = await planOf(source.mediaType)(original)
  const { sizeBytes } = await objects.put(objectKey, bytesOf(objects, source.objectKey, pieces), source)
  return { objectKey, mediaType: way.mediaType, sizeBytes }
}

function planOf(mediaType: string): (original: Original) => Promise<Piece[]> {
  if (mediaType === 'image/jpeg') return bareJpeg
  if (mediaType === 'image/png') return barePng
  return mediaType === 'image/webp' ? bareWebp : bareGif
}

/** Two may make the same copy at once: the first stays, the other is removed. */
async function keep(
  { db, objects }: Platform,
  blobId: string,
  copy: { objectKey: string; mediaType: string; sizeBytes: number } | { withheld: string },
): Promise<void> {
  const isFirst = await inTransaction(db, (tx) => store.insertBareCopy(tx, blobId, copy))
  if (!isFirst && 'objectKey' in copy) await objects.delete([copy.objectKey])
}
