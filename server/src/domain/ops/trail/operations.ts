import type { ActivityPage, SecurityNotice, SecurityPage, Severity } from '@trove/contract/audit'
import type { UserActor } from '../../../platform/actor.ts'
import { inTransaction, type Db } from '../../../platform/db/index.ts'
import type { Platform } from '../../../platform/platform.ts'
import * as access from '../../access/index.ts'
import * as audit from '../../audit/index.ts'
import { presentActivities, presentSecurityEvents, type Discretion } from './present.ts'
import { activityWriter, eventWriter, type ExportFormat } from './rules.ts'
import * as store from './store.ts'

type Times = { from?: string; to?: string; ip?: string }
type Paged = { limit?: number; cursor?: string }
type ActivityFilter = Times & { action?: string }
type OrganizationFilter = ActivityFilter & { personId?: string; resourceId?: string }
type SecurityFilter = Times & { severity?: Severity; kind?: string; personId?: string }

/**
 * What was done to a file or folder. Addresses and agents are for owners and admins, and of what one did oneself.
 *
 * @throws not-found, not-allowed
 */
export async function listResourceActivity(
  { db }: Pick<Platform, 'db'>,
  actor: UserActor,
  { resourceId, ...asked }: { resourceId: string } & ActivityFilter & Paged,
): Promise<ActivityPage> {
  await access.require(db, actor, 'share', resourceId)
  const { rows, next } = await audit.readActivities(db, { resourceId, action: asked.action }, asked)
  const organizationId = rows[0]?.organizationId ?? undefined
  const isSupervisor =
    organizationId !== undefined && (await access.listSupervisors(db, organizationId)).includes(actor.userId)
  const discretion = await ofOrganization(db, organizationId, rows)
  const items = await presentActivities(db, rows, {
    ...discretion,
    mayKnowOrigin: (line) => isSupervisor || line.actorId === actor.userId,
  })
  return { items, ...(next !== undefined && { next }) }
}

/** @throws not-found, not-allowed */
export async function listOrganizationActivity(
  { db }: Pick<Platform, 'db'>,
  actor: UserActor,
  { organizationId, ...asked }: { organizationId: string } & OrganizationFilter & Paged,
): Promise<ActivityPage> {
  await access.requireMember(db, actor, organizationId, 'admin')
  const { rows, next } = await audit.readActivities(db, queryOf(organizationId, asked), asked)
  const items = await presentActivities(db, rows, await ofOrganization(db, organizationId, rows))
  return { items, ...(next !== undefined && { next }) }
}

/** @throws not-found, not-allowed */
export async function listActivityActions(
  { db }: Pick<Platform, 'db'>,
  actor: UserActor,
  organizationId: string,
): Promise<{ items: string[] }> {
  await access.requireMember(db, actor, organizationId, 'admin')
  return { items: await audit.listActions(db, organizationId) }
}

/** What the caller did, wherever. Files are named that they may still read. */
export async function listOwnActivity(
  { db }: Pick<Platform, 'db'>,
  actor: UserActor,
  asked: ActivityFilter & Paged,
): Promise<ActivityPage> {
  const { rows, next } = await audit.readActivities(db, { actorId: actor.userId, action: asked.action }, asked)
  const resourceIds = [...new Set(rows.flatMap(({ resourceId }) => resourceId ?? []))]
  const readable = await access.readersAmong(db, resourceIds, [actor.userId])
  const items = await presentActivities(db, rows, {
    mayKnowPerson: () => true,
    mayKnowResource: ({ resourceId }) => readable.has(`${resourceId} ${actor.userId}`),
    mayKnowOrigin: () => true,
  })
  return { items, ...(next !== undefined && { next }) }
}

/** What happened to the account of the caller. */
export async function listOwnSecurityEvents(
  { db }: Pick<Platform, 'db'>,
  actor: UserActor,
  { severity, kind, ...asked }: Omit<SecurityFilter, 'personId'> & Paged,
): Promise<SecurityPage> {
  const { rows, next } = await audit.readSecurityEvents(db, { userId: actor.userId, severity, kind }, asked)
  return { items: await presentSecurityEvents(db, rows), ...(next !== undefined && { next }) }
}

