import { sql } from 'kysely'
import type { Db } from '../../../platform/db/index.ts'
import { rightsSum } from '../../access/index.ts'
import { standing, uploaderId, type Standing } from '../../storage/index.ts'

const DOWNLOAD = 4
/** Files with the same bytes of which the rights are asked; with more than so many the question would take its time. */
const MOST_ASKED = 200

export type FileOfBytes = { objectKey: string; uploaderId: string | null; standing: Required<Standing> }

/**
 * Files of an organization whose current version has these bytes and which the user may download, the newest first; not
 * those in the trash. One statement, so that what others have costs no time that could be measured.
 */
export async function listFilesOfBytes(
  db: Db,
  about: { organizationId: string; sha256: Buffer; sizeBytes: number; userId: string },
  limit: number,
): Promise<FileOfBytes[]> {
  const rights = rightsSum(sql`${about.userId}::uuid`, {
    id: sql.ref('same.id'),
    organizationId: sql.ref('same.organization_id'),
    createdBy: sql.ref('same.created_by'),
  })
  const { rows } = await sql<FileOfBytes>`
    select same."objectKey", same."uploaderId", same.standing
    from (
      select resource.id, resource.organization_id, resource.created_by,
        blob.object_key as "objectKey", ${uploaderId} as "uploaderId", ${standing} as standing
      from blob
      join version on version.blob_id = blob.id
      join file on file.current_version_id = version.id and file.trashed_at is null
      join resource on resource.id = file.id
      where blob.organization_id = ${about.organizationId} and blob.sha256 = ${about.sha256}
        -- Damaged ones are wanted again: sending them mends them.
        and blob.damage is null and blob.size_bytes = ${about.sizeBytes}
      order by (resource.created_by = ${about.userId}) desc, resource.id desc limit ${MOST_ASKED}
    ) as same
    where ${rights} & ${DOWNLOAD} = ${DOWNLOAD} limit ${limit}`.execute(db)
  return rows
}
