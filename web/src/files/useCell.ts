import { useRef, type DragEvent, type MouseEvent, type PointerEvent } from 'react'
import type { CellProps } from './cell.ts'

const LONG_PRESS_MS = 420

/** What a cell hears, whatever its shape: presses, a finger that rests, its menu, and being dragged. */
export function useCell({ index, isDraggable, onPress, onChoose, onFocus, onMenu, onDrag }: CellProps) {
  const longPress = useLongPress((event) => onChoose(index, event))
  return {
    onClick: (event: MouseEvent) => !longPress.wasLong() && onPress(index, event),
    onFocus: () => onFocus(index),
    onContextMenu(event: MouseEvent) {
      event.preventDefault()
      if (longPress.wasLong()) return
      if (event.currentTarget instanceof HTMLElement) event.currentTarget.focus({ preventScroll: true })
      onMenu(index, pointOf(event))
    },
    draggable: isDraggable,
    onDragStart: (event: DragEvent) => onDrag(index, event),
    ...longPress.handlers,
  }
}

/** The key for menus tells no place: then it opens in the middle of what has the keyboard. */
function pointOf(event: MouseEvent): { x: number; y: number } {
  if (event.clientX !== 0 || event.clientY !== 0) return { x: event.clientX, y: event.clientY }
  const box = event.currentTarget.getBoundingClientRect()
  return { x: box.left + box.width / 2, y: box.top + box.height / 2 }
}

/** A finger that rests chooses; one that moves scrolls. */
function useLongPress(run: (event: PointerEvent) => void) {
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  const isLong = useRef(false)
  const stop = () => clearTimeout(timer.current)
  return {
    wasLong: () => isLong.current,
    handlers: {
      onPointerDown(event: PointerEvent) {
        isLong.current = false
        if (event.pointerType !== 'touch') return
        event.persist()
        timer.current = setTimeout(() => {
          isLong.current = true
          run(event)
        }, LONG_PRESS_MS)
      },
      onPointerUp: stop,
      onPointerCancel: stop,
    },
  }
}
