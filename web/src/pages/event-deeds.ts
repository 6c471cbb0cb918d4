import type { File } from '@trove/contract/files'
import type { TimelineEvent } from '@trove/contract/timeline-events'
import type { QueryClient } from '@tanstack/react-query'
import { listShown, moveEvents, toldEvents } from '../events/index.ts'
import { moving } from '../folders/stores.ts'
import { sentenceOf } from '../lib/api.ts'
import { formatCount } from '../lib/format.ts'
import { createStore } from '../lib/store.ts'
import { sharing, type Shared } from '../sharing/subject.ts'
import { toast } from '../ui/toast.ts'

/** So many files are given away, or put into a ZIP, together. */
const MOST_FILES = 1_000

/** What is being asked about chosen events. */
export type EventsAsked =
  | { deed: 'tags' | 'text'; events: readonly TimelineEvent[] }
  | { deed: 'download'; events: readonly TimelineEvent[]; fileIds: string[] }

export const askedOfEvents = createStore<EventsAsked | undefined>(undefined)

/** What may be done with chosen events, by what the person holds on them. */
export function allowedForEvents(events: readonly TimelineEvent[]) {
  const all = (right: TimelineEvent['rights'][number]) => events.every(({ rights }) => rights.includes(right))
  const isHere = events.every(({ trashedAt }) => trashedAt === undefined)
  return {
    share: isHere && all('share'),
    move: isHere && all('write'),
    change: isHere && events.some(({ rights }) => rights.includes('write')),
    download: isHere && events.some(({ pictureCount }) => pictureCount > 0),
    trash: events.some(({ rights }) => rights.includes('write')),
  }
}

/** Opens the dialog that gives events to others, with the files that they show and that are the person's to share. */
export async function shareEvents(events: readonly TimelineEvent[]): Promise<void> {
  const [first] = events
  if (first === undefined) return
  try {
    const resources: Shared[] = []
    const leftOut = new Set<string>()
    for (const { id, title, rights } of events) {
      const shown = await listShown(id, MOST_FILES + 1)
      const own = shown.filter((file) => isOwn(file))
      for (const file of shown) if (!own.includes(file)) leftOut.add(file.id)
      const held = rights.filter((right) => own.every((file) => file.rights.includes(right)))
      resources.push({ id, kind: 'event', name: title, rights: held, fileIds: own.map((file) => file.id) })
    }
    sharing.set({ organizationId: first.organizationId, resources, leftOut: leftOut.size })
  } catch (error) {
    toast({ tone: 'danger', title: `${toldEvents(events)} cannot be shared now`, detail: sentenceOf(error) })
  }
}

const isOwn = ({ rights, trashedAt }: File): boolean => rights.includes('share') && trashedAt === undefined

/** Opens the dialog that asks for a folder. */
export function placeEvents(queries: QueryClient, events: readonly TimelineEvent[], onMoved?: () => void): void {
  const [first] = events
  if (first === undefined) return
  moving.set({
    organizationId: first.organizationId,
    files: [],
    folders: [],
    others: {
      name: toldEvents(events),
      moved: events,
      async move(target) {
        onMoved?.()
        await moveEvents(queries, events, target)
      },
    },
  })
}

/** Opens the dialog that makes one ZIP of what they show. */
export async function downloadEvents(events: readonly TimelineEvent[]): Promise<void> {
  try {
    const fileIds = new Set<string>()
    for (const { id } of events) for (const file of await listShown(id, MOST_FILES + 1)) fileIds.add(file.id)
    if (fileIds.size > MOST_FILES)
      toast({
        tone: 'danger',
        title: `More than ${formatCount(MOST_FILES, 'file')}`,
        detail: 'Choose fewer events, or put the files into a folder and download that.',
      })
    else if (fileIds.size === 0) toast({ title: 'There is nothing in it that you can see' })
    else askedOfEvents.set({ deed: 'download', events, fileIds: [...fileIds] })
  } catch (error) {
    toast({ tone: 'danger', title: `${toldEvents(events)} cannot be downloaded now`, detail: sentenceOf(error) })
  }
}
