import type { Db } from '../../../platform/db/index.ts'

/** The current version of a file, as its receipt tells of it. */
export function getVersionFacts(db: Db, fileId: string) {
  return db
    .selectFrom('file')
    .innerJoin('version', 'version.id', 'file.current_version_id')
    .select([
      'file.id as fileId',
      'version.id as versionId',
      'file.organization_id as organizationId',
      'version.size_bytes as sizeBytes',
      'version.sha256',
      'version.created_at as createdAt',
    ])
    .where('file.id', '=', fileId)
    .executeTakeFirst()
}
