import { Download, SlidersHorizontal, X } from 'lucide-react'
import { useState } from 'react'
import { cx } from '../lib/cx.ts'
import { Button } from '../ui/Button.tsx'
import { Field } from '../ui/Field.tsx'
import { Menu, MenuAction } from '../ui/Menu.tsx'
import { Select } from '../ui/Select.tsx'
import type { TrailFilter } from './queries.ts'
import { actionName } from './words.ts'

const ANY = 'any'

/** What to look for. Each change shows at once; the address of a network waits until it is whole. */
export function FilterFields({ filter, actions, people, isOpen, onChange }: FilterFieldsProps) {
  const { action, person, fromDay, toDay } = filter
  const [today] = useState(() => new Date().toLocaleDateString('sv'))
  const known = people.some(({ id }) => id === person)
  return (
    <div className={cx('grid grid-cols-2 gap-3 sm:grid-cols-3 lg:grid-cols-5', !isOpen && 'max-sm:hidden')}>
      <Select
        label="What"
        value={action ?? ANY}
        options={[
          { value: ANY, label: 'Everything' },
          ...[...new Set([...actions, ...(action === undefined ? [] : [action])])].map((value) => ({
            value,
            label: actionName(value),
          })),
        ]}
        onChange={(value) => onChange({ action: value === ANY ? undefined : value })}
        className="max-sm:col-span-2"
      />
      <Select
        label="Who"
        value={person ?? ANY}
        options={[
          { value: ANY, label: 'Everybody' },
          ...people.map(({ id, name }) => ({ value: id, label: name })),
          ...(person === undefined || known ? [] : [{ value: person, label: 'Somebody from outside' }]),
        ]}
        onChange={(value) => onChange({ person: value === ANY ? undefined : value })}
        className="max-sm:col-span-2"
      />
      <Day label="From" value={fromDay} max={toDay ?? today} onChange={(day) => onChange({ fromDay: day })} />
      <Day label="To" value={toDay} max={today} onChange={(day) => onChange({ toDay: day })} />
      <Address key={filter.ip ?? ''} ip={filter.ip} onChange={(ip) => onChange({ ip })} />
    </div>
  )
}

type FilterFieldsProps = {
  filter: TrailFilter
  actions: readonly string[]
  people: readonly { id: string; name: string }[]
  /** On a phone they are put away until they are wanted. */
  isOpen: boolean
  onChange: (changed: Partial<TrailFilter>) => void
}

function Day({
  label,
  value,
  max,
  onChange,
}: {
  label: string
  value: string | undefined
  max: string
  onChange: (day: string | undefined) => void
}) {
  return (
    <Field
      label={label}
      type="date"
      value={value ?? ''}
      max={max}
      onChange={({ target }) => onChange(target.value === '' ? undefined : target.value)}
    />
  )
}

const ADDRESS = /^[0-9a-f.:]{2,45}(\/\d{1,3})?$/i

function Address({ ip, onChange }: { ip: string | undefined; onChange: (ip: string | undefined) => void }) {
  const [typed, setTyped] = useState(ip ?? '')
  const isWrong = typed !== '' && !ADDRESS.test(typed)
  const take = () => {
    if (!isWrong && typed !== (ip ?? '')) onChange(typed === '' ? undefined : typed)
  }
  return (
    <Field
      label="From address"
      value={typed}
      placeholder="203.0.113.0/24"
      maxLength={50}
      autoComplete="off"
      spellCheck={false}
      error={isWrong ? 'An address, or a network' : undefined}
      onChange={({ target }) => setTyped(target.value.trim())}
      onBlur={take}
      onKeyDown={({ key }) => key === 'Enter' && take()}
      className="max-sm:col-span-2"
    />
  )
}

/** What is looked for beyond the fields, and how to look at everything again. */
export function FilterEnds({ filter, isOpen, resourceName, exportUrl, onTurn, onClear }: FilterEndsProps) {
  const isFiltered = Object.values(filter).some((value) => value !== undefined)
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Button
        icon={<SlidersHorizontal className="size-4" />}
        aria-expanded={isOpen}
        onClick={onTurn}
        className="sm:hidden"
      >
        Filter
      </Button>
      {filter.resource !== undefined && (
        <p className="text-sm text-ink-soft">
          Of <span className="font-medium text-ink">{resourceName ?? 'one file'}</span> alone.
        </p>
      )}
      {isFiltered && (
        <Button tone="quiet" size="small" icon={<X className="size-3.5" />} onClick={onClear}>
          Show everything
        </Button>
      )}
      <div className="ml-auto">
        <ExportMenu urlOf={exportUrl} />
      </div>
    </div>
  )
}

type FilterEndsProps = {
  filter: TrailFilter
  isOpen: boolean
  onTurn: () => void
  resourceName: string | undefined
  exportUrl: (format: 'csv' | 'jsonl') => string
  onClear: () => void
}

/** Saves everything that matches. It is told to the trail. */
export function ExportMenu({ urlOf }: { urlOf: (format: 'csv' | 'jsonl') => string }) {
  const save = (format: 'csv' | 'jsonl') => {
    const link = document.createElement('a')
    link.href = urlOf(format)
    link.download = ''
    link.click()
  }
  return (
    <Menu label="Export" trigger={<Button icon={<Download className="size-4" />}>Export</Button>}>
      <MenuAction onSelect={() => save('csv')}>For a spreadsheet (CSV)</MenuAction>
      <MenuAction onSelect={() => save('jsonl')}>For a program (JSON Lines)</MenuAction>
    </Menu>
  )
}
