import type { Metadata } from 'sharp'
import { Undecodable } from './undecodable.ts'

/** What a decoder may hold of one picture: the limit of a child, less what the child itself takes. */
const MOST_HELD_BYTES = 300 * 1024 ** 2
/** No picture that people make is longer. What makes them small keeps a whole strip of the other side for each pixel of it. */
const LONGEST_SIDE = 500_000

/**
 * Refuses a picture that can only be decoded as a whole and does not fit: in words, before anything is decoded. The
 * limit on the memory of the process is behind it.
 *
 * @throws Undecodable
 */
export function requireRoom(metadata: Metadata): void {
  const { format, width, height, channels, depth, isProgressive } = metadata
  if (Math.max(width, height) > LONGEST_SIDE)
    throw new Undecodable(`One of its sides has more than ${LONGEST_SIDE.toLocaleString('en')} pixels.`)
  if (isProgressive !== true) return
  const pixels = width * height
  const held =
    format === 'jpeg'
      ? pixels * coefficientBytes(metadata)
      : format === 'png'
        ? pixels * channels * (depth === 'ushort' ? 2 : 1)
        : 0
  if (held <= MOST_HELD_BYTES) return
  const passes = format === 'jpeg' ? 'progressive' : 'interlaced'
  throw new Undecodable(
    `It has ${Math.round(pixels / 1e6)} million pixels and is ${passes}, so it would have to be held in memory whole, which it does not fit into.`,
  )
}

/** A progressive JPEG keeps two bytes for each coefficient; with most, half or three quarters of the colours are left out. */
const coefficientBytes = ({ channels, chromaSubsampling = '' }: Metadata): number =>
  channels < 3
    ? 2
    : chromaSubsampling.startsWith('4:2:0')
      ? 3
      : chromaSubsampling.startsWith('4:2:2')
        ? 4
        : 2 * channels

/** What libvips holds of an AVIF that is one piece, for each pixel: of its decoder, of its container, and its own. */
const AVIF_BYTES = 16

/** Whether an AVIF that is not made of tiles is decoded as a whole within the memory that there is. */
export const fitsWhole = ({ width, height }: Metadata): boolean => width * height * AVIF_BYTES <= MOST_HELD_BYTES
