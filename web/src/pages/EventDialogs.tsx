import { EVENT_TEXT_LENGTH, type TimelineEvent } from '@trove/contract/timeline-events'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { describeEvents, tagEvents } from '../events/index.ts'
import { TagChoices, type TagChange } from '../files/organizing/TagChoices.tsx'
import { tagsOfAll } from '../files/organizing/tags.ts'
import { ZipDialog } from '../files/organizing/ZipDialog.tsx'
import { formatCount } from '../lib/format.ts'
import { useStore } from '../lib/store.ts'
import { AskDialog } from '../ui/AskDialog.tsx'
import { TextArea } from '../ui/TextArea.tsx'
import { askedOfEvents } from './event-deeds.ts'
import { PlaceDialogs } from './PlaceDialogs.tsx'

const close = () => askedOfEvents.set(undefined)

/** Once, where events are: what is asked before chosen ones are shared, moved, tagged, described or downloaded. */
export function EventDialogs() {
  const asked = useStore(askedOfEvents)
  return (
    <>
      <PlaceDialogs />
      {asked?.deed === 'tags' && <TagsDialog events={asked.events} />}
      {asked?.deed === 'text' && <TextDialog events={asked.events} />}
      {asked?.deed === 'download' && asked.events[0] !== undefined && (
        <ZipDialog
          organizationId={asked.events[0].organizationId}
          selection={{ fileIds: asked.fileIds }}
          count={asked.fileIds.length}
          onClose={close}
        />
      )}
    </>
  )
}

function TagsDialog({ events }: { events: readonly TimelineEvent[] }) {
  const queries = useQueryClient()
  const [change, setChange] = useState<TagChange>({ added: [], removed: [] })
  return (
    <AskDialog
      title={`Tag ${formatCount(events.length, 'event')}`}
      lead="Those that you may change; the others stay as they are. Files keep the tags of their own."
      canApply={change.added.length + change.removed.length > 0}
      apply="Apply"
      onApply={() => {
        close()
        void tagEvents(queries, events, change)
      }}
      onClose={close}
    >
      <TagChoices
        organizationId={events[0]?.organizationId ?? ''}
        present={tagsOfAll(events)}
        change={change}
        onChange={setChange}
      />
    </AskDialog>
  )
}

function TextDialog({ events }: { events: readonly TimelineEvent[] }) {
  const queries = useQueryClient()
  const [text, setText] = useState(events.length === 1 ? (events[0]?.text ?? '') : '')
  return (
    <AskDialog
      title={`Describe ${formatCount(events.length, 'event')}`}
      lead="In place of what stands there, of those that you may change."
      apply="Apply"
      onApply={() => {
        close()
        void describeEvents(queries, events, text)
      }}
      onClose={close}
    >
      <TextArea
        label="Description"
        rows={5}
        autoFocus
        value={text}
        maxLength={EVENT_TEXT_LENGTH}
        onChange={({ target }) => setText(target.value)}
      />
    </AskDialog>
  )
}
