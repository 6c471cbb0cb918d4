import type { File } from '@trove/contract/files'
import {
  addPictures,
  captionPicture,
  changeTimelineEvent,
  createTimelineEvent,
  movePicture,
  removePicture,
  restoreTimelineEvents,
  tagTimelineEvents,
  trashTimelineEvents,
  type Picture,
  type TimelineEvent,
  type TimelineEventKind,
} from '@trove/contract/timeline-events'
import { trimToClip } from '@trove/contract/trims'
import type { TagRef } from '@trove/contract/tags'
import type { InfiniteData, QueryClient } from '@tanstack/react-query'
import { call, sentenceOf } from '../lib/api.ts'
import { formatCount } from '../lib/format.ts'
import { toast } from '../ui/toast.ts'
import type { Part } from './part.ts'
import { eventQuery, picturesQuery, refreshEvents } from './queries.ts'
import { inTurn } from './turns.ts'
import { undoing } from './undoing.ts'
import { giveMissing } from './unshared.ts'
import { peopleWords } from './unshared-words.ts'
import { toldEvents } from './words.ts'

type Listed = InfiniteData<{ items: Picture[]; next?: string }, unknown>

type Wanted = { kind: TimelineEventKind; title: string; text?: string; folderId?: string; fileIds: string[] }

/** @throws ApiProblem */
export const makeEvent = (organizationId: string, body: Wanted): Promise<TimelineEvent> =>
  call(createTimelineEvent, { params: { organizationId }, body })

/** Has a part of a video cut out and made a clip. @throws ApiProblem */
export const askForTrim = (
  organizationId: string,
  { part: { startMs, endMs }, ...about }: { fileId: string; part: Part; title: string; folderId?: string },
) => call(trimToClip, { params: { organizationId }, body: { ...about, startMs, lengthMs: endMs - startMs } })

/** Changes what an event is called, says or when it was: at once, with a way back. */
export async function changeEvent(
  queries: QueryClient,
  event: TimelineEvent,
  change: { title?: string; text?: string; happenedAt?: string | null },
  said: string,
  { isUndo = false } = {},
): Promise<void> {
  const { queryKey } = eventQuery(event.id)
  const { happenedAt, ...words } = change
  queries.setQueryData(queryKey, { ...event, ...words, ...(typeof happenedAt === 'string' && { happenedAt }) })
  try {
    queries.setQueryData(queryKey, await call(changeTimelineEvent, { params: { eventId: event.id }, body: change }))
    void queries.invalidateQueries({ queryKey: ['events', event.organizationId] })
    const before = {
      ...(change.title !== undefined && { title: event.title }),
      ...(change.text !== undefined && { text: event.text }),
      ...(happenedAt !== undefined && { happenedAt: event.happenedFrom === 'hand' ? event.happenedAt : null }),
    }
    const undo = () => void changeEvent(queries, { ...event, ...words }, before, 'As it was before', { isUndo: true })
    toast({ title: said, ...(isUndo ? {} : { action: { label: 'Undo', isUndo: true, run: undo } }) })
  } catch (error) {
    queries.setQueryData(queryKey, event)
    toast({ tone: 'danger', title: 'The event stays as it was', detail: sentenceOf(error) })
  }
}

/** Gives an event a tag, or takes one from it: at once, with a way back. */
export async function tagEvent(
  queries: QueryClient,
  event: TimelineEvent,
  { tag, isGiven, isUndo = false }: { tag: TagRef; isGiven: boolean; isUndo?: boolean },
): Promise<void> {
  const { queryKey } = eventQuery(event.id)
  const others = event.tags.filter(({ id }) => id !== tag.id)
  const changed = { ...event, tags: isGiven ? [...others, tag] : others }
  queries.setQueryData(queryKey, changed)
  try {
    const body = { eventIds: [event.id], [isGiven ? 'add' : 'remove']: [tag.id] }
    const { count } = await call(tagTimelineEvents, { params: { organizationId: event.organizationId }, body })
    const run = () => void tagEvent(queries, changed, { tag, isGiven: !isGiven, isUndo: true })
    const action = count === 0 || isUndo ? {} : { action: { label: 'Undo', isUndo: true, run } }
    toast({ title: isGiven ? `Tagged ${tag.name}` : `No longer tagged ${tag.name}`, ...action })
    await refreshEvents(queries, event.organizationId, event.id)
  } catch (error) {
    queries.setQueryData(queryKey, event)
    toast({ tone: 'danger', title: 'The tags stay as they were', detail: sentenceOf(error) })
  }
}

