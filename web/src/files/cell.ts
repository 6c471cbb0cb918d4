import type { File } from '@trove/contract/files'
import type { DragEvent, MouseEvent, PointerEvent } from 'react'
import type { Point } from '../ui/PointMenu.tsx'

/** What a file's cell is given, as a tile or as a line. */
export type CellProps = {
  file: File
  index: number
  width: number
  height: number
  isChosen: boolean
  /** Whether anything is chosen: then a press chooses instead of opening. */
  isChoosing: boolean
  hasFocus: boolean
  isDraggable: boolean
  onPress: (index: number, event: MouseEvent) => void
  onChoose: (index: number, event: MouseEvent | PointerEvent) => void
  onFocus: (index: number) => void
  onMenu: (index: number, at: Point) => void
  onDrag: (index: number, event: DragEvent) => void
}
