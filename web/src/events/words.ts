import type { TimelineEvent, TimelineEventKind } from '@trove/contract/timeline-events'
import { formatCount } from '../lib/format.ts'

export const kindNames: Record<TimelineEventKind, string> = {
  photo: 'Photo',
  series: 'Photo series',
  clip: 'Video clip',
}

/** Its title, or how many they are. */
export const toldEvents = (events: readonly Pick<TimelineEvent, 'title'>[]): string =>
  events.length === 1 && events[0] !== undefined ? events[0].title : formatCount(events.length, 'event')

/** `Photo series · 12 images` */
export function whatItIs({ kind, pictureCount }: Pick<TimelineEvent, 'kind' | 'pictureCount'>): string {
  if (kind === 'series') return `${kindNames.series} · ${formatCount(pictureCount, 'image')}`
  return kindNames[kind]
}

/** What a field of date and time shows, and what it means: with the offset that the time had before. */
export const toField = (happenedAt: string): string => happenedAt.slice(0, 16)
export function fromField(written: string, before: string): string {
  const offset = /(Z|[+-]\d\d:\d\d)$/.exec(before)?.[0] ?? 'Z'
  return `${written.length === 16 ? `${written}:00` : written}${offset}`
}
