import type { Kind } from '@trove/contract/media-types'
import { ChevronDown, Grid3x3, LayoutGrid, List } from 'lucide-react'
import type { ReactNode } from 'react'
import { kindNames, type Layout } from '../files/index.ts'
import { useIsPhone } from '../lib/screen.ts'
import { chipClass } from '../ui/chip.ts'
import { IconButton } from '../ui/IconButton.tsx'
import { Menu, MenuAction } from '../ui/Menu.tsx'
import { Segmented } from '../ui/Segmented.tsx'
import { Count, DetailsButton } from './BarEnd.tsx'
import { ChipStrip } from './ChipStrip.tsx'
import type { FilesSearch, SetFilesSearch } from './place.ts'

/** What people mostly look for has a chip of its own; the rest is one press further, so that the other filters are in sight. */
const SHOWN: readonly Kind[] = ['image', 'video', 'document']
const FURTHER: readonly Kind[] = ['audio', 'text', 'design', 'archive', 'other']

const VIEWS: readonly { value: Layout; label: string; icon: ReactNode }[] = [
  { value: 'grid', label: 'As they are', icon: <LayoutGrid /> },
  { value: 'square', label: 'Squares', icon: <Grid3x3 /> },
  { value: 'list', label: 'List', icon: <List /> },
]

/** Which files, and how they are shown. */
export function FilterBar({
  search,
  setSearch,
  count,
  hasKinds = true,
  more,
  tools,
}: {
  search: FilesSearch
  setSearch: SetFilesSearch
  count?: ReactNode
  hasKinds?: boolean
  /** Further ways to narrow down, behind the types. */
  more?: ReactNode
  tools?: ReactNode
}) {
  const isPhone = useIsPhone()
  const view = search.view ?? 'grid'
  const show = (chosen: Layout) => setSearch({ view: chosen === 'grid' ? undefined : chosen }, { replace: true })
  return (
    <div className="flex h-11 shrink-0 items-center gap-3 pr-3 pl-4 max-sm:px-2">
      <ChipStrip label="Type of file">
        {hasKinds &&
          [undefined, ...SHOWN].map((kind) => (
            <button
              key={kind ?? 'all'}
              type="button"
              aria-pressed={search.kind === kind}
              onClick={() => setSearch({ kind, at: undefined })}
              className={chipClass(search.kind === kind)}
            >
              {kind === undefined ? 'All' : kindNames[kind]}
            </button>
          ))}
        {hasKinds && <FurtherKinds kind={search.kind} onKind={(kind) => setSearch({ kind, at: undefined })} />}
        {more}
      </ChipStrip>
      {count !== undefined && <Count>{count}</Count>}
      {isPhone ? (
        <Menu label="View" trigger={<IconButton label="View" icon={VIEWS.find((one) => one.value === view)?.icon} />}>
          {VIEWS.map((one) => (
            <MenuAction key={one.value} icon={one.icon} isChecked={one.value === view} onSelect={() => show(one.value)}>
              {one.label}
            </MenuAction>
          ))}
        </Menu>
      ) : (
        <Segmented<Layout> label="View" value={view} onChange={show} options={VIEWS} />
      )}
      {tools}
      <DetailsButton search={search} setSearch={setSearch} />
    </div>
  )
}

function FurtherKinds({ kind, onKind }: { kind: Kind | undefined; onKind: (kind: Kind | undefined) => void }) {
  const chosen = FURTHER.find((one) => one === kind)
  return (
    <Menu
      label="More types"
      trigger={
        <button type="button" className={chipClass(chosen !== undefined)}>
          {chosen === undefined ? 'More' : kindNames[chosen]}
          <span className="sr-only">{chosen === undefined && ' types'}</span>
          <ChevronDown aria-hidden className="size-3.5 text-ink-faint" />
        </button>
      }
    >
      {FURTHER.map((one) => (
        <MenuAction key={one} isChecked={one === kind} onSelect={() => onKind(one === kind ? undefined : one)}>
          {kindNames[one]}
        </MenuAction>
      ))}
    </Menu>
  )
}
