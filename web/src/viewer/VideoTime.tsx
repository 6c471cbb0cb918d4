import { createKept } from '../lib/kept.ts'
import { formatDuration } from '../lib/format.ts'
import { useStore } from '../lib/store.ts'
import { frameAt, timecodeAt } from './place-in-time.ts'

type Shown = (typeof WAYS)[number]
const WAYS = ['clock', 'timecode', 'frames'] as const
const kept = createKept('trove.viewer.time', WAYS, 'clock')
const NAMES: Record<Shown, string> = { clock: 'time', timecode: 'timecode', frames: 'frame number' }

type VideoTimeProps = {
  seconds: number
  frameRate: { num: number; den: number } | undefined
  timecode: string | undefined
}

/** Where a video is: on a clock, as editors write it, or by its frames. A press changes which. */
export function VideoTime({ seconds, frameRate, timecode }: VideoTimeProps) {
  const way = useStore(kept)
  if (frameRate === undefined) return <span className={TIME}>{formatDuration(seconds * 1000)}</span>
  const next = WAYS[(WAYS.indexOf(way) + 1) % WAYS.length] ?? 'clock'
  return (
    <button
      type="button"
      aria-label={`${textOf(way, seconds, frameRate, timecode)}, show the ${NAMES[next]}`}
      onClick={() => kept.set(next)}
      className={`${TIME} touchable h-8 rounded-md px-1 hover:bg-white/15 hover:text-white`}
    >
      {textOf(way, seconds, frameRate, timecode)}
    </button>
  )
}

const TIME = 'tabular min-w-9 shrink-0 text-center text-xs text-white/80'

function textOf(way: Shown, seconds: number, rate: { num: number; den: number }, timecode: string | undefined): string {
  if (way === 'timecode') return timecodeAt(seconds, rate, timecode)
  return way === 'frames' ? String(frameAt(seconds, rate)) : formatDuration(seconds * 1000)
}
