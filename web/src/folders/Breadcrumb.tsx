import { ChevronRight } from 'lucide-react'
import { Fragment } from 'react'
import { cx } from '../lib/cx.ts'
import { useIsPhone } from '../lib/screen.ts'
import { useDropPlace } from './dragging.ts'
import { linkTo, type FolderLinks } from './links.ts'
import type { Target } from './model.ts'

/** Deeper ways leave out their middle. */
const SHOWN = 3

/** Where one is among folders, and the way back. What is dragged can be put on any part of it. */
export function Breadcrumb({ path, links }: { path: readonly Target[]; links: FolderLinks }) {
  const isPhone = useIsPhone()
  const above = path.slice(0, -1)
  const here = path.at(-1)
  const shown = isPhone ? above.slice(-1) : above.length > SHOWN ? above.slice(-SHOWN + 1) : above
  const top = { id: undefined, name: 'Folders' }
  if (here === undefined) return <h1 className="truncate text-base font-semibold">Folders</h1>
  return (
    <nav aria-label="The way here" className="flex min-w-0 items-center gap-0.5 text-base">
      {(!isPhone || above.length === 0) && <Crumb target={top} links={links} />}
      {!isPhone && shown.length < above.length && (
        <Fragment>
          <Separator />
          <span className="px-1 text-ink-faint" title={above.map(({ name }) => name).join(' › ')}>
            …
          </span>
        </Fragment>
      )}
      {shown.map((target, i) => (
        <Fragment key={target.id}>
          {!(isPhone && i === 0) && <Separator />}
          <Crumb target={target} links={links} />
        </Fragment>
      ))}
      <Separator />
      <h1 className="min-w-8 truncate px-1 font-semibold">{here.name}</h1>
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
        'max-w-40 min-w-6 shrink truncate rounded-md px-1 py-0.5 transition-colors',
        isOver ? 'bg-accent-soft text-accent' : 'text-ink-soft hover:bg-hover hover:text-ink',
      )}
    >
      {target.name}
    </a>
  )
}

const Separator = () => <ChevronRight aria-hidden className="size-3.5 shrink-0 text-ink-faint" />
