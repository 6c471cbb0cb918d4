import type { Role } from '@trove/contract/access'
import { sql } from 'kysely'
import type { Db } from '../../../platform/db/index.ts'
import { isLive, principalsOf, rightsSum } from '../decision/store.ts'

export type PersonRow = {
  userId: string
  name: string
  rights: number
  role: Role
  isUploader: boolean
  /** Ids of the grants that let them. */
  grantIds: string[]
}

const row = {
  id: sql.ref('resource.id'),
  organizationId: sql.ref('resource.organization_id'),
  createdBy: sql.ref('resource.created_by'),
}

/** The people who can read a resource, by id, each with what lets them. `only`: nobody but this user. */
export async function listPeople(
  db: Db,
  resourceId: string,
  page: { limit: number; after: string | undefined; only?: string | undefined },
): Promise<PersonRow[]> {
  const { rows } = await sql<PersonRow>`
    select * from (
      select person.user_id as "userId", "user".name, person.role,
        resource.created_by = person.user_id as "isUploader",
        ${rightsSum(sql.ref('person.user_id'), row)} as rights,
        array(select held.id from ${principalsOf('person')} as principal
          join reach on reach.resource_id = resource.id and reach.principal_id = principal.id
          join "grant" as held on held.id = reach.grant_id and ${isLive('held')}
          order by held.id) as "grantIds"
      from resource
      join organization_member as person on person.organization_id = resource.organization_id
      join "user" on "user".id = person.user_id
      where resource.id = ${resourceId}::uuid
        ${page.after === undefined ? sql`` : sql`and person.user_id > ${page.after}::uuid`}
        ${page.only === undefined ? sql`` : sql`and person.user_id = ${page.only}::uuid`}
    ) as people
    where rights & 1 = 1 order by "userId" limit ${page.limit}`.execute(db)
  return rows
}

/** Everybody's rights on a resource, for what would change to be counted. */
export async function listRights(
  db: Db,
  resourceId: string,
): Promise<{ userId: string; name: string; rights: number }[]> {
  const { rows } = await sql<{ userId: string; name: string; rights: number }>`
    select person.user_id as "userId", "user".name, ${rightsSum(sql.ref('person.user_id'), row)} as rights
    from resource
    join organization_member as person on person.organization_id = resource.organization_id
    join "user" on "user".id = person.user_id
    where resource.id = ${resourceId}::uuid order by person.user_id`.execute(db)
  return rows
}

/** How many files somebody uploaded and can read, the trash not counted; undefined when they are no member. */
export async function countVisible(db: Db, organizationId: string, userId: string) {
  const { rows } = await sql<{ role: Role; uploadedCount: number; visibleCount: number }>`
    select person.role,
      (select count(*) from file where file.organization_id = person.organization_id
        and file.created_by = person.user_id and file.trashed_at is null)::int as "uploadedCount",
      case when person.is_barred then 0
        when person.role in ('owner', 'admin') then (select count(*) from file
          where file.organization_id = person.organization_id and file.trashed_at is null)
        else (select count(*) from (
          select file.id from file where file.organization_id = person.organization_id
            and file.created_by = person.user_id and file.trashed_at is null
          union
          select reach.resource_id from ${principalsOf('person')} as principal
            join reach on reach.organization_id = person.organization_id and reach.principal_id = principal.id
            join "grant" as held on held.id = reach.grant_id and ${isLive('held')}
            join file on file.id = reach.resource_id and file.trashed_at is null) as visible) end::int as "visibleCount"
    from organization_member as person
    where person.organization_id = ${organizationId}::uuid and person.user_id = ${userId}::uuid`.execute(db)
  return rows[0]
}
