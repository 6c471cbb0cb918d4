import { ChevronRight, Ellipsis, Folder } from 'lucide-react'
import { Fragment } from 'react'
import { cx } from '../lib/cx.ts'
import { useIsPhone } from '../lib/screen.ts'
import { IconButton } from '../ui/IconButton.tsx'
import { Menu, MenuAction } from '../ui/Menu.tsx'
import { useDropPlace } from './dragging.ts'
import { linkTo, type FolderLinks } from './links.ts'
import type { Target } from './model.ts'

/** Deeper ways keep their last part, and the rest behind a button. */
const SHOWN = 2

/** Where one is among folders, and the way back. What is dragged can be put on any part of it. */
export function Breadcrumb({ path, links }: { path: readonly Target[]; links: FolderLinks }) {
  const isPhone = useIsPhone()
  const above = path.slice(0, -1)
  const here = path.at(-1)
  const shown = above.slice(isPhone || above.length > SHOWN ? -1 : 0)
  const hidden = above.slice(0, above.length - shown.length)
  const top = { id: undefined, name: 'Folders' }
  if (here === undefined) return <h1 className="truncate text-base font-semibold">Folders</h1>
  return (
    <nav aria-label="The way here" className="flex min-w-0 items-center gap-0.5 text-base">
      {(!isPhone || above.length === 0) && <Crumb target={top} links={links} />}
      {!isPhone && hidden.length > 0 && (
        <Fragment>
          <Separator />
          <Menu
            label="Folders between"
            align="start"
            trigger={<IconButton label="Folders between" icon={<Ellipsis />} size="small" />}
          >
            {hidden.map((target) => (
              <MenuAction key={target.id} icon={<Folder />} onSelect={() => links.go(target.id)}>
                {target.name}
              </MenuAction>
            ))}
          </Menu>
        </Fragment>
      )}
      {shown.map((target, i) => (
        <Fragment key={target.id}>
          {!(isPhone && i === 0) && <Separator />}
          <Crumb target={target} links={links} />
        </Fragment>
      ))}
      <Separator />
      <h1 className="min-w-12 truncate px-1 font-semibold" title={here.name}>
        {here.name}
      </h1>
    </nav>
  )
}

function Crumb({ target, links }: { target: Target; links: FolderLinks }) {
  const { isOver, handlers } = useDropPlace(target, true)
  return (
    <a
      {...linkTo(links, target.id)}
      {...handlers}
      className={cx(
        'max-w-40 min-w-8 truncate rounded-md px-1 py-0.5 transition-colors',
        target.id === undefined && 'shrink-0',
        isOver ? 'bg-accent-soft text-accent' : 'text-ink-soft hover:bg-hover hover:text-ink',
      )}
    >
      {target.name}
    </a>
  )
}

const Separator = () => <ChevronRight aria-hidden className="size-3.5 shrink-0 text-ink-faint" />
