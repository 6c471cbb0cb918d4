import sharp, { type Metadata, type Sharp } from 'sharp'
import { LONGEST_SIDE, type MediaSummary, type RenderedVariant } from '../rendering.ts'
import { Undecodable } from './undecodable.ts'
import { decode, makeVariants, turned, type Pixels } from './variants.ts'

/** What every renderer gives back. */
export type Rendered = { summary: MediaSummary; variants: RenderedVariant[] }

/** A picture that has been decoded, upright and in sRGB, and what is known about it. */
export type Picture = {
  pixels: Pixels
  summary: MediaSummary
  /** The large variant of one that moves. */
  moving?: () => Promise<RenderedVariant | undefined>
}

/** More than any camera makes; beyond it a picture is more likely a bomb. */
export const MOST_PIXELS = 500_000_000

/** How every still image is opened: damage that viewers overlook is overlooked, only the first page is read. */
export const OPENING = { failOn: 'none', limitInputPixels: MOST_PIXELS, sequentialRead: true, pages: 1 } as const

/** Facts and sizes of a decoded picture. */
export async function renderPicture({ pixels, summary, moving }: Picture): Promise<Rendered> {
  const { variants, blur } = await makeVariants(pixels, 'large')
  const animation = await moving?.().catch(() => undefined)
  const still = animation === undefined ? variants : variants.filter(({ name }) => name !== 'large')
  return { summary: { ...summary, blur }, variants: animation === undefined ? still : [...still, animation] }
}

/**
 * Decodes an image that libvips reads, and turns what is left of it upright: a picture that is turned before it is
 * small would have to be held whole.
 *
 * @param side  longest, in pixels
 * @throws Undecodable
 */
export async function readStill(
  source: Sharp,
  metadata: Metadata,
  side: number = LONGEST_SIDE.large,
): Promise<{ pixels: Pixels; summary: MediaSummary }> {
  const { orientation = 1 } = metadata
  const pixels = await turned(await decode(source, side).catch(undecodable), orientation)
  return { pixels, summary: { ...sizeOf(metadata), facts: {} } }
}

/** As shown. */
function sizeOf(metadata: Metadata): { widthPixels: number; heightPixels: number } {
  const isTurned = (metadata.orientation ?? 1) >= 5
  const [width, height] = [metadata.width, metadata.pageHeight ?? metadata.height]
  return isTurned ? { widthPixels: height, heightPixels: width } : { widthPixels: width, heightPixels: height }
}

/** An image in memory, opened; it brings its own metadata. */
export async function openBytes(bytes: Buffer): Promise<{ source: Sharp; metadata: Metadata }> {
  const metadata = await sharp(bytes, OPENING).metadata().catch(undecodable)
  return { source: sharp(bytes, OPENING), metadata }
}

/** @throws Undecodable always */
export function undecodable(error: unknown): never {
  if (error instanceof Undecodable) throw error
  const said = error instanceof Error ? error.message : ''
  if (/exceeds pixel limit|too large|exceeds limit/i.test(said))
    throw new Undecodable(`It has more than ${MOST_PIXELS / 1e6} million pixels.`, error)
  throw new Undecodable('The picture cannot be decoded: it is damaged or incomplete.', error)
}
