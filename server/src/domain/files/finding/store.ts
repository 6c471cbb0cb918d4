import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db/index.ts'
import { standing, uploaderId, type Standing } from '../../storage/index.ts'
import type { Asked } from './best/store.ts'

type Passage = {
  fileId: string
  /** Of the bytes that it stands in: whether they may go out is for the caller to ask. */
  standing: Standing
  uploaderId: string | null
  page: number
  content: string
  pages: number[]
}

/** Of each of these files the page that says most of the words, and the first pages that say any. */
export async function listPassages(db: Db, { scope, filter }: Asked, fileIds: readonly string[]) {
  if (fileIds.length === 0) return []
  const { rows } = await sql<Passage>`
    with asked as materialized (
      select whole, case when numnode(whole) = 0 then whole else replace(whole::text, '&', '|')::tsquery end as any_of
      from (select search_query(${scope.organizationId}::uuid, ${filter.q}, false) as whole) as question
    )
    select file.id as "fileId", ${standing} as standing, ${uploaderId} as "uploaderId", best.number as page, best.content,
      array(select number from (
        select number from document_page_words as one
        where one.blob_id = version.blob_id and one.words @@ asked.any_of order by number limit 10) as first_of) as pages
    from asked cross join file
    join version on version.id = file.current_version_id and version.status <> 'infected'
    join blob on blob.id = version.blob_id
    cross join lateral (
      select said.number, left(document_text.content, 200000) as content
      from document_page_words as said
      join document_text on document_text.blob_id = said.blob_id and document_text.number = said.number
      where said.blob_id = version.blob_id and said.words @@ asked.any_of
      order by said.words @@ asked.whole desc, said.number limit 1
    ) as best
    where file.id = any(${fileIds}::uuid[])`.execute(db)
  return rows
}

/** Of the newest files that a user may read. */
export async function listChoices(db: Db, fileIds: readonly string[]) {
  const { rows } = await sql<{ camera: string | null; userId: string; userName: string }>`
    select distinct file.camera, "user".id as "userId", "user".name as "userName"
    from file join "user" on "user".id = file.created_by where file.id = any(${fileIds}::uuid[])`.execute(db)
  return rows
}

/** Must be what `renew_findings` of the newest migration writes. */
const REVISION = 2

/** Files that are not in the search table as they ought to be: never, by an older revision, or in another language. */
const outdated = sql`
  select file.id from file join organization on organization.id = file.organization_id
  left join finding on finding.file_id = file.id
  where finding.file_id is null or finding.revision < ${sql.lit(REVISION)}
    or finding.language <> search_language(organization.settings)`

export async function countOutdated(db: Db): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*)::int as count from (${outdated}) as late`.execute(db)
  return rows[0]?.count ?? 0
}

/** @returns how many were written */
export async function renewOutdated(tx: Tx, limit: number): Promise<number> {
  const { rows } = await sql<{ id: string }>`${outdated} limit ${limit}`.execute(tx)
  if (rows.length > 0) await sql`select renew_findings(${rows.map(({ id }) => id)}::uuid[])`.execute(tx)
  return rows.length
}

/** Text that has not been read into words, or in another language. @returns how many documents were read */
export async function renewDocuments(tx: Tx, limit: number): Promise<number> {
  const { rows } = await sql<{ blobId: string }>`
    select step.blob_id as "blobId" from step
    join organization on organization.id = step.organization_id
    left join document_words on document_words.blob_id = step.blob_id
    where step.name = 'text' and step.status = 'done'
      and exists (select from document_text where document_text.blob_id = step.blob_id)
      and (document_words.blob_id is null or document_words.language <> search_language(organization.settings))
    limit ${limit}`.execute(tx)
  for (const { blobId } of rows) await sql`select renew_document_words(${blobId}::uuid)`.execute(tx)
  return rows.length
}
