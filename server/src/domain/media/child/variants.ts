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

/** The last step of every still picture: decodes `source` and makes it small. Never enlarges. */
export async function decode(source: Sharp): Promise<Pixels> {
  const { data, info } = await source
    .resize({ ...box(LONGEST_SIDE.large), fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
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

const open = ({ bytes, raw }: Pixels): Sharp => sharp(bytes, { raw })
const box = (side: number) => ({ width: side, height: side })

async function shrink(pixels: Pixels, side: number): Promise<Pixels> {
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
