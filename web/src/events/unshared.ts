import { getUnshared, shareMissing, unshareAgain } from '@trove/contract/event-sharing'
import type { TimelineEvent } from '@trove/contract/timeline-events'
import { queryOptions, type QueryClient } from '@tanstack/react-query'
import { call, sentenceOf } from '../lib/api.ts'
import { formatCount } from '../lib/format.ts'
import { toast } from '../ui/toast.ts'
import { refreshEvents } from './queries.ts'
import { undoing } from './undoing.ts'

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
