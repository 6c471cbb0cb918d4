import type { TagRef } from '@trove/contract/tags'
import {
  changeTimelineEvent,
  moveTimelineEvents,
  tagTimelineEvents,
  type TimelineEvent,
} from '@trove/contract/timeline-events'
import type { QueryClient } from '@tanstack/react-query'
import { call, sentenceOf } from '../lib/api.ts'
import { formatCount } from '../lib/format.ts'
import { toast } from '../ui/toast.ts'
import { refreshEvents } from './queries.ts'
import { undoing } from './undoing.ts'
import { toldEvents } from './words.ts'

/** Into a folder, or to the top; Undo takes each back to where it was. Files stay where they are. */
export async function moveEvents(
  queries: QueryClient,
  events: readonly TimelineEvent[],
  target: { id: string | undefined; name: string },
): Promise<void> {
  const [first] = events
  if (first === undefined) return
  const { organizationId } = first
  const put = (folderId: string | null, eventIds: string[]) =>
    call(moveTimelineEvents, { params: { organizationId }, body: { eventIds, folderId } })
  const back = async () => {
    const origins = Map.groupBy(events, ({ folderId }) => folderId ?? null)
    for (const [folderId, ones] of origins)
      await put(
        folderId,
        ones.map(({ id }) => id),
      )
  }
  const told = toldEvents(events)
  try {
    await put(
      target.id ?? null,
      events.map(({ id }) => id),
    )
    toast({
      title: `${told} moved to ${target.name}`,
      detail: 'The files stay where they are.',
      ...undoing(queries, organizationId, back, `${told} moved back`),
    })
  } catch (error) {
    toast({ tone: 'danger', title: `${told} could not be moved`, detail: sentenceOf(error) })
  }
  await refreshEvents(queries, organizationId)
}

/** Gives tags and takes others; Undo changes just what this has changed. */
export async function tagEvents(
  queries: QueryClient,
  events: readonly TimelineEvent[],
  { added, removed }: { added: readonly TagRef[]; removed: readonly TagRef[] },
): Promise<void> {
  const [first] = events
  if (first === undefined) return
  const params = { organizationId: first.organizationId }
  const eventIds = events.map(({ id }) => id)
  const changed = new Set<string>()
  const undos: (() => Promise<unknown>)[] = []
  const change = async (tag: TagRef, deed: 'add' | 'remove') => {
    const answer = await call(tagTimelineEvents, { params, body: { eventIds, [deed]: [tag.id] } })
    if (answer.count === 0) return
    for (const id of answer.eventIds) changed.add(id)
    const opposite = deed === 'add' ? 'remove' : 'add'
    undos.push(() => call(tagTimelineEvents, { params, body: { eventIds: answer.eventIds, [opposite]: [tag.id] } }))
  }
  const undo = async () => {
    for (const one of undos) await one()
  }
  let refusal: string | undefined
  try {
    // One by one: which events each of them has changed is what undoing needs to know.
    for (const tag of added) await change(tag, 'add')
    for (const tag of removed) await change(tag, 'remove')
  } catch (error) {
    refusal = sentenceOf(error)
  }
  const told = formatCount(changed.size, 'event')
  toast({
    ...(refusal !== undefined && { tone: 'danger', detail: refusal }),
    title: changed.size === 0 ? 'Nothing was changed' : `Tags of ${told} changed`,
    ...(changed.size > 0 && undoing(queries, params.organizationId, undo, `${told} tagged as before`)),
  })
  await refreshEvents(queries, params.organizationId)
}

/** Writes the same text beside many events; Undo gives each its own again. */
export async function describeEvents(
  queries: QueryClient,
  events: readonly TimelineEvent[],
  text: string,
): Promise<void> {
  const [first] = events
  if (first === undefined) return
  const done: TimelineEvent[] = []
  let refusal: string | undefined
  for (const event of events) {
    if (event.text === text || !event.rights.includes('write')) continue
    try {
      await call(changeTimelineEvent, { params: { eventId: event.id }, body: { text } })
      done.push(event)
    } catch (error) {
      refusal = sentenceOf(error)
      break
    }
  }
  const undo = async () => {
    for (const { id, text: before } of done)
      await call(changeTimelineEvent, { params: { eventId: id }, body: { text: before } })
  }
  const told = toldEvents(done)
  toast({
    ...(refusal !== undefined && { tone: 'danger', detail: refusal }),
    title: done.length === 0 ? 'Nothing was changed' : `Description of ${told} changed`,
    ...(done.length > 0 && undoing(queries, first.organizationId, undo, `${told} as before`)),
  })
  await refreshEvents(queries, first.organizationId)
}
