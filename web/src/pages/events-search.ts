import type { TimelineEventKind } from '@trove/contract/timeline-events'
import { timelineEventKinds } from '@trove/contract/timeline-words'
import { ID_FORM } from '../lib/ids.ts'

/** Which events are shown: of one kind, or those in the trash; all of them, or those in one folder. */
export type EventsSearch = { what?: TimelineEventKind | 'trash'; folder?: string }

const known: readonly unknown[] = [...timelineEventKinds, 'trash']

export const eventsSearchOf = ({ what, folder }: Record<string, unknown>): EventsSearch => ({
  ...(known.includes(what) && { what: what as NonNullable<EventsSearch['what']> }),
  ...(typeof folder === 'string' && ID_FORM.test(folder) && { folder }),
})
