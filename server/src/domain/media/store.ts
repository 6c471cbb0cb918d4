import type { VariantName } from '@trove/contract/files'
import type { Db, Tx } from '../../platform/db/index.ts'
import { newId } from '../../platform/ids.ts'
import { standing, uploaderId } from '../storage/index.ts'
import type { MediaSummary } from './rendering.ts'

export type StoredVariant = {
  name: VariantName
  mediaType: string
  number: number
  facts: Record<string, unknown>
  widthPixels: number
  heightPixels: number
  sizeBytes: number
  sha256: Uint8Array
  objectKey: string
}

/** What is to be rendered, and whether it has been already. */
export async function getBlob(db: Db, blobId: string) {
  return db
    .selectFrom('blob')
    .leftJoin('media', 'media.blob_id', 'blob.id')
    .select([
      'blob.organization_id as organizationId',
      'blob.object_key as objectKey',
      'blob.size_bytes as sizeBytes',
      'blob.media_type as mediaType',
      'media.blob_id as renderedId',
      standing.as('standing'),
    ])
    .where('blob.id', '=', blobId)
    .executeTakeFirst()
}

export function getVersion(db: Db, versionId: string) {
  return db
    .selectFrom('version')
    .innerJoin('blob', 'blob.id', 'version.blob_id')
    .select(['version.id as versionId', 'blob.id as blobId', 'blob.organization_id as organizationId'])
    .where('version.id', '=', versionId)
    .executeTakeFirst()
}

/**
 * Before anything of their blob is written by whoever goes on to tell the versions of it: the quarantine locks them in this
 * order too.
 */
export async function lockVersions(tx: Tx, blobId: string): Promise<void> {
  await tx.selectFrom('version').select('id').where('blob_id', '=', blobId).orderBy('id').forUpdate().execute()
}

/** False when another worker was first: its variants stand, and nothing was changed. */
export async function insertMedia(tx: Tx, blobId: string, { facts, ...summary }: MediaSummary): Promise<boolean> {
  const inserted = await tx
    .insertInto('media')
    .values({
      blob_id: blobId,
      width_pixels: summary.widthPixels ?? null,
      height_pixels: summary.heightPixels ?? null,
      duration_ms: summary.durationMs ?? null,
      pages: summary.pages ?? null,
      blur: summary.blur === undefined ? null : Buffer.from(summary.blur),
      facts: JSON.stringify(facts),
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('blob_id')
    .executeTakeFirst()
  return inserted !== undefined
}

/**
 * Instead of those of these names, if there are any: what makes them may run a second time, or be made otherwise since.
 * Objects that no row mentions any more are left to the sweep.
 */
export async function replaceVariants(
  tx: Tx,
  blobId: string,
  names: readonly VariantName[],
  variants: readonly StoredVariant[],
): Promise<void> {
  await lockVersions(tx, blobId)
  await tx.deleteFrom('variant').where('blob_id', '=', blobId).where('name', 'in', names).execute()
  await insertVariants(tx, blobId, variants)
}

/** @throws Error  the bytes were found infected meanwhile: nothing stands for them any more */
export async function insertVariants(tx: Tx, blobId: string, variants: readonly StoredVariant[]): Promise<void> {
  if (variants.length === 0) return
  const blob = await tx.selectFrom('blob').select('scan_status').where('id', '=', blobId).forShare().executeTakeFirst()
  if (blob?.scan_status === 'infected') throw new Error('the bytes were found infected meanwhile')
  await tx
    .insertInto('variant')
    .values(variants.map((variant) => rowOf(blobId, variant)))
    .execute()
}

/** A variant as it is kept. */
export const rowOf = (blobId: string, variant: StoredVariant) => ({
  id: newId(),
  blob_id: blobId,
  name: variant.name,
  media_type: variant.mediaType,
  number: variant.number,
  facts: JSON.stringify(variant.facts),
  width_pixels: variant.widthPixels,
  height_pixels: variant.heightPixels,
  size_bytes: variant.sizeBytes,
  sha256: Buffer.from(variant.sha256),
  object_key: variant.objectKey,
})

/** Of variants that are no pictures. */
const TYPES: Partial<Record<VariantName, string>> = { proxy: 'video/mp4', waveform: 'application/octet-stream' }

/** A variant of the current version of a file. `mediaType`: the one that there always is unless said. */
export async function getVariant(
  db: Db,
  fileId: string,
  { name, number = 0, mediaType }: { name: VariantName; number?: number; mediaType?: string | undefined },
) {
  return db
    .selectFrom('file')
    .innerJoin('version', 'version.id', 'file.current_version_id')
    .innerJoin('variant', 'variant.blob_id', 'version.blob_id')
    .select([
      'file.name as filename',
      'variant.id',
      'variant.object_key as objectKey',
      'variant.size_bytes as sizeBytes',
    ])
    .innerJoin('blob', 'blob.id', 'version.blob_id')
    .select(['variant.media_type as mediaType', 'variant.created_at as createdAt', 'variant.facts'])
    .select([uploaderId.as('uploaderId'), standing.as('standing')])
    .where('file.id', '=', fileId)
    .where('variant.name', '=', name)
    .where('variant.media_type', '=', mediaType ?? TYPES[name] ?? 'image/webp')
    .where('variant.number', '=', number)
    .executeTakeFirst()
}
