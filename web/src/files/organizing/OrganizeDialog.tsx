import type { FileChange, HappenedChange } from '@trove/contract/file-changes'
import { useQueryClient } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { formatCount } from '../../lib/format.ts'
import { useStore } from '../../lib/store.ts'
import { AskDialog } from '../../ui/AskDialog.tsx'
import { inputClass } from '../../ui/Field.tsx'
import { Segmented } from '../../ui/Segmented.tsx'
import { TextArea } from '../../ui/TextArea.tsx'
import { selectionsOf } from '../chosen.ts'
import { filesOf } from '../deeds.ts'
import { fileFilterOf } from '../filter.ts'
import { change, type Shown } from './changing.ts'
import { instantOf, shiftWords, wallOf } from './happened-text.ts'
import { WallFields } from './HappenedForm.tsx'
import { organizing, type Asked } from './organizing.ts'
import { TagChoices, type TagChange } from './TagChoices.tsx'
import { tagsOfAll, withTags } from './tags.ts'
import { ZipDialog } from './ZipDialog.tsx'

/** Once, where files are: asks how the chosen files are to be changed. */
export function OrganizeDialog() {
  const asked = useStore(organizing)
  if (asked === undefined) return null
  switch (asked.deed) {
    case 'tags':
      return <TagsDialog asked={asked} />
    case 'description':
      return <DescriptionDialog asked={asked} />
    case 'happened':
      return <DateDialog asked={asked} />
    case 'download':
      return <ZipDialog {...zipOf(asked)} onClose={close} />
  }
}

const close = () => organizing.set(undefined)

function zipOf({ listing, chosen, count }: Asked) {
  const [selection] = selectionsOf(chosen, fileFilterOf(listing.filter))
  return { organizationId: listing.filter.organizationId, count, selection }
}

function useApply({ listing, chosen }: Asked) {
  const queries = useQueryClient()
  return (wanted: FileChange, shown: Shown) => {
    close()
    const { organizationId } = listing.filter
    const selections = selectionsOf(chosen, fileFilterOf(listing.filter))
    void change(queries, { organizationId, selections }, wanted, shown)
  }
}

function TagsDialog({ asked }: { asked: Asked }) {
  const { listing, chosen, count } = asked
  const apply = useApply(asked)
  const [tags, setTags] = useState<TagChange>({ added: [], removed: [] })
  const { added, removed } = tags
  const files = formatCount(count, 'file')
  const present = tagsOfAll(filesOf(listing, chosen))
  return (
    <AskDialog
      title={`Tag ${files}`}
      lead="Those that you may change; the others are passed over and told."
      canApply={added.length + removed.length > 0}
      apply="Apply"
      onApply={() =>
        apply(
          { kind: 'tags', add: added.map(({ id }) => id), remove: removed.map(({ id }) => id) },
          { now: (file) => ({ tags: withTags(file.tags, added, removed) }), done: (told) => `Tags of ${told} changed` },
        )
      }
      onClose={close}
    >
      <TagChoices organizationId={listing.filter.organizationId} present={present} change={tags} onChange={setTags} />
    </AskDialog>
  )
}

function DescriptionDialog({ asked }: { asked: Asked }) {
  const apply = useApply(asked)
  const [text, setText] = useState('')
  const files = formatCount(asked.count, 'file')
  return (
    <AskDialog
      title={`Describe ${files}`}
      lead="In place of what stands there. Kept beside the files; the originals are not changed."
      apply={text === '' ? 'Take descriptions away' : 'Describe'}
      onApply={() =>
        apply({ kind: 'description', description: text }, { done: (told) => `Description of ${told} changed` })
      }
      onClose={close}
    >
      <TextArea
        label="Description"
        rows={5}
        maxLength={10_000}
        autoFocus
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
    </AskDialog>
  )
}

type Way = 'shift' | 'set' | 'camera'
const WAYS: readonly { value: Way; label: string }[] = [
  { value: 'shift', label: 'Move' },
  { value: 'set', label: 'Set' },
  { value: 'camera', label: 'As the camera says' },
]

function DateDialog({ asked }: { asked: Asked }) {
  const { listing, chosen, count } = asked
  const apply = useApply(asked)
  const [first] = filesOf(listing, chosen)
  // The first of them that is here, else now.
  const [present] = useState(() => wallOf(first?.happenedAt ?? new Date().toISOString()))
  const [way, setWay] = useState<Way>('shift')
  const [wall, setWall] = useState(present.wall.slice(0, 16))
  const [offset, setOffset] = useState(present.offsetMinutes)
  const [shift, setShift] = useState({ hours: 1, minutes: 0, sign: 1 })
  const shiftMinutes = shift.sign * (shift.hours * 60 + shift.minutes)
  const happened: HappenedChange =
    way === 'set' ? { at: instantOf(wall, offset) } : way === 'shift' ? { shiftMinutes } : { from: 'camera' }
  return (
    <AskDialog
      title={`Date ${formatCount(count, 'file')}`}
      lead="When they happened, kept beside the files. The originals are not changed."
      canApply={(way !== 'set' || wall !== '') && (way !== 'shift' || shiftMinutes !== 0)}
      apply="Apply"
      onApply={() => apply({ kind: 'happened', happened }, { done: (told) => `Date of ${told} changed` })}
      onClose={close}
    >
      <div className="flex flex-col gap-4">
        <Segmented<Way> label="How" value={way} onChange={setWay} options={WAYS} />
        {way === 'set' && <WallFields wall={wall} offset={offset} onWall={setWall} onOffset={setOffset} />}
        {way === 'shift' && <ShiftFields shift={shift} onShift={setShift} minutes={shiftMinutes} />}
        {way === 'camera' && (
          <p className="text-sm text-ink-soft">
            Takes what was said by hand away again. Files that say nothing happened when they were uploaded.
          </p>
        )}
      </div>
    </AskDialog>
  )
}

type Shift = { hours: number; minutes: number; sign: number }
type ShiftFieldsProps = { shift: Shift; onShift: (shift: Shift) => void; minutes: number }

function ShiftFields({ shift, onShift, minutes }: ShiftFieldsProps) {
  const id = useId()
  const number = (name: 'hours' | 'minutes', most: number) => (
    <>
      <input
        id={`${id}-${name}`}
        type="number"
        min={0}
        max={most}
        value={shift[name]}
        onChange={({ target }) =>
          onShift({ ...shift, [name]: Math.min(most, Math.max(0, Math.round(Number(target.value)))) })
        }
        className={`${inputClass} w-20!`}
      />
      <label htmlFor={`${id}-${name}`} className="text-sm">
        {name}
      </label>
    </>
  )
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-2">
        {number('hours', 87_000)}
        {number('minutes', 59)}
        <label htmlFor={`${id}-sign`} className="sr-only">
          Direction
        </label>
        <select
          id={`${id}-sign`}
          value={shift.sign}
          onChange={(event) => onShift({ ...shift, sign: Number(event.target.value) })}
          className={`${inputClass} w-auto!`}
        >
          <option value={1}>later</option>
          <option value={-1}>earlier</option>
        </select>
      </div>
      <p className="text-sm text-ink-soft">
        {minutes === 0 ? 'By nothing: they stay.' : `Each happened ${shiftWords(minutes)} than it says.`}
      </p>
    </div>
  )
}
