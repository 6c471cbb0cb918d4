import { SLAB_BYTES, type Hashing, type Slab } from '../../platform/hashing/index.ts'
import type { StagedBytes } from '../../platform/objects/index.ts'
import type { Platform } from '../../platform/platform.ts'
import type * as store from './store.ts'

/** Under what its bytes are staged: one that is joined goes on where its first part is. */
export const stagedAs = ({ id, stagingId }: Pick<store.UploadRow, 'id' | 'stagingId'>): string => stagingId ?? id

/** What a stream brings, in slabs, however large its pieces are. Whoever takes a slab releases it. */
export async function* inSlabs({ slabs }: Hashing, stream: AsyncIterable<Uint8Array>): AsyncGenerator<Slab, void> {
  for await (const chunk of stream) {
    for (let at = 0; at < chunk.length; at += SLAB_BYTES) {
      const slab = await slabs.take()
      const piece = chunk.subarray(at, at + SLAB_BYTES)
      slab.bytes.set(piece)
      slab.length = piece.length
      yield slab
    }
  }
}

/** What has arrived of an upload, opened. */
export function openStaged({ objects }: Pick<Platform, 'objects'>, upload: store.UploadRow): Promise<StagedBytes> {
  return objects.staging.open(stagedAs(upload), {
    organizationId: upload.organizationId,
    lengthBytes: upload.isLengthDeferred ? undefined : upload.lengthBytes,
    key: () => upload.objectKey ?? '',
  })
}
