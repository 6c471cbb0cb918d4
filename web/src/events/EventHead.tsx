import { EVENT_TEXT_LENGTH, EVENT_TITLE_LENGTH, type TimelineEvent } from '@trove/contract/timeline-events'
import { useQueryClient } from '@tanstack/react-query'
import { Pencil } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { whenAtPlace } from '../lib/wall.ts'
import { AskDialog } from '../ui/AskDialog.tsx'
import { Badge } from '../ui/Badge.tsx'
import { Button } from '../ui/Button.tsx'
import { Field } from '../ui/Field.tsx'
import { TextArea } from '../ui/TextArea.tsx'
import { changeEvent } from './deeds.ts'
import { kindIcons } from './EventCard.tsx'
import { fromField, toField, whatItIs } from './words.ts'

/** @param tags  where its tags are changed; without it they are only told */
type EventHeadProps = { event: TimelineEvent; tags?: ReactNode }

/** What an event is called, when it was, by whom, and what is said of it. */
export function EventHead({ event, tags }: EventHeadProps) {
  const [isEditing, setEditing] = useState(false)
  const Icon = kindIcons[event.kind]
  const mayChange = event.rights.includes('write') && event.trashedAt === undefined
  return (
    <header className="flex flex-col gap-2">
      <div className="flex items-start gap-3">
        <h1 className="min-w-0 flex-1 text-xl font-semibold break-words">{event.title}</h1>
        {mayChange && (
          <Button icon={<Pencil className="size-4" />} onClick={() => setEditing(true)}>
            Edit
          </Button>
        )}
      </div>
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-sm text-ink-soft">
        <Icon aria-hidden className="size-4" />
        <span>{whatItIs(event)}</span>
        <span aria-hidden>·</span>
        <time dateTime={event.happenedAt}>{whenAtPlace(event.happenedAt)}</time>
        <span aria-hidden>·</span>
        <span>by {event.createdBy.name}</span>
        {tags === undefined && event.tags.map(({ id, name }) => <Badge key={id}>{name}</Badge>)}
      </p>
      {event.text !== '' && <p className="max-w-prose text-base break-words whitespace-pre-wrap">{event.text}</p>}
      {tags !== undefined && <div className="max-w-prose">{tags}</div>}
      {isEditing && <EditDialog event={event} onClose={() => setEditing(false)} />}
    </header>
  )
}

const FROM = {
  upload: 'From when the first picture was uploaded: no camera says when it was taken.',
  camera: 'From the camera.',
  hand: 'Set by hand.',
}

function EditDialog({ event, onClose }: { event: TimelineEvent; onClose: () => void }) {
  const queries = useQueryClient()
  const [title, setTitle] = useState(event.title)
  const [text, setText] = useState(event.text)
  const [when, setWhen] = useState(toField(event.happenedAt))
  const [isFollowing, setFollowing] = useState(false)
  const isNamed = title.trim() !== ''
  const save = () => {
    if (!isNamed) return
    const change = {
      ...(title.trim() !== event.title && { title: title.trim() }),
      ...(text !== event.text && { text }),
      ...(isFollowing
        ? { happenedAt: null }
        : when !== '' && when !== toField(event.happenedAt) && { happenedAt: fromField(when, event.happenedAt) }),
    }
    onClose()
    if (Object.keys(change).length > 0) void changeEvent(queries, event, change, 'Saved')
  }
  return (
    <AskDialog title="Edit the event" onClose={onClose} apply="Save" canApply={isNamed} onApply={save}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(submit) => {
          submit.preventDefault()
          save()
        }}
      >
        <Field
          label="Title"
          value={title}
          maxLength={EVENT_TITLE_LENGTH}
          error={isNamed ? undefined : 'An event needs a title.'}
          onChange={({ target }) => setTitle(target.value)}
        />
        <Field
          label="When it happened"
          type="datetime-local"
          value={when}
          hint={isFollowing ? 'As the camera says, when this is saved.' : FROM[event.happenedFrom]}
          onChange={({ target }) => {
            setWhen(target.value)
            setFollowing(false)
          }}
        />
        {event.happenedFrom === 'hand' && (
          <Button tone="quiet" type="button" className="self-start" onClick={() => setFollowing(true)}>
            As its pictures say
          </Button>
        )}
        <TextArea
          label="Description"
          rows={5}
          value={text}
          maxLength={EVENT_TEXT_LENGTH}
          onChange={({ target }) => setText(target.value)}
        />
        <button type="submit" hidden />
      </form>
    </AskDialog>
  )
}
