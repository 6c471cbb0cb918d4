import type { File } from '@trove/contract/files'
import { useId } from 'react'
import { formatDuration } from '../lib/format.ts'
import { frameBackground, sheetOf } from '../lib/frame-sheet.ts'
import { beginAt, endAt, type Bounds, type Part } from './part.ts'

const STEP_MS = 100

type PartOfVideoProps = { file: File; part: Part; bounds: Bounds; onChange: (part: Part) => void }

/** Which part of a video becomes a clip: where it begins and ends, with the frames that lie there. */
export function PartOfVideo({ file, part, bounds, onChange }: PartOfVideoProps) {
  const { startMs, endMs } = part
  const { durationMs } = bounds
  return (
    <div role="group" aria-label="The part that becomes a clip" className="flex flex-col gap-2.5">
      <div aria-hidden className="relative h-1.5 overflow-hidden rounded-full bg-active">
        <span
          className="absolute inset-y-0 bg-accent"
          style={{ left: `${(startMs / durationMs) * 100}%`, right: `${(1 - endMs / durationMs) * 100}%` }}
        />
      </div>
      <div className="grid grid-cols-2 gap-4">
        <End
          label="Begins at"
          file={file}
          atMs={startMs}
          durationMs={durationMs}
          onChange={(atMs) => onChange(beginAt(part, atMs, bounds))}
        />
        <End
          label="Ends at"
          file={file}
          atMs={endMs}
          durationMs={durationMs}
          onChange={(atMs) => onChange(endAt(part, atMs, bounds))}
        />
      </div>
      <p aria-live="polite" className="tabular text-xs text-ink-soft">
        {inTenths(endMs - startMs)} long; at most {formatDuration(Math.min(bounds.limitMs, durationMs))}. It may begin a
        little earlier, at the nearest whole picture.
      </p>
    </div>
  )
}

type EndProps = { label: string; file: File; atMs: number; durationMs: number; onChange: (atMs: number) => void }

function End({ label, file, atMs, durationMs, onChange }: EndProps) {
  const id = useId()
  const sheet = sheetOf(file)
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      {sheet !== undefined && (
        <span
          aria-hidden
          className="block w-full rounded-sm bg-hover"
          style={{
            aspectRatio: sheet.cellWidth / sheet.cellHeight,
            ...frameBackground(sheet, Math.min(0.9999, atMs / durationMs)),
          }}
        />
      )}
      <label htmlFor={id} className="flex justify-between gap-2 text-sm">
        <span>{label}</span>
        <span className="tabular">{inTenths(atMs)}</span>
      </label>
      <input
        id={id}
        type="range"
        min={0}
        max={durationMs}
        step={STEP_MS}
        value={atMs}
        aria-valuetext={inTenths(atMs)}
        onChange={({ target }) => onChange(target.valueAsNumber)}
        className="h-6 w-full accent-accent"
      />
    </div>
  )
}

/** `1:04.5` */
const inTenths = (ms: number): string => {
  const tenths = Math.round(ms / STEP_MS)
  return `${formatDuration(Math.floor(tenths / 10) * 1_000)}.${tenths % 10}`
}
