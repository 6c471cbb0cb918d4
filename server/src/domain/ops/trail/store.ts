import { sql } from 'kysely'
import type { Db } from '../../../platform/db/index.ts'

/** What a person calls the things that lines of the trail name by id. The trail itself refers to nothing, so it outlives them. */
export type Names = {
  people: ReadonlyMap<string, string>
  resources: ReadonlyMap<string, { name: string; kind: 'file' | 'folder' | 'event' }>
  /** Of links and API keys. */
  credentials: ReadonlyMap<string, string>
}

export async function namesOf(
  db: Db,
  ids: { people: readonly string[]; resources: readonly string[]; credentials: readonly string[] },
): Promise<Names> {
  const [people, resources, credentials] = await Promise.all([
    sql<{ id: string; name: string }>`select id, name from "user" where id = any(${ids.people}::uuid[])`.execute(db),
    sql<{ id: string; name: string; kind: 'file' | 'folder' | 'event' }>`
      select r.id, r.kind, coalesce(f.name, d.name, e.title) as name from resource r
      left join file f on f.id = r.id left join folder d on d.id = r.id left join timeline_event e on e.id = r.id
      where r.id = any(${ids.resources}::uuid[]) and coalesce(f.name, d.name, e.title) is not null`.execute(db),
    sql<{ id: string; name: string }>`
      select id, label as name from link where id = any(${ids.credentials}::uuid[])
      union all select id, name from api_key where id = any(${ids.credentials}::uuid[])`.execute(db),
  ])
  return {
    people: new Map(people.rows.map(({ id, name }) => [id, name])),
    resources: new Map(resources.rows.map(({ id, name, kind }) => [id, { name, kind }])),
    credentials: new Map(credentials.rows.map(({ id, name }) => [id, name])),
  }
}

/** Those of these people who are in the organization now. */
export async function membersAmong(
  db: Db,
  organizationId: string,
  userIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('organization_member')
    .select('user_id')
    .where('organization_id', '=', organizationId)
    .where('user_id', '=', sql<string>`any(${userIds}::uuid[])`)
    .execute()
  return new Set(rows.map(({ user_id }) => user_id))
}
