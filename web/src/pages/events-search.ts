import type { TimelineEventKind } from '@trove/contract/timeline-events'
import { timelineEventKinds } from '@trove/contract/timeline-words'

/** Which events are shown: of one kind, or those in the trash; all of them, or those in one folder. */
export type EventsSearch = { what?: TimelineEventKind | 'trash'; folder?: string }

const known: readonly unknown[] = [...timelineEventKinds, 'trash']
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

export const eventsSearchOf = ({ what, folder }: Record<string, unknown>): EventsSearch => ({
  ...(known.includes(what) && { what: what as NonNullable<EventsSearch['what']> }),
  ...(typeof folder === 'string' && ID.test(folder) && { folder }),
})
