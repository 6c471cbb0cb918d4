import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db/index.ts'
import { rightsSum } from '../../access/index.ts'

/** Where what is sent by a link goes to, and whose it will be. */
export type Destination = { organizationId: string; folderId: string; makerId: string }

/** To add to a folder for somebody else its maker needs write (8) and share (16), now and not only when it was made. */
const WRITE_AND_SHARE = 24

/** Undefined when the link takes nothing (any more): revoked, expired, not made for it, or its maker may not. */
export async function getDestination(db: Db, linkId: string): Promise<Destination | undefined> {
  const makersRights = rightsSum(sql.ref('link.created_by'), {
    id: sql.ref('resource.id'),
    organizationId: sql.ref('resource.organization_id'),
    createdBy: sql.ref('resource.created_by'),
  })
  const { rows } = await sql<Destination>`
    select link.organization_id as "organizationId", folder.id as "folderId", link.created_by as "makerId"
    from link
    join folder on folder.id = link.resource_id and folder.trashed_at is null
    join resource on resource.id = folder.id and resource.organization_id = link.organization_id
    where link.id = ${linkId}::uuid and link.allows_upload
      and link.revoked_at is null and (link.expires_at is null or link.expires_at > now())
      and ${makersRights} & ${WRITE_AND_SHARE} = ${WRITE_AND_SHARE}`.execute(db)
  return rows[0]
}

/** Uploads by one link are begun one after another, so that they can be counted. */
export async function lockLink(tx: Tx, linkId: string): Promise<void> {
  await sql`select from link where id = ${linkId}::uuid for no key update`.execute(tx)
}

/** What has been begun by a link and has not ended. */
export async function countOpen(tx: Tx, linkId: string): Promise<{ uploads: number; bytes: number }> {
  const { rows } = await sql<{ uploads: number; bytes: number }>`
    select count(*)::int as uploads, coalesce(sum(length_bytes), 0)::bigint as bytes
    from upload where link_id = ${linkId}::uuid and ended_at is null`.execute(tx)
  return rows[0] ?? { uploads: 0, bytes: 0 }
}

/** The batch that a visit's uploads are in, as long as it goes on. */
export async function lockSessionOfVisit(tx: Tx, linkId: string, visitId: string) {
  return tx
    .selectFrom('upload_session')
    .select(['id', 'begun_files as begunFiles'])
    .where('link_id', '=', linkId)
    .where('visit_id', '=', visitId)
    .where('status', 'in', ['active', 'paused'])
    .orderBy('id', 'desc')
    .limit(1)
    .forUpdate()
    .executeTakeFirst()
}
