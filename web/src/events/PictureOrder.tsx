import type { Picture, TimelineEvent } from '@trove/contract/timeline-events'
import { useQueryClient } from '@tanstack/react-query'
import { GripVertical, X } from 'lucide-react'
import { useState, type DragEvent, type KeyboardEvent } from 'react'
import { cx } from '../lib/cx.ts'
import { IconButton } from '../ui/IconButton.tsx'
import { Menu, MenuAction } from '../ui/Menu.tsx'
import { Caption } from './Caption.tsx'
import { reorder, takeOut } from './deeds.ts'
import { Thumb } from './Thumb.tsx'

type OrderProps = {
  event: TimelineEvent
  pictures: readonly Picture[]
  onOpen: (fileId: string) => void
}

/** What a series shows, in its order: dragged, or moved with the arrow keys of each picture's handle. */
export function PictureOrder({ event, pictures, onOpen }: OrderProps) {
  const order = useOrder(event, pictures)
  const mayChange = event.rights.includes('write') && event.trashedAt === undefined
  return (
    <>
      <p id="order-help" className="sr-only">
        Arrow keys move this picture to another place; Home and End move it to the first or the last.
      </p>
      <p role="status" className="sr-only">
        {order.said}
      </p>
      <ol
        aria-label={`Pictures of ${event.title}`}
        className="grid grid-cols-1 gap-x-5 gap-y-7 sm:grid-cols-2 lg:grid-cols-3 2xl:grid-cols-4"
        onDragOver={(drag) => order.dragged !== undefined && drag.preventDefault()}
        onDrop={order.drop}
      >
        {pictures.map((picture, index) => (
          <PictureTile
            key={picture.file.id}
            event={event}
            picture={picture}
            place={{ index, count: pictures.length }}
            mayChange={mayChange}
            order={order}
            before={pictures[index - 1]?.file.id ?? null}
            onOpen={onOpen}
          />
        ))}
      </ol>
    </>
  )
}

type Order = ReturnType<typeof useOrder>

function useOrder(event: TimelineEvent, pictures: readonly Picture[]) {
  const queries = useQueryClient()
  const [dragged, setDragged] = useState<string | undefined>(undefined)
  const [gap, setGap] = useState<number | undefined>(undefined)
  const [said, say] = useState('')

  function place(fileId: string, to: number): void {
    const from = pictures.findIndex(({ file }) => file.id === fileId)
    const target = Math.max(0, Math.min(pictures.length - 1, to))
    if (from === -1 || target === from) return
    const others = pictures.filter(({ file }) => file.id !== fileId)
    const afterFileId = others[target - 1]?.file.id ?? null
    void reorder(queries, event.id, { fileId, afterFileId })
    say(`${pictures[from]?.file.name ?? 'The picture'} is now ${target + 1} of ${pictures.length}`)
  }

  function drop(drag: DragEvent): void {
    drag.preventDefault()
    const from = pictures.findIndex(({ file }) => file.id === dragged)
    if (dragged !== undefined && gap !== undefined) place(dragged, gap > from ? gap - 1 : gap)
    setDragged(undefined)
    setGap(undefined)
  }

  return { dragged, setDragged, gap, setGap, place, drop, said }
}

type TileProps = {
  event: TimelineEvent
  picture: Picture
  place: { index: number; count: number }
  mayChange: boolean
  order: Order
  before: string | null
  onOpen: (fileId: string) => void
}

