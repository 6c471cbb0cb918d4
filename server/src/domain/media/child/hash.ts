import sharp from 'sharp'
import type { MakeRequest } from '../rendering.ts'
import type { Made } from './made.ts'
import { Undecodable } from './undecodable.ts'
import { perceptualHash, SIDE } from './perceptual-hash.ts'

sharp.cache(false)
sharp.concurrency(1)

const SAMPLE_SIDE = 48
/** Shades of each colour that are counted as one. */
const SHADE = 32
const MOST_COLOURS = 24

/** What a small picture looks like: `hash` of 64 bits, unless it hardly shows anything, and `colours` with the share of each. */
export async function makeHash({ path }: MakeRequest): Promise<Made> {
  try {
    const source = sharp(path, { failOn: 'none' }).flatten({ background: 'white' }).toColourspace('srgb')
    const [grey, sample] = await Promise.all([
      source.clone().greyscale().resize(SIDE, SIDE, { fit: 'fill' }).raw().toBuffer({ resolveWithObject: true }),
      source.clone().resize(SAMPLE_SIDE, SAMPLE_SIDE, { fit: 'fill' }).raw().toBuffer({ resolveWithObject: true }),
    ])
    const hash = perceptualHash(everyNth(grey.data, grey.info.channels))
    const colours = coloursOf(sample.data, sample.info.channels)
    return { variants: [], facts: { ...(hash !== undefined && { hash }), colours } }
  } catch (error) {
    throw new Undecodable('What stands for the picture cannot be read.', error)
  }
}

const everyNth = (bytes: Uint8Array, channels: number): number[] =>
  Array.from({ length: bytes.length / channels }, (_, index) => bytes[index * channels] ?? 0)

function coloursOf(bytes: Uint8Array, channels: number): { rgb: [number, number, number]; share: number }[] {
  const shades = new Map<number, { sum: [number, number, number]; count: number }>()
  const pixels = bytes.length / channels
  for (let at = 0; at < bytes.length; at += channels) {
    const [red = 0, green = 0, blue = 0] = channels < 3 ? Array(3).fill(bytes[at] ?? 0) : bytes.subarray(at, at + 3)
    const key = (Math.floor(red / SHADE) << 16) | (Math.floor(green / SHADE) << 8) | Math.floor(blue / SHADE)
    const shade = shades.get(key) ?? { sum: [0, 0, 0], count: 0 }
    shade.sum = [shade.sum[0] + red, shade.sum[1] + green, shade.sum[2] + blue]
    shade.count += 1
    shades.set(key, shade)
  }
  return [...shades.values()]
    .toSorted((a, b) => b.count - a.count)
    .slice(0, MOST_COLOURS)
    .map(({ sum, count }) => ({
      rgb: sum.map((value) => Math.round(value / count)) as [number, number, number],
      share: count / pixels,
    }))
}
