import {
  getUnshared,
  MOST_PEOPLE_COUNTED,
  shareMissing,
  unshareAgain,
  type Unshared,
} from '@trove/contract/event-sharing'
import type { TimelineEvent } from '@trove/contract/timeline-events'
import { queryOptions, type QueryClient } from '@tanstack/react-query'
import { call, sentenceOf } from '../lib/api.ts'
import { formatCount } from '../lib/format.ts'
import { principalName } from '../lib/principal.ts'
import { toast } from '../ui/toast.ts'
import { refreshEvents } from './queries.ts'
import { undoing } from './undoing.ts'

const NAMED = 3

/** Pictures that those whom the event was given to cannot see; for whoever may share it. */
export const unsharedQuery = (eventId: string) =>
  queryOptions({
    queryKey: ['event', eventId, 'unshared'],
    queryFn: ({ signal }) => call(getUnshared, { params: { eventId } }, signal),
  })

/** Gives them to those people, as the event was given; Undo takes just that back. */
export async function giveMissing(
  queries: QueryClient,
  event: Pick<TimelineEvent, 'id' | 'organizationId'>,
  fileIds?: string[],
): Promise<void> {
  const params = { eventId: event.id }
  try {
    const body = fileIds === undefined ? {} : { fileIds }
    const { pictures, grantIds } = await call(shareMissing, { params, body })
    const back = () => call(unshareAgain, { params, body: { grantIds } })
    const told = formatCount(pictures, 'picture')
    toast({
      title: pictures === 0 ? 'There is nothing left to share' : `${told} shared with everybody who sees the event`,
      ...(grantIds.length > 0 && undoing(queries, event.organizationId, back, `${told} not shared any more`)),
    })
  } catch (error) {
    toast({ tone: 'danger', title: 'Not shared', detail: sentenceOf(error) })
  }
  await refreshEvents(queries, event.organizationId, event.id)
}

/** `3 people who see this event cannot see what you added.` */
export function peopleWords({ people }: Pick<Unshared, 'people'>, what: string): string {
  if (people === 1) return `1 person who sees this event cannot see ${what}.`
  return `${people === MOST_PEOPLE_COUNTED ? `${people} or more` : people} people who see this event cannot see ${what}.`
}

/** `2 pictures are not shared with everybody this event is shared with: Ann, Nurses and 2 more.` */
export function unsharedWords({ pictures, principals }: Unshared): string {
  const names = principals.slice(0, NAMED).map(principalName)
  const more = principals.length - names.length
  const last = more > 0 ? `${more} more` : names.length > 1 ? names.pop() : undefined
  const whom = last === undefined ? names.join(', ') : `${names.join(', ')} and ${last}`
  const isOne = pictures === 1
  return `${formatCount(pictures, 'picture')} ${isOne ? 'is' : 'are'} not shared with everybody this event is shared with: ${whom}.`
}
