import type { SharedFile } from '@trove/contract/shared'

const TALLEST = 0.5
const WIDEST = 2.8

/** Width by height of the box that a file gets: its own shape, within reason. */
export function aspectOf({ kind, widthPixels, heightPixels, variants }: SharedFile): number {
  const drawn = variants.find(({ name }) => name === 'thumbnail' || name === 'preview')
  const isMedia = kind === 'image' || kind === 'video'
  const shape =
    isMedia && widthPixels && heightPixels
      ? widthPixels / heightPixels
      : drawn === undefined
        ? 1
        : drawn.widthPixels / drawn.heightPixels
  return Math.min(WIDEST, Math.max(TALLEST, shape))
}