/** To be read and thought about; what was not shared then is told by the page of the event. */
const OFFERED_MS = 20_000

const FILES_STAY = 'The files stay where they are.'
const NOT_YOURS = 'What you may not change, and what is in the trash already, is left as it is.'

/** Into the trash, and back with Undo. Files stay where they are. */
export async function trashEvents(queries: QueryClient, events: readonly TimelineEvent[]): Promise<boolean> {
  const [first] = events
  if (first === undefined) return false
  const { organizationId } = first
  const params = { organizationId }
  const asked = toldEvents(events)
  try {
    const body = { eventIds: events.map(({ id }) => id) }
    const { batchId, count } = await call(trashTimelineEvents, { params, body })
    const left = events.length - count
    if (count === 0) {
      toast({ tone: 'danger', title: `${asked} not moved to the trash`, detail: NOT_YOURS })
      return false
    }
    const told = left === 0 ? asked : formatCount(count, 'event')
    const back = () => call(restoreTimelineEvents, { params, body: { batchId } })
    toast({
      title: `${told} moved to the trash`,
      detail: left === 0 ? FILES_STAY : `${formatCount(left, 'event')} not moved. ${NOT_YOURS} ${FILES_STAY}`,
      ...undoing(queries, organizationId, back, `${told} back from the trash`),
    })
    await refreshEvents(queries, organizationId)
    return true
  } catch (error) {
    toast({ tone: 'danger', title: `${asked} could not be moved to the trash`, detail: sentenceOf(error) })
    return false
  }
}

/** Out of the trash. */
export async function restoreEvents(queries: QueryClient, events: readonly TimelineEvent[]): Promise<void> {
  const [first] = events
  if (first === undefined) return
  const { organizationId } = first
  try {
    const body = { eventIds: events.map(({ id }) => id) }
    const { count } = await call(restoreTimelineEvents, { params: { organizationId }, body })
    if (count === 0)
      toast({
        tone: 'danger',
        title: 'Not restored',
        detail: 'What you may not change, and what is back already, is left as it is.',
      })
    else
      toast({
        title: events.length === 1 ? `${first.title} is back` : `${formatCount(count, 'event')} back from the trash`,
      })
    await refreshEvents(queries, organizationId)
  } catch (error) {
    toast({ tone: 'danger', title: 'Not restored', detail: sentenceOf(error) })
  }
}

/** Puts files into a series; of those that it shows already it says so. */
export async function addFiles(queries: QueryClient, event: TimelineEvent, files: readonly File[]): Promise<boolean> {
  try {
    const body = { pictures: files.map(({ id }) => ({ fileId: id })) }
    const { addedIds, alreadyIds, unshared } = await call(addPictures, { params: { eventId: event.id }, body })
    const there = files.find(({ id }) => id === alreadyIds[0])?.name ?? 'It'
    const already =
      alreadyIds.length === 0
        ? undefined
        : alreadyIds.length === 1
          ? `${there} is in this series already.`
          : `${formatCount(alreadyIds.length, 'image')} are in this series already.`
    toast({
      title:
        addedIds.length === 0 ? 'Nothing to add' : `${formatCount(addedIds.length, 'image')} added to ${event.title}`,
      ...(already !== undefined && { detail: already }),
      ...(unshared !== undefined && {
        detail: [already, peopleWords(unshared, 'what you added')].filter(Boolean).join(' '),
        forMs: OFFERED_MS,
        action: { label: 'Share with them', run: () => void giveMissing(queries, event, addedIds) },
      }),
    })
    await refreshEvents(queries, event.organizationId, event.id)
    return true
  } catch (error) {
    toast({ tone: 'danger', title: 'Not added', detail: sentenceOf(error) })
    return false
  }
}

