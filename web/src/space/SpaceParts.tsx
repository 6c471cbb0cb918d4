import type { Space, SpacePart } from '@trove/contract/space'
import { RotateCw } from 'lucide-react'
import type { ReactNode } from 'react'
import { cx } from '../lib/cx.ts'
import { formatBytes, formatDay, formatShare } from '../lib/format.ts'
import { Button } from '../ui/Button.tsx'
import { Problem } from '../ui/Problem.tsx'
import { useMeasure } from './queries.ts'
import { chargedParts, noteWords, partColours, partLeads, partNames } from './words.ts'

/** How much room is taken, and by what; of what is charged, at a glance. */
export function SpaceBar({ space }: { space: Space }) {
  const { limitBytes, usedBytes, reservedBytes, freeBytes, isReadOnly } = space
  const charged = (space.parts ?? []).filter(({ part }) => chargedParts.includes(part))
  const pieces = [
    ...(charged.length > 0
      ? charged.map(({ part, bytes }) => ({ key: part, bytes, colour: partColours[part] }))
      : [{ key: 'used', bytes: usedBytes, colour: partColours.live }]),
    { key: 'reserved', bytes: reservedBytes, colour: partColours.unfinished },
  ]
  const whole = Math.max(limitBytes, usedBytes + reservedBytes, 1)
  return (
    <div className="flex flex-col gap-2">
      <p className="tabular flex flex-wrap items-baseline gap-x-2">
        <span className="text-2xl font-semibold">{formatBytes(usedBytes)}</span>
        <span className="text-ink-soft">
          of {formatBytes(limitBytes)} used, {formatBytes(freeBytes)} free
          {reservedBytes > 0 && `, ${formatBytes(reservedBytes)} set aside for uploads`}
        </span>
      </p>
      <div
        role="img"
        aria-label={`${formatShare(Math.min(usedBytes + reservedBytes, limitBytes), limitBytes)} of the room is taken`}
        className="flex h-2.5 gap-px overflow-hidden rounded-full bg-active"
      >
        {pieces
          .filter(({ bytes }) => bytes > 0)
          .map(({ key, bytes, colour }) => (
            <span key={key} className={cx('min-w-0.5', colour)} style={{ width: `${(bytes / whole) * 100}%` }} />
          ))}
      </div>
      {isReadOnly && (
        <p role="status" className="rounded-md bg-danger-soft px-3 py-2 text-sm text-danger">
          More is kept here than may be. Everything can be seen, downloaded and deleted; nothing can be added until it
          is less than {formatBytes(limitBytes)}, or the limit is raised.
        </p>
      )}
    </div>
  )
}

/**
 * Every byte that is kept for the organization, and what one can do about it.
 *
 * @param actions  by part, what leads to where it can be changed
 */
export function SpaceParts({ space, actions }: SpacePartsProps) {
  const { parts = [], notes = [] } = space
  const held = parts.reduce((sum, { bytes }) => sum + bytes, 0)
  return (
    <div className="flex flex-col gap-3">
      <ul aria-label="What is kept" className="divide-y divide-line rounded-lg border border-line bg-surface">
        {parts.map((part) => (
          <Row key={part.part} part={part} action={actions[part.part]} />
        ))}
        <li className="tabular flex items-center justify-between gap-3 px-4 py-2.5 text-sm font-semibold">
          <span>Kept in all</span>
          <span>{formatBytes(held)}</span>
        </li>
      </ul>
      {notes
        .filter(({ bytes }) => bytes > 0)
        .map(({ note, bytes }) => (
          <p key={note} className="text-sm text-ink-soft">
            {noteWords[note](formatBytes(bytes))}
          </p>
        ))}
      <Measured space={space} />
    </div>
  )
}

type SpacePartsProps = { space: Space; actions: Partial<Record<SpacePart['part'], ReactNode>> }

function Row({ part: { part, bytes, count }, action }: { part: SpacePart; action: ReactNode }) {
  return (
    <li className="flex items-start gap-3 px-4 py-2.5 text-sm">
      <span aria-hidden className={cx('mt-1 size-3 shrink-0 rounded-xs', partColours[part])} />
      <span className="min-w-0 flex-1">
        <span className="font-medium">{partNames[part]}</span>
        <span className="block text-xs text-ink-faint">{partLeads[part]}</span>
        {count > 0 && action}
      </span>
      <span className="tabular text-right whitespace-nowrap">
        <span className={bytes === 0 ? 'text-ink-faint' : ''}>{formatBytes(bytes)}</span>
        {count > 0 && <span className="block text-xs text-ink-faint">{count.toLocaleString()}</span>}
      </span>
    </li>
  )
}

function Measured({ space: { organizationId, measuredAt, isMeasuring } }: { space: Space }) {
  const measure = useMeasure(organizationId)
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2 text-xs text-ink-faint">
      <span role="status" className="tabular">
        {isMeasuring ? 'Being measured…' : measuredAt !== undefined && `As of ${formatDay(measuredAt)}.`}
      </span>
      <Button
        size="small"
        tone="quiet"
        icon={<RotateCw aria-hidden className="size-3.5" />}
        isBusy={measure.isPending || isMeasuring}
        onClick={() => measure.mutate()}
      >
        Measure now
      </Button>
      {measure.error !== null && <Problem error={measure.error} shape="line" />}
    </div>
  )
}
