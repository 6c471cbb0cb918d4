import type { Blocks } from './metadata.ts'

/** What a camera's raw file holds besides the sensor's own. `orientation`: undefined where the raw file says nothing, and the preview has to. */
export type Found = {
  previews: { at: number; bytes: number }[]
  orientation: number | undefined
  width: number
  height: number
  blocks: Blocks
}
