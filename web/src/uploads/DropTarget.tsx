import { Upload } from 'lucide-react'
import { useEffect, useState } from 'react'
import { gatherDrop, gatherPaste } from './gather.ts'
import { useUploads } from './UploadProvider.tsx'

/**
 * The whole place takes files: dropped, folders included, or pasted.
 *
 * @param to        where they go, as people call it: the name of the organization or of a folder
 * @param folderId  the folder; undefined for the top
 */
export function DropTarget({ to, folderId }: { to: string; folderId?: string | undefined }) {
  const { add } = useUploads()
  const [isOver, setOver] = useState(false)

  useEffect(() => {
    let depth = 0
    const bring = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true && !isAsking()
    const enter = (event: DragEvent) => {
      if (!bring(event)) return
      event.preventDefault()
      depth += 1
      setOver(true)
    }
    const over = (event: DragEvent) => {
      if (!bring(event)) return
      event.preventDefault()
      if (event.dataTransfer !== null) event.dataTransfer.dropEffect = 'copy'
    }
    const leave = () => {
      depth = Math.max(0, depth - 1)
      if (depth === 0) setOver(false)
    }
    const drop = (event: DragEvent) => {
      depth = 0
      setOver(false)
      if (!bring(event) || event.dataTransfer === null) return
      event.preventDefault()
      void gatherDrop(event.dataTransfer).then((picked) => add(picked, folderId))
    }
    const paste = (event: ClipboardEvent) => {
      const isTyping =
        event.target instanceof Element && event.target.closest('input, textarea, [contenteditable]') !== null
      const picked = event.clipboardData === null || isTyping || isAsking() ? [] : gatherPaste(event.clipboardData)
      if (picked.length > 0) add(picked, folderId)
    }
    addEventListener('dragenter', enter)
    addEventListener('dragover', over)
    addEventListener('dragleave', leave)
    addEventListener('drop', drop)
    addEventListener('paste', paste)
    return () => {
      removeEventListener('dragenter', enter)
      removeEventListener('dragover', over)
      removeEventListener('dragleave', leave)
      removeEventListener('drop', drop)
      removeEventListener('paste', paste)
    }
  }, [add, folderId])

  if (!isOver) return null
  return (
    <div aria-hidden className="pointer-events-none fixed inset-0 z-50 animate-appear bg-veil p-3">
      <div className="flex h-full flex-col items-center justify-center gap-3 rounded-lg border-2 border-dashed border-accent bg-canvas/85 text-center">
        <span className="flex size-14 items-center justify-center rounded-full bg-accent-soft text-accent">
          <Upload className="size-6" />
        </span>
        <p className="px-6 text-xl font-semibold text-balance">Drop to upload to {to}</p>
        <p className="text-base text-ink-soft">Files and whole folders</p>
      </div>
    </div>
  )
}

/** A dialog or the viewer is open: what is dropped on it was not meant for the place behind. */
const isAsking = () => document.querySelector('[role=dialog][data-state=open]:not([data-uploads])') !== null
