import { colours, type FileFilter } from '@trove/contract/file-filter'
import type { Person } from '@trove/contract/common'
import { useQuery } from '@tanstack/react-query'
import { ChevronDown, X } from 'lucide-react'
import { chipClass } from '../ui/chip.ts'
import { Menu, MenuAction } from '../ui/Menu.tsx'
import { choicesQuery } from './queries.ts'

export type Narrowed = Pick<
  FileFilter,
  | 'tagIds'
  | 'createdBy'
  | 'camera'
  | 'from'
  | 'to'
  | 'bounds'
  | 'sizeFrom'
  | 'sizeTo'
  | 'sideFrom'
  | 'orientation'
  | 'colour'
>
type Change = { [Name in keyof Narrowed]?: Narrowed[Name] | undefined }
type Choice = { label: string; change: Change; isOn: boolean }

const MB = 1_000_000
const SIZES = [
  { label: 'Up to 1 MB', sizeFrom: undefined, sizeTo: MB },
  { label: '1 to 10 MB', sizeFrom: MB, sizeTo: 10 * MB },
  { label: '10 to 100 MB', sizeFrom: 10 * MB, sizeTo: 100 * MB },
  { label: 'Over 100 MB', sizeFrom: 100 * MB, sizeTo: undefined },
] as const
const SIDES = [
  { label: 'At least 1,000 pixels', sideFrom: 1000 },
  { label: 'At least 2,000 pixels', sideFrom: 2000 },
  { label: 'At least 4,000 pixels', sideFrom: 4000 },
] as const
const WAYS = { landscape: 'Landscape', portrait: 'Portrait', square: 'Square' } as const
const YEARS_BACK = 8

/** Each way to narrow a list down: what is chosen is said on it, and taken back in it. */
export function FilterChips({ organizationId, now, onChange }: FilterChipsProps) {
  const { data } = useQuery(choicesQuery(organizationId))
  const chips = [
    { name: 'Tag', choices: tagChoices(data?.tags ?? [], now), none: { tagIds: undefined } },
    { name: 'Date', choices: dateChoices(now), none: { from: undefined, to: undefined } },
    { name: 'Person', choices: personChoices(data?.people ?? [], now), none: { createdBy: undefined } },
    { name: 'Camera', choices: cameraChoices(data?.cameras ?? [], now), none: { camera: undefined } },
    { name: 'Size', choices: sizeChoices(now), none: { sizeFrom: undefined, sizeTo: undefined } },
    { name: 'Dimensions', choices: shapeChoices(now), none: { sideFrom: undefined, orientation: undefined } },
    { name: 'Colour', choices: colourChoices(now), none: { colour: undefined } },
  ]
  return (
    <>
      {chips.map(({ name, choices, none }) => (
        <Chip key={name} name={name} choices={choices} onChange={onChange} none={none} />
      ))}
      {now.bounds !== undefined && (
        <button type="button" onClick={() => onChange({ bounds: undefined })} className={chipClass(true)}>
          One place <X aria-label="Everywhere again" className="size-3.5" />
        </button>
      )}
    </>
  )
}

function Chip({
  name,
  choices,
  none,
  onChange,
}: {
  name: string
  choices: Choice[]
  none: Change
  onChange: (change: Change) => void
}) {
  const chosen = choices.filter(({ isOn }) => isOn)
  if (choices.length === 0) return null
  return (
    <Menu
      label={name}
      trigger={
        <button type="button" className={chipClass(chosen.length > 0)}>
          {chosen.length === 0 ? name : `${name}: ${chosen.map(({ label }) => label).join(', ')}`}
          <ChevronDown aria-hidden className="size-3.5 text-ink-faint" />
        </button>
      }
    >
      <MenuAction isChecked={chosen.length === 0} onSelect={() => onChange(none)}>
        Any
      </MenuAction>
      {choices.map(({ label, change, isOn }) => (
        <MenuAction key={label} isChecked={isOn} onSelect={() => onChange(change)}>
          {label}
        </MenuAction>
      ))}
    </Menu>
  )
}

function tagChoices(tags: readonly { id: string; name: string }[], { tagIds }: Narrowed): Choice[] {
  const on = tagIds?.split(',') ?? []
  return tags.map(({ id, name }) => {
    const isOn = on.includes(id)
    const next = isOn ? on.filter((one) => one !== id) : [...on, id]
    return { label: name, isOn, change: { tagIds: next.length === 0 ? undefined : next.join(',') } }
  })
}

function dateChoices({ from, to }: Narrowed): Choice[] {
  const today = new Date()
  const dayOf = (date: Date) =>
    `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, '0')}-${String(date.getDate()).padStart(2, '0')}`
  const ago = (days: number) => dayOf(new Date(today.getFullYear(), today.getMonth(), today.getDate() - days))
  const choice = (label: string, first: string, last: string): Choice => ({
    label,
    change: { from: first, to: last },
    isOn: from === first && to === last,
  })
  const years = Array.from({ length: YEARS_BACK }, (_, index) => String(today.getFullYear() - index))
  const choices = [
    choice('Today', dayOf(today), dayOf(today)),
    choice('Last 7 days', ago(6), dayOf(today)),
    choice('Last 30 days', ago(29), dayOf(today)),
    ...years.map((year) => choice(year, `${year}-01-01`, `${year}-12-31`)),
  ]
  if ((from === undefined && to === undefined) || choices.some(({ isOn }) => isOn)) return choices
  return [{ label: `${from ?? '…'} to ${to ?? '…'}`, change: { from, to }, isOn: true }, ...choices]
}

const personChoices = (people: readonly Person[], { createdBy }: Narrowed): Choice[] =>
  people.map(({ id, name }) => ({ label: name, change: { createdBy: id }, isOn: createdBy === id }))

const cameraChoices = (cameras: readonly string[], { camera }: Narrowed): Choice[] =>
  [...new Set([...(camera === undefined ? [] : [camera]), ...cameras])].map((one) => ({
    label: one,
    change: { camera: one },
    isOn: camera === one,
  }))

const sizeChoices = ({ sizeFrom, sizeTo }: Narrowed): Choice[] =>
  SIZES.map(({ label, ...change }) => ({
    label,
    change,
    isOn: (sizeFrom !== undefined || sizeTo !== undefined) && sizeFrom === change.sizeFrom && sizeTo === change.sizeTo,
  }))

const shapeChoices = ({ sideFrom, orientation }: Narrowed): Choice[] => [
  ...Object.entries(WAYS).map(([way, label]) => ({
    label,
    change: { orientation: way as keyof typeof WAYS },
    isOn: orientation === way,
  })),
  ...SIDES.map(({ label, ...change }) => ({ label, change, isOn: sideFrom === change.sideFrom })),
]

const colourChoices = ({ colour }: Narrowed): Choice[] =>
  colours.map((name) => ({
    label: `${name.charAt(0).toUpperCase()}${name.slice(1)}`,
    change: { colour: name },
    isOn: colour === name,
  }))

type FilterChipsProps = { organizationId: string; now: Narrowed; onChange: (change: Change) => void }
