import { useInfiniteQuery } from '@tanstack/react-query'
import { ChevronRight, Folder as FolderIcon, Library } from 'lucide-react'
import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { cx } from '../lib/cx.ts'
import { sentenceOf } from '../lib/api.ts'
import { mayMove, type Load, type Target } from './model.ts'
import { foldersQuery } from './queries.ts'

const INDENT_PIXELS = 20

/** Folders within folders, asked for as they are opened. Arrows move, right opens, left closes, Enter chooses. */
export function FolderTree({ load, isTopOpen, target, onTarget, onConfirm }: FolderTreeProps) {
  const tree = useRef<HTMLDivElement>(null)
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set())
  const toggle = (id: string, isOpen: boolean) =>
    setOpen((now) => (isOpen ? new Set([...now, id]) : new Set([...now].filter((one) => one !== id))))
  useEffect(() => rowsOf(tree.current)[0]?.focus(), [])

  const press = (event: KeyboardEvent) => {
    const rows = rowsOf(tree.current)
    const row = rows.find((one) => one === document.activeElement)
    const id = row?.dataset['id']
    if (row === undefined || id === undefined) return
    const index = rows.indexOf(row)
    switch (event.key) {
      case 'ArrowDown':
        rows[index + 1]?.focus()
        break
      case 'ArrowUp':
        rows[index - 1]?.focus()
        break
      case 'Home':
        rows[0]?.focus()
        break
      case 'End':
        rows.at(-1)?.focus()
        break
      case 'ArrowRight':
        if (id !== TOP && !open.has(id)) toggle(id, true)
        else rows[index + 1]?.focus()
        break
      case 'ArrowLeft':
        if (open.has(id)) toggle(id, false)
        else parentRow(rows, index)?.focus()
        break
      default:
        return
    }
    event.preventDefault()
  }
  const top = { id: undefined, name: 'the top' }
  return (
    <div
      ref={tree}
      role="tree"
      aria-label="Where to"
      onKeyDown={press}
      className="max-h-[46dvh] min-h-48 overflow-y-auto rounded-md border border-line bg-canvas p-1"
    >
      <Row
        id={TOP}
        level={1}
        name="At the top, in no folder"
        isChosen={target !== undefined && target.id === undefined}
        mayBeChosen={isTopOpen && mayMove(load, top)}
        onChoose={() => onTarget(top)}
        onConfirm={() => onConfirm(top)}
      />
      <Branch
        parentId={undefined}
        level={1}
        load={load}
        open={open}
        target={target}
        onToggle={toggle}
        onTarget={onTarget}
        onConfirm={onConfirm}
      />
    </div>
  )
}

const TOP = 'top'

function Branch(props: BranchProps) {
  const { parentId, level, load, open, target, onToggle, onTarget, onConfirm } = props
  const { data, error, hasNextPage, fetchNextPage, isPending } = useInfiniteQuery(
    foldersQuery({ organizationId: load.organizationId, parentId }),
  )
  useEffect(() => {
    if (hasNextPage) void fetchNextPage()
  }, [hasNextPage, fetchNextPage])
  const indent = { paddingLeft: 12 + level * INDENT_PIXELS }
  if (error !== null) {
    return (
      <p className="py-1.5 text-sm text-danger" style={indent}>
        {sentenceOf(error)}
      </p>
    )
  }
  if (isPending) {
    return (
      <p role="status" className="py-1.5 text-sm text-ink-faint" style={indent}>
        Looking …
      </p>
    )
  }
  return data.map((folder) => {
    const isMoved = load.folders.some((one) => one.id === folder.id)
    const isOpen = open.has(folder.id) && !isMoved
    return (
      <div key={folder.id} role="none">
        <Row
          id={folder.id}
          level={level}
          name={folder.name}
          isChosen={target?.id === folder.id}
          mayBeChosen={folder.rights.includes('write') && mayMove(load, folder)}
          isOpen={isMoved ? undefined : isOpen}
          onToggle={() => onToggle(folder.id, !isOpen)}
          onChoose={() => onTarget({ id: folder.id, name: folder.name })}
          onConfirm={() => onConfirm({ id: folder.id, name: folder.name })}
        />
        {isOpen && <Branch {...props} parentId={folder.id} level={level + 1} />}
      </div>
    )
  })
}

function Row({ id, level, name, isChosen, mayBeChosen, isOpen, onToggle, onChoose, onConfirm }: RowProps) {
  const Icon = id === TOP ? Library : FolderIcon
  const choose = () => {
    if (mayBeChosen) onChoose()
    else onToggle?.()
  }
  return (
    <div
      role="treeitem"
      data-id={id}
      data-level={level}
      aria-level={level}
      aria-selected={isChosen}
      aria-expanded={isOpen}
      aria-disabled={!mayBeChosen || undefined}
      tabIndex={id === TOP || isChosen ? 0 : -1}
      onClick={choose}
      onDoubleClick={() => mayBeChosen && onConfirm()}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return
        event.preventDefault()
        if (event.key === 'Enter' && isChosen) onConfirm()
        else choose()
      }}
      style={{ paddingLeft: 4 + (level - 1) * INDENT_PIXELS }}
      className={cx(
        'touchable flex h-8 cursor-default items-center gap-1.5 rounded-md pr-2 text-sm -outline-offset-2 select-none',
        isChosen ? 'bg-accent-soft font-medium text-accent' : 'hover:bg-hover',
        !mayBeChosen && 'text-ink-faint',
      )}
    >
      <span
        aria-hidden
        onClick={(event) => {
          event.stopPropagation()
          onToggle?.()
        }}
        className="flex size-5 shrink-0 items-center justify-center rounded-xs hover:bg-active"
      >
        {isOpen !== undefined && (
          <ChevronRight className={cx('size-3.5 transition-transform', isOpen && 'rotate-90')} />
        )}
      </span>
      <Icon aria-hidden className="size-4 shrink-0" />
      <span className="min-w-0 truncate">{name}</span>
    </div>
  )
}

const rowsOf = (tree: HTMLElement | null) => [...(tree?.querySelectorAll<HTMLElement>('[role=treeitem]') ?? [])]

function parentRow(rows: readonly HTMLElement[], index: number): HTMLElement | undefined {
  const level = Number(rows[index]?.dataset['level'])
  return rows.slice(0, index).findLast((row) => Number(row.dataset['level']) < level)
}

type FolderTreeProps = {
  load: Load
  isTopOpen: boolean
  target: Target | undefined
  onTarget: (target: Target) => void
  onConfirm: (target: Target) => void
}

type BranchProps = Omit<FolderTreeProps, 'isTopOpen'> & {
  parentId: string | undefined
  level: number
  open: ReadonlySet<string>
  onToggle: (id: string, isOpen: boolean) => void
}

type RowProps = {
  id: string
  level: number
  name: string
  isChosen: boolean
  mayBeChosen: boolean
  /** Undefined for what cannot be opened. */
  isOpen?: boolean | undefined
  onToggle?: () => void
  onChoose: () => void
  onConfirm: () => void
}
