import { CAPTION_LENGTH, type Picture } from '@trove/contract/timeline-events'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { caption } from './deeds.ts'

/** What is written beside a picture; written where it stands. */
export function Caption({ eventId, picture, mayChange }: { eventId: string; picture: Picture; mayChange: boolean }) {
  const queries = useQueryClient()
  const { file } = picture
  const [words, setWords] = useState(picture.caption)
  // Undo, or somebody else, has written it meanwhile.
  const [known, setKnown] = useState(picture.caption)
  if (known !== picture.caption) {
    setKnown(picture.caption)
    setWords(picture.caption)
  }
  if (!mayChange)
    return picture.caption === '' ? null : (
      <p className="mt-2 text-sm break-words whitespace-pre-wrap">{picture.caption}</p>
    )
  const save = () => {
    const trimmed = words.trim()
    if (trimmed !== picture.caption) void caption(queries, eventId, { fileId: file.id, words: trimmed })
  }
  return (
    <textarea
      aria-label={`Caption of ${file.name}`}
      placeholder="Add a caption"
      rows={1}
      maxLength={CAPTION_LENGTH}
      value={words}
      draggable
      onDragStart={(drag) => {
        // Words are marked with the mouse, not dragged with their picture.
        drag.preventDefault()
        drag.stopPropagation()
      }}
      onChange={({ target }) => setWords(target.value)}
      onBlur={save}
      onKeyDown={(key) => {
        if (key.key === 'Enter' && !key.shiftKey) {
          // It is kept, and the keyboard stays: Tab goes on to the next picture.
          key.preventDefault()
          save()
        }
        if (key.key === 'Escape') setWords(picture.caption)
      }}
      className="mt-1.5 field-sizing-content w-full resize-none rounded-md border border-transparent bg-transparent px-1.5 py-1 text-sm transition-colors placeholder:text-ink-soft hover:border-line focus:border-line-strong focus:bg-surface"
    />
  )
}
