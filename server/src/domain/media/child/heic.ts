import { readFile } from 'node:fs/promises'
import decodeHeic from 'heic-decode'
import sharp, { type Metadata } from 'sharp'
import type { RenderRequest } from '../rendering.ts'
import { readCameraFacts } from './camera.ts'
import { renderStillImage, undecodable, type Rendered } from './still.ts'
import { tiffOf } from './tiff.ts'
import { Undecodable } from './undecodable.ts'

/** Decoded to four bytes a pixel, and held twice. */
const MOST_PIXELS = 80_000_000
const LARGEST_BYTES = 200 * 1024 ** 2

/** libheif applies the rotation that stands in the file; the EXIF orientation beside it is only a repetition. */
export async function renderHeic(request: RenderRequest): Promise<Rendered> {
  const { source, width, height, metadata } = await openHeic(request)
  const rendered = await renderStillImage(source, { width, height } as Metadata).catch(undecodable)
  return {
    ...rendered,
    summary: { ...rendered.summary, facts: await readCameraFacts(request.path, metadata ?? { format: 'heif' }) },
  }
}

/** The picture, decoded and upright. @throws Undecodable */
export async function openHeic({ path, sizeBytes }: Pick<RenderRequest, 'path' | 'sizeBytes'>) {
  if (sizeBytes > LARGEST_BYTES) throw new Undecodable('The picture is too large to be decoded.')
  const metadata = await sharp(path)
    .metadata()
    .catch(() => undefined)
  if (metadata !== undefined && metadata.width * metadata.height > MOST_PIXELS)
    throw new Undecodable(`It has more than ${MOST_PIXELS / 1e6} million pixels.`)
  const bytes = await readFile(path)
  const { width, height, data } = await quietly(() => decodeHeic({ buffer: bytes })).catch(undecodable)
  // A TIFF made by hand carries the colour profile that raw pixels could not.
  const tiff = tiffOf({
    width,
    height,
    rgba: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    profile: findProfile(bytes),
  })
  return { source: sharp(tiff, { failOn: 'none' }), width, height, metadata }
}

const META_BYTES = 1024 * 1024

/** The ICC profile in the `colr` box of the picture, if it has one (ISO/IEC 14496-12 §12.1.5). */
function findProfile(bytes: Buffer): Buffer | undefined {
  const at = bytes.subarray(0, META_BYTES).indexOf('colrprof', 0, 'latin1')
  if (at < 4) return undefined
  const end = at - 4 + bytes.readUInt32BE(at - 4)
  const profile = bytes.subarray(at + 8, end)
  return profile.length > 128 && profile.toString('latin1', 36, 40) === 'acsp' ? profile : undefined
}

/** libheif's wrapper talks to the console. */
async function quietly<T>(work: () => Promise<T>): Promise<T> {
  const { log, warn, error } = console
  Object.assign(console, { log: () => {}, warn: () => {}, error: () => {} })
  try {
    return await work()
  } finally {
    Object.assign(console, { log, warn, error })
  }
}
