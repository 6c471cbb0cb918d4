import { useEffect, useState, type DragEvent } from 'react'
import { useStore } from '../lib/store.ts'
import { mayMove, type Load, type Target } from './model.ts'
import { dragged } from './stores.ts'
import { nameOf, useFolderActions } from './useFolderActions.ts'

/** So that a drag of ours is told from one of files on the disk. */
const TYPE = 'application/x-trove'

/** Begins to drag; the pointer says how many. */
export function startDrag(event: DragEvent, load: Load): void {
  const { dataTransfer } = event
  dataTransfer.setData(TYPE, '')
  dataTransfer.effectAllowed = 'move'
  dragged.set(load)
  const flag = document.createElement('div')
  flag.textContent = nameOf(load)
  flag.className =
    'fixed -top-24 left-0 max-w-64 truncate rounded-md bg-accent px-3 py-1.5 text-sm font-medium text-on-accent'
  document.body.append(flag)
  dataTransfer.setDragImage(flag, -12, -8)
  setTimeout(() => flag.remove())
  addEventListener('dragend', () => dragged.set(undefined), { once: true })
}

/** Makes something a place to drop files and folders on. */
export function useDropPlace(target: Target, isOpen: boolean) {
  const load = useStore(dragged)
  const [isOver, setOver] = useState(false)
  const { move } = useFolderActions()
  const takes = isOpen && load !== undefined && mayMove(load, target)
  useEffect(() => {
    if (load === undefined) setOver(false)
  }, [load])
  const bring = (event: DragEvent) => {
    if (!takes) return
    event.preventDefault()
    event.dataTransfer.dropEffect = 'move'
    setOver(true)
  }
  return {
    isOver: isOver && takes,
    handlers: {
      onDragEnter: bring,
      onDragOver: bring,
      onDragLeave: () => setOver(false),
      onDrop(event: DragEvent) {
        if (!takes) return
        event.preventDefault()
        setOver(false)
        dragged.set(undefined)
        void move(load, target)
      },
    },
  }
}
