import { useState } from 'react'
import { formatDuration } from '../lib/format.ts'
import { frameBackground, type FrameSheet } from '../lib/frame-sheet.ts'
import { shareAt, timeSlider } from './time-slider.ts'
import type { PlayerState } from './usePlayer.ts'

type SeekBarProps = {
  player: Pick<PlayerState, 'time' | 'duration' | 'buffered'>
  /** Small frames, to see where one would land. */
  sheet?: FrameSheet | undefined
  onSeek: (seconds: number) => void
}

/** The length of a clip: what is loaded, what has been played, and where to go. */
export function SeekBar({ player: { time, duration, buffered }, sheet, onSeek }: SeekBarProps) {
  const [hover, setHover] = useState<number>()
  const share = duration > 0 ? Math.min(1, time / duration) : 0
  return (
    <div
      {...timeSlider({ time, duration, onSeek })}
      aria-label="Position"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        onSeek(shareAt(event) * duration)
      }}
      onPointerMove={(event) => {
        setHover(shareAt(event))
        if (event.buttons === 1) onSeek(shareAt(event) * duration)
      }}
      onPointerLeave={() => setHover(undefined)}
      className="group relative flex h-5 min-w-0 flex-1 cursor-pointer touch-none items-center rounded-xs"
    >
      <span className="relative h-1 w-full overflow-hidden rounded-full bg-white/20 transition-[height] group-hover:h-1.5">
        {buffered.map(({ from, to }) => (
          <span
            key={from}
            className="absolute inset-y-0 bg-white/25"
            style={{ left: `${from * 100}%`, width: `${(to - from) * 100}%` }}
          />
        ))}
        <span className="absolute inset-y-0 left-0 bg-white" style={{ width: `${share * 100}%` }} />
      </span>
      <span
        className="absolute size-3 -translate-x-1/2 rounded-full bg-white shadow-low transition-transform group-hover:scale-115"
        style={{ left: `${share * 100}%` }}
      />
      {hover !== undefined && (
        <span
          className="pointer-events-none absolute bottom-5 flex -translate-x-1/2 flex-col items-center gap-1"
          style={{ left: sheet === undefined ? `${hover * 100}%` : within(hover, sheet.cellWidth) }}
        >
          {sheet !== undefined && (
            <span
              aria-hidden
              data-preview="frame"
              className="block max-w-none rounded-sm bg-black ring-1 ring-white/30"
              style={{ width: sheet.cellWidth, height: sheet.cellHeight, ...frameBackground(sheet, hover) }}
            />
          )}
          <span className="tabular rounded-xs bg-black/80 px-1.5 py-0.5 text-xs text-white">
            {formatDuration(hover * duration * 1000)}
          </span>
        </span>
      )}
    </div>
  )
}

/** Beside the pointer, but not beyond the ends. */
const within = (share: number, width: number): string =>
  `clamp(${width / 2}px, ${share * 100}%, calc(100% - ${width / 2}px))`
