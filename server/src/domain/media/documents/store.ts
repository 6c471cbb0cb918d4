import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db/index.ts'

export type Passage = { number: number; content: string }

/** Passages are written so many at a time. */
const AT_ONCE = 200

/**
 * Takes the place of the text that was kept of the bytes before. Nothing is kept of bytes that are gone, or that the
 * scanner has found infected meanwhile.
 */
export async function replaceText(
  tx: Tx,
  { blobId, organizationId }: { blobId: string; organizationId: string },
  passages: readonly Passage[],
): Promise<void> {
  const { rows } = await sql`
    select from blob where id = ${blobId}::uuid and scan_status <> 'infected' for no key update`.execute(tx)
  await tx.deleteFrom('document_text').where('blob_id', '=', blobId).execute()
  if (rows.length === 0) return
  for (let at = 0; at < passages.length; at += AT_ONCE)
    await tx
      .insertInto('document_text')
      .values(
        passages.slice(at, at + AT_ONCE).map(({ number, content }) => ({
          blob_id: blobId,
          number,
          organization_id: organizationId,
          content,
        })),
      )
      .execute()
}

/** Whether there is a picture of any page. */
export async function hasPages(db: Db, blobId: string): Promise<boolean> {
  const { rows } = await sql`
    select from variant where blob_id = ${blobId}::uuid and name = 'page' limit 1`.execute(db)
  return rows.length > 0
}
