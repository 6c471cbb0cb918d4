import type { File } from '@trove/contract/files'
import { Check, Ellipsis, Play, ShieldAlert, ShieldQuestion, TriangleAlert } from 'lucide-react'
import { lazy, memo, Suspense, useState, type MouseEvent } from 'react'
import { cx } from '../lib/cx.ts'
import { formatDuration } from '../lib/format.ts'
import { damageSentence } from '../lib/keeping.ts'
import { scanMark } from '../lib/scan.ts'
import { Badge } from '../ui/Badge.tsx'
import type { CellProps } from './cell.ts'
import { FilePicture } from './FilePicture.tsx'
import { typeName } from './kinds.ts'
import { useCell } from './useCell.ts'

/** Few hover over a video, so what they need comes with the first who does. */
const HoverFrames = lazy(async () => ({ default: (await import('./HoverFrames.tsx')).HoverFrames }))

/** A file in the grid. */
export const FileTile = memo(function FileTile(props: CellProps) {
  const { file, index, width, height, isChosen, isChoosing, hasFocus, onChoose, onMenu } = props
  const handlers = useCell(props)
  const hasPicture = file.variants.length > 0
  return (
    <div
      role="gridcell"
      data-index={index}
      tabIndex={hasFocus ? 0 : -1}
      aria-selected={isChosen}
      {...handlers}
      className="group relative block size-full cursor-default outline-none select-none"
    >
      <span className="sr-only">{describe(file)}</span>
      <span
        aria-hidden
        className={cx(
          'absolute transition-[inset] duration-100',
          isChosen ? 'inset-2' : 'inset-0',
          'overflow-hidden rounded-xs',
        )}
      >
        <FilePicture file={file} width={width} height={height} />
        <Hovered file={file} width={width} height={height} />
        {hasPicture && <Name name={file.name} />}
        <Marks file={file} width={width} />
      </span>
      <span
        aria-hidden
        className={cx(
          'pointer-events-none absolute inset-0 rounded-xs',
          // A white page must not melt into a white ground.
          isChosen ? 'ring-2 ring-accent ring-inset' : 'ring-1 ring-ink/7 ring-inset',
          'group-focus-visible:ring-3 group-focus-visible:ring-accent group-focus-visible:ring-inset group-focus-visible:outline-2 group-focus-visible:-outline-offset-5 group-focus-visible:outline-canvas',
        )}
      />
      <CheckMark
        isChosen={isChosen}
        isShown={isChoosing}
        onPress={(event) => {
          event.stopPropagation()
          onChoose(index, event)
        }}
      />
      {!isChoosing && (
        <span className="absolute top-1 right-1">
          <MoreMark isOverMedia onPress={(at) => onMenu(index, at)} />
        </span>
      )}
    </div>
  )
})

/** Shows where in a video the pointer is. Nothing is fetched before somebody points at it. */
function Hovered({ file, width, height }: Pick<CellProps, 'file' | 'width' | 'height'>) {
  const [share, setShare] = useState<number>()
  if (!file.variants.some(({ name }) => name === 'sheet')) return null
  return (
    <span
      className="absolute inset-0 block pointer-coarse:hidden"
      onPointerMove={({ currentTarget, clientX }) => {
        const box = currentTarget.getBoundingClientRect()
        setShare((clientX - box.left) / box.width)
      }}
      onPointerLeave={() => setShare(undefined)}
    >
      {share !== undefined && (
        <Suspense fallback={null}>
          <HoverFrames file={file} share={share} width={width} height={height} />
        </Suspense>
      )}
    </span>
  )
}

function describe(file: File): string {
  const mark = scanMark(file.scan)?.name.toLowerCase() ?? (file.damage === undefined ? undefined : 'damaged')
  const processing = file.status === 'failed' ? ', cannot be shown' : file.status === 'ready' ? '' : ', being processed'
  const state = mark === undefined ? processing : `, ${mark}`
  const length = file.durationMs === undefined ? '' : `, ${formatDuration(file.durationMs)}`
  return `${file.name}, ${typeName(file)}${length}${state}`
}

