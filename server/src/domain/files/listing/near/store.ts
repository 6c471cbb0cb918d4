import { sql, type RawBuilder } from 'kysely'
import type { Db } from '../../../../platform/db/index.ts'
import { isLive, principalsOf, rightsSum } from '../../../access/index.ts'

type Member = { organizationId: string; userId: string }
/** `after` is the id of the last file of the page before, `since` the oldest that may be in it. */
type Page = { limit: number; after: string | undefined; since?: string | undefined; isTrash: boolean }

/** Ids of files that may be readable, newest first, and whether these are all that the page asked for. */
export type Near = { ids: string[]; isAll: boolean }

/**
 * The newest ids that come into question for a member: what they uploaded, and where grants to their principals have
 * come to. Each branch reads so many entries of one index in its own order and no table, so it costs the same whatever
 * the member can see. Which of them the member may read, and which are files, is asked of these alone.
 */
export const listNear = (db: Db, member: Member, page: Page): Promise<Near> =>
  listed(db, page, selectNear(member, page))

/** The same as SQL, with `isCut`: whether there are older ones. */
export function selectNear(member: Member, page: Page) {
  return newestOf(page, {
    uploaded: sql`
      select file.id from file
      where file.organization_id = ${member.organizationId}::uuid and file.created_by = ${member.userId}::uuid
        and ${isThere(page)} ${before('file.id', page)}`,
    reached: forEachPrincipal(
      member,
      page,
      sql`
        select reach.resource_id as id from reach
        where reach.organization_id = ${member.organizationId}::uuid and reach.principal_id = principal.id
          ${before('reach.resource_id', page)}`,
    ),
  })
}

/** All that comes into question for a member, some of it more than once. */
export const allNear = ({ organizationId, userId }: Member, { isTrash }: { isTrash: boolean }) => sql`
  select file.id from file
  where file.organization_id = ${organizationId}::uuid and file.created_by = ${userId}::uuid and ${isThere({ isTrash })}
  union all
  select reached.resource_id from organization_member as holder
  cross join lateral ${principalsOf('holder')} as principal
  cross join lateral (
    select reach.resource_id from reach
    where reach.organization_id = ${organizationId}::uuid and reach.principal_id = principal.id offset 0
  ) as reached
  where holder.organization_id = ${organizationId}::uuid and holder.user_id = ${userId}::uuid`

/** How many that are; at most so many are counted. */
export async function countNear(db: Db, member: Member, most: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from (
      select from (${allNear(member, { isTrash: false })}) as near limit ${most}
    ) as counted`.execute(db)
  return rows[0]?.count ?? 0
}

/**
 * The same for the top. What lies in no folder that the member may read was granted by itself, or is their own: a grant
 * that flowed down to it would let them read its folder too.
 */
export function listNearTop(db: Db, member: Member, page: Page): Promise<Near> {
  const user = sql`${member.userId}::uuid`
  const above = {
    id: sql.ref('above.id'),
    organizationId: sql.ref('above.organization_id'),
    createdBy: sql.ref('above.created_by'),
  }
  const isAtTop = sql`(resource.parent_id is null or not exists (
    select from resource as above where above.id = resource.parent_id and ${rightsSum(user, above)} & 1 = 1))`
  const ids = newestOf(page, {
    uploaded: sql`
      select file.id from file join resource on resource.id = file.id
      where file.organization_id = ${member.organizationId}::uuid and file.created_by = ${user}
        and ${isThere(page)} and ${isAtTop} ${before('file.id', page)}`,
    reached: forEachPrincipal(
      member,
      page,
      sql`
        select reach.resource_id as id
        from reach join "grant" as held on held.id = reach.grant_id and ${isLive('held')}
          join resource on resource.id = reach.resource_id and resource.kind = 'file'
        where reach.is_direct and reach.organization_id = ${member.organizationId}::uuid
          and reach.principal_id = principal.id and ${isAtTop} ${before('reach.resource_id', page)}`,
    ),
  })
  return listed(db, page, ids)
}

const isThere = ({ isTrash }: Pick<Page, 'isTrash'>) =>
  isTrash ? sql`file.trashed_at is not null` : sql`file.trashed_at is null`

const before = (column: string, { after, since }: Page) => sql`
  ${after === undefined ? sql`` : sql`and ${sql.ref(column)} < ${after}::uuid`}
  ${since === undefined ? sql`` : sql`and ${sql.ref(column)} >= ${since}::uuid`}`

const ranked = (ids: RawBuilder<unknown>, { limit }: Page) => sql`
  select id, row_number() over (order by id desc) as place from (${ids}) as id_of order by id desc limit ${limit}`

const forEachPrincipal = ({ organizationId, userId }: Member, page: Page, ids: RawBuilder<unknown>) => sql`
  select reached.id, reached.place
  from organization_member as holder
  cross join lateral ${principalsOf('holder')} as principal
  cross join lateral (${ranked(ids, page)}) as reached
  where holder.organization_id = ${organizationId}::uuid and holder.user_id = ${userId}::uuid and not holder.is_barred`

const NO_ID = '00000000-0000-0000-0000-000000000000'

/** A branch that came to its limit has older ones which are not known yet: what is older than its last is left for later. */
const newestOf = (
  page: Page,
  { uploaded, reached }: { uploaded: RawBuilder<unknown>; reached: RawBuilder<unknown> },
) => sql`
  with near as materialized (
    (${ranked(uploaded, page)}) union all (${reached})
  ), cut as (select id from near where place = ${page.limit} order by id desc limit 1)
  select id, exists (select from cut) as "isCut"
  from near where id >= coalesce((select id from cut), ${NO_ID}::uuid)
  group by id order by id desc limit ${page.limit}`

async function listed(db: Db, { limit }: Page, near: RawBuilder<unknown>): Promise<Near> {
  const { rows } = await sql<{ id: string; isCut: boolean }>`${near}`.execute(db)
  return { ids: rows.map(({ id }) => id), isAll: rows[0]?.isCut !== true && rows.length < limit }
}
