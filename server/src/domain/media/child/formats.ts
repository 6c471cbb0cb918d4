import { LONGEST_SIDE, type MakeRequest, type RenderedVariant } from '../rendering.ts'
import { readPicture } from './images.ts'
import type { Made } from './made.ts'
import type { Picture } from './still.ts'
import { open, shrink, type Pixels } from './variants.ts'

const AVIF = { quality: 62, effort: 2, chromaSubsampling: '4:2:0' } as const
const JPEG = { quality: 82, mozjpeg: true } as const
const WEBP = { quality: 82, effort: 3 } as const
/** The other format is kept when it takes at most this share of what WebP takes. */
const WORTH = 0.85
/** What is smaller in WebP gains nothing that anybody would notice. */
const TINY_BYTES = 8 * 1024

/** `side`: makes one picture of that longest side, in WebP. `webpBytes`: what the sizes that there are take. */
export type FormatOptions = { side?: number; webpBytes?: Readonly<Record<string, number>> }

/**
 * The large and the medium picture as AVIF where that pays, and the large one as a JPEG, which everything shows.
 *
 * @throws Undecodable
 */
export async function makeFormats(request: MakeRequest, report: (share: number) => void): Promise<Made> {
  const { side, webpBytes = {} } = (request.options ?? {}) as FormatOptions
  const picture = await readPicture(request, side ?? LONGEST_SIDE.large)
  if (!('pixels' in picture)) return { variants: [], facts: {} }
  if (side !== undefined) return { variants: [await sized(picture.pixels, side)], facts: {} }
  report(0.3)
  const variants: RenderedVariant[] = []
  for (const name of ['medium', 'large'] as const) {
    const pixels = await shrink(picture.pixels, LONGEST_SIDE[name])
    const avif = isStill(picture, name) ? await smaller(pixels, name, webpBytes[name] ?? 0) : undefined
    if (avif !== undefined) variants.push(avif)
    report(name === 'medium' ? 0.5 : 0.9)
  }
  variants.push(await everywhere(picture.pixels))
  return { variants, facts: {} }
}

/** A still picture in another format would stop what moves. */
const isStill = ({ moving }: Picture, name: 'medium' | 'large'): boolean => name === 'medium' || moving === undefined

async function smaller(
  pixels: Pixels,
  name: 'medium' | 'large',
  webpBytes: number,
): Promise<RenderedVariant | undefined> {
  if (webpBytes < TINY_BYTES) return undefined
  const bytes = await open(pixels).avif(AVIF).toBuffer()
  return bytes.length <= webpBytes * WORTH ? { name, mediaType: 'image/avif', ...sizeOf(pixels), bytes } : undefined
}

async function everywhere(pixels: Pixels): Promise<RenderedVariant> {
  const bytes = await open(pixels).flatten({ background: '#ffffff' }).jpeg(JPEG).toBuffer()
  return { name: 'large', mediaType: 'image/jpeg', ...sizeOf(pixels), bytes }
}

async function sized(pixels: Pixels, side: number): Promise<RenderedVariant> {
  const bytes = await open(pixels).webp(WEBP).toBuffer()
  return { name: 'sized', number: side, ...sizeOf(pixels), bytes }
}

const sizeOf = ({ raw }: Pixels) => ({ widthPixels: raw.width, heightPixels: raw.height })
