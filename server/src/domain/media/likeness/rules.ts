import type { Colour } from '@trove/contract/file-filter'

/** Of 64 bits so many may differ between what looks the same. */
export const MOST_APART = 6
const BAND_BITS = 16

/** The four quarters of a hash. Of two hashes that differ in at most 7 bits, one quarter differs in at most one. */
export const bandsOf = (hash: string): number[] =>
  [0, 1, 2, 3].map((band) => Number.parseInt(hash.slice(band * BAND_BITS, (band + 1) * BAND_BITS), 2))

/** A quarter, and all that differ from it in one bit. */
export const probesOf = (band: number): number[] => [
  band,
  ...Array.from({ length: BAND_BITS }, (_, bit) => band ^ (1 << bit)),
]

export const distanceOf = (one: string, other: string): number =>
  [...one].filter((bit, index) => bit !== other[index]).length

type Shade = { rgb: [number, number, number]; share: number }

const LEAST_SHARE = 0.1
const MOST_COLOURS = 4

/** What is left of any picture without its colours. */
export const NEUTRAL: readonly Colour[] = ['black', 'grey', 'white']

/** The named colours that most of a picture is in, the largest share first: at least one, at most four. */
export function mainColours(shades: readonly Shade[], nameOf: (rgb: [number, number, number]) => Colour): Colour[] {
  const shares = new Map<Colour, number>()
  for (const { rgb, share } of shades) shares.set(nameOf(rgb), (shares.get(nameOf(rgb)) ?? 0) + share)
  return [...shares]
    .toSorted(([, a], [, b]) => b - a)
    .filter(([, share], index) => index === 0 || share >= LEAST_SHARE)
    .slice(0, MOST_COLOURS)
    .map(([colour]) => colour)
}
