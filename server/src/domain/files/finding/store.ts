import type { FileFilter } from '@trove/contract/file-filter'
import { sql, type RawBuilder } from 'kysely'
import type { Db, Tx } from '../../../platform/db/index.ts'
import { standing, uploaderId, type Standing } from '../../storage/index.ts'
import { findAll, pick } from '../listing/found/store.ts'
import type { Scope } from '../listing/matching/store.ts'
import { listNear } from '../listing/near/store.ts'
import { facetsOf, isWordless, queryOf } from './rules.ts'

/** From 1, by where all the words are: name, what is known of it, text, part of the name. */
export type Tier = 1 | 2 | 3 | 4
export type Hit = { id: string; tier: Tier }
export type Asked = { scope: Scope; filter: FileFilter & { q: string } }
type Page = { limit: number; after?: Hit | undefined }

/**
 * So many of the newest that come into question are looked at first. When a member can see no more than these, nothing
 * else has a share in the time.
 */
const LOOKED_AT = 2_000
/** What a member can see is looked through whole when it is no more than this. */
const SEEN_WHOLE = 12_000
/** Of so many of those that match, words are in too much of the library to collect every file that has them. */
const MANY = 4
/** Fewer letters than these no index of parts of names has. */
const FEWEST_OF_PART = 3

/** The best matches, of equal ones the newest. */
export async function search(db: Db, asked: Asked, page: Page): Promise<Hit[]> {
  const { scope, filter } = asked
  const isTrash = filter.trashed === true
  const near = scope.seesEverything
    ? { ids: await listNewest(db, asked), isAll: false }
    : await listNear(db, scope, { limit: LOOKED_AT, after: undefined, isTrash })
  const seen = isWordless(filter.q) && !near.isAll ? [] : await matchAmong(db, asked, near.ids)
  const tier = page.after?.tier ?? 1
  const best = isBehind(page.after)
  if (near.isAll) return readable(db, asked, seen.filter(best), page.limit)
  const first = await readable(
    db,
    asked,
    seen.filter(best).filter((hit) => hit.tier === tier),
    page.limit,
  )
  if (first.length >= page.limit) return first
  if (!scope.seesEverything) {
    const all = await listNear(db, scope, { limit: SEEN_WHOLE, after: undefined, isTrash })
    if (all.isAll) return readable(db, asked, (await matchAmong(db, asked, all.ids)).filter(best), page.limit)
  }
  const hits = await (seen.length > MANY ? searchByTier(db, asked, page, seen) : searchAtOnce(db, asked, page, seen))
  if (hits.length >= page.limit) return hits
  const limit = page.limit - hits.length
  const named = seen.filter((hit) => hit.tier === 4).filter(best)
  const newest = named.length < limit ? [] : await readable(db, asked, named, limit)
  if (newest.length >= limit) return [...hits, ...newest]
  const after = tier === 4 ? page.after?.id : undefined
  const parts = await searchParts(db, asked, { limit, after })
  return [...hits, ...parts.map((id): Hit => ({ id, tier: 4 }))]
}

const isBehind = (after: Hit | undefined) => (hit: Hit) =>
  after === undefined || hit.tier > after.tier || (hit.tier === after.tier && hit.id < after.id)

