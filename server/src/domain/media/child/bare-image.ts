import { rm } from 'node:fs/promises'
import sharp, { type Metadata, type Sharp } from 'sharp'
import type { BareRequest } from '../rendering.ts'
import { isScreenReady, readCodes, toScreen } from './colour.ts'
import { openingOf } from './head.ts'
import { openHeic } from './heic.ts'
import { OPENING, undecodable } from './still.ts'
import { Undecodable } from './undecodable.ts'
import { decodeDeep, open, turned } from './variants.ts'

/** Hardly told from the original by eye. */
const QUALITY = 92
/** Of a picture whose colours have to be brought to sRGB one by one. */
const LONGEST_DEEP_SIDE = 6000
/** The best coding is known when all has been seen, and six bytes a pixel are held until then. */
const MOST_OPTIMIZED_PIXELS = 20_000_000

/**
 * Draws a picture anew, upright, as a JPEG with its colour profile and nothing else.
 *
 * @throws Undecodable
 */
export async function writeBareImage(request: BareRequest): Promise<void> {
  const unpacked = `${request.outputPath}.tif`
  try {
    const source = request.mediaType === 'image/heic' ? await openHeic(request, unpacked) : await openPicture(request)
    const { width, height } = await source.metadata().catch(undecodable)
    const optimiseCoding = width * height <= MOST_OPTIMIZED_PIXELS
    await source
      .keepIccProfile()
      .flatten({ background: '#ffffff' })
      .jpeg({ quality: QUALITY, chromaSubsampling: '4:4:4', optimiseCoding })
      .toFile(request.outputPath)
      .catch(undecodable)
  } finally {
    await rm(unpacked, { force: true })
  }
}

async function openPicture({ path, mediaType }: BareRequest): Promise<Sharp> {
  const metadata = await sharp(path, OPENING).metadata().catch(undecodable)
  if ((metadata.pages ?? 1) > 1)
    throw new Undecodable('It has several pages, which a copy without metadata could not have.')
  const codes = readCodes((await openingOf(path, mediaType)).codes, metadata)
  return isScreenReady(codes) ? sharp(path, OPENING).autoOrient() : openDeep(path, metadata, codes)
}

/** A JPEG cannot say that its numbers mean light beyond white. */
async function openDeep(
  path: string,
  { orientation = 1 }: Metadata,
  codes: ReturnType<typeof readCodes>,
): Promise<Sharp> {
  const deep = await decodeDeep(sharp(path, OPENING), LONGEST_DEEP_SIDE).catch(undecodable)
  return open(await turned(toScreen(deep, codes), orientation))
}
