import type { File } from '@trove/contract/files'

const TALLEST = 0.5
const WIDEST = 2.8

/** Width by height of the box that a file gets in a grid: its own shape, within reason, so that no picture becomes a thread. */
export function aspectOf(file: File): number {
  const shown = shapeOf(file)
  return shown === undefined ? 1 : boxOf(shown)
}

/** The shape of the box of a picture of this shape. */
export const boxOf = (shape: number): number => Math.min(WIDEST, Math.max(TALLEST, shape))

function shapeOf({ kind, widthPixels, heightPixels, variants }: File): number | undefined {
  if ((kind === 'image' || kind === 'video') && widthPixels && heightPixels) return widthPixels / heightPixels
  const drawn = variants.find((variant) => variant.name === 'thumbnail' || variant.name === 'preview')
  return drawn === undefined ? undefined : drawn.widthPixels / drawn.heightPixels
}
