import type { KeyboardEvent, PointerEvent } from 'react'
import { formatDuration } from '../lib/format.ts'

const STEP_SECONDS = 5

/**
 * What makes an element a slider over the length of a recording: what it says to those who do not see it, and its keys.
 *
 * @param time, duration  in seconds
 */
export function timeSlider({ time, duration, onSeek }: TimeSlider) {
  return {
    role: 'slider',
    tabIndex: 0,
    'aria-valuemin': 0,
    'aria-valuemax': Math.round(duration),
    'aria-valuenow': Math.round(time),
    'aria-valuetext': `${formatDuration(time * 1000)} of ${formatDuration(duration * 1000)}`,
    onKeyDown(event: KeyboardEvent) {
      const to = { ArrowLeft: time - STEP_SECONDS, ArrowRight: time + STEP_SECONDS, Home: 0, End: duration }[event.key]
      if (to === undefined) return
      // Also keeps the viewer from going to the next file.
      event.preventDefault()
      onSeek(Math.min(duration, Math.max(0, to)))
    },
  } as const
}

/** How far along an element is pointed at: 0 at its left, 1 at its right. */
export function shareAt({ currentTarget, clientX }: PointerEvent<HTMLElement>): number {
  const { left, width } = currentTarget.getBoundingClientRect()
  return Math.min(1, Math.max(0, (clientX - left) / width))
}

type TimeSlider = { time: number; duration: number; onSeek: (seconds: number) => void }
