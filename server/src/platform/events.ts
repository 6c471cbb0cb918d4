import type { Event } from '@trove/contract/events'
import { sql } from 'kysely'
import type { Tx } from './db/index.ts'

/** Channel on which a committed transaction tells listeners that there are new rows in `event`. */
export const EVENT_CHANNEL = 'trove_event'

/** Who may hear of it: the readers of a resource, or one user. */
export type Audience = { resourceId: string } | { userId: string }

/** Announced when, and only when, the transaction commits. */
export async function publish(tx: Tx, audience: Audience, event: Event): Promise<void> {
  await tx
    .insertInto('event')
    .values({
      organization_id: event.organizationId,
      resource_id: 'resourceId' in audience ? audience.resourceId : null,
      user_id: 'userId' in audience ? audience.userId : null,
      body: JSON.stringify(event),
    })
    .execute()
  await sql`select pg_notify(${EVENT_CHANNEL}, '')`.execute(tx)
}
