import type { File } from '@trove/contract/files'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { useId, useMemo, type PointerEvent } from 'react'
import { variantUrl } from '../lib/file-urls.ts'
import { pathOfPeaks } from './sound-peaks.ts'
import { shareAt, timeSlider } from './time-slider.ts'

/** Bars that are drawn: as many as a wide screen tells apart. */
const BARS = 240

const peaksQuery = (file: Pick<File, 'id' | 'sha256'>) =>
  queryOptions({
    queryKey: ['file-waveform', file.id, file.sha256],
    queryFn: async ({ signal }) => {
      const response = await fetch(variantUrl(file, 'waveform'), { signal, credentials: 'same-origin' })
      if (!response.ok) throw new Error(`The server answered ${response.status}.`)
      return new Uint8Array(await response.arrayBuffer())
    },
    staleTime: Infinity,
  })

type SoundWaveProps = {
  file: Pick<File, 'id' | 'sha256'>
  /** Seconds. */
  time: number
  duration: number
  onSeek: (seconds: number) => void
}

/** How loud a recording is, from its beginning to its end; a press goes there. */
export function SoundWave({ file, time, duration, onSeek }: SoundWaveProps) {
  const { data: peaks } = useQuery(peaksQuery(file))
  const path = useMemo(() => (peaks === undefined ? '' : pathOfPeaks(peaks, BARS)), [peaks])
  const played = useId()
  const share = duration > 0 ? Math.min(1, time / duration) : 0
  const seekAt = (event: PointerEvent<HTMLElement>) => onSeek(shareAt(event) * duration)
  return (
    <div
      {...timeSlider({ time, duration, onSeek })}
      aria-label="Position in the waveform"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        seekAt(event)
      }}
      onPointerMove={(event) => event.buttons === 1 && seekAt(event)}
      className="h-28 w-full max-w-3xl cursor-pointer touch-none rounded-md"
    >
      <svg aria-hidden viewBox={`0 0 ${BARS} 100`} preserveAspectRatio="none" className="size-full">
        <clipPath id={played}>
          <rect width={BARS * share} height={100} />
        </clipPath>
        <path d={path} className="fill-ink-faint/60" />
        <path d={path} clipPath={`url(#${played})`} className="fill-accent" />
      </svg>
    </div>
  )
}
