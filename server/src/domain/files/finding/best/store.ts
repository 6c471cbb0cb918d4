import type { FileFilter } from '@trove/contract/file-filter'
import { sql } from 'kysely'
import type { Db } from '../../../../platform/db/index.ts'
import { findAll, pick, picked } from '../../listing/found/store.ts'
import type { Scope } from '../../listing/matching/store.ts'
import { allNear, countNear, listNear, selectNear } from '../../listing/near/store.ts'
import { idBefore, isWordless } from '../rules.ts'
import {
  conditions,
  containing,
  look,
  oldestOf,
  understand,
  type Asked,
  type Hit,
  type Look,
  type Looking,
  type Tier,
  type Window,
} from './look/store.ts'

export type { Asked, Hit, Tier } from './look/store.ts'

type Page = { limit: number; after?: Hit | undefined; bounds?: Bounds }
type TierPage = { tier: Tier; limit: number; after: string | undefined }

/**
 * How much is looked at. Of the newest that come into question so many are asked one by one `first`, and at `most` so
 * many when the first tell that they ought to hold a page. So many are `collected` from the index, whatever their age.
 * Of a member who may see no more than is `little`, all of that is looked at when so many as are looked at `soon` ought
 * not to hold a page, unless the index has no more than a `few`.
 */
export type Bounds = { first: number; soon: number; most: number; collected: number; little: number; few: number }
const OF_ALL: Bounds = { first: 2_000, soon: 40_000, most: 40_000, collected: 12_000, little: 0, few: 0 }
/** A member's newest are merged from what has come to them by many ways, which costs more. */
const OF_MEMBER: Bounds = { first: 1_000, soon: 4_000, most: 16_000, collected: 12_000, little: 24_000, few: 500 }
/** What ought to hold a page is taken so much larger. */
const ROOM = 1.5
/** When a larger share of the newest matches, more does than may be collected. */
const MUCH = 0.01
/** Fewer letters than these no index of parts of names has. */
const FEWEST_OF_PART = 3
const WORDED = [1, 2, 3] as const
const ALL_TIERS = [...WORDED, 4] as const

/**
 * The best matches, of equal ones the newest. What is looked at does not grow with the library: where much matches, it
 * is among the newest, or among as many more of them as ought to hold a page; where little does, the index has it at
 * once. Only where a member may see much, but hardly any of what matches, each of that is asked. A part of a name that more
 * have than may be collected is looked for among the newest alone.
 */
export async function search(db: Db, asked: Asked, page: Page): Promise<Hit[]> {
  const { scope, filter } = asked
  const bounds = page.bounds ?? (scope.seesEverything ? OF_ALL : OF_MEMBER)
  const looking = { ...asked, bounds, question: await understand(db, asked) }
  const asking: Asking = {
    ...looking,
    seesLittle: once(() => seesLittle(db, scope, bounds)),
    lookWhole: lookerOfWhole(db, looking),
  }
  const newest = await open(db, asking, { limit: bounds.first })
  const words = isWordless(filter.q) ? [] : await searchTiers(db, asking, newest, { ...page, tiers: WORDED })
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

type Asking = Looking & {
  bounds: Bounds
  seesLittle: () => Promise<boolean>
  lookWhole: (tiers: readonly Tier[]) => Promise<Look>
}

/** Tier after tier, until one look has all that is left. */
async function searchTiers(
  db: Db,
  asking: Asking,
  newest: Window,
  { tiers, limit: wanted, after: last }: Page & { tiers: readonly Tier[] },
): Promise<Hit[]> {
  const near = await look(db, asking, newest, tiers)
  if (newest.isAll ?? near.count < newest.limit) return readable(db, asking, near.hits.filter(isBehind(last)), wanted)
  const { soon, most } = asking.bounds
  const hits: Hit[] = []
  let mayCollect = near.fitting <= near.count * MUCH
  for (const tier of tiers.filter((one) => one >= (last?.tier ?? 1))) {
    const limit = wanted - hits.length
    if (limit === 0) break
    const page = { tier, limit, after: tier === last?.tier ? last.id : undefined }
    const isDone = (found: Found) => found.isEnd || found.hits.length >= limit
    let found = await searchNear(db, asking, near, { ...page, newest, most: soon })
    const isLittle = !isDone(found) && (await asking.seesLittle())
    if (!isDone(found) && !isLittle && soon < most)
      found = await searchNear(db, asking, near, { ...page, newest, most })
    if (isDone(found)) {
      hits.push(...found.hits)
      continue
    }
    // Where there is little, the index is asked for what is rare; filters leave so few that all of it is soon looked at.
    const isCollected = isLittle ? near.fitting === 0 && !asking.question.isFaceted : mayCollect || tier === 4
    const collected = isCollected ? await collect(db, asking, page, isLittle) : undefined
    if (collected !== undefined) return [...hits, ...collected]
    if (isLittle) return [...hits, ...(await searchWhole(db, asking, tiers, page))]
    mayCollect = false
    hits.push(...found.hits)
    const further = { ...page, limit: limit - found.hits.length, after: found.older ?? page.after }
    hits.push(...(tier < 4 ? await findTier(db, asking, further) : await findParts(db, asking, further, newest)))
  }
  return hits
}

/** Among all that a member may see, when that is little: from a tier on. */
async function searchWhole(db: Db, asking: Asking, tiers: readonly Tier[], { tier, limit, after }: TierPage) {
  const isRest = isBehind({ tier, id: after ?? LAST_ID })
  const { hits } = await asking.lookWhole(tiers)
  return readable(
    db,
    asking,
    hits.filter((hit) => tiers.includes(hit.tier) && isRest(hit)),
    limit,
  )
}

/** Filters leave so few that their names are looked at by the way. */
function lookerOfWhole(db: Db, asking: Looking & { bounds: Bounds }): Asking['lookWhole'] {
  const near = allNear(asking.scope, { isTrash: asking.filter.trashed === true })
  const window = { limit: asking.bounds.little, after: undefined, near }
  const lookAtAll = once(() => look(db, asking, window, ALL_TIERS))
  return (tiers) => (asking.question.isFaceted ? lookAtAll() : look(db, asking, window, tiers))
}

/** What is older than `older` was not looked at. `isEnd`: nothing else may be found. */
type Found = { hits: Hit[]; older: string | undefined; isEnd: boolean }

/** Matches of one kind among the newest; when they are too few, among so many that there ought to be enough. */
async function searchNear(
  db: Db,
  asking: Asking,
  near: Look,
  { newest, tier, limit, after, most }: TierPage & { newest: Window; most: number },
): Promise<Found> {
  const { filter } = asking
  const there = near.hits.filter((hit) => hit.tier === tier)
  const seen = there.filter(isBehind(after === undefined ? undefined : { tier, id: after }))
  const isEnd = tier === 4 && !isWordless(filter.q) && [...filter.q.trim()].length < FEWEST_OF_PART
  const hits = seen.length >= limit || isEnd ? await readable(db, asking, seen, limit) : []
  if (isEnd || hits.length >= limit) return { hits, older: after, isEnd }
  const share = (there.length / near.count) * (seen.length < limit ? 1 : hits.length / seen.length)
  const room = Math.ceil((limit * ROOM) / share)
  if (!(room <= most)) return { hits: [], older: after, isEnd: false }
  return searchWithin(db, asking, await open(db, asking, { limit: room, after, newest }), { tier, limit, after })
}

async function searchWithin(db: Db, asking: Asking, window: Window, { tier, limit }: TierPage): Promise<Found> {
  const seen = await look(db, asking, window, [tier])
  const hits = await readable(db, asking, seen.hits, limit)
  const isEnd = window.isAll ?? seen.count < window.limit
  return { hits, isEnd, older: hits.length >= limit || isEnd ? undefined : await oldestOf(db, asking, window, tier) }
}

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
  const page = { limit, after, since, isTrash: filter.trashed === true }
  if (newest !== undefined) return { limit, after, near: selectNear(scope, page), isAll: false }
  return { limit, after, ...(await listNear(db, scope, page)) }
}