/** For the administrator of the installation alone: the door asks for that. */
export async function listSecurityEvents(
  { db }: Pick<Platform, 'db'>,
  { severity, kind, personId, ...asked }: SecurityFilter & Paged,
): Promise<SecurityPage> {
  const { rows, next } = await audit.readSecurityEvents(db, { userId: personId, severity, kind }, asked)
  return { items: await presentSecurityEvents(db, rows), ...(next !== undefined && { next }) }
}

/**
 * The trail of an organization as text, a batch at a time. That it is taken away is told to the trail first; whether the
 * caller may is asked again before each batch, so that it ends with their role.
 *
 * @throws not-found, not-allowed, invalid-request
 */
export async function exportOrganizationActivity(
  { db }: Pick<Platform, 'db'>,
  actor: UserActor,
  { organizationId, format, ...asked }: { organizationId: string; format: ExportFormat } & OrganizationFilter,
): Promise<AsyncGenerator<string>> {
  await access.requireMember(db, actor, organizationId, 'admin')
  const batches = audit.exportActivities(db, queryOf(organizationId, asked), asked)
  await inTransaction(db, async (tx) => {
    const facts = { format, ...asked }
    await audit.record(tx, actor, 'activity.exported', { organizationId, facts })
    await audit.recordSecurityEvent(tx, 'warning', 'activity.exported', { actor, organizationId, facts })
  })
  return written(batches, activityWriter(format), async (rows) => {
    await access.requireMember(db, actor, organizationId, 'admin')
    return presentActivities(db, rows, await ofOrganization(db, organizationId, rows))
  })
}

/** The same of security events, for the administrator of the installation. */
export async function exportSecurityEvents(
  { db }: Pick<Platform, 'db'>,
  actor: UserActor,
  { format, severity, kind, personId, ...asked }: { format: ExportFormat } & SecurityFilter,
): Promise<AsyncGenerator<string>> {
  const batches = audit.exportEvents(db, { userId: personId, severity, kind }, asked)
  await inTransaction(db, (tx) =>
    audit.recordSecurityEvent(tx, 'warning', 'security-events.exported', {
      actor,
      facts: { format, severity, kind, personId, ...asked },
    }),
  )
  return written(batches, eventWriter(format), (rows) => presentSecurityEvents(db, rows))
}

async function* written<Row, Line>(
  batches: AsyncGenerator<Row[]>,
  { head, text }: { head: string; text: (lines: readonly Line[]) => string },
  present: (rows: Row[]) => Promise<Line[]>,
): AsyncGenerator<string> {
  if (head !== '') yield head
  for await (const rows of batches) yield text(await present(rows))
}

export async function getSecurityNotice({ db }: Pick<Platform, 'db'>, actor: UserActor): Promise<SecurityNotice> {
  return { unseen: await audit.countUnseen(db, actor.userId) }
}

export async function markSecurityEventsSeen({ db }: Pick<Platform, 'db'>, actor: UserActor): Promise<void> {
  await inTransaction(db, (tx) => audit.markSeen(tx, actor.userId))
}

const queryOf = (organizationId: string, { action, personId, resourceId }: OrganizationFilter) => ({
  organizationId,
  action,
  actorId: personId,
  resourceId,
})

/**
 * What owners and admins may know: who acted in their organization, by name. Of a stranger who was refused they learn
 * the address and the agent, but no name.
 */
async function ofOrganization(
  db: Db,
  organizationId: string | undefined,
  rows: readonly audit.ActivityRow[],
): Promise<Discretion> {
  const refused = rows.flatMap(({ action, actorId }) => (action === 'access.refused' && actorId ? [actorId] : []))
  const members =
    organizationId === undefined || refused.length === 0
      ? new Set<string>()
      : await store.membersAmong(db, organizationId, refused)
  return {
    mayKnowPerson: ({ action, actorId }) => action !== 'access.refused' || members.has(actorId ?? ''),
    mayKnowResource: () => true,
    mayKnowOrigin: () => true,
  }
}
