import { readFile } from 'node:fs/promises'
import sharp, { type Metadata } from 'sharp'
import type { RenderRequest } from '../rendering.ts'
import { readCameraFacts } from './camera.ts'
import { Undecodable } from './undecodable.ts'
import { MOST_PIXELS, OPENING, renderStillImage, undecodable, type Rendered } from './still.ts'
import { animate } from './variants.ts'

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
const RAW = /^image\/x-(canon-cr2|nikon-nef|sony-arw|adobe-dng|fuji-raf|olympus-orf|panasonic-rw2|pentax-pef)$/

/** @throws Undecodable */
export async function renderImage(request: RenderRequest): Promise<Rendered> {
  const { mediaType, path } = request
  if (BY_SHARP.has(mediaType)) return renderPlain(path)
  if (mediaType === 'image/svg+xml') return renderSvg(request)
  if (mediaType === 'image/heic') return (await import('./heic.ts')).renderHeic(request)
  if (RAW.test(mediaType)) return (await import('./raw.ts')).renderRaw(path)
  if (BY_FFMPEG.has(mediaType)) return (await import('./recordings.ts')).renderStill(request)
  return { summary: { facts: {} }, variants: [] }
}

async function renderPlain(path: string): Promise<Rendered> {
  const metadata = await sharp(path, OPENING).metadata().catch(undecodable)
  const pages = metadata.pages ?? 1
  const isAnimated = pages > 1 && (metadata.format === 'gif' || metadata.format === 'webp')
  const source = sharp(path, OPENING).autoOrient()
  const rendered = await renderStillImage(source, metadata).catch(undecodable)
  const facts = await readCameraFacts(path, metadata)
  if (isAnimated) facts.isAnimated = true
  const summary = { ...rendered.summary, facts, ...(pages > 1 && metadata.format === 'tiff' && { pages }) }
  if (!isAnimated || area(metadata) * pages > MOST_MOVING_PIXELS) return { summary, variants: rendered.variants }
  const moving = await animate(sharp(path, { ...OPENING, pages: -1, limitInputPixels: MOST_MOVING_PIXELS })).catch(
    () => undefined,
  )
  if (moving === undefined) return { summary, variants: rendered.variants }
  return { summary, variants: [...rendered.variants.filter(({ name }) => name !== 'large'), moving] }
}

const area = ({ width, height, pageHeight }: Metadata): number => width * (pageHeight ?? height)

/** From memory, so that there is no place that references in it could be looked for from. */
async function renderSvg({ path, sizeBytes }: RenderRequest): Promise<Rendered> {
  if (sizeBytes > LARGEST_SVG_BYTES) throw new Undecodable('The drawing is too large to be rendered.')
  const bytes = await readFile(path)
  const options = { failOn: 'none', limitInputPixels: MOST_PIXELS } as const
  const metadata = await sharp(bytes, options).metadata().catch(undecodable)
  return renderStillImage(sharp(bytes, options), metadata).catch(undecodable)
}