async function seesLittle(db: Db, scope: Scope, { little }: Bounds): Promise<boolean> {
  return !scope.seesEverything && little > 0 && (await countNear(db, scope, little)) < little
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

/**
 * One look in the index for all that matches from a tier on. Undefined when that is more than may be collected; and of a
 * member who sees little, when it is more than a few, as looking at all of that costs less than asking about each.
 */
async function collect(db: Db, asking: Asking, page: TierPage, isLittle: boolean): Promise<Hit[] | undefined> {
  const { scope, filter, bounds } = asking
  const most = isLittle && page.tier !== 4 ? bounds.few : bounds.collected
  const { candidates, hits } = collectable(asking, page, { most, isLittle })
  const isFew = isLittle ? sql`(select count(*) from hit) <= ${bounds.few}` : sql`true`
  const ids = sql`(select id, tier from hit where ${isFew} order by tier, id desc offset 0)`
  const { rows } = await sql<{ isAll: boolean; hits: Hit[] }>`
    with candidate as materialized (${candidates}),
      hit as materialized (${hits} ${isLittle ? sql`limit ${bounds.few + 1}` : sql``})
    select (select count(*) from candidate) <= ${most} and ${isFew} as "isAll",
      coalesce((select json_agg(json_build_object('id', id, 'tier', tier) order by tier, id desc)
        from (${picked(scope, withoutWords(filter), { ids, limit: page.limit })}) as chosen), '[]') as hits`.execute(db)
  return rows[0]?.isAll === true ? rows[0].hits : undefined
}

/** What to collect: candidates from the index, one more than may be, and which of them match behind `after`. */
function collectable(
  asking: Asking,
  { tier, after }: TierPage,
  { most, isLittle }: { most: number; isLittle: boolean },
) {
  const { scope, filter, question } = asking
  const isOf = conditions(asking)
  const isBehindLast = sql`(tier > ${tier} or (tier = ${tier} and id < ${after ?? LAST_ID}::uuid))`
  const isAll = sql`(select count(*) from candidate) <= ${most}`
  const near = allNear(scope, { isTrash: filter.trashed === true })
  const met = isLittle ? sql`select id from candidate intersect (${near})` : sql`select id from candidate`
  // Names are decided among those that may match, as there may be many of which words tell already.
  if (tier === 4)
    return {
      candidates: sql`select file.id from file
        where file.organization_id = ${scope.organizationId}::uuid and file.name ilike ${containing(filter.q)}
        limit ${most + 1}`,
      hits: sql`select id, tier from (
        select finding.file_id as id, 4 as tier from finding
        where finding.file_id = any((select array_agg(id) from (${met}) as met)::uuid[])
          and ${isAll} and ${question.hasFacets} and ${isOf[4]} offset 0) as named where ${isBehindLast}`,
    }
  return {
    candidates: sql`
      select finding.file_id as id, case when ${isOf[1]} then 1 when ${isOf[2]} then 2 else 3 end as tier from finding
      where finding.organization_id = ${scope.organizationId}::uuid
        and (finding.told @@ ${question.anywhereWithFacets} or finding.words @@ ${question.anywhereWithFacets})
      limit ${most + 1}`,
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
  const { hits } = await look(db, asking, window, [4])
  return readable(db, asking, hits, page.limit)
}

const withoutWords = ({ q: _q, ...filter }: FileFilter): FileFilter => filter
