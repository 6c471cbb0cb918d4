import { open, readFile } from 'node:fs/promises'
import sharp, { type Metadata, type Sharp } from 'sharp'
import type { RenderRequest } from '../rendering.ts'
import { isScreenReady, readCodes, toScreen } from './colour.ts'
import { openingOf, type Opening } from './head.ts'
import { withPrimary, type HeifPicture } from './heif-tiles.ts'
import { readFacts, readStorage } from './metadata.ts'
import { factorFor, gatherRows, type Rows } from './planes.ts'
import { OPENING, undecodable, type Picture } from './still.ts'
import { tiffHead, tiffOf } from './tiff.ts'
import { Undecodable } from './undecodable.ts'
import { decode, decodeDeep, type Pixels } from './variants.ts'

/** Of one that is not made of tiles: decoded to three bytes a pixel, beside the four and a half that libheif needs meanwhile. */
const MOST_PIXELS = 52_000_000
/** Of tiles no more than a row is held; it takes time. */
const MOST_PIXELS_IN_TILES = 300_000_000
const LARGEST_BYTES = 100 * 1024 ** 2

/**
 * A picture that iPhones take: one of many tiles as a rule, which are decoded one after the other. The rotation that
 * stands in the container is applied on the way; the EXIF orientation beside it is only a repetition.
 */
export async function readHeic(request: RenderRequest, side: number): Promise<Picture> {
  const [metadata, opening] = await Promise.all([metadataOf(request.path), openingOf(request.path, request.mediaType)])
  const profile = profileOf(metadata, opening)
  const { small, width, height } = await opened(request, opening, async (picture) => {
    const rows = gatherRows(picture, factorFor(Math.max(picture.width, picture.height), side))
    for (const strip of picture.strips(opening.isCut === true)) rows.add(strip.rows)
    return { small: rows.rows(), width: picture.width, height: picture.height }
  })
  const codes = readCodes(opening.codes, { icc: profile })
  const source = sharp(tiffOf(small, profile), OPENING)
  const pixels: Pixels = await (
    isScreenReady(codes) ? decode(source, side) : decodeDeep(source, side).then((deep) => toScreen(deep, codes))
  ).catch(undecodable)
  const facts = {
    ...(metadata && { ...readStorage(metadata), ...readFacts({ ...metadata, icc: profile }) }),
    ...opening.facts,
    ...(codes?.isHdr && { isHdr: true }),
  }
  return { pixels, summary: { widthPixels: width, heightPixels: height, facts } }
}

/**
 * The whole picture upright, written to `path` as a TIFF: there is no room for it twice.
 *
 * @throws Undecodable
 */
export async function openHeic(
  request: Pick<RenderRequest, 'path' | 'sizeBytes' | 'mediaType'>,
  path: string,
): Promise<Sharp> {
  const [metadata, opening] = await Promise.all([metadataOf(request.path), openingOf(request.path, request.mediaType)])
  const profile = profileOf(metadata, opening)
  const bytesOf = (rows: Rows, y: number) =>
    rows.bytes.subarray(y * rows.stride, y * rows.stride + rows.width * rows.channels)
  await opened(request, opening, async (picture) => {
    const file = await open(path, 'wx')
    try {
      await file.write(tiffHead(picture, 'light', profile?.length ?? 0))
      for (const { rows } of picture.strips(opening.isCut === true))
        for (let y = 0; y < rows.height; y++) await file.write(bytesOf(rows, y))
      if (profile !== undefined) await file.write(profile)
    } finally {
      await file.close()
    }
  })
  return sharp(path, OPENING)
}

/** libvips reads what stands in the file, and none of its pixels. */
const metadataOf = (path: string): Promise<Metadata | undefined> =>
  sharp(path)
    .metadata()
    .catch(() => undefined)

/** Of the picture itself, where its container can be read: the first in the file may be another's. */
const profileOf = (metadata: Metadata | undefined, { profile, codes }: Opening): Buffer | undefined =>
  profile ?? (codes === undefined ? metadata?.icc : undefined)

/** The pixels are gone when `work` has ended. @throws Undecodable */
async function opened<T>(
  { path, sizeBytes }: Pick<RenderRequest, 'path' | 'sizeBytes'>,
  { isTiled = false, isCut = false }: Opening,
  work: (picture: HeifPicture) => Promise<T>,
): Promise<T> {
  if (sizeBytes > LARGEST_BYTES) throw new Undecodable('The picture is too large to be decoded.')
  const bytes = await readFile(path)
  return withPrimary(bytes, async (picture) => {
    const most = isTiled && !isCut ? MOST_PIXELS_IN_TILES : MOST_PIXELS
    if (picture.width * picture.height > most) throw new Undecodable(`It has more than ${most / 1e6} million pixels.`)
    return work(picture)
  }).catch(undecodable)
}
