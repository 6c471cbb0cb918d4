import type { FileDetails } from '@trove/contract/files'
import { ChevronLeft, ChevronRight } from 'lucide-react'
import { cx } from '../../lib/cx.ts'
import { IconButton } from '../../ui/IconButton.tsx'

/** Exchanges a picture for the one before or after it; undefined where there is none. */
export type Steps = { before: (() => void) | undefined; after: (() => void) | undefined }

type LabelProps = {
  file: FileDetails
  which: 'First' | 'Second'
  /** Where both lie in one frame: each has half of it. */
  side?: 'left' | 'right'
  steps: Steps | undefined
}

/** Which of the two it is: its name, and when it happened by the clock of the place. */
export function Label({ file, which, side, steps }: LabelProps) {
  const happened = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' })
  return (
    <div
      className={cx(
        'pointer-events-none absolute bottom-3 flex min-w-0 items-center gap-1 rounded-md bg-black/65 px-2.5 py-1.5 text-xs text-white',
        side === 'right' ? 'right-3 text-right' : 'left-3',
        side === undefined ? 'max-w-[calc(100%-24px)]' : 'max-w-[calc(50%-16px)]',
      )}
    >
      <Step
        label={`${which} picture: the one before`}
        icon={<ChevronLeft />}
        isRoomy={side === undefined}
        steps={steps}
        run={steps?.before}
      />
      <p className="min-w-0">
        <span className="block truncate font-medium">
          <bdi>{file.name}</bdi>
        </span>
        <time dateTime={file.happenedAt} className="tabular text-white/85">
          {happened.format(new Date(`${file.happenedAt.slice(0, 19)}Z`))}
        </time>
      </p>
      <Step
        label={`${which} picture: the next`}
        icon={<ChevronRight />}
        isRoomy={side === undefined}
        steps={steps}
        run={steps?.after}
      />
    </div>
  )
}

type StepProps = {
  label: string
  icon: React.ReactNode
  /** Half of a phone has no room for it. */
  isRoomy: boolean
  steps: Steps | undefined
  run: (() => void) | undefined
}

function Step({ label, icon, isRoomy, steps, run }: StepProps) {
  if (steps === undefined) return null
  return (
    <span
      className={cx('pointer-events-auto', !isRoomy && 'max-sm:hidden')}
      // The picture below takes each press for its own.
      onPointerDown={(press) => press.stopPropagation()}
      onDoubleClick={(press) => press.stopPropagation()}
    >
      {/* Not disabled at an end: whoever walks there with the keyboard would lose it. */}
      <IconButton
        label={label}
        icon={icon}
        size="small"
        tone="over-media"
        side="top"
        aria-disabled={run === undefined}
        className={cx(run === undefined && 'opacity-40')}
        onClick={() => run?.()}
      />
    </span>
  )
}
