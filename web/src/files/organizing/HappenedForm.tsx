import type { HappenedChange } from '@trove/contract/file-changes'
import { useId, useState, type FormEvent } from 'react'
import { Button } from '../../ui/Button.tsx'
import { inputClass } from '../../ui/Field.tsx'
import { instantOf, offsetName, offsetsWith, wallOf } from './happened-text.ts'

/** A date and time with the offset of the place. */
export function HappenedForm({ happenedAt, isByHand, onDone, onClose }: HappenedFormProps) {
  const present = wallOf(happenedAt)
  const [wall, setWall] = useState(present.wall.slice(0, 16))
  const [offset, setOffset] = useState(present.offsetMinutes)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (wall === '') return
    // What was not touched keeps its seconds.
    const whole = wall === present.wall.slice(0, 16) ? present.wall : wall
    onDone({ at: instantOf(whole, offset) })
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-2">
      <WallFields wall={wall} offset={offset} onWall={setWall} onOffset={setOffset} autoFocus />
      <div className="flex flex-wrap justify-end gap-2">
        {isByHand && (
          <Button size="small" tone="quiet" onClick={() => onDone({ from: 'camera' })}>
            As the camera says
          </Button>
        )}
        <Button size="small" tone="quiet" onClick={onClose}>
          Cancel
        </Button>
        <Button size="small" tone="primary" type="submit" disabled={wall === ''}>
          Save
        </Button>
      </div>
    </form>
  )
}

/** What a clock on the wall showed, and how far it was from UTC. */
export function WallFields({ wall, offset, onWall, onOffset, autoFocus = false }: WallFieldsProps) {
  const id = useId()
  return (
    <div className="flex flex-wrap gap-2">
      <label htmlFor={`${id}-wall`} className="sr-only">
        Date and time at the place
      </label>
      <input
        id={`${id}-wall`}
        type="datetime-local"
        autoFocus={autoFocus}
        value={wall}
        min="1000-01-01T00:00"
        max="9998-12-31T23:59"
        onChange={(event) => onWall(event.target.value)}
        className={`${inputClass} w-0! min-w-44 flex-1`}
      />
      <label htmlFor={`${id}-offset`} className="sr-only">
        Offset from UTC
      </label>
      <select
        id={`${id}-offset`}
        value={offset}
        onChange={(event) => onOffset(Number(event.target.value))}
        className={`${inputClass} w-auto!`}
      >
        {offsetsWith(offset).map((minutes) => (
          <option key={minutes} value={minutes}>
            UTC{minutes === 0 ? '' : offsetName(minutes)}
          </option>
        ))}
      </select>
    </div>
  )
}

type WallFieldsProps = {
  wall: string
  offset: number
  onWall: (wall: string) => void
  onOffset: (minutes: number) => void
  autoFocus?: boolean
}

type HappenedFormProps = {
  happenedAt: string
  isByHand: boolean
  onDone: (happened: HappenedChange) => void
  onClose: () => void
}
