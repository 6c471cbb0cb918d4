import { useRef, type TouchEvent } from 'react'

/** So far a finger goes before it means to go on. */
const SWIPE_PIXELS = 70

/** A finger drawn across, on whatever has no other use for it. */
export function useSwipe(onSwipe: (direction: 'left' | 'right') => void) {
  const start = useRef<{ x: number; y: number }>(undefined)
  return {
    onTouchStart({ touches, target }: TouchEvent) {
      const touch = touches[0]
      const isSlider = target instanceof Element && target.closest('[role=slider], input') !== null
      start.current =
        touches.length === 1 && touch !== undefined && !isSlider ? { x: touch.clientX, y: touch.clientY } : undefined
    },
    onTouchEnd({ changedTouches }: TouchEvent) {
      const touch = changedTouches[0]
      const begun = start.current
      start.current = undefined
      if (begun === undefined || touch === undefined) return
      const [x, y] = [touch.clientX - begun.x, touch.clientY - begun.y]
      if (Math.abs(x) > SWIPE_PIXELS && Math.abs(x) > 2 * Math.abs(y)) onSwipe(x < 0 ? 'left' : 'right')
    },
  }
}
