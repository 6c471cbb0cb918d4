import type { VariantName } from '@trove/contract/files'
import type { Db, Tx } from '../../../platform/db/index.ts'
import { standing, uploaderId } from '../../storage/index.ts'
import { rowOf, type StoredVariant } from '../store.ts'

/** What the pictures in WebP of a blob take, by name. */
export async function listWebpSizes(db: Db, blobId: string): Promise<Record<string, number>> {
  const rows = await db
    .selectFrom('variant')
    .select(['name', 'size_bytes as sizeBytes'])
    .where('blob_id', '=', blobId)
    .where('media_type', '=', 'image/webp')
    .where('number', '=', 0)
    .execute()
  return Object.fromEntries(rows.map(({ name, sizeBytes }) => [name, sizeBytes]))
}

/** Takes away what was made in these formats before. Objects that no row mentions any more are left to the sweep. */
export async function deleteFormats(tx: Tx, blobId: string, mediaTypes: readonly string[]): Promise<void> {
  await tx
    .deleteFrom('variant')
    .where('blob_id', '=', blobId)
    .where('name', 'in', ['thumbnail', 'medium', 'large'] satisfies VariantName[])
    .where('media_type', 'in', mediaTypes)
    .execute()
}

/** False when somebody else has made it meanwhile. */
export async function insertSized(tx: Tx, blobId: string, variant: StoredVariant): Promise<boolean> {
  const blob = await tx.selectFrom('blob').select('scan_status').where('id', '=', blobId).forShare().executeTakeFirst()
  if (blob === undefined || blob.scan_status === 'infected') return false
  const inserted = await tx
    .insertInto('variant')
    .values(rowOf(blobId, variant))
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  return inserted !== undefined
}

/** The picture that a file is now. */
export function getPicture(db: Db, fileId: string) {
  return db
    .selectFrom('file')
    .innerJoin('version', 'version.id', 'file.current_version_id')
    .innerJoin('blob', 'blob.id', 'version.blob_id')
    .select(['file.name as filename', 'file.organization_id as organizationId', 'version.status'])
    .select(['version.id as versionId', 'version.media_type as mediaType', 'version.damage'])
    .select(['version.width_pixels as widthPixels', 'version.height_pixels as heightPixels'])
    .select(['blob.id as blobId', 'blob.object_key as objectKey'])
    .select([uploaderId.as('uploaderId'), standing.as('standing')])
    .where('file.id', '=', fileId)
    .executeTakeFirst()
}

export function getSized(db: Db, blobId: string, side: number) {
  return db
    .selectFrom('variant')
    .select(['id', 'object_key as objectKey', 'size_bytes as sizeBytes', 'media_type as mediaType'])
    .select('created_at as createdAt')
    .where('blob_id', '=', blobId)
    .where('name', '=', 'sized')
    .where('media_type', '=', 'image/webp')
    .where('number', '=', side)
    .executeTakeFirst()
}