/** What a series shows, as it is drawn: changed at once, before the server has answered. */
async function changeShown(
  queries: QueryClient,
  eventId: string,
  change: (pictures: Picture[]) => Picture[],
): Promise<Listed | undefined> {
  const { queryKey } = picturesQuery(eventId)
  // What is on its way was asked for before this.
  await queries.cancelQueries({ queryKey, exact: true })
  const before = queries.getQueryData<Listed>(queryKey)
  if (before !== undefined) {
    const [first, ...rest] = before.pages
    const items = change(before.pages.flatMap((page) => page.items))
    const emptied = rest.map((page) => ({ ...page, items: [] }))
    queries.setQueryData<Listed>(queryKey, { ...before, pages: [{ ...first, items }, ...emptied] })
  }
  return before
}

/** Puts a picture behind another one, or before all of them. */
export async function reorder(
  queries: QueryClient,
  eventId: string,
  { fileId, afterFileId }: { fileId: string; afterFileId: string | null },
): Promise<void> {
  const arrived = inTurn(eventId, () => call(movePicture, { params: { eventId, fileId }, body: { afterFileId } }))
  try {
    await changeShown(queries, eventId, (pictures) => moved(pictures, fileId, afterFileId))
    await arrived
    void queries.invalidateQueries({ queryKey: ['events'] })
    void queries.invalidateQueries({ queryKey: eventQuery(eventId).queryKey, exact: true })
  } catch (error) {
    void queries.invalidateQueries({ queryKey: picturesQuery(eventId).queryKey })
    toast({ tone: 'danger', title: 'The order stays as it was', detail: sentenceOf(error) })
  }
}

export function moved(pictures: readonly Picture[], fileId: string, afterFileId: string | null): Picture[] {
  const one = pictures.find(({ file }) => file.id === fileId)
  if (one === undefined || afterFileId === fileId) return [...pictures]
  const others = pictures.filter((picture) => picture !== one)
  const at = afterFileId === null ? 0 : others.findIndex(({ file }) => file.id === afterFileId) + 1
  return [...others.slice(0, at), one, ...others.slice(at)]
}

/** Writes words beside a picture: at once, with a way back. */
export async function caption(
  queries: QueryClient,
  eventId: string,
  { fileId, words, isUndo = false }: { fileId: string; words: string; isUndo?: boolean },
): Promise<void> {
  const before = await changeShown(queries, eventId, (pictures) =>
    pictures.map((picture) => (picture.file.id === fileId ? { ...picture, caption: words } : picture)),
  )
  try {
    await inTurn(eventId, () => call(captionPicture, { params: { eventId, fileId }, body: { caption: words } }))
    const shown = before?.pages.flatMap(({ items }) => items).find(({ file }) => file.id === fileId)
    const run = () => void caption(queries, eventId, { fileId, words: shown?.caption ?? '', isUndo: true })
    toast({
      title: isUndo ? 'Caption as before' : 'Caption saved',
      ...(!isUndo && shown !== undefined && { action: { label: 'Undo', isUndo: true, run } }),
    })
  } catch (error) {
    queries.setQueryData(picturesQuery(eventId).queryKey, before as never)
    toast({ tone: 'danger', title: 'The caption stays as it was', detail: sentenceOf(error) })
  }
}

/** Takes a picture out of an event; with Undo it comes back where it was, with its caption. */
export async function takeOut(
  queries: QueryClient,
  event: TimelineEvent,
  { picture, afterFileId }: { picture: Picture; afterFileId: string | null },
): Promise<void> {
  const { file } = picture
  const params = { eventId: event.id, fileId: file.id }
  await changeShown(queries, event.id, (pictures) => pictures.filter((one) => one.file.id !== file.id))
  try {
    await inTurn(event.id, () => call(removePicture, { params }))
    const pictures = [{ fileId: file.id, caption: picture.caption }]
    const back = () =>
      inTurn(event.id, () => call(addPictures, { params: { eventId: event.id }, body: { pictures, afterFileId } }))
    toast({
      title: `${file.name} taken out of ${event.title}`,
      detail: 'The file stays where it is.',
      ...undoing(queries, event.organizationId, back, `${file.name} is shown again`),
    })
  } catch (error) {
    toast({ tone: 'danger', title: `${file.name} is still shown`, detail: sentenceOf(error) })
  } finally {
    await refreshEvents(queries, event.organizationId, event.id)
  }
}
