import type { File, FrameGrid } from '@trove/contract/files'
import { variantUrl } from './file-urls.ts'

/** The sheet of a video: many small frames in one picture. */
export type FrameSheet = { url: string; grid: FrameGrid; cellWidth: number; cellHeight: number }

/** Undefined while there is none. */
export function sheetOf(file: Pick<File, 'id' | 'sha256' | 'variants'>): FrameSheet | undefined {
  const sheet = file.variants.find(({ name }) => name === 'sheet')
  if (sheet?.grid === undefined) return undefined
  const { grid } = sheet
  return {
    url: variantUrl(file, 'sheet'),
    grid,
    cellWidth: sheet.widthPixels / grid.columns,
    cellHeight: sheet.heightPixels / grid.rows,
  }
}

/**
 * Where the frame lies that stands for a part of the video, as a background of a box with the shape of one frame.
 *
 * @param share  of the length, from 0 to 1
 */
export function frameBackground({ url, grid }: FrameSheet, share: number) {
  const frame = Math.min(grid.frames - 1, Math.max(0, Math.floor(share * grid.frames)))
  const [column, row] = [frame % grid.columns, Math.floor(frame / grid.columns)]
  const part = (at: number, of: number) => (of <= 1 ? 0 : (at / (of - 1)) * 100)
  return {
    backgroundImage: `url("${url}")`,
    backgroundSize: `${grid.columns * 100}% ${grid.rows * 100}%`,
    backgroundPosition: `${part(column, grid.columns)}% ${part(row, grid.rows)}%`,
  }
}