function Name({ name }: { name: string }) {
  return (
    <span className="pointer-events-none absolute inset-x-0 bottom-0 hidden bg-linear-to-t from-black/70 to-transparent px-2 pt-6 pb-1.5 text-xs text-white group-hover:block group-focus-visible:block pointer-coarse:hidden">
      <span className="block truncate pr-12">{name}</span>
    </span>
  )
}

/** Where a tile is narrower, its mark is a sign alone; what it means is in its title, and read aloud with the name. */
const WORDS_FROM_PIXELS = 112

function Marks({ file, width }: { file: File; width: number }) {
  const hasRoom = width >= WORDS_FROM_PIXELS
  const mark = scanMark(file.scan)
  if (mark !== undefined) {
    return (
      <span className="absolute top-1.5 right-1.5 group-hover:right-9 group-focus-visible:right-9">
        <Badge tone={mark.tone}>
          {file.scan?.status === 'infected' ? (
            <ShieldAlert className="size-3" />
          ) : (
            <ShieldQuestion className="size-3" />
          )}
          {mark.name}
        </Badge>
      </span>
    )
  }
  if (file.damage !== undefined) {
    return (
      <span className="absolute top-1.5 right-1.5" title={damageSentence(file)}>
        <Badge tone="danger">
          <TriangleAlert className="size-3" /> {hasRoom && 'Damaged'}
        </Badge>
      </span>
    )
  }
  if (file.status === 'failed') {
    return (
      <span className="absolute top-1.5 right-1.5" title={file.failure}>
        <Badge tone="warning">
          <TriangleAlert className="size-3" /> {hasRoom && 'No preview'}
        </Badge>
      </span>
    )
  }
  if (file.kind !== 'video' || file.durationMs === undefined) return null
  return (
    <span className="absolute right-1.5 bottom-1.5">
      <Badge tone="over-media">
        <Play className="size-2.5 fill-current" /> {formatDuration(file.durationMs)}
      </Badge>
    </span>
  )
}

/** Shows that there is a menu; the keyboard has its own key for it, a finger rests. */
export function MoreMark({
  isOverMedia = false,
  onPress,
}: {
  isOverMedia?: boolean
  onPress: (at: { x: number; y: number }) => void
}) {
  return (
    <span
      aria-hidden
      onClick={(event) => {
        event.stopPropagation()
        onPress({ x: event.clientX, y: event.clientY })
      }}
      className={cx(
        'flex size-6 items-center justify-center rounded-xs opacity-0 group-hover:opacity-100 group-focus-visible:opacity-100 pointer-coarse:hidden',
        isOverMedia ? 'bg-black/45 text-white hover:bg-black/65' : 'text-ink-faint hover:bg-active hover:text-ink',
      )}
    >
      <Ellipsis className="size-4" />
    </span>
  )
}

/** A round mark in the corner; the keyboard has `x` for it, so it takes no stop of its own. */
export function CheckMark({
  isChosen,
  isShown,
  onPress,
}: {
  isChosen: boolean
  isShown: boolean
  onPress: (event: MouseEvent) => void
}) {
  return (
    <span
      aria-hidden
      onClick={onPress}
      className={cx(
        'absolute top-0 left-0 p-1.5',
        !isChosen &&
          !isShown &&
          'opacity-0 group-hover:opacity-100 group-focus-visible:opacity-100 pointer-coarse:hidden',
      )}
    >
      <span
        className={cx(
          'flex size-5 items-center justify-center rounded-full border-2 transition-colors',
          isChosen
            ? 'border-accent bg-accent text-on-accent'
            : 'border-white bg-black/30 text-transparent shadow-[0_0_2px_rgb(0_0_0/0.5)] hover:bg-black/50 hover:text-white',
        )}
      >
        <Check className="size-3" strokeWidth={3.5} />
      </span>
    </span>
  )
}