async function listNewest(db: Db, { scope, filter }: Asked): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select file.id from file where file.organization_id = ${scope.organizationId}::uuid
      and ${filter.trashed === true ? sql`file.trashed_at is not null` : sql`file.trashed_at is null`}
    order by file.id desc limit ${LOOKED_AT}`.execute(db)
  return rows.map(({ id }) => id)
}

/** Which of these match, the best first, whoever may read them. */
async function matchAmong(db: Db, { scope, filter }: Asked, ids: readonly string[]): Promise<Hit[]> {
  const { inName, anywhere, hasFacets } = questions(scope, filter)
  const { rows } = await sql<Hit>`
    select * from (
      select finding.file_id as id, case
        when finding.named @@ ${inName} then 1 when finding.told @@ ${anywhere} then 2
        when finding.words @@ ${anywhere} then 3
        when file.name ilike ${containing(filter.q.trim())} then 4 end as tier
      from finding join file on file.id = finding.file_id
      where finding.file_id = any(${ids}::uuid[]) and ${hasFacets}
    ) as hit
    where tier is not null order by tier, id desc`.execute(db)
  return rows
}

/** The first of these that match in all and may be read. */
async function readable(db: Db, { scope, filter }: Asked, hits: readonly Hit[], limit: number): Promise<Hit[]> {
  if (hits.length === 0) return []
  const ids = sql`(
    select id from unnest(${hits.map(({ id }) => id)}::uuid[]) with ordinality as hit (id, place) order by place offset 0)`
  const chosen = new Set(await pick(db, scope, withoutWords(filter), { ids, limit }))
  return hits.filter(({ id }) => chosen.has(id))
}

/** One look in the index for all that has the words, which is not much. */
async function searchAtOnce(db: Db, asked: Asked, { limit, after }: Page, seen: readonly Hit[]): Promise<Hit[]> {
  const { scope, filter } = asked
  if (isWordless(filter.q) || after?.tier === 4) return []
  const { inName, anywhere, hasFacets } = questions(scope, filter)
  const { rows } = await sql<Hit>`
    select file_id as id,
      case when named @@ ${inName} then 1 when told @@ ${anywhere} then 2 else 3 end as tier
    from finding
    where organization_id = ${scope.organizationId}::uuid and ${hasFacets} and words @@ ${anywhere}
    order by 2, 1 desc limit ${sql.lit(COLLECTED)}`.execute(db)
  const hits = await readable(db, asked, rows.filter(isBehind(after)), limit)
  return hits.length >= limit || rows.length < COLLECTED ? hits : searchByTier(db, asked, { limit, after }, seen)
}

/** More than this is not carried to and fro. */
const COLLECTED = 5_000

/** Place after place, of each the newest first: what is in much of the library is among the newest, which were `seen`. */
async function searchByTier(db: Db, asked: Asked, page: Page, seen: readonly Hit[]): Promise<Hit[]> {
  const hits: Hit[] = []
  for (const tier of [1, 2, 3] as const) {
    const first = page.after?.tier ?? 1
    if (tier < first || hits.length >= page.limit) continue
    const limit = page.limit - hits.length
    const near = seen.filter((hit) => hit.tier === tier).filter(isBehind(page.after))
    const newest = near.length < limit ? [] : await readable(db, asked, near, limit)
    if (newest.length >= limit) return [...hits, ...newest]
    const after = tier === first ? page.after?.id : undefined
    const ids = await searchTier(db, asked, tier, { limit, after })
    hits.push(...ids.map((id) => ({ id, tier })))
  }
  return hits
}

async function searchTier(
  db: Db,
  { scope, filter }: Asked,
  tier: Exclude<Tier, 4>,
  page: { limit: number; after?: string | undefined },
) {
  const query = questions(scope, filter)
  if (isWordless(filter.q)) return []
  const { inName, anywhere } = query
  const isFound = {
    1: sql<boolean>`finding.named @@ ${inName}`,
    2: sql<boolean>`finding.told @@ ${anywhere} and not finding.named @@ ${inName}`,
    3: sql<boolean>`finding.words @@ ${anywhere} and not finding.told @@ ${anywhere}`,
  }[tier]
  return findAll(db, scope, withoutWords(filter), {
    ...page,
    isFound: sql<boolean>`${query.hasFacets} and ${isFound}`,
  })
}

/** Part of a name, by its trigrams. Whatever is found by words was told before. */
async function searchParts(db: Db, { scope, filter }: Asked, page: { limit: number; after?: string | undefined }) {
  const part = filter.q.trim()
  const isWorded = !isWordless(part)
  if (isWorded && [...part].length < FEWEST_OF_PART) return []
  const { anywhere, hasFacets } = questions(scope, filter)
  const isNew = isWorded ? sql`and not finding.words @@ ${anywhere}` : sql``
  const ids = sql`(
    select named.id from (
      select file.id from file
      where file.organization_id = ${scope.organizationId}::uuid and file.name ilike ${containing(part)} offset 0
    ) as named join finding on finding.file_id = named.id
    where ${hasFacets} ${isNew} ${page.after === undefined ? sql`` : sql`and named.id < ${page.after}::uuid`}
    order by named.id desc offset 0)`
  return pick(db, scope, withoutWords(filter), { ids, limit: page.limit })
}

const withoutWords = ({ q: _q, ...filter }: FileFilter): FileFilter => filter

const containing = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`

function questions({ organizationId }: Scope, filter: FileFilter & { q: string }) {
  const facets = queryOf(facetsOf(filter))
  const question = (isOfName: boolean): RawBuilder<unknown> =>
    sql`(select search_query(${organizationId}::uuid, ${filter.q}, ${isOfName}))`
  return {
    inName: question(true),
    anywhere: question(false),
    hasFacets: facets === '' ? sql<boolean>`true` : sql<boolean>`finding.told @@ ${facets}::tsquery`,
  }
}

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
const REVISION = 1

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
