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
export function requireRoom({ format, width, height, channels, depth, isProgressive }: Metadata): void {
  if (Math.max(width, height) > LONGEST_SIDE)
    throw new Undecodable(`One of its sides has more than ${LONGEST_SIDE.toLocaleString('en')} pixels.`)
  if (isProgressive !== true) return
  const pixels = width * height
  // A progressive JPEG keeps two bytes for each coefficient, with half of the colours left out in both directions.
  const held = format === 'jpeg' ? pixels * 3 : format === 'png' ? pixels * channels * (depth === 'ushort' ? 2 : 1) : 0
  if (held <= MOST_HELD_BYTES) return
  const passes = format === 'jpeg' ? 'progressive' : 'interlaced'
  throw new Undecodable(
    `It has ${Math.round(pixels / 1e6)} million pixels and is ${passes}, so it would have to be held in memory whole, which it does not fit into.`,
  )
}
