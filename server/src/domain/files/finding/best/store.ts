import type { FileFilter } from '@trove/contract/file-filter'
import { sql, type RawBuilder } from 'kysely'
import type { Db } from '../../../../platform/db/index.ts'
import { findAll, pick, picked } from '../../listing/found/store.ts'
import type { Scope } from '../../listing/matching/store.ts'
import { countNear, listNear } from '../../listing/near/store.ts'
import { facetsOf, idBefore, isWordless, queryOf } from '../rules.ts'

/** From 1, by where all the words are: name, what is known of it, text, part of the name. */
export type Tier = 1 | 2 | 3 | 4
export type Hit = { id: string; tier: Tier }
export type Asked = { scope: Scope; filter: FileFilter & { q: string } }
type Page = { limit: number; after?: Hit | undefined; bounds?: Bounds }
type TierPage = { tier: Tier; limit: number; after: string | undefined }

/**
 * How much is looked at. Of the newest that come into question so many are asked one by one `first`, and at `most` so
 * many when the first tell that they ought to hold a page. So many are `collected` from the index, whatever their age.
 * Of a member who may see no more than is `little`, what the index has is met with all of that where it is more than a
 * `few`.
 */
export type Bounds = { first: number; most: number; collected: number; little: number; few: number }
const OF_ALL: Bounds = { first: 2_000, most: 40_000, collected: 8_000, little: 0, few: 0 }
/** A member's newest are merged from what has come to them by many ways, which costs more. */
const OF_MEMBER: Bounds = { first: 1_000, most: 16_000, collected: 8_000, little: 24_000, few: 500 }
/** What ought to hold a page is taken so much larger. */
const ROOM = 1.5
/** When a larger share of the newest matches, more does than may be collected. */
const MUCH = 0.01
/** Fewer letters than these no index of parts of names has. */
const FEWEST_OF_PART = 3

/**
 * The best matches, of equal ones the newest. What is looked at does not grow with the library: where much matches, it
 * is among the newest, or among as many more of them as ought to hold a page; where little does, the index has it at
 * once. Only where a member may see much, but hardly any of what matches, each of that is asked. A part of a name that more
 * have than may be collected is looked for among the newest alone.
 */
export async function search(db: Db, asked: Asked, page: Page): Promise<Hit[]> {
  const { scope, filter } = asked
  const bounds = page.bounds ?? (scope.seesEverything ? OF_ALL : OF_MEMBER)
  const asking: Asking = {
    ...asked,
    bounds,
    question: await understand(db, asked),
    seesLittle: once(() => seesLittle(db, scope, bounds)),
    openWhole: once(() => openWhole(db, asked, bounds)),
  }
  const newest = await open(db, asking, { limit: bounds.first })
  const words = isWordless(filter.q) ? [] : await searchTiers(db, asking, newest, { ...page, tiers: [1, 2, 3] })
  const rest = { ...page, limit: page.limit - words.length }
  return rest.limit === 0 ? words : [...words, ...(await searchTiers(db, asking, newest, { ...rest, tiers: [4] }))]
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => (made ??= make())
}

const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

const isBehind = (after: Hit | undefined) => (hit: Hit) =>
  after === undefined || hit.tier > after.tier || (hit.tier === after.tier && hit.id < after.id)

/** What somebody asks, as the search table understands it. */
type Question = {
  inName: RawBuilder<unknown>
  anywhere: RawBuilder<unknown>
  hasFacets: RawBuilder<boolean>
  /** Both of the last two as one: the index then meets words and filters itself, and reads no row for either alone. */
  anywhereWithFacets: RawBuilder<unknown>
}
type Asking = Asked & {
  bounds: Bounds
  question: Question
  seesLittle: () => Promise<boolean>
  openWhole: () => Promise<Window>
}

/** Asked once: it looks through tags and people. The planner is not shown what it is, as its guesses of words are poor. */
async function understand(db: Db, { scope, filter }: Asked): Promise<Question> {
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
    hasFacets: facets === '' ? sql<boolean>`true` : sql<boolean>`finding.told @@ ${hidden(facets)}`,
  }
}

