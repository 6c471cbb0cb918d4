import type { File, Variant } from '@trove/contract/files'
import type { PictureFormat } from '@trove/contract/sizes'
import { variantUrl } from '../lib/file-urls.ts'

/** From the smallest to the largest; a poster or preview stands in where the picture itself has no size of its own. */
const SIZES: readonly Variant['name'][] = ['thumbnail', 'medium', 'poster', 'preview', 'large']

/** A picture a little too small is sharp enough to look at, and comes sooner. */
const ENOUGH = 0.8

/** Addresses of a picture in the sizes and formats that there are: what an `img` and the `source`s before it need. */
export type PictureSources = {
  /** What everything shows: a JPEG where there is one. */
  src: string
  /** By format, the smaller one first. */
  sets: { type: string; srcSet: string }[]
  /** As `sizes` wants it. */
  sizes: string
}

type Pictured = Pick<File, 'id' | 'sha256' | 'variants' | 'widthPixels' | 'heightPixels'>

/**
 * What a browser needs to take the smallest picture that fills a box.
 *
 * @param box  in CSS pixels; `cover`: the picture is cut to fill it
 * @param density  device pixels to each CSS pixel
 * @returns undefined when there is nothing to show (yet)
 */
export function pictureSources(
  file: Pictured,
  box: { width: number; height: number; fit: 'cover' | 'contain' },
  density: number,
): PictureSources | undefined {
  const made = SIZES.flatMap((name) => inFormat(file, 'image/webp', name))
  const widest = made.at(-1)
  if (widest === undefined) return undefined
  const shown = shownWidth(widest, box)
  const wanted = shown * ENOUGH * density
  const least = made.find(({ widthPixels }) => widthPixels >= wanted) ?? widest
  const jpeg = inFormat(file, 'image/jpeg', 'large')[0]
  // Of small pictures there is no other format, and a larger one of them would not come sooner.
  const other = least.name === 'thumbnail' ? [] : SIZES.flatMap((name) => inFormat(file, 'image/avif', name))
  // A large one where a small one would do takes longer to come and to decode than the small one of another format.
  const fits = other.some(({ name }) => name === least.name)
  return {
    src: jpeg === undefined ? variantUrl(file, least.name) : variantUrl(file, jpeg.name, 'jpeg'),
    sets: [
      ...(fits ? [{ type: 'image/avif', srcSet: setOf(file, other, 'avif') }] : []),
      { type: 'image/webp', srcSet: setOf(file, made) },
    ],
    sizes: `${Math.max(1, Math.round(shown * ENOUGH))}px`,
  }
}

const inFormat = ({ variants }: Pictured, mediaType: string, name: Variant['name']): Variant[] =>
  variants.filter((variant) => variant.name === name && variant.mediaType === mediaType).slice(0, 1)

const setOf = (file: Pictured, variants: readonly Variant[], format?: PictureFormat): string =>
  variants.map(({ name, widthPixels }) => `${variantUrl(file, name, format)} ${widthPixels}w`).join(', ')

/** How wide a picture is in a box, its cut-off sides included. */
function shownWidth(
  { widthPixels, heightPixels }: Pick<Variant, 'widthPixels' | 'heightPixels'>,
  { width, height, fit }: { width: number; height: number; fit: 'cover' | 'contain' },
): number {
  const byHeight = (height * widthPixels) / Math.max(1, heightPixels)
  return fit === 'cover' ? Math.max(width, byHeight) : Math.min(width, byHeight)
}
