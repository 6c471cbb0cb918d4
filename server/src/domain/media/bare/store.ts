import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db/index.ts'

export type BareCopy =
  | { objectKey: string; mediaType: string; sizeBytes: number; createdAt: Date; withheld: null }
  | { withheld: string }

export async function getBareCopy(db: Db, blobId: string): Promise<BareCopy | undefined> {
  const row = await db
    .selectFrom('bare_copy')
    .select(['object_key', 'media_type', 'size_bytes', 'withheld', 'created_at'])
    .where('blob_id', '=', blobId)
    .executeTakeFirst()
  if (row === undefined) return undefined
  const { object_key: objectKey, media_type: mediaType, size_bytes: sizeBytes, created_at: createdAt } = row
  if (objectKey === null || mediaType === null || sizeBytes === null) return { withheld: row.withheld ?? '' }
  return { objectKey, mediaType, sizeBytes, createdAt, withheld: null }
}

/** False when another was first: its copy stands, and nothing was changed. Also when the blob has gone meanwhile. */
export async function insertBareCopy(
  tx: Tx,
  blobId: string,
  copy: { objectKey: string; mediaType: string; sizeBytes: number } | { withheld: string },
): Promise<boolean> {
  const [objectKey, mediaType, sizeBytes, withheld] =
    'withheld' in copy ? [null, null, null, copy.withheld] : [copy.objectKey, copy.mediaType, copy.sizeBytes, null]
  const { rows } = await sql`
    insert into bare_copy (blob_id, object_key, media_type, size_bytes, withheld)
    select id, ${objectKey}, ${mediaType}, ${sizeBytes}::bigint, ${withheld} from blob where id = ${blobId}::uuid
    for key share
    on conflict do nothing returning blob_id`.execute(tx)
  return rows.length > 0
}