/** Tier after tier, until one look in the index has all that is left. */
async function searchTiers(
  db: Db,
  asking: Asking,
  newest: Window,
  { tiers, limit: wanted, after: last }: Page & { tiers: readonly Tier[] },
): Promise<Hit[]> {
  const near = await look(db, asking, newest, tiers)
  if (newest.isAll ?? near.count < newest.limit) return readable(db, asking, near.hits.filter(isBehind(last)), wanted)
  const hits: Hit[] = []
  let mayCollect = tiers.includes(4) || near.hits.length <= near.count * MUCH
  for (const tier of tiers.filter((one) => one >= (last?.tier ?? 1))) {
    const limit = wanted - hits.length
    if (limit === 0) break
    const page = { tier, limit, after: tier === last?.tier ? last.id : undefined }
    const found = await searchNear(db, asking, near, { ...page, newest })
    if (found.isEnd || found.hits.length >= limit) {
      hits.push(...found.hits)
      continue
    }
    const isLittle = await asking.seesLittle()
    const collected = mayCollect ? await (isLittle ? collectOfLittle : collect)(db, asking, page) : undefined
    if (collected !== undefined) return [...hits, ...collected]
    mayCollect = false
    if (isLittle) {
      const whole = await asking.openWhole()
      const seen = await look(db, asking, whole, tiers)
      const rest = seen.hits.filter(isBehind({ tier, id: page.after ?? LAST_ID }))
      return [...hits, ...(await readable(db, asking, rest, limit))]
    }
    hits.push(...found.hits)
    const further = { ...page, limit: limit - found.hits.length, after: found.older }
    hits.push(...(tier < 4 ? await findTier(db, asking, further) : await findParts(db, asking, further, newest)))
  }
  return hits
}

/** What is older than `older` was not looked at. `isEnd`: nothing else may be found. */
type Found = { hits: Hit[]; older: string | undefined; isEnd: boolean }

/** Matches of one kind among the newest; when they are too few, among so many that there ought to be enough. */
async function searchNear(
  db: Db,
  asking: Asking,
  near: Look,
  { newest, tier, limit, after }: TierPage & { newest: Window },
): Promise<Found> {
  const { bounds, filter } = asking
  const there = near.hits.filter((hit) => hit.tier === tier)
  const seen = there.filter(isBehind(after === undefined ? undefined : { tier, id: after }))
  const isEnd = tier === 4 && !isWordless(filter.q) && [...filter.q.trim()].length < FEWEST_OF_PART
  const hits = seen.length >= limit || isEnd ? await readable(db, asking, seen, limit) : []
  if (isEnd || hits.length >= limit) return { hits, older: after, isEnd }
  const share = (there.length / near.count) * (seen.length < limit ? 1 : hits.length / seen.length)
  const room = Math.ceil((limit * ROOM) / share)
  if (!(room <= bounds.most)) return { hits: [], older: after, isEnd: false }
  return searchWithin(db, asking, await open(db, asking, { limit: room, after, newest }), { tier, limit, after })
}

async function searchWithin(db: Db, asking: Asking, window: Window, { tier, limit }: TierPage): Promise<Found> {
  const seen = await look(db, asking, window, [tier])
  const hits = await readable(db, asking, seen.hits, limit)
  const isEnd = window.isAll ?? seen.count < window.limit
  return { hits, isEnd, older: hits.length >= limit || isEnd ? undefined : await oldestOf(db, asking, window, tier) }
}

/** So many of the newest that come into question, behind `after`; those of a member by name. */
type Window = { limit: number; after: string | undefined; ids?: string[]; isAll?: boolean; since?: string }

async function open(
  db: Db,
  { scope, filter }: Asking,
  { limit, after, newest }: { limit: number; after?: string | undefined; newest?: Window },
): Promise<Window> {
  if (scope.seesEverything) return { limit, after }
  // What the newest lie apart tells how far back so many ought to reach.
  const [first, last] = [newest?.ids?.[0], newest?.ids?.at(-1)]
  const since =
    first === undefined || last === undefined
      ? undefined
      : idBefore(after ?? first, { span: [first, last], times: limit / (newest?.limit ?? limit) })
  const near = await listNear(db, scope, { limit, after, since, isTrash: filter.trashed === true })
  if (since === undefined) return { limit, after, ...near }
  return { limit, after, ids: near.ids, isAll: false, ...(near.isAll && { since }) }
}