function PictureTile({ event, picture, place: { index, count }, mayChange, order, before, onOpen }: TileProps) {
  const queries = useQueryClient()
  const { file } = picture
  const isOrdered = mayChange && event.kind === 'series' && count > 1
  const onDragOver = (drag: DragEvent<HTMLElement>) => {
    if (order.dragged === undefined) return
    drag.preventDefault()
    const { left, width } = drag.currentTarget.getBoundingClientRect()
    order.setGap(drag.clientX < left + width / 2 ? index : index + 1)
  }
  const mark =
    order.dragged === undefined
      ? undefined
      : order.gap === index
        ? 'before'
        : order.gap === index + 1
          ? 'after'
          : undefined
  return (
    <li
      className={cx('group relative min-w-0', order.dragged === file.id && 'opacity-45')}
      onDragOver={onDragOver}
      {...(isOrdered && {
        draggable: true,
        onDragStart: (drag: DragEvent) => {
          drag.dataTransfer.effectAllowed = 'move'
          drag.dataTransfer.setData('text/plain', file.name)
          order.setDragged(file.id)
        },
        onDragEnd: () => {
          order.setDragged(undefined)
          order.setGap(undefined)
        },
      })}
    >
      {mark !== undefined && (
        <span
          aria-hidden
          className={cx('absolute inset-y-0 w-1 rounded-full bg-accent', mark === 'before' ? '-left-3' : '-right-3')}
        />
      )}
      <div className="relative aspect-[4/3] overflow-hidden rounded-lg bg-hover">
        <button
          type="button"
          data-picture={file.id}
          aria-label={`Open ${file.name}${picture.caption === '' ? '' : `: ${picture.caption}`}`}
          className="absolute inset-0 rounded-lg -outline-offset-2"
          onClick={() => onOpen(file.id)}
        >
          <Thumb file={file} size="large" />
        </button>
        {event.kind === 'series' && (
          <span
            aria-hidden
            className="tabular pointer-events-none absolute bottom-2 left-2 rounded-md bg-black/65 px-1.5 py-0.5 text-xs text-white"
          >
            {index + 1}
          </span>
        )}
        {mayChange && (
          <span className="absolute top-2 right-2 flex gap-1 rounded-md bg-surface/90 opacity-0 transition-opacity group-focus-within:opacity-100 group-hover:opacity-100 pointer-coarse:opacity-100">
            {isOrdered && <Handle fileId={file.id} name={file.name} index={index} count={count} order={order} />}
            <IconButton
              label={`Take ${file.name} out`}
              icon={<X />}
              size="small"
              onClick={() => void takeOut(queries, event, { picture, afterFileId: before })}
            />
          </span>
        )}
      </div>
      <Caption eventId={event.id} picture={picture} mayChange={mayChange} />
    </li>
  )
}

const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }

function Handle({
  fileId,
  name,
  index,
  count,
  order,
}: {
  fileId: string
  name: string
  index: number
  count: number
  order: Order
}) {
  const onKeyDown = (key: KeyboardEvent) => {
    const to = key.key === 'Home' ? 0 : key.key === 'End' ? count - 1 : index + (STEPS[key.key] ?? 0)
    if (to === index && STEPS[key.key] === undefined) return
    key.preventDefault()
    key.stopPropagation()
    order.place(fileId, to)
    // What is moved in the page loses the keyboard on the way.
    requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-handle="${fileId}"]`)?.focus())
  }
  const last = count - 1
  return (
    <Menu
      label={`Move ${name}`}
      trigger={
        <IconButton
          label={`Move ${name}, ${index + 1} of ${count}`}
          icon={<GripVertical />}
          size="small"
          aria-describedby="order-help"
          data-handle={fileId}
          className="cursor-grab"
          onKeyDown={onKeyDown}
        />
      }
    >
      <MenuAction disabled={index === 0} onSelect={() => order.place(fileId, 0)}>
        To the beginning
      </MenuAction>
      <MenuAction disabled={index === 0} onSelect={() => order.place(fileId, index - 1)}>
        Earlier
      </MenuAction>
      <MenuAction disabled={index === last} onSelect={() => order.place(fileId, index + 1)}>
        Later
      </MenuAction>
      <MenuAction disabled={index === last} onSelect={() => order.place(fileId, last)}>
        To the end
      </MenuAction>
    </Menu>
  )
}
