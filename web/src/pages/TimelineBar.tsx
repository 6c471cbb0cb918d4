import { timelineKinds } from '@trove/contract/timeline-words'
import { CalendarRange, CalendarSearch, GalleryVerticalEnd, Images, MapPinned } from 'lucide-react'
import type { ReactNode } from 'react'
import { levels, type Level } from '../files/happened/levels.ts'
import { kindNames } from '../files/index.ts'
import { useIsPhone } from '../lib/screen.ts'
import { chipClass } from '../ui/chip.ts'
import { IconButton } from '../ui/IconButton.tsx'
import { Menu, MenuAction } from '../ui/Menu.tsx'
import { Segmented } from '../ui/Segmented.tsx'
import { Count, DetailsButton } from './BarEnd.tsx'
import { ChipStrip } from './ChipStrip.tsx'
import type { SetTimelineSearch, Showing, TimelineSearch } from './timeline-search.ts'

const SHOWN: readonly { value: 'files' | Showing; label: string; icon: ReactNode }[] = [
  { value: 'files', label: 'Media', icon: <Images /> },
  { value: 'events', label: 'Events', icon: <GalleryVerticalEnd /> },
  { value: 'map', label: 'Map', icon: <MapPinned /> },
]

const LEVEL_NAMES: Record<Level, string> = { day: 'Day', month: 'Month', year: 'Year' }

/** What of the timeline is shown, and how much at once. */
export function TimelineBar({ search, setSearch, level, onLevel, onJump, count, more }: TimelineBarProps) {
  // Events are not chosen by what files are.
  const isOfFiles = search.show !== 'events'
  return (
    <div className="flex h-11 shrink-0 items-center gap-3 pr-3 pl-4 max-sm:gap-1.5 max-sm:px-2">
      <ChipStrip label="Which files">
        {isOfFiles &&
          [undefined, ...timelineKinds].map((kind) => (
            <Chip key={kind ?? 'all'} isOn={search.kind === kind} onPress={() => setSearch({ kind, at: undefined })}>
              {kind === undefined ? 'All' : kindNames[kind]}
            </Chip>
          ))}
        {isOfFiles && more}
      </ChipStrip>
      {isOfFiles && count !== undefined && <Count>{count}</Count>}
      <Segmented<'files' | Showing>
        label="What is shown"
        value={search.show ?? 'files'}
        onChange={(show) => setSearch({ show: show === 'files' ? undefined : show })}
        options={SHOWN}
      />
      {onJump !== undefined && search.show === undefined && (
        <IconButton label="Go to a date" keys="g" icon={<CalendarSearch />} onClick={onJump} />
      )}
      {search.show === undefined && <Levels level={level} onLevel={onLevel} />}
      <DetailsButton search={search} setSearch={setSearch} />
    </div>
  )
}

/** On a phone there is no room for all of them side by side. */
function Levels({ level, onLevel }: Pick<TimelineBarProps, 'level' | 'onLevel'>) {
  const isPhone = useIsPhone()
  if (isPhone) {
    return (
      <Menu label="What stands together" trigger={<IconButton label="Day, month or year" icon={<CalendarRange />} />}>
        {levels.map((one) => (
          <MenuAction key={one} isChecked={one === level} onSelect={() => onLevel(one)}>
            {LEVEL_NAMES[one]}
          </MenuAction>
        ))}
      </Menu>
    )
  }
  return (
    <Segmented<Level>
      label="What stands together"
      value={level}
      onChange={onLevel}
      options={levels.map((value) => ({ value, label: LEVEL_NAMES[value] }))}
    />
  )
}

function Chip({ isOn, onPress, children }: { isOn: boolean; onPress: () => void; children: ReactNode }) {
  return (
    <button type="button" aria-pressed={isOn} onClick={onPress} className={chipClass(isOn)}>
      {children}
    </button>
  )
}

type TimelineBarProps = {
  search: TimelineSearch
  setSearch: SetTimelineSearch
  level: Level
  onLevel: (level: Level) => void
  onJump: (() => void) | undefined
  count: ReactNode
  more?: ReactNode
}
