import type { Kind } from '@trove/contract/media-types'
import { Grid3x3, LayoutGrid, List } from 'lucide-react'
import type { ReactNode } from 'react'
import { kindNames, type Layout } from '../files/index.ts'
import { cx } from '../lib/cx.ts'
import { useIsPhone } from '../lib/screen.ts'
import { IconButton } from '../ui/IconButton.tsx'
import { Menu, MenuAction } from '../ui/Menu.tsx'
import { Segmented } from '../ui/Segmented.tsx'
import { Count, DetailsButton } from './BarEnd.tsx'
import type { FilesSearch, SetFilesSearch } from './place.ts'

const SHOWN: readonly Kind[] = ['image', 'video', 'audio', 'document', 'text', 'design', 'archive', 'other']

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
      <div
        role="group"
        aria-label="Type of file"
        className="flex min-w-0 flex-1 items-center gap-1 overflow-x-auto pr-6 [mask-image:linear-gradient(to_right,black_calc(100%-1.5rem),transparent)] [scrollbar-width:none]"
      >
        {hasKinds &&
          [undefined, ...SHOWN].map((kind) => (
            <button
              key={kind ?? 'all'}
              type="button"
              aria-pressed={search.kind === kind}
              onClick={() => setSearch({ kind, at: undefined })}
              className={cx(
                'h-7 shrink-0 rounded-full px-2.5 text-sm pointer-coarse:h-9 pointer-coarse:px-3 whitespace-nowrap transition-colors',
                search.kind === kind ? 'bg-active font-medium text-ink' : 'text-ink-soft hover:bg-hover hover:text-ink',
              )}
            >
              {kind === undefined ? 'All' : kindNames[kind]}
            </button>
          ))}
        {more}
      </div>
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
