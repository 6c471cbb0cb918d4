import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db/index.ts'
import { standing, uploaderId } from '../../storage/index.ts'
import { insertMedia, insertVariants, type StoredVariant } from '../store.ts'

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
export const hasPages = async (db: Db, blobId: string): Promise<boolean> => (await listPageNumbers(db, blobId)).size > 0

/** As far as it is known; else none. */
export async function countPages(db: Db, blobId: string): Promise<number> {
  const row = await db.selectFrom('media').select('pages').where('blob_id', '=', blobId).executeTakeFirst()
  return row?.pages ?? 0
}

/** The pages that have a picture, counted from 1. */
export async function listPageNumbers(db: Db, blobId: string): Promise<Set<number>> {
  const rows = await db
    .selectFrom('variant')
    .select('number')
    .where('blob_id', '=', blobId)
    .where('name', '=', 'page')
    .execute()
  return new Set(rows.map(({ number }) => number))
}

/** How many pages there are, and a glance at the first, of bytes of which nothing was known. */
export async function keepSummary(tx: Tx, blobId: string, summary: { pages: number; blur: Uint8Array }): Promise<void> {
  if (await insertMedia(tx, blobId, { ...summary, facts: {} })) return
  const { pages, blur } = summary
  await tx
    .updateTable('media')
    .set({ pages, blur: Buffer.from(blur) })
    .where('blob_id', '=', blobId)
    .execute()
}

/** Those that are there already stay. @returns  the keys of objects that nothing mentions */
export async function insertMissing(tx: Tx, blobId: string, variants: readonly StoredVariant[]): Promise<string[]> {
  const { rows: wanted } = await sql`
    select from blob where id = ${blobId}::uuid and scan_status <> 'infected' for no key update`.execute(tx)
  const rows = await tx.selectFrom('variant').select(['name', 'number']).where('blob_id', '=', blobId).execute()
  const there = new Set(rows.map(({ name, number }) => `${name} ${number}`))
  const isNew = ({ name, number }: StoredVariant) => wanted.length > 0 && !there.has(`${name} ${number}`)
  await insertVariants(tx, blobId, variants.filter(isNew))
  return variants.filter((variant) => !isNew(variant)).map(({ objectKey }) => objectKey)
}

/** The current version of a file, as far as reading its words is concerned. */
export function getDocument(db: Db, fileId: string) {
  return db
    .selectFrom('file')
    .innerJoin('version', 'version.id', 'file.current_version_id')
    .innerJoin('blob', 'blob.id', 'version.blob_id')
    .select(['blob.id as blobId', 'version.pages', uploaderId.as('uploaderId'), standing.as('standing')])
    .where('file.id', '=', fileId)
    .executeTakeFirst()
}

export function listPictures(db: Db, blobId: string) {
  return db
    .selectFrom('variant')
    .select(['number', 'width_pixels as widthPixels', 'height_pixels as heightPixels'])
    .where('blob_id', '=', blobId)
    .where('name', '=', 'page')
    .orderBy('number')
    .execute()
}

export async function countPassages(db: Db, blobId: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from document_text where blob_id = ${blobId}::uuid`.execute(db)
  return rows[0]?.count ?? 0
}

export async function getPassage(db: Db, blobId: string, number: number): Promise<string | undefined> {
  const row = await db
    .selectFrom('document_text')
    .select('content')
    .where('blob_id', '=', blobId)
    .where('number', '=', number)
    .executeTakeFirst()
  return row?.content
}

/** Passages in which some words stand, whatever their case. */
export async function findPassages(
  db: Db,
  blobId: string,
  { words, limit }: { words: string; limit: number },
): Promise<Passage[]> {
  const { rows } = await sql<Passage>`
    select number, content from document_text
    where blob_id = ${blobId}::uuid and strpos(lower(content), lower(${words})) > 0
    order by number limit ${limit}`.execute(db)
  return rows
}
