import type { File, VariantName } from '@trove/contract/files'
import { variantUrl } from '../lib/file-urls.ts'

/** From the smallest to the largest; a poster or preview stands in where the picture itself has no size of its own. */
const SIZES: readonly VariantName[] = ['thumbnail', 'medium', 'poster', 'preview', 'large']

/** A picture a little too small is sharp enough to look at, and comes sooner. */
const ENOUGH = 0.8

/**
 * Address of the smallest picture that fills a box.
 *
 * @param pixels  longer side of the box in device pixels
 * @returns undefined when there is nothing to show (yet)
 */
export function pictureUrl(file: Pick<File, 'id' | 'sha256' | 'variants'>, pixels: number): string | undefined {
  const made = SIZES.flatMap((name) => file.variants.find((variant) => variant.name === name) ?? [])
  const fit =
    made.find((variant) => Math.max(variant.widthPixels, variant.heightPixels) >= pixels * ENOUGH) ?? made.at(-1)
  return fit === undefined ? undefined : variantUrl(file, fit.name)
}
