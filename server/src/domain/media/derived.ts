import type { VariantName } from '@trove/contract/files'
import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { sha256 } from '../../platform/hashing/index.ts'
import type { ObjectRole } from '../../platform/objects/index.ts'
import type { Platform } from '../../platform/platform.ts'
import { extensionOfType, familyOfType } from './families.ts'
import type { RenderedVariant } from './rendering.ts'
import type { StoredVariant } from './store.ts'

/**
 * Objects first, rows after: a row never mentions an object that is not there.
 *
 * @param of  whose bytes they were made of
 */
export function putVariants(
  { objects }: Pick<Platform, 'objects'>,
  of: { mediaType: string; organizationId: string },
  variants: readonly RenderedVariant[],
): Promise<StoredVariant[]> {
  return Promise.all(
    variants.map(async ({ bytes, path, ...variant }) => {
      const { name, mediaType = 'image/webp', number = 0, facts = {} } = variant
      const family = familyOfType(of.mediaType)
      const objectKey = objects.newKey({ family, role: roles[name], extension: extensionOfType(mediaType) })
      const { organizationId } = of
      if (path === undefined) {
        await objects.put(objectKey, once(bytes), { organizationId })
        return { ...variant, mediaType, number, facts, sizeBytes: bytes.byteLength, sha256: sha256(bytes), objectKey }
      }
      const hash = createHash('sha256')
      // What was put, not what the file says that it has: whoever wrote it may write to it still.
      const { sizeBytes } = await objects.put(objectKey, hashed(createReadStream(path), hash), { organizationId })
      return { ...variant, mediaType, number, facts, sizeBytes, sha256: hash.digest(), objectKey }
    }),
  )
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

async function* hashed(bytes: AsyncIterable<Buffer>, hash: Hash): AsyncGenerator<Buffer> {
  for await (const piece of bytes) {
    hash.update(piece)
    yield piece
  }
}

const roles: Readonly<Record<VariantName, ObjectRole>> = {
  thumbnail: 'thumbnails',
  medium: 'medium',
  large: 'large',
  poster: 'derived',
  preview: 'derived',
  page: 'derived',
  sheet: 'derived',
  proxy: 'derived',
  waveform: 'derived',
  sized: 'derived',
}