async function seesLittle(db: Db, scope: Scope, { little }: Bounds): Promise<boolean> {
  return !scope.seesEverything && little > 0 && (await countNear(db, scope, little)) < little
}

/** All that a member may see, when that is little. */
async function openWhole(db: Db, { scope, filter }: Asked, bounds: Bounds): Promise<Window> {
  const page = { limit: bounds.little, after: undefined }
  return { ...page, ...(await listNear(db, scope, { ...page, isTrash: filter.trashed === true })) }
}

async function oldestOf(db: Db, { scope, filter }: Asking, window: Window, tier: Tier): Promise<string | undefined> {
  if (window.ids !== undefined) return window.since ?? window.ids.at(-1)
  const rowsOf =
    tier === 4
      ? sql`select file.id from ${newestFiles(scope, filter, window)} as file`
      : sql`select finding.file_id as id from ${nearFindings(scope, filter, window)}`
  const { rows } = await sql<{ id: string }>`${rowsOf} order by 1 limit 1`.execute(db)
  return rows[0]?.id
}

type Look = { hits: Hit[]; count: number }

/** Which of a window match, the best first, whoever may read them. Its `count` is of all that were looked at. */
async function look(db: Db, asking: Asking, window: Window, tiers: readonly Tier[]): Promise<Look> {
  const { scope, filter, question } = asking
  const from = tiers.includes(4) ? nearNames(asking, window) : nearFindings(scope, filter, window)
  const isOf = conditions(asking)
  const tier = tiers.includes(4)
    ? sql`case when file.name ilike ${containing(filter.q)} and exists (
        select from finding where finding.file_id = file.id and ${isOf[4]} and ${question.hasFacets}) then 4 end`
    : sql`case when not ${question.hasFacets} then null ${sql.join(
        tiers.map((one) => sql`when ${isOf[one]} then ${sql.lit(one)}`),
        sql` `,
      )} end`
  const { rows } = await sql<Look>`
    select count(*)::int as count,
      coalesce(json_agg(json_build_object('id', id, 'tier', tier) order by tier, id desc) filter (where tier is not null), '[]')
        as hits
    from (select ${tiers.includes(4) ? sql`file.id` : sql`finding.file_id as id`}, ${tier} as tier from ${from}) as one`.execute(
    db,
  )
  return rows[0] ?? { hits: [], count: 0 }
}

