import { sql } from 'kysely'
import type { Db } from '../../../platform/db/index.ts'

/** The organization of whatever has this id: a file or folder, or an organization itself. */
export async function getOrganizationOf(db: Db, id: string): Promise<string | undefined> {
  const { rows } = await sql<{ organizationId: string }>`
    select organization_id as "organizationId" from resource where id = ${id}
    union all select id from organization where id = ${id}
    limit 1`.execute(db)
  return rows[0]?.organizationId
}

/** Whose upload or upload session it is. */
export async function getUpload(
  db: Db,
  id: string,
): Promise<{ organizationId: string; createdBy: string } | undefined> {
  const { rows } = await sql<{ organizationId: string; createdBy: string }>`
    select organization_id as "organizationId", created_by as "createdBy" from upload where id = ${id}
    union all select organization_id, created_by from upload_session where id = ${id}
    limit 1`.execute(db)
  return rows[0]
}
