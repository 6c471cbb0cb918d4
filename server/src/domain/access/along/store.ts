import { sql, type RawBuilder } from 'kysely'
import type { Db, Tx } from '../../../platform/db/index.ts'
import { isLive, rightsSum } from '../decision/store.ts'

const READ_AND_SHARE = 17
/** Of a large group so many are asked about, and when people are counted so many pairs: of those after them it is as of these. */
const MOST_ASKED = 200

/** A grant that reaches an event, a file that the event shows, and what may be given of the one by the other. */
export type Pair = { grantId: string; fileId: string; rights: number; ownRights: number }

const shown = {
  id: sql.ref('shown.id'),
  organizationId: sql.ref('shown.organization_id'),
  createdBy: sql.ref('shown.created_by'),
}

/** Of these files, those that a resource shows at this moment and a user may share. What shows a file is known to a room above. */
const shareable = ({ resourceId, userId, fileIds }: About) => sql`
  select * from (
    select shown.id, shown.organization_id, shown.created_by, ${rightsSum(sql`${userId}::uuid`, shown)} as own
    from resource as shown where shown.id = any(${fileIds}::uuid[]) and shown.kind = 'file'
      and exists (select from file_use where file_use.file_id = shown.id and file_use.used_by = ${resourceId}::uuid) offset 0
  ) as asked where asked.own & ${READ_AND_SHARE} = ${READ_AND_SHARE}`

/** Whether `person` is somebody to whom `base` was given. */
const isGiven = sql<boolean>`(
  base.user_id = person.user_id
  or (base.to_organization_id is not null and person.role <> 'guest')
  or (base.team_id is not null and exists (
    select from team_member where team_member.team_id = base.team_id and team_member.user_id = person.user_id)))`

/** Of everybody else it is known that they can see `shown`. */
const maySeeNothing = sql<boolean>`
  person.organization_id = shown.organization_id and not person.is_barred
  and person.role not in ('owner', 'admin') and person.user_id <> shown.created_by`

type About = { resourceId: string; userId: string; fileIds: readonly string[] }

/**
 * Files that a user may share, with each live grant to people that reaches a resource and to some of whom the file is
 * out of sight. What they see by other ways is theirs already.
 */
export async function listUnseen(db: Db, about: About, limit: number): Promise<Pair[]> {
  const { rows } = await sql<Pair>`
    with shown as materialized (${shareable(about)})
    select base.id as "grantId", shown.id as "fileId", base.rights::int as rights, shown.own as "ownRights"
    from reach as here
    join "grant" as base on base.id = here.grant_id and ${isLive('base')} and base.link_id is null
    join shown on shown.organization_id = base.organization_id
    where here.resource_id = ${about.resourceId}::uuid
      and not exists (
        select from reach as there join "grant" as other on other.id = there.grant_id and ${isLive('other')}
        where there.resource_id = shown.id and there.principal_id = base.principal_id)
      and exists (
        select from (
          select person.user_id from organization_member as person where ${maySeeNothing} and ${isGiven} limit ${MOST_ASKED}
        ) as someone where ${rightsSum(sql.ref('someone.user_id'), shown)} & 1 = 0)
    order by shown.id, base.id limit ${limit}`.execute(db)
  return rows
}

/** The same for one grant, whether or not anybody sees the files already: what is given on a file itself may end before. */
export async function listGivable(db: Db, about: About & { grantId: string }): Promise<Pair[]> {
  const { rows } = await sql<Pair>`
    with shown as materialized (${shareable(about)})
    select base.id as "grantId", shown.id as "fileId", base.rights::int as rights, shown.own as "ownRights"
    from "grant" as base join shown on shown.organization_id = base.organization_id
    where base.id = ${about.grantId}::uuid and base.resource_id = ${about.resourceId}::uuid and base.link_id is null
      and ${isLive('base')}
    order by shown.id`.execute(db)
  return rows
}

/** How many people have been given one of these grants and cannot see one of the files beside it; no further than `limit`. */
export async function countPeople(
  db: Db,
  pairs: readonly Pick<Pair, 'grantId' | 'fileId'>[],
  limit: number,
): Promise<number> {
  const told = pairs.slice(0, MOST_ASKED)
  const { rows } = await sql<{ count: number }>`
    with missing as materialized (
      select * from unnest(
        ${told.map(({ grantId }) => grantId)}::uuid[], ${told.map(({ fileId }) => fileId)}::uuid[]) as pair (grant_id, file_id)
    ),
    base as materialized (select * from "grant" where id in (select grant_id from missing))
    select count(*)::int as count from (
      select person.user_id from (
        select person.* from organization_member as person
        where person.organization_id in (select organization_id from base) and person.role not in ('owner', 'admin')
          and exists (select from base where ${isGiven}) limit ${2 * MOST_ASKED}
      ) as person
      where exists (
        select from base where ${isGiven} and exists (
          select from missing join resource as shown on shown.id = missing.file_id
          where missing.grant_id = base.id and ${maySeeNothing}
            and ${rightsSum(sql.ref('person.user_id'), shown)} & 1 = 0))
      limit ${limit}) as people`.execute(db)
  return rows[0]?.count ?? 0
}

