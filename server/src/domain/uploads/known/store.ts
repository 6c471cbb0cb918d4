import type { Db } from '../../../platform/db/index.ts'
import { standing } from '../../storage/index.ts'

/** Files of an organization whose current version has these bytes, the newest first; not those in the trash. */
export function listFilesOfBytes(
  db: Db,
  about: { organizationId: string; sha256: Buffer; sizeBytes: number },
  limit: number,
) {
  return db
    .selectFrom('blob')
    .innerJoin('version', 'version.blob_id', 'blob.id')
    .innerJoin('file', 'file.current_version_id', 'version.id')
    .select(['file.id as fileId', 'blob.object_key as objectKey', 'version.created_by as uploaderId'])
    .select(standing.as('standing'))
    .where('blob.organization_id', '=', about.organizationId)
    .where('blob.sha256', '=', about.sha256)
    .where('blob.size_bytes', '=', about.sizeBytes)
    .where('file.trashed_at', 'is', null)
    .orderBy('file.id', 'desc')
    .limit(limit)
    .execute()
}
