import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db/index.ts'

export type PrincipalRef = { kind: 'user' | 'team' | 'organization' | 'link'; id: string }

export type GrantRow = {
  id: string
  resourceId: string
  principalKind: PrincipalRef['kind']
  principalId: string
  principalName: string
  onKind: 'file' | 'folder' | 'event'
  onName: string
  rights: number
  expiresAt: Date | null
  createdAt: Date
  createdById: string | null
  createdByName: string | null
  /** Given along with an event. */
  isAlong: boolean
}

/** A resource and everything below it. */
const subtree = (resourceIds: readonly string[]) => sql`
  with recursive subtree as (
    select id, kind from resource where id = any(${resourceIds}::uuid[])
    union all
    select below.id, below.kind from resource as below join subtree on below.parent_id = subtree.id
  )`

export function getResource(db: Db, resourceId: string) {
  return db
    .selectFrom('resource')
    .select(['id', 'organization_id as organizationId', 'kind', 'parent_id as parentId', 'created_by as createdBy'])
    .where('id', '=', resourceId)
    .executeTakeFirst()
}

/**
 * Changes of the tree and of its grants go one after another in an organization. The folders concerned are locked too:
 * whoever adds something to one of them waits, and then sees what has changed. None of what is named goes meanwhile.
 */
export async function lockTree(tx: Tx, organizationId: string, resourceIds: readonly string[]): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`tree ${organizationId}`}, 0))`.execute(tx)
  await sql`
    select id from resource where id = any(${resourceIds}::uuid[]) order by id for key share`.execute(tx)
  await sql`${subtree(resourceIds)}
    select resource.id from resource join subtree using (id)
    where resource.kind = 'folder' order by resource.id for update of resource`.execute(tx)
}

export async function existsPrincipal(db: Db, organizationId: string, { kind, id }: PrincipalRef): Promise<boolean> {
  const found = {
    user: sql`select from organization_member where organization_id = ${organizationId}::uuid and user_id = ${id}::uuid`,
    team: sql`select from team where organization_id = ${organizationId}::uuid and id = ${id}::uuid`,
    organization: sql`select where ${id}::uuid = ${organizationId}::uuid`,
    link: sql`select from link where organization_id = ${organizationId}::uuid and id = ${id}::uuid`,
  }[kind]
  const { rows } = await sql<{ found: boolean }>`select exists (${found}) as found`.execute(db)
  return rows[0]?.found === true
}

/** Records a grant, in place of what the principal had on the resource before by one of its own. Returns its id, which may be an older one. */
export async function upsertGrant(
  tx: Tx,
  grant: {
    id: string
    organizationId: string
    resourceId: string
    principal: PrincipalRef
    rights: number
    expiresAt: Date | null
    createdBy: string | null
  },
): Promise<string> {
  const { principal } = grant
  const only = (kind: PrincipalRef['kind']) => (principal.kind === kind ? principal.id : null)
  const { id } = await tx
    .insertInto('grant')
    .values({
      id: grant.id,
      organization_id: grant.organizationId,
      resource_id: grant.resourceId,
      user_id: only('user'),
      team_id: only('team'),
      to_organization_id: only('organization'),
      link_id: only('link'),
      rights: grant.rights,
      expires_at: grant.expiresAt,
      created_by: grant.createdBy,
    })
    .onConflict((on) =>
      on
        .constraint('grant_once')
        .doUpdateSet({ rights: grant.rights, expires_at: grant.expiresAt, created_by: grant.createdBy }),
    )
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/** Writes down where a grant has come to: its resource and everything below it. */
export async function spread(tx: Tx, grantId: string, resourceId: string): Promise<void> {
  await sql`${subtree([resourceId])}
    insert into reach (organization_id, resource_id, principal_id, grant_id, is_direct)
    select held.organization_id, subtree.id, held.principal_id, held.id, subtree.id = held.resource_id
    from subtree cross join "grant" as held where held.id = ${grantId}::uuid
    on conflict do nothing`.execute(tx)
}

/** What was given along with it goes too. */
export async function deleteGrant(tx: Tx, grantId: string, resourceId: string): Promise<void> {
  await sql`
    delete from reach using "grant" as along
    where along.along_grant_id = ${grantId}::uuid and reach.resource_id = along.resource_id and reach.grant_id = along.id
  `.execute(tx)
  await sql`${subtree([resourceId])}
    delete from reach using subtree where reach.resource_id = subtree.id and reach.grant_id = ${grantId}::uuid
  `.execute(tx)
  await tx.deleteFrom('grant').where('id', '=', grantId).execute()
}

/** All but folders, which `lockTree` locks with what is below them. */
export async function lockMoved(tx: Tx, organizationId: string, resourceIds: readonly string[]): Promise<void> {
  await sql`
    select from resource
    where id = any(${resourceIds}::uuid[]) and organization_id = ${organizationId}::uuid and kind <> 'folder'
    order by id for no key update`.execute(tx)
}

/** Puts resources below another parent, or at the top; what flowed down to them from above is replaced by what flows there. */
export async function moveResources(tx: Tx, resourceIds: readonly string[], parentId: string | null): Promise<void> {
  await tx
    .updateTable('resource')
    .set({ parent_id: parentId })
    .where('id', '=', sql<string>`any(${resourceIds}::uuid[])`)
    .execute()
  await sql`${subtree(resourceIds)}
    delete from reach using subtree
    where reach.resource_id = subtree.id and not exists (
      select from "grant" as held join subtree as below on below.id = held.resource_id where held.id = reach.grant_id)
  `.execute(tx)
  if (parentId === null) return
  await sql`${subtree(resourceIds)}
    insert into reach (organization_id, resource_id, principal_id, grant_id)
    select above.organization_id, subtree.id, above.principal_id, above.grant_id
    from subtree cross join reach as above where above.resource_id = ${parentId}::uuid
    on conflict do nothing`.execute(tx)
}

/** The same rights on many files for a link that has none on them yet; files have nothing below them to flow to. */
export async function insertLinkGrants(
  tx: Tx,
  about: {
    grants: readonly { id: string; fileId: string }[]
    organizationId: string
    linkId: string
    rights: number
    createdBy: string
  },
): Promise<void> {
  const { grants, organizationId, linkId } = about
  await sql`
    insert into "grant" (id, organization_id, resource_id, link_id, rights, created_by)
    select given.id, ${organizationId}::uuid, given.file_id, ${linkId}::uuid, ${about.rights}::int, ${about.createdBy}::uuid
    from unnest(${grants.map(({ id }) => id)}::uuid[], ${grants.map(({ fileId }) => fileId)}::uuid[])
      as given (id, file_id)
    join resource on resource.id = given.file_id`.execute(tx)
  await sql`
    insert into reach (organization_id, resource_id, principal_id, grant_id)
    select organization_id, resource_id, link_id, id from "grant" where link_id = ${linkId}::uuid`.execute(tx)
}

/** Whether one of these resources is the other, or above it: nothing can be put into itself. */
export async function isAbove(db: Db, resourceIds: readonly string[], resourceId: string): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`
    with recursive above as (
      select id, parent_id from resource where id = ${resourceId}::uuid
      union all
      select parent.id, parent.parent_id from resource as parent join above on parent.id = above.parent_id
    )
    select exists (select from above where id = any(${resourceIds}::uuid[])) as found`.execute(db)
  return rows[0]?.found === true
}

/** The sums of what grants at the new place give and those at the present place do not: what a move would give away. */
export async function listNewlyGiven(
  db: Db,
  resourceIds: readonly string[],
  parentId: string | null,
): Promise<number[]> {
  if (parentId === null) return []
  const { rows } = await sql<{ rights: number }>`
    select distinct held.rights::int as rights
    from reach as above join "grant" as held on held.id = above.grant_id
    cross join unnest(${resourceIds}::uuid[]) as moved (id)
    where above.resource_id = ${parentId}::uuid and not exists (
      select from reach where reach.resource_id = moved.id and reach.grant_id = above.grant_id)`.execute(db)
  return rows.map(({ rights }) => rights)
}

/** The grants that reach a resource for people to see, its own first. Links are told elsewhere. */
export async function listGrants(db: Db, resourceId: string): Promise<GrantRow[]> {
  const { rows } = await sql<GrantRow>`
    select ${grantColumns} from reach join "grant" as held on held.id = reach.grant_id ${grantJoins}
    where reach.resource_id = ${resourceId}::uuid and held.link_id is null
    order by held.resource_id <> ${resourceId}::uuid, held.id`.execute(db)
  return rows
}

/** The grants to a person, to one of their teams or to the organization, newest first. */
export async function listGrantsOf(
  db: Db,
  member: { organizationId: string; userId: string },
  page: { limit: number; before: string | undefined },
): Promise<GrantRow[]> {
  const { rows } = await sql<GrantRow>`
    select ${grantColumns}
    from organization_member as holder
    join "grant" as held on held.organization_id = holder.organization_id and (
      held.user_id = holder.user_id
      or (held.to_organization_id is not null and holder.role <> 'guest')
      or held.team_id in (select team_id from team_member
        where team_member.user_id = holder.user_id and team_member.organization_id = holder.organization_id))
    ${grantJoins}
    where holder.organization_id = ${member.organizationId}::uuid and holder.user_id = ${member.userId}::uuid
      and (held.expires_at is null or held.expires_at > now())
      ${page.before === undefined ? sql`` : sql`and held.id < ${page.before}::uuid`}
    order by held.id desc limit ${page.limit}`.execute(db)
  return rows
}

export async function getGrant(db: Db, grantId: string): Promise<GrantRow | undefined> {
  const { rows } = await sql<GrantRow>`
    select ${grantColumns} from "grant" as held ${grantJoins} where held.id = ${grantId}::uuid`.execute(db)
  return rows[0]
}

/** Of the people a principal stands for, so many: to tell them that what they may see has changed. */
export async function listPeopleOf(db: Db, { kind, id }: PrincipalRef, limit: number): Promise<string[]> {
  if (kind === 'link') return []
  if (kind === 'user') return [id]
  const { rows } = await sql<{ userId: string }>`
    select user_id as "userId" from ${kind === 'team' ? sql`team_member where team_id` : sql`organization_member where organization_id`}
      = ${id}::uuid limit ${limit}`.execute(db)
  return rows.map(({ userId }) => userId)
}

/** Rows whose grant is gone with its principal: they mean nothing, and only take room. */
export async function deleteStaleReach(tx: Tx): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from reach where not exists (select from "grant" where "grant".id = reach.grant_id)`.execute(tx)
  return Number(numAffectedRows ?? 0)
}

const grantColumns = sql`
  held.id, held.resource_id as "resourceId", held.principal_id as "principalId", held.rights::int as rights,
  held.expires_at as "expiresAt", held.created_at as "createdAt",
  case when held.user_id is not null then 'user' when held.team_id is not null then 'team'
       when held.link_id is not null then 'link' else 'organization' end as "principalKind",
  coalesce(principal_user.name, team.name, link.label, organization.name) as "principalName",
  resource.kind as "onKind", coalesce(file.name, folder.name, timeline_event.title) as "onName",
  maker.id as "createdById", maker.name as "createdByName", held.along_grant_id is not null as "isAlong"`

// Names of files, folders and events are known to rooms above this one; its tables are read here, and only read.
const grantJoins = sql`
  join resource on resource.id = held.resource_id
  left join file on file.id = resource.id
  left join folder on folder.id = resource.id
  left join timeline_event on timeline_event.id = resource.id
  left join "user" as principal_user on principal_user.id = held.user_id
  left join team on team.id = held.team_id
  left join link on link.id = held.link_id
  left join organization on organization.id = held.to_organization_id
  left join "user" as maker on maker.id = held.created_by`
