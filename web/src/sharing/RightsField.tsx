import { rights as allRights, type Right } from '@trove/contract/access'
import { useState } from 'react'
import { Checkbox } from '../ui/Checkbox.tsx'
import { Field } from '../ui/Field.tsx'
import { Select } from '../ui/Select.tsx'
import {
  presetHints,
  presetNames,
  presetOf,
  presetRights,
  presetsWithin,
  rightNames,
  withRight,
  type Preset,
} from './rights.ts'

/** What is given, and until when. */
export type Given = { rights: Right[]; until: string }

/** Rights in words that most people need, or one by one; and an end. */
export function RightsField({ given, held, onChange }: RightsFieldProps) {
  const [today] = useState(() => dayOf(Date.now()))
  const [isExact, setExact] = useState(presetOf(given.rights) === undefined)
  const preset = isExact ? 'exact' : (presetOf(given.rights) ?? 'exact')
  const options = [
    ...presetsWithin(held).map((value) => ({ value, label: presetNames[value], hint: presetHints[value] })),
    { value: 'exact' as const, label: 'Exact rights', hint: 'one by one' },
  ]
  const choose = (chosen: Preset | 'exact') => {
    setExact(chosen === 'exact')
    if (chosen !== 'exact') onChange({ ...given, rights: [...presetRights[chosen]] })
  }
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-end gap-3">
        <Select label="They get" value={preset} options={options} onChange={choose} className="min-w-44 flex-1" />
        <Field
          label="Until"
          type="date"
          className="w-40"
          min={today}
          value={given.until}
          onChange={(event) => onChange({ ...given, until: event.target.value })}
        />
      </div>
      {isExact && (
        <fieldset className="flex flex-col gap-2 rounded-md border border-line p-3">
          <legend className="px-1 text-xs text-ink-faint">Rights</legend>
          {allRights.map((right) => (
            <Checkbox
              key={right}
              isChecked={right === 'read' || given.rights.includes(right)}
              disabled={right === 'read' || !held.includes(right)}
              onChange={(isOn) => onChange({ ...given, rights: withRight(given.rights, right, isOn) })}
            >
              {rightNames[right]}
              {!held.includes(right) && <span className="text-ink-faint"> · you do not have this yourself</span>}
            </Checkbox>
          ))}
        </fieldset>
      )}
    </div>
  )
}

/** The end of a day here, as an instant; undefined without a day. */
export function endOf(until: string): string | undefined {
  const end = new Date(`${until}T23:59:59`)
  return until === '' || Number.isNaN(end.getTime()) ? undefined : end.toISOString()
}

/** `2026-12-04`, of an instant as it is here. */
export function dayOf(instant: string | number): string {
  const day = new Date(instant)
  const pad = (value: number) => String(value).padStart(2, '0')
  return `${day.getFullYear()}-${pad(day.getMonth() + 1)}-${pad(day.getDate())}`
}

type RightsFieldProps = { given: Given; held: readonly Right[]; onChange: (given: Given) => void }
