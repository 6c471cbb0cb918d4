import { readFile } from 'node:fs/promises'
import sharp, { type Metadata } from 'sharp'
import { LONGEST_SIDE, type RenderRequest } from '../rendering.ts'
import { readCodes, toScreen, isScreenReady } from './colour.ts'
import { openingOf, type Opening } from './head.ts'
import { decodeMeasured, isMeasured } from './measured.ts'
import { readFacts, readStorage } from './metadata.ts'
import { fitsWhole, requireRoom } from './room.ts'
import { MOST_PIXELS, OPENING, readStill, renderPicture, undecodable, type Picture, type Rendered } from './still.ts'
import { Undecodable } from './undecodable.ts'
import { animate, decodeDeep, turned, type Pixels } from './variants.ts'

/** An animation of more pixels than this, all frames together, stands still in every size. */
const MOST_MOVING_PIXELS = 150_000_000
const LARGEST_SVG_BYTES = 20 * 1024 ** 2

/** Images that libvips reads. */
const BY_SHARP = new Set(['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/avif', 'image/tiff'])
/** Images that FFmpeg reads and libvips does not. */
const BY_FFMPEG = new Set([
  'image/bmp',
  'image/vnd.microsoft.icon',
  'image/jp2',
  'image/jxl',
  'image/x-exr',
  'image/vnd.radiance',
])
const RAW = /^image\/x-(canon-cr[23]|nikon-nef|sony-arw|adobe-dng|fuji-raf|olympus-orf|panasonic-rw2|pentax-pef)$/

/** @throws Undecodable */
export async function renderImage(request: RenderRequest): Promise<Rendered> {
  if (BY_FFMPEG.has(request.mediaType)) return (await import('./recordings.ts')).renderStill(request)
  const picture = await readPicture(request)
  return 'pixels' in picture ? renderPicture(picture) : { ...picture, variants: [] }
}

/**
 * Decodes a picture once, at most `side` pixels long. Without pixels: nothing in it can be shown, and that is no fault of it.
 *
 * @throws Undecodable
 */
export async function readPicture(
  request: RenderRequest,
  side: number = LONGEST_SIDE.large,
): Promise<Picture | Pick<Picture, 'summary'>> {
  const { mediaType } = request
  if (BY_SHARP.has(mediaType)) return readPlain(request, side)
  if (mediaType === 'image/svg+xml') return readSvg(request, side)
  if (mediaType === 'image/heic') return (await import('./heic.ts')).readHeic(request, side)
  if (RAW.test(mediaType)) return (await import('./raw.ts')).readRaw(request.path, side)
  if (mediaType === 'image/vnd.adobe.photoshop') return (await import('./psd.ts')).readPsd(request.path, side)
  if (mediaType === 'application/dicom') return (await import('./dicom.ts')).readDicom(request, side)
  return { summary: { facts: {} } }
}

async function readPlain({ path, mediaType }: RenderRequest, side: number): Promise<Picture> {
  const opening = await openingOf(path, mediaType)
  const isMovingAvif = mediaType === 'image/avif' && opening.facts.isAnimated === true
  const metadata = await sharp(path, OPENING)
    .metadata()
    .catch((error: unknown) => (isMovingAvif ? undefined : undecodable(error)))
  if (metadata === undefined) return (await import('./large-avif.ts')).readMovingAvif(path, side)
  requireRoom(metadata)
  const codes = readCodes(opening.codes, metadata)
  const { pixels, summary } = await readPixels(path, metadata, opening, { codes, side })
  const pages = metadata.pages ?? 1
  const isMoving = pages > 1 && (metadata.format === 'gif' || metadata.format === 'webp')
  const facts = {
    ...readStorage(metadata),
    ...readFacts({ ...metadata, ...(await opening.blocks()) }),
    ...opening.facts,
    ...(codes?.isHdr && { isHdr: true }),
    ...(isMoving && { isAnimated: true }),
  }
  const known = { ...summary, facts, ...(pages > 1 && metadata.format === 'tiff' && { pages }) }
  if (!isMoving || area(metadata) * pages > MOST_MOVING_PIXELS) return { pixels, summary: known }
  const moving = () => animate(sharp(path, { ...OPENING, pages: -1, limitInputPixels: MOST_MOVING_PIXELS }))
  return { pixels, summary: known, moving }
}

/** By what its numbers mean, and by what it would take to hold it. */
async function readPixels(path: string, metadata: Metadata, opening: Opening, wide: Wide) {
  const isAvif = opening.isTiled !== undefined
  if (isAvif && !opening.isTiled && !fitsWhole(metadata))
    return (await import('./large-avif.ts')).readLargeAvif(path, metadata, wide)
  if (isMeasured(metadata)) return uprightOf(await decodeMeasured(path, wide.side), metadata)
  return isScreenReady(wide.codes)
    ? readStill(sharp(path, OPENING), metadata, wide.side)
    : readWide(path, metadata, wide)
}

type Wide = { codes: ReturnType<typeof readCodes>; side: number }

/** One whose numbers do not mean what they mean on a screen: with all its bits until it has been brought to sRGB. */
async function readWide(path: string, metadata: Metadata, { codes, side }: Wide) {
  const deep = await decodeDeep(sharp(path, OPENING), side).catch(undecodable)
  return uprightOf(toScreen(deep, codes), metadata)
}

async function uprightOf(pixels: Pixels, metadata: Metadata) {
  const still = await turned(pixels, metadata.orientation ?? 1)
  const isTurned = (metadata.orientation ?? 1) >= 5
  const [widthPixels, heightPixels] = isTurned ? [metadata.height, metadata.width] : [metadata.width, metadata.height]
  return { pixels: still, summary: { widthPixels, heightPixels, facts: {} } }
}

const area = ({ width, height, pageHeight }: Metadata): number => width * (pageHeight ?? height)

/** What an SVG is drawn at unless it says otherwise, and at most. */
const [USUAL_DPI, MOST_DPI] = [72, 7200]

/** From memory, so that there is no place that references in it could be looked for from. Drawn as large as it is shown. */
async function readSvg({ path, sizeBytes }: RenderRequest, side: number): Promise<Picture> {
  if (sizeBytes > LARGEST_SVG_BYTES) throw new Undecodable('The drawing is too large to be rendered.')
  const bytes = await readFile(path)
  const options = { failOn: 'none', limitInputPixels: MOST_PIXELS } as const
  const metadata = await sharp(bytes, options).metadata().catch(undecodable)
  const enlarged = (USUAL_DPI * side) / Math.max(metadata.width, metadata.height)
  const density = Math.min(MOST_DPI, Math.max(USUAL_DPI, enlarged))
  const { pixels } = await readStill(sharp(bytes, { ...options, density }), metadata, side)
  return { pixels, summary: { widthPixels: metadata.width, heightPixels: metadata.height, facts: {} } }
}
