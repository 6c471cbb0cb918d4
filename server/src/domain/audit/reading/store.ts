import { sql, type RawBuilder } from 'kysely'
import type { Db } from '../../../platform/db/index.ts'

/** A place in the trail. `at` is text, because a Date would lose the microseconds that order lines of one moment. */
export type Place = { at: string; id: string }

/** A page, or as much of it as was found before enough lines had been looked at: then `soFar` says how far that was. */
export type Found<Row> = { rows: Row[]; soFar?: Place }

export type Paging = { limit: number; after?: Place | undefined; order: 'newest first' | 'oldest first' }

export type ActivityQuery = {
  organizationId?: string | undefined
  resourceId?: string | undefined
  actorId?: string | undefined
  action?: string | undefined
  from?: Date | undefined
  to?: Date | undefined
  /** An address or a network, as PostgreSQL reads one. */
  ip?: string | undefined
}

export type ActivityRow = {
  id: string
  at: Date
  place: string
  action: string
  actorKind: string
  actorId: string | null
  credentialId: string | null
  organizationId: string | null
  resourceId: string | null
  ip: string | null
  userAgent: string | null
  facts: Record<string, unknown>
}

export type SecurityQuery = {
  userId?: string | undefined
  severity?: string | undefined
  kind?: string | undefined
  from?: Date | undefined
  to?: Date | undefined
  ip?: string | undefined
}

export type SecurityRow = {
  id: string
  at: Date
  place: string
  severity: string
  kind: string
  userId: string | null
  actorId: string | null
  organizationId: string | null
  ip: string | null
  userAgent: string | null
  facts: Record<string, unknown>
}

type Condition = RawBuilder<boolean>

/** Lines that one page may look at: what no index answers is searched for so far, and then said to go on from there. */
const MOST_LOOKED_AT = 20_000

const activityColumns = sql`id, at, ${placeOf()} as place, action, actor_kind as "actorKind", actor_id as "actorId",
  credential_id as "credentialId", organization_id as "organizationId", resource_id as "resourceId",
  host(ip) as ip, user_agent as "userAgent", facts`

const securityColumns = sql`id, at, ${placeOf()} as place, severity, kind, user_id as "userId", actor_id as "actorId",
  organization_id as "organizationId", host(ip) as ip, user_agent as "userAgent", facts`

/** Read along `activity_of_resource`, `activity_of_actor`, `activity_by_action` or `activity_of_organization`. */
export function listActivities(db: Db, query: ActivityQuery, paging: Paging): Promise<Found<ActivityRow>> {
  const { organizationId, resourceId, actorId, action } = query
  const is = {
    organization: organizationId && sql<boolean>`organization_id = ${organizationId}`,
    resource: resourceId && sql<boolean>`resource_id = ${resourceId}`,
    actor: actorId && sql<boolean>`actor_id = ${actorId}`,
    action: action && sql<boolean>`action = ${action}`,
    ip: query.ip && sql<boolean>`ip <<= ${query.ip}::inet`,
  }
  const first = is.resource || is.actor
  const indexed = first ? [first] : present([is.organization, is.action])
  const looked = first ? present([is.resource && is.actor, is.organization, is.action, is.ip]) : present([is.ip])
  return look(db, { table: sql`activity`, columns: activityColumns, indexed, looked, query, paging })
}

/** Read along `security_event_of_user`, `security_event_by_kind`, `security_event_by_severity` or `security_event_newest`. */
export function listSecurityEvents(db: Db, query: SecurityQuery, paging: Paging): Promise<Found<SecurityRow>> {
  const { userId, severity, kind } = query
  const is = [
    userId && sql<boolean>`user_id = ${userId}`,
    kind && sql<boolean>`kind = ${kind}`,
    severity && sql<boolean>`severity = ${severity}`,
    query.ip && sql<boolean>`ip <<= ${query.ip}::inet`,
  ]
  const given = present(is)
  const isIndexed = Boolean(userId || severity || kind)
  const [indexed, looked] = isIndexed ? [given.slice(0, 1), given.slice(1)] : [[], given]
  return look(db, { table: sql`security_event`, columns: securityColumns, indexed, looked, query, paging })
}

type Look = {
  table: RawBuilder<unknown>
  columns: RawBuilder<unknown>
  /** What the index answers. */
  indexed: Condition[]
  /** What each line must be looked at for. */
  looked: Condition[]
  query: { from?: Date | undefined; to?: Date | undefined }
  paging: Paging
}

async function look<Row extends { place: string; id: string }>(db: Db, what: Look): Promise<Found<Row>> {
  const { table, columns, looked, paging } = what
  const { limit } = paging
  const direction = paging.order === 'newest first' ? sql`desc` : sql`asc`
  const order = sql`order by at ${direction}, id ${direction}`
  const candidates = sql`from ${table} where ${all([...what.indexed, ...timesOf(what)])} ${order}`
  if (looked.length === 0) {
    const { rows } = await sql<Row>`select ${columns} ${candidates} limit ${limit}`.execute(db)
    return { rows }
  }
  const { rows } = await sql<Row>`
    with candidate as materialized (select * ${candidates} limit ${MOST_LOOKED_AT})
    select ${columns} from candidate where ${all(looked)} ${order} limit ${limit}`.execute(db)
  if (rows.length === limit) return { rows }
  const { rows: last } = await sql<{ id: string; place: string }>`
    select id, ${placeOf()} as place ${candidates} offset ${MOST_LOOKED_AT - 1} limit 1`.execute(db)
  return { rows, ...(last[0] && { soFar: { at: last[0].place, id: last[0].id } }) }
}

function timesOf({ query, paging }: Look): Condition[] {
  const { after, order } = paging
  const beyond = order === 'newest first' ? sql`<` : sql`>`
  return present([
    query.from && sql<boolean>`at >= ${query.from}`,
    query.to && sql<boolean>`at < ${query.to}`,
    after && sql<boolean>`(at, id) ${beyond} (${after.at}::timestamptz, ${after.id}::uuid)`,
  ])
}

const present = (conditions: readonly (Condition | '' | undefined)[]): Condition[] =>
  conditions.filter((condition) => condition !== undefined && condition !== '')

const all = (conditions: readonly Condition[]): Condition =>
  conditions.length === 0 ? sql<boolean>`true` : sql<boolean>`${sql.join(conditions, sql` and `)}`

function placeOf() {
  return sql`to_char(at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`
}

/** Found by going from one to the next in `activity_by_action`: as many steps as there are different ones. */
export async function listActions(db: Db, organizationId: string): Promise<string[]> {
  const { rows } = await sql<{ action: string }>`
    with recursive found as (
      select (select min(action) from activity where organization_id = ${organizationId}) as action
      union all
      select (select min(action) from activity where organization_id = ${organizationId} and action > found.action)
      from found where found.action is not null
    )
    select action from found where action is not null`.execute(db)
  return rows.map(({ action }) => action)
}
