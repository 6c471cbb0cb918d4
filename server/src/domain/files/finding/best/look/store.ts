import type { FileFilter } from '@trove/contract/file-filter'
import { sql, type RawBuilder } from 'kysely'
import type { Db } from '../../../../../platform/db/index.ts'
import type { Scope } from '../../../listing/matching/store.ts'
import { facetsOf, queryOf } from '../../rules.ts'

/** From 1, by where all the words are: name, what is known of it, text, part of the name. */
export type Tier = 1 | 2 | 3 | 4
export type Hit = { id: string; tier: Tier }
export type Asked = { scope: Scope; filter: FileFilter & { q: string } }
/** What somebody asks, as the search table understands it. */
type Question = {
  inName: RawBuilder<unknown>
  anywhere: RawBuilder<unknown>
  isFaceted: boolean
  hasFacets: RawBuilder<boolean>
  /** Both of the last two as one: the index then meets words and filters itself, and reads no row for either alone. */
  anywhereWithFacets: RawBuilder<unknown>
}
export type Looking = Asked & { question: Question }

/** Asked once: it looks through tags and people. The planner is not shown what it is, as its guesses of words are poor. */
export async function understand(db: Db, { scope, filter }: Asked): Promise<Question> {
  const { rows } = await sql<{ inName: string; anywhere: string }>`
    select search_query(${scope.organizationId}::uuid, ${filter.q}, true)::text as "inName",
      search_query(${scope.organizationId}::uuid, ${filter.q}, false)::text as anywhere`.execute(db)
  const hidden = (question: string) => sql`(select ${question}::tsquery)`
  const facets = queryOf(facetsOf(filter))
  const { inName = '', anywhere = '' } = rows[0] ?? {}
  return {
    inName: hidden(inName),
    anywhere: hidden(anywhere),
    // Joined to no words at all, the filters alone would match.
    anywhereWithFacets:
      facets === '' || anywhere === '' ? hidden(anywhere) : sql`(select ${facets}::tsquery && ${anywhere}::tsquery)`,
    isFaceted: facets !== '',
    hasFacets: facets === '' ? sql<boolean>`true` : sql<boolean>`finding.told @@ ${hidden(facets)}`,
  }
}

/** So many of the newest that come into question, behind `after`; those of a member by `ids`, or by SQL that tells them. */
export type Window = {
  limit: number
  after: string | undefined
  ids?: string[]
  near?: RawBuilder<unknown>
  isAll?: boolean
}

/** `fitting`: so many the index would have to tell of. */
export type Look = { hits: Hit[]; count: number; fitting: number }

/** Which of a window match, the best first, whoever may read them. Its `count` is of all that were looked at. */
export async function look(db: Db, asking: Looking, window: Window, tiers: readonly Tier[]): Promise<Look> {
  const { rows } = await sql<Look>`
    select count(*)::int as count, count(*) filter (where fits)::int as fitting,
      coalesce(json_agg(json_build_object('id', id, 'tier', tier) order by tier, id desc)
        filter (where tier in (${sql.join(tiers.map((tier) => sql.lit(tier)))})), '[]') as hits
    from (${tiers.includes(1) || !tiers.includes(4) ? inFindings(asking, window, tiers) : inNames(asking, window)}) as one`.execute(
    db,
  )
  return rows[0] ?? { hits: [], count: 0, fitting: 0 }
}

/** Each with its tier. A name is looked up only for what no word tells. */
function inFindings({ scope, filter, question }: Looking, window: Window, tiers: readonly Tier[]) {
  const { inName, anywhere, hasFacets } = question
  const orPart = sql`when (select file.name ilike ${containing(filter.q)} from file where file.id = finding.file_id) then 4`
  return sql`
    select id, tier, tier is not null as fits from (
      select finding.file_id as id, case
        when not ${hasFacets} then null
        when finding.told @@ ${anywhere} then case when finding.named @@ ${inName} then 1 else 2 end
        when finding.words @@ ${anywhere} then 3
        ${tiers.includes(4) ? orPart : sql``} end as tier
      from ${nearFindings(scope, filter, window)} offset 0
    ) as told`
}

/** Each that has a part of its name, and which no word tells. */
function inNames(asking: Looking, window: Window) {
  const { filter, question } = asking
  return sql`
    select id, fits, case when fits and exists (
      select from finding where finding.file_id = named.id and ${conditions(asking)[4]} and ${question.hasFacets}) then 4 end as tier
    from (
      select file.id, file.name ilike ${containing(filter.q)} as fits from ${nearNames(asking, window)} offset 0
    ) as named`
}

/** What makes a match one of its kind and no better one. */
export const conditions = ({ question: { inName, anywhere } }: Looking) => ({
  1: sql<boolean>`finding.named @@ ${inName}`,
  2: sql<boolean>`(finding.told @@ ${anywhere} and not finding.named @@ ${inName})`,
  3: sql<boolean>`(finding.words @@ ${anywhere} and not finding.told @@ ${anywhere})`,
  4: sql<boolean>`(not finding.told @@ ${anywhere} and (finding.words @@ ${anywhere}) is not true)`,
})

const before = (id: string, after: string | undefined) =>
  after === undefined ? sql`` : sql`and ${sql.ref(id)} < ${after}::uuid`

const newestFiles = ({ organizationId }: Scope, { trashed }: FileFilter, { limit, after }: Window) => sql`(
  select file.id, file.name from file where file.organization_id = ${organizationId}::uuid
    and ${trashed === true ? sql`file.trashed_at is not null` : sql`file.trashed_at is null`} ${before('file.id', after)}
  order by file.id desc limit ${limit})`

/** Those of a member, unless the newest of all. The planner would study an array of thousands for longer than they take. */
const idsIn = ({ ids, near }: Window) =>
  near
    ? sql`any((select array_agg(id) from (${near}) as near)::uuid[])`
    : ids && sql`any((select ${ids}::uuid[])::uuid[])`

function nearNames({ scope, filter }: Looking, window: Window) {
  const ids = idsIn(window)
  return ids
    ? sql`(select file.id, file.name from file where file.id = ${ids}) as file`
    : sql`${newestFiles(scope, filter, window)} as file`
}

function nearFindings(scope: Scope, filter: FileFilter, window: Window) {
  const ids = idsIn(window)
  if (ids !== undefined) return sql`(select finding.* from finding where finding.file_id = ${ids}) as finding`
  if (filter.trashed === true)
    return sql`${newestFiles(scope, filter, window)} as file join finding on finding.file_id = file.id`
  return sql`(
    select finding.* from finding where finding.organization_id = ${scope.organizationId}::uuid
      ${before('finding.file_id', window.after)}
    order by finding.file_id desc limit ${window.limit}) as finding`
}

/** The id of the last of a window in which one kind was looked for. */
export async function oldestOf(
  db: Db,
  { scope, filter }: Looking,
  window: Window,
  tier: Tier,
): Promise<string | undefined> {
  if (window.ids !== undefined) return window.ids.at(-1)
  const rowsOf =
    window.near ??
    (tier === 4
      ? sql`select file.id from ${newestFiles(scope, filter, window)} as file`
      : sql`select finding.file_id as id from ${nearFindings(scope, filter, window)}`)
  const { rows } = await sql<{ id: string }>`select id from (${rowsOf}) as near order by id limit 1`.execute(db)
  return rows[0]?.id
}

/** A part of a name, as a pattern. */
export const containing = (text: string): string => `%${text.trim().replace(/[\\%_]/g, '\\$&')}%`
