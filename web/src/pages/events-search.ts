import type { TimelineEventKind } from '@trove/contract/timeline-events'
import { timelineEventKinds } from '@trove/contract/timeline-words'

/** Which events are shown: of one kind, or those in the trash. */
export type EventsSearch = { what?: TimelineEventKind | 'trash' }

const known: readonly unknown[] = [...timelineEventKinds, 'trash']

export const eventsSearchOf = ({ what }: Record<string, unknown>): EventsSearch =>
  known.includes(what) ? { what: what as NonNullable<EventsSearch['what']> } : {}
