import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db/index.ts'
import { isLive, principalsOf, rightsSum } from '../../access/index.ts'
import type { Scope } from '../listing/store.ts'

export type TagRow = {
  id: string
  organizationId: string
  name: string
  createdAt: Date
  createdById: string
  createdByName: string
}
export type CountedTagRow = TagRow & { files: number; looked: number }

const columns = sql`
  tag.id, tag.organization_id as "organizationId", tag.name, tag.created_at as "createdAt",
  maker.id as "createdById", maker.name as "createdByName"`
const tags = sql`tag join "user" as maker on maker.id = tag.created_by`

export async function getTag(db: Db, tagId: string): Promise<TagRow | undefined> {
  const { rows } = await sql<TagRow>`select ${columns} from ${tags} where tag.id = ${tagId}::uuid`.execute(db)
  return rows[0]
}

export async function findTag(db: Db, organizationId: string, name: string): Promise<TagRow | undefined> {
  const { rows } = await sql<TagRow>`
    select ${columns} from ${tags}
    where tag.organization_id = ${organizationId}::uuid and lower(tag.name) = lower(${name})`.execute(db)
  return rows[0]
}

const file = {
  id: sql.ref('file.id'),
  organizationId: sql.ref('file.organization_id'),
  createdBy: sql.ref('file.created_by'),
}

export type TagPage = {
  limit: number
  /** Of the files that carry a tag, so many are looked at, newest first. */
  looked: number
  after?: { name: string; id: string } | undefined
}

/**
 * Tags by name, each with how many of the newest files that carry it the user may read. However many carry it, no more
 * are looked at.
 *
 * @param seen  told of those on files that the user may read alone
 */
export async function listTags(
  db: Db,
  scope: Scope & { seen: 'all' | 'own' },
  name: string | undefined,
  { limit, looked, after }: TagPage,
): Promise<CountedTagRow[]> {
  const pattern = name === undefined ? undefined : `%${name.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`
  const mayRead = scope.seesEverything ? sql`true` : sql`${rightsSum(sql`${scope.userId}::uuid`, file)} & 1 = 1`
  const { rows } = await sql<CountedTagRow>`
    with listed as materialized (
      select ${columns} from ${tags}
      where tag.organization_id = ${scope.organizationId}::uuid
        ${pattern === undefined ? sql`` : sql`and lower(tag.name) like ${pattern}`}
        ${after === undefined ? sql`` : sql`and (lower(tag.name), tag.id) > (lower(${after.name}), ${after.id}::uuid)`}
        ${scope.seen === 'all' ? sql`` : sql`and tag.id in (${onReadable(scope)})`}
      order by lower(tag.name), tag.id limit ${limit}
    )
    select listed.*, counted.files, counted.looked from listed
    cross join lateral (
      select count(*) filter (where newest.is_seen)::int as files, count(*)::int as looked from (
        select file.trashed_at is null and ${mayRead} as is_seen
        from (select file_id from file_tag where tag_id = listed.id order by file_id desc limit ${looked}) as carrier
        join file on file.id = carrier.file_id
      ) as newest
    ) as counted
    order by lower(listed.name), listed.id`.execute(db)
  return rows
}

/** More files than that are looked through for no guest. */
const MOST_READABLE = 50_000

/** Ids of the tags of files that a user may read by a grant. */
function onReadable({ organizationId, userId }: Scope) {
  return sql`
    select file_tag.tag_id from (
      select reach.resource_id as id from organization_member as holder
      cross join lateral ${principalsOf('holder')} as principal
      join reach on reach.organization_id = holder.organization_id and reach.principal_id = principal.id
      join "grant" as held on held.id = reach.grant_id and ${isLive('held')}
      where holder.organization_id = ${organizationId}::uuid and holder.user_id = ${userId}::uuid
        and not holder.is_barred
      union
      select id from file where organization_id = ${organizationId}::uuid and created_by = ${userId}::uuid
      limit ${MOST_READABLE}
    ) as readable
    join file on file.id = readable.id and file.trashed_at is null
    join file_tag on file_tag.file_id = file.id`
}

/** Nothing is written when there is a tag of that name. */
export async function insertTag(
  tx: Tx,
  tag: { id: string; organizationId: string; name: string; createdBy: string },
): Promise<boolean> {
  const { rows } = await sql`
    insert into tag (id, organization_id, name, created_by)
    values (${tag.id}, ${tag.organizationId}, ${tag.name}, ${tag.createdBy})
    on conflict (organization_id, lower(name)) do nothing returning id`.execute(tx)
  return rows.length > 0
}

export async function countTags(db: Db, organizationId: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from tag where organization_id = ${organizationId}::uuid`.execute(db)
  return rows[0]?.count ?? 0
}

export async function setName(tx: Tx, tagId: string, name: string): Promise<void> {
  await tx.updateTable('tag').set({ name }).where('id', '=', tagId).execute()
}

export async function deleteTag(tx: Tx, tagId: string): Promise<void> {
  await tx.deleteFrom('tag').where('id', '=', tagId).execute()
}

/** In the order of their ids, so that two who take the same two do not wait for each other. */
export async function lockTags(tx: Tx, tagIds: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from tag where id = any(${tagIds}::uuid[]) order by id for update`.execute(tx)
  return rows.map(({ id }) => id)
}

/** Of these, the tags of the organization, kept from going meanwhile; for a guest those of files that they may read. */
export async function keepTags(
  tx: Tx,
  scope: Scope & { seen: 'all' | 'own' },
  tagIds: readonly string[],
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from tag where id = any(${tagIds}::uuid[]) and organization_id = ${scope.organizationId}::uuid
      ${scope.seen === 'all' ? sql`` : sql`and id in (${onReadable(scope)})`}
    order by id for key share`.execute(tx)
  return rows.map(({ id }) => id)
}

// What carries tags is asked of the database, not written down here: rooms above have tables of their own for that.

/** A table that refers to tags, and what else tells its rows apart. */
export type Carrier = { name: string; column: string; others: string[] }

export async function listCarriers(db: Db): Promise<Carrier[]> {
  const { rows } = await sql<Carrier>`
    select k.conrelid::regclass::text as name, quote_ident(child.attname) as "column", coalesce((
      select jsonb_agg(quote_ident(a.attname)) from pg_index i
      join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey) and a.attnum <> k.conkey[1]
      where i.indrelid = k.conrelid and i.indisprimary
    ), '[]') as others
    from pg_constraint k
    join pg_attribute child on child.attrelid = k.conrelid and child.attnum = k.conkey[1]
    where k.contype = 'f' and k.confrelid = 'tag'::regclass and cardinality(k.conkey) = 1
    order by 1`.execute(db)
  return rows
}

/** What carries one tag carries the other instead; what carries both keeps both. */
export async function giveInstead(
  tx: Tx,
  { name, column, others }: Carrier,
  { fromId, intoId }: { fromId: string; intoId: string },
): Promise<void> {
  const table = sql.raw(name)
  const tagId = sql.raw(column)
  const isSame = others.map((other) => sql`and twin.${sql.raw(other)} = carrier.${sql.raw(other)}`)
  await sql`
    update ${table} as carrier set ${tagId} = ${intoId}::uuid
    where carrier.${tagId} = ${fromId}::uuid and not exists (
      select from ${table} as twin where twin.${tagId} = ${intoId}::uuid ${sql.join(isSame, sql` `)})`.execute(tx)
}
