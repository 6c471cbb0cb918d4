import type { FileChange } from '@trove/contract/file-changes'
import type { File, FileDetails } from '@trove/contract/files'
import { useQueryClient } from '@tanstack/react-query'
import { Pencil, TextCursorInput } from 'lucide-react'
import { useState, type FormEvent } from 'react'
import { Button } from '../../ui/Button.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { TextArea } from '../../ui/TextArea.tsx'
import { change, type Shown } from './changing.ts'
import { formatHappened } from './happened-text.ts'
import { HappenedForm } from './HappenedForm.tsx'
import { TagField, Token } from './TagField.tsx'
import { withTags } from './tags.ts'

type Props = { file: File; details: FileDetails | undefined }

/** What people say of a file beside what it says itself: kept beside the original, never written into it. */
export function Organizing({ file, details }: Props) {
  const mayWrite = file.rights.includes('write') && file.trashedAt === undefined
  const has = file.tags !== undefined || details?.description !== undefined
  if (!mayWrite && !has) return null
  return (
    <section aria-label="About" className="flex flex-col gap-3">
      {details !== undefined && <Description key={file.id} file={details} mayWrite={mayWrite} />}
      <Tags file={file} mayWrite={mayWrite} />
    </section>
  )
}

function useChange(file: File) {
  const queries = useQueryClient()
  return (wanted: FileChange, shown: Shown) =>
    void change(queries, { organizationId: file.organizationId, selections: [{ fileIds: [file.id] }] }, wanted, shown)
}

const MOST_LETTERS = 10_000

function Description({ file, mayWrite }: { file: FileDetails; mayWrite: boolean }) {
  const queries = useQueryClient()
  const run = useChange(file)
  const [draft, setDraft] = useState<string>()
  const present = file.description ?? ''
  const save = () => {
    setDraft(undefined)
    if (draft === undefined || draft === present) return
    queries.setQueryData<FileDetails>(['file', file.id], (known) => known && { ...known, description: draft })
    run({ kind: 'description', description: draft }, { done: () => 'Description saved' })
  }
  if (draft !== undefined)
    return (
      <form
        className="flex flex-col gap-2"
        onSubmit={(event: FormEvent) => {
          event.preventDefault()
          save()
        }}
      >
        <TextArea
          label="Description"
          rows={4}
          autoFocus
          value={draft}
          maxLength={MOST_LETTERS}
          hint="Kept beside the file; the original is not changed."
          onChange={(event) => setDraft(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') {
              event.stopPropagation()
              setDraft(undefined)
            } else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) save()
          }}
        />
        <div className="flex justify-end gap-2">
          <Button size="small" tone="quiet" onClick={() => setDraft(undefined)}>
            Cancel
          </Button>
          <Button size="small" tone="primary" type="submit">
            Save
          </Button>
        </div>
      </form>
    )
  if (present === '')
    return mayWrite ? (
      <Button
        size="small"
        tone="quiet"
        className="-ml-2 self-start"
        icon={<TextCursorInput className="size-3.5" />}
        onClick={() => setDraft('')}
      >
        Add a description
      </Button>
    ) : null
  return (
    <div className="flex items-start gap-2">
      <p className="min-w-0 flex-1 text-sm break-words whitespace-pre-wrap">{present}</p>
      {mayWrite && (
        <IconButton label="Edit the description" icon={<Pencil />} size="small" onClick={() => setDraft(present)} />
      )}
    </div>
  )
}

function Tags({ file, mayWrite }: { file: File; mayWrite: boolean }) {
  const run = useChange(file)
  const tags = file.tags ?? []
  if (!mayWrite)
    return tags.length === 0 ? null : (
      <div role="group" aria-label="Tags" className="flex flex-wrap gap-1">
        {tags.map((tag) => (
          <Token key={tag.id} tag={tag} />
        ))}
      </div>
    )
  return (
    <TagField
      organizationId={file.organizationId}
      label="Tags"
      tags={tags}
      mayMake
      onAdd={(tag) =>
        run(
          { kind: 'tags', add: [tag.id] },
          { now: (one) => ({ tags: withTags(one.tags, [tag], []) }), done: () => `Tagged ${tag.name}` },
        )
      }
      onRemove={(tag) =>
        run(
          { kind: 'tags', remove: [tag.id] },
          { now: (one) => ({ tags: withTags(one.tags, [], [tag]) }), done: () => `No longer tagged ${tag.name}` },
        )
      }
    />
  )
}

const SOURCES = { camera: 'as the camera says', hand: 'said by hand', upload: 'when it was uploaded' } as const

/** When it happened, as a clock at the place showed it; a press corrects it. */
export function HappenedFact({ file }: { file: File }) {
  const run = useChange(file)
  const [isOpen, setOpen] = useState(false)
  const mayWrite = file.rights.includes('write') && file.trashedAt === undefined
  if (isOpen)
    return (
      <HappenedForm
        happenedAt={file.happenedAt}
        isByHand={file.happenedFrom === 'hand'}
        onClose={() => setOpen(false)}
        onDone={(happened) => {
          setOpen(false)
          const now = 'at' in happened ? () => ({ happenedAt: happened.at, happenedFrom: 'hand' as const }) : undefined
          run({ kind: 'happened', happened }, { ...(now && { now }), done: () => 'Date changed' })
        }}
      />
    )
  return (
    <span className="-my-1 flex items-center gap-1">
      <span className="min-w-0 flex-1">
        {formatHappened(file.happenedAt)}
        <span className="block text-xs text-ink-faint">{SOURCES[file.happenedFrom]}</span>
      </span>
      {mayWrite && <IconButton label="Change the date" icon={<Pencil />} size="small" onClick={() => setOpen(true)} />}
    </span>
  )
}