/** What makes a match one of its kind and no better one. */
const conditions = ({ question: { inName, anywhere } }: Asking) => ({
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

/** One look for each: the planner would study an array of thousands for longer than they take. */
const each = (ids: readonly string[], row: RawBuilder<unknown>, name: string) => sql`
  unnest(${ids}::uuid[]) as near (id) cross join lateral (${row} offset 0) as ${sql.ref(name)}`

const nearNames = ({ scope, filter }: Asking, window: Window) =>
  window.ids === undefined
    ? sql`${newestFiles(scope, filter, window)} as file`
    : each(window.ids, sql`select file.id, file.name from file where file.id = near.id`, 'file')

function nearFindings(scope: Scope, filter: FileFilter, window: Window) {
  if (window.ids !== undefined)
    return each(window.ids, sql`select finding.* from finding where finding.file_id = near.id`, 'finding')
  if (filter.trashed === true)
    return sql`${newestFiles(scope, filter, window)} as file join finding on finding.file_id = file.id`
  return sql`(
    select finding.* from finding where finding.organization_id = ${scope.organizationId}::uuid
      ${before('finding.file_id', window.after)}
    order by finding.file_id desc limit ${window.limit}) as finding`
}

/** The first of these that match in all and may be read. */
async function readable(db: Db, { scope, filter }: Asked, hits: readonly Hit[], limit: number): Promise<Hit[]> {
  if (hits.length === 0) return []
  const ids = sql`(
    select id from unnest(${hits.map(({ id }) => id)}::uuid[]) with ordinality as hit (id, place) order by place offset 0)`
  const rows = await pick<{ id: string }>(db, scope, withoutWords(filter), { ids, limit })
  const chosen = new Set(rows.map(({ id }) => id))
  return hits.filter(({ id }) => chosen.has(id))
}

/** One look in the index for all that matches from a tier on. Undefined when that is more than may be collected. */
async function collect(db: Db, asking: Asking, page: TierPage): Promise<Hit[] | undefined> {
  const { scope, filter, bounds } = asking
  const { candidates, hits } = collectable(asking, page)
  const ids = sql`(select id, tier from (${hits}) as hit order by tier, id desc offset 0)`
  const { rows } = await sql<{ isAll: boolean; hits: Hit[] }>`
    with candidate as materialized (${candidates})
    select (select count(*) from candidate) <= ${bounds.collected} as "isAll",
      coalesce((select json_agg(json_build_object('id', id, 'tier', tier) order by tier, id desc)
        from (${picked(scope, withoutWords(filter), { ids, limit: page.limit })}) as chosen), '[]') as hits`.execute(db)
  return rows[0]?.isAll === true ? rows[0].hits : undefined
}

/** The same for a member who sees little: more than a few are met with all of that before any is asked about. */
async function collectOfLittle(db: Db, asking: Asking, page: TierPage): Promise<Hit[] | undefined> {
  const { bounds } = asking
  const { candidates, hits } = collectable(asking, page)
  const { rows } = await sql<{ isAll: boolean; hits: Hit[] }>`
    with candidate as materialized (${candidates})
    select (select count(*) from candidate) <= ${bounds.collected} as "isAll",
      coalesce((select json_agg(json_build_object('id', id, 'tier', tier) order by tier, id desc) from (${hits}) as hit), '[]')
        as hits`.execute(db)
  const [found] = rows
  if (found?.isAll !== true) return undefined
  if (found.hits.length <= bounds.few) return readable(db, asking, found.hits, page.limit)
  const whole = new Set((await asking.openWhole()).ids)
  const met = found.hits.filter(({ id }) => whole.has(id))
  return readable(db, asking, met, page.limit)
}

/** What to collect: candidates from the index, one more than may be, and which of them match behind `after`. */
function collectable(asking: Asking, { tier, after }: TierPage) {
  const { scope, filter, question, bounds } = asking
  const isOf = conditions(asking)
  const isBehindLast = sql`(tier > ${tier} or (tier = ${tier} and id < ${after ?? LAST_ID}::uuid))`
  const isAll = sql`(select count(*) from candidate) <= ${bounds.collected}`
  // Names are decided among those that may match, as there may be many of which words tell already.
  if (tier === 4)
    return {
      candidates: sql`select file.id from file
        where file.organization_id = ${scope.organizationId}::uuid and file.name ilike ${containing(filter.q)}
        limit ${bounds.collected + 1}`,
      hits: sql`select id, tier from (
        select candidate.id, 4 as tier from candidate join finding on finding.file_id = candidate.id
        where ${isAll} and ${question.hasFacets} and ${isOf[4]} offset 0) as named where ${isBehindLast}`,
    }
  return {
    candidates: sql`
      select finding.file_id as id, case when ${isOf[1]} then 1 when ${isOf[2]} then 2 else 3 end as tier from finding
      where finding.organization_id = ${scope.organizationId}::uuid
        and (finding.told @@ ${question.anywhereWithFacets} or finding.words @@ ${question.anywhereWithFacets})
      limit ${bounds.collected + 1}`,
    hits: sql`select id, tier from candidate where ${isAll} and ${isBehindLast}`,
  }
}

/** All of one kind, behind `after`, until there are enough that may be read. */
async function findTier(db: Db, asking: Asking, { tier, limit, after }: TierPage): Promise<Hit[]> {
  const isFound = sql<boolean>`${asking.question.hasFacets} and ${conditions(asking)[tier]}`
  const ids = await findAll(db, asking.scope, withoutWords(asking.filter), { isFound, limit, after })
  return ids.map((id) => ({ id, tier }))
}

/** Parts of names that many have, among the newest. */
async function findParts(db: Db, asking: Asking, page: TierPage, newest: Window): Promise<Hit[]> {
  const window = await open(db, asking, { limit: asking.bounds.most, after: page.after, newest })
  return (await searchWithin(db, asking, window, page)).hits
}

const withoutWords = ({ q: _q, ...filter }: FileFilter): FileFilter => filter

const containing = (text: string): string => `%${text.trim().replace(/[\\%_]/g, '\\$&')}%`
