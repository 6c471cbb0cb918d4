import sharp, { type Sharp } from 'sharp'
import { LONGEST_SIDE, type RenderedVariant } from '../rendering.ts'

/** Nothing is kept between files, and the workers beside this one have the other cores. */
sharp.cache(false)
sharp.concurrency(1)

const BLUR_SIDE = 20
const QUALITY = { thumbnail: 75, medium: 80, large: 82, blur: 40 }
/** 4 is the default: it takes half as long again for files that are 3 % smaller. */
const EFFORT = 3

/** Decoded once, upright, in sRGB, 8 bits a channel, at most as large as the largest variant. */
export type Pixels = { bytes: Buffer; raw: { width: number; height: number; channels: 1 | 2 | 3 | 4 } }

/**
 * The last step of every still picture: decodes `source` and makes it small. Never enlarges.
 *
 * @param side  longest, in pixels
 */
export async function decode(source: Sharp, side: number = LONGEST_SIDE.large): Promise<Pixels> {
  const { data, info } = await source
    .resize({ ...box(side), fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
  return { bytes: data, raw: { width: info.width, height: info.height, channels: info.channels as 1 | 2 | 3 | 4 } }
}

/** The same with 16 bits a channel, and its numbers as they are: they do not mean sRGB yet. */
export type DeepPixels = { samples: Uint16Array; raw: Pixels['raw'] }

export async function decodeDeep(source: Sharp, side: number): Promise<DeepPixels> {
  const { data, info } = await source
    .resize({ ...box(side), fit: 'inside', withoutEnlargement: true })
    .toColourspace('rgb16')
    .raw({ depth: 'ushort' })
    .toBuffer({ resolveWithObject: true })
  const samples = new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2)
  return { samples, raw: { width: info.width, height: info.height, channels: info.channels as 1 | 2 | 3 | 4 } }
}

/** Clockwise, before which it may be mirrored left to right, as sharp does it: what each EXIF orientation asks for. */
const DEGREES = [0, 0, 0, 180, 180, 270, 90, 90, 270]
const MIRRORED: ReadonlySet<number> = new Set([2, 4, 5, 7])

/** The picture as it was seen, by the EXIF orientation that it was stored in. */
export async function turned(pixels: Pixels, orientation: number): Promise<Pixels> {
  const [degrees = 0, isMirrored] = [DEGREES[orientation], MIRRORED.has(orientation)]
  if (degrees === 0 && !isMirrored) return pixels
  const source = degrees === 0 ? open(pixels) : open(pixels).rotate(degrees)
  const { data, info } = await (isMirrored ? source.flop() : source).raw().toBuffer({ resolveWithObject: true })
  return { bytes: data, raw: { width: info.width, height: info.height, channels: info.channels as 1 | 2 | 3 | 4 } }
}

type Largest = 'large' | 'poster' | 'preview'

/** Every size of a picture, the small ones made from the large one. Variants carry nothing but pixels. */
export async function makeVariants(
  pixels: Pixels,
  largest: Largest | undefined,
): Promise<{ variants: RenderedVariant[]; blur: Uint8Array }> {
  const medium = await shrink(pixels, LONGEST_SIDE.medium)
  const thumbnail = await shrink(medium, LONGEST_SIDE.thumbnail)
  const variants = [
    await encode(thumbnail, 'thumbnail', QUALITY.thumbnail),
    await encode(medium, 'medium', QUALITY.medium),
  ]
  if (largest !== undefined) variants.push(await encode(pixels, largest, QUALITY.large))
  const tiny = await shrink(thumbnail, BLUR_SIDE)
  const blur = await open(tiny).webp({ quality: QUALITY.blur, effort: EFFORT }).toBuffer()
  return { variants, blur }
}

/** The large variant of an animation, still moving. */
export async function animate(source: Sharp): Promise<RenderedVariant> {
  const { data, info } = await source
    .resize({ ...box(LONGEST_SIDE.large), fit: 'inside', withoutEnlargement: true })
    .webp({ quality: QUALITY.large, effort: 2 })
    .toBuffer({ resolveWithObject: true })
  return { name: 'large', widthPixels: info.width, heightPixels: info.pageHeight ?? info.height, bytes: data }
}

export const open = ({ bytes, raw }: Pixels): Sharp => sharp(bytes, { raw })
const box = (side: number) => ({ width: side, height: side })

export async function shrink(pixels: Pixels, side: number): Promise<Pixels> {
  if (Math.max(pixels.raw.width, pixels.raw.height) <= side) return pixels
  const { data, info } = await open(pixels)
    .resize({ ...box(side), fit: 'inside' })
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { bytes: data, raw: { width: info.width, height: info.height, channels: info.channels as 1 | 2 | 3 | 4 } }
}

async function encode(pixels: Pixels, name: RenderedVariant['name'], quality: number): Promise<RenderedVariant> {
  const bytes = await open(pixels).webp({ quality, effort: EFFORT }).toBuffer()
  return { name, widthPixels: pixels.raw.width, heightPixels: pixels.raw.height, bytes }
}
