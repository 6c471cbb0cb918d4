import type { File } from '@trove/contract/files'
import { useState } from 'react'
import { frameBackground, sheetOf } from '../lib/frame-sheet.ts'

/** The frame of a video that lies at a part of its length, over its picture, and how far that is. */
export function HoverFrames(props: { file: File; share: number; width: number; height: number }) {
  const { file, share, width, height } = props
  const [isThere, setThere] = useState(false)
  const sheet = sheetOf(file)
  if (sheet === undefined) return null
  // As the picture below it: cut to fill the tile.
  const scale = Math.max(width / sheet.cellWidth, height / sheet.cellHeight)
  return (
    <>
      <img src={sheet.url} alt="" hidden onLoad={() => setThere(true)} />
      {isThere && (
        <span className="absolute inset-0 block overflow-hidden" data-preview="frame">
          <span
            className="absolute top-1/2 left-1/2 block -translate-1/2"
            style={{
              width: sheet.cellWidth * scale,
              height: sheet.cellHeight * scale,
              ...frameBackground(sheet, share),
            }}
          />
          <span
            className="absolute bottom-0 left-0 block h-0.5 bg-white/90"
            style={{ width: `${Math.min(1, Math.max(0, share)) * 100}%` }}
          />
        </span>
      )}
    </>
  )
}