export type Given = { id: string; grantId: string; fileId: string; rights: number }

/**
 * Gives files along with grants: to the same, until the same end. What was given so before is widened, unless it has
 * rights that the giver does not hold. Returns those that are new.
 */
export async function insertAlong(tx: Tx, given: readonly Given[], createdBy: string | null): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    insert into "grant" (id, organization_id, resource_id, user_id, team_id, to_organization_id, rights, expires_at,
      created_by, along_grant_id)
    select new.id, base.organization_id, new.file_id, base.user_id, base.team_id, base.to_organization_id,
      new.rights & base.rights, base.expires_at, ${createdBy}::uuid, base.id
    from unnest(
      ${given.map(({ id }) => id)}::uuid[], ${given.map(({ grantId }) => grantId)}::uuid[],
      ${given.map(({ fileId }) => fileId)}::uuid[], ${given.map(({ rights }) => rights)}::int[]
    ) as new (id, grant_id, file_id, rights)
    join "grant" as base on base.id = new.grant_id
    on conflict on constraint grant_once do update
      set rights = excluded.rights, expires_at = excluded.expires_at
      where "grant".rights & ~excluded.rights = 0
    returning id`.execute(tx)
  const written = rows.map(({ id }) => id)
  await sql`
    insert into reach (organization_id, resource_id, principal_id, grant_id, is_direct)
    select organization_id, resource_id, principal_id, id, true from "grant" where id = any(${written}::uuid[])
    on conflict do nothing`.execute(tx)
  const fresh = new Set(given.map(({ id }) => id))
  return written.filter((id) => fresh.has(id))
}

/** What was given along with a grant keeps none of the rights, and none of the time, that the grant has lost. */
export async function lower(
  tx: Tx,
  { grantId, rights, expiresAt }: { grantId: string; rights: number; expiresAt: Date | null },
): Promise<void> {
  await sql`
    update "grant" set rights = rights & ${rights}::int, expires_at = least(expires_at, ${expiresAt}::timestamptz)
    where along_grant_id = ${grantId}::uuid`.execute(tx)
}

/** Of files that a user may read, how many were given along with each grant on a resource. */
export async function countAlong(db: Db, userId: string, resourceId: string): Promise<Map<string, number>> {
  const { rows } = await sql<{ grantId: string; count: number }>`
    select base.id as "grantId", count(*)::int as count
    from "grant" as base join "grant" as along on along.along_grant_id = base.id
    join resource as shown on shown.id = along.resource_id
    where base.resource_id = ${resourceId}::uuid and ${rightsSum(sql`${userId}::uuid`, shown)} & 1 = 1
    group by base.id`.execute(db)
  return new Map(rows.map(({ grantId, count }) => [grantId, count]))
}

/** Files that were given along with a grant. */
export async function listAlong(db: Db, grantId: string): Promise<string[]> {
  const rows = await db.selectFrom('grant').select('resource_id').where('along_grant_id', '=', grantId).execute()
  return rows.map(({ resource_id }) => resource_id)
}

type Gone = { fileId: string; baseId: string }

/** Deletes what somebody has given along with grants that reach a resource, and tells what that was. */
export const deleteOwn = (
  tx: Tx,
  about: { resourceId: string; createdBy: string; grantIds: readonly string[] },
): Promise<Gone[]> =>
  deleteAlong(
    tx,
    sql`along.id = any(${about.grantIds}::uuid[]) and along.created_by = ${about.createdBy}::uuid
      and exists (select from reach as here
        where here.grant_id = along.along_grant_id and here.resource_id = ${about.resourceId}::uuid)`,
  )

/** The same of files that nothing which the grant reaches shows any more. */
export const deleteUnshown = (
  tx: Tx,
  { organizationId, fileIds }: { organizationId: string; fileIds: readonly string[] },
): Promise<Gone[]> =>
  deleteAlong(
    tx,
    sql`along.resource_id = any(${fileIds}::uuid[]) and along.organization_id = ${organizationId}::uuid
      and along.along_grant_id is not null and not exists (
      select from file_use join reach as there
        on there.resource_id = file_use.used_by and there.grant_id = along.along_grant_id
      where file_use.file_id = along.resource_id)`,
  )

async function deleteAlong(tx: Tx, which: RawBuilder<unknown>): Promise<Gone[]> {
  const { rows } = await sql<Gone & { id: string }>`
    delete from "grant" as along where ${which}
    returning along.id, along.resource_id as "fileId", along.along_grant_id as "baseId"`.execute(tx)
  await sql`
    delete from reach using unnest(
      ${rows.map(({ id }) => id)}::uuid[], ${rows.map(({ fileId }) => fileId)}::uuid[]) as gone (grant_id, file_id)
    where reach.resource_id = gone.file_id and reach.grant_id = gone.grant_id`.execute(tx)
  return rows
}
