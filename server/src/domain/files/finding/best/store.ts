import type { FileFilter } from '@trove/contract/file-filter'
import { sql, type RawBuilder } from 'kysely'
import type { Db } from '../../../../platform/db/index.ts'
import { findAll, pick } from '../../listing/found/store.ts'
import type { Scope } from '../../listing/matching/store.ts'
import { listNear } from '../../listing/near/store.ts'
import { facetsOf, isWordless, queryOf } from '../rules.ts'

/** From 1, by where all the words are: name, what is known of it, text, part of the name. */
export type Tier = 1 | 2 | 3 | 4
export type Hit = { id: string; tier: Tier }
export type Asked = { scope: Scope; filter: FileFilter & { q: string } }
/** `lookedAt`: of so many of the newest each is asked first. */
type Page = { limit: number; after?: Hit | undefined; lookedAt?: number }
type TierPage = { limit: number; after?: string | undefined }

/** So many of the newest that come into question are looked at first: they tell how much of the library matches. */
const LOOKED_AT = 2_000
/** When no more of those match than this, all that match are few. */
const FEW = 4
/** What ought to hold a page is taken so much larger. */
const ROOM = 1.5
/** Among more of the newest than this, looking costs as much as among all. */
const MOST = 200_000
/** The same for a member, of whose newest ones each is collected. */
const MOST_OF_MEMBER = 12_000
/** Fewer letters than these no index of parts of names has. */
const FEWEST_OF_PART = 3

/**
 * The best matches, of equal ones the newest. What is looked at does not grow with the library: where much matches, it
 * is among the newest, or in as many more of them as ought to hold a page; where little does, the index has it at once.
 */
export async function search(db: Db, asked: Asked, page: Page): Promise<Hit[]> {
  const asking: Asking = { ...asked, question: await understand(db, asked) }
  const near = await lookAtNear(db, asking, page.lookedAt ?? LOOKED_AT)
  const seen = near.hits.filter(isBehind(page.after))
  if (near.isAll) return readable(db, asked, seen, page.limit)
  const hits: Hit[] = []
  const first = page.after?.tier ?? 1
  let isCollected = isWordless(asked.filter.q)
  for (const tier of [1, 2, 3, 4] as const) {
    const limit = page.limit - hits.length
    if (limit === 0) break
    if (tier < first || (isCollected && tier < 4)) continue
    const after = tier === first ? page.after?.id : undefined
    if (tier < 4 && near.hits.filter((hit) => hit.tier >= tier && hit.tier < 4).length <= FEW) {
      hits.push(...(await collect(db, asking, { limit, after: tier === first ? page.after : { tier, id: LAST_ID } })))
      isCollected = true
    } else {
      const ids = await searchTier(db, asking, { tier, near, limit, after })
      hits.push(...ids.map((id) => ({ id, tier })))
    }
  }
  return hits
}

const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

const isBehind = (after: Hit | undefined) => (hit: Hit) =>
  after === undefined || hit.tier > after.tier || (hit.tier === after.tier && hit.id < after.id)

/** What somebody asks, as the search table understands it. */
type Question = { inName: RawBuilder<unknown>; anywhere: RawBuilder<unknown>; hasFacets: RawBuilder<boolean> }
type Asking = Asked & { question: Question }

/** Asked once: it looks through tags and people. The planner is not shown what it is, as its guesses of words are poor. */
async function understand(db: Db, { scope, filter }: Asked): Promise<Question> {
  const { rows } = await sql<{ inName: string; anywhere: string }>`
    select search_query(${scope.organizationId}::uuid, ${filter.q}, true)::text as "inName",
      search_query(${scope.organizationId}::uuid, ${filter.q}, false)::text as anywhere`.execute(db)
  const hidden = (question: string) => sql`(select ${question}::tsquery)`
  const facets = queryOf(facetsOf(filter))
  return {
    inName: hidden(rows[0]?.inName ?? ''),
    anywhere: hidden(rows[0]?.anywhere ?? ''),
    hasFacets: facets === '' ? sql<boolean>`true` : sql<boolean>`finding.told @@ ${hidden(facets)}`,
  }
}

/** What of the newest matches, the best first, whoever may read it. `isAll`: nothing else comes into question. */
type Near = { hits: Hit[]; count: number; isAll: boolean }

async function lookAtNear(db: Db, { scope, filter, question }: Asking, limit: number): Promise<Near> {
  const isTrash = filter.trashed === true
  const near = scope.seesEverything ? undefined : await listNear(db, scope, { limit, after: undefined, isTrash })
  const ids = near === undefined ? newest(scope, filter, limit) : sql`file where file.id = any(${near.ids}::uuid[])`
  const { rows } = await sql<{ count: number; hits: Hit[] }>`
    with near as materialized (select file.id, file.name from ${ids}),
    hit as (
      select near.id, case
        when finding.named @@ ${question.inName} then 1 when finding.told @@ ${question.anywhere} then 2
        when finding.words @@ ${question.anywhere} then 3
        when near.name ilike ${containing(filter.q.trim())} then 4 end as tier
      from near join finding on finding.file_id = near.id where ${question.hasFacets}
    )
    select (select count(*)::int from near) as count, coalesce((
      select json_agg(json_build_object('id', id, 'tier', tier) order by tier, id desc) from hit where tier is not null
    ), '[]') as hits`.execute(db)
  const { count = 0, hits = [] } = rows[0] ?? {}
  return { hits, count, isAll: near?.isAll ?? count < limit }
}

const newest = (scope: Scope, { trashed }: FileFilter, limit: number) => sql`file
  where file.organization_id = ${scope.organizationId}::uuid
    and ${trashed === true ? sql`file.trashed_at is not null` : sql`file.trashed_at is null`}
  order by file.id desc limit ${limit}`

/** The first of these that match in all and may be read. */
async function readable(db: Db, { scope, filter }: Asked, hits: readonly Hit[], limit: number): Promise<Hit[]> {
  if (hits.length === 0) return []
  const ids = sql`(
    select id from unnest(${hits.map(({ id }) => id)}::uuid[]) with ordinality as hit (id, place) order by place offset 0)`
  const chosen = new Set(
    (await pick<{ id: string }>(db, scope, withoutWords(filter), { ids, limit })).map(({ id }) => id),
  )
  return hits.filter(({ id }) => chosen.has(id))
}

/** One look in the index for all that has the words, which is not much. */
function collect(db: Db, { scope, filter, question }: Asking, { limit, after }: Page): Promise<Hit[]> {
  const { inName, anywhere, hasFacets } = question
  const ids = sql`(
    select id, tier from (
      select finding.file_id as id,
        case when finding.named @@ ${inName} then 1 when finding.told @@ ${anywhere} then 2 else 3 end as tier
      from finding
      where finding.organization_id = ${scope.organizationId}::uuid and ${hasFacets}
        and (finding.told @@ ${anywhere} or finding.words @@ ${anywhere}) offset 0
    ) as hit
    where ${after === undefined ? sql`true` : sql`(tier > ${after.tier} or (tier = ${after.tier} and id < ${after.id}::uuid))`}
    order by tier, id desc offset 0)`
  return pick<Hit>(db, scope, withoutWords(filter), { ids, limit })
}

/** Matches of one kind, the newest first: among those looked at, among so many that they ought to be enough, among all. */
async function searchTier(db: Db, asking: Asking, asked: TierPage & { tier: Tier; near: Near }): Promise<string[]> {
  const { tier, near, limit, after } = asked
  const { filter } = asking
  const there = near.hits.filter((hit) => hit.tier === tier)
  const seen = there.filter(({ id }) => after === undefined || id < after)
  const isShort = tier === 4 && !isWordless(filter.q) && [...filter.q.trim()].length < FEWEST_OF_PART
  const chosen = seen.length >= limit || isShort ? await readable(db, asking, seen, limit) : seen
  if (isShort || (chosen.length >= limit && seen.length >= limit)) return chosen.map(({ id }) => id)
  const share = (there.length / Math.max(near.count, 1)) * (chosen.length / Math.max(seen.length, 1))
  const since = there.length > FEW ? await boundOf(db, asking, { count: (limit * ROOM) / share, after }) : undefined
  const newer = since === undefined ? [] : await findTier(db, asking, tier, { limit, after, since })
  if (newer.length >= limit) return newer
  const older = await findTier(db, asking, tier, { limit: limit - newer.length, after: since ?? after })
  return [...newer, ...older]
}

/** The id of so manyeth of the newest that come into question. */
async function boundOf(
  db: Db,
  { scope, filter }: Asked,
  { count, after }: { count: number; after: string | undefined },
): Promise<string | undefined> {
  const limit = Math.ceil(count)
  const isTrash = filter.trashed === true
  if (!scope.seesEverything)
    return limit > MOST_OF_MEMBER ? undefined : (await listNear(db, scope, { limit, after, isTrash })).ids.at(-1)
  if (!(limit < MOST)) return undefined
  const { rows } = await sql<{ id: string }>`
    select file.id from file
    where file.organization_id = ${scope.organizationId}::uuid and file.id < ${after ?? LAST_ID}::uuid
      and ${isTrash ? sql`file.trashed_at is not null` : sql`file.trashed_at is null`}
    order by file.id desc offset ${limit} limit 1`.execute(db)
  return rows[0]?.id
}

/** `since`: the oldest that is looked at. */
async function findTier(
  db: Db,
  asking: Asking,
  tier: Tier,
  page: TierPage & { since?: string | undefined },
): Promise<string[]> {
  if (tier === 4) return findParts(db, asking, page)
  const { scope, filter, question } = asking
  const isFound = {
    1: sql<boolean>`finding.named @@ ${question.inName}`,
    2: sql<boolean>`finding.told @@ ${question.anywhere} and not finding.named @@ ${question.inName}`,
    3: sql<boolean>`finding.words @@ ${question.anywhere} and not finding.told @@ ${question.anywhere}`,
  }[tier]
  return findAll(db, scope, withoutWords(filter), {
    ...page,
    isFound: sql<boolean>`${question.hasFacets} and ${isFound}`,
  })
}

/** Part of a name, by its trigrams. Whatever is found by words was told before. */
async function findParts(
  db: Db,
  { scope, filter, question }: Asking,
  { limit, after, since }: TierPage & { since?: string | undefined },
): Promise<string[]> {
  const part = filter.q.trim()
  const isNew = isWordless(part)
    ? sql``
    : sql`and not finding.told @@ ${question.anywhere} and (finding.words @@ ${question.anywhere}) is not true`
  const ids = sql`(
    select named.id from (
      select file.id from file
      where file.organization_id = ${scope.organizationId}::uuid and file.name ilike ${containing(part)}
        and ${filter.trashed === true ? sql`file.trashed_at is not null` : sql`file.trashed_at is null`}
        ${since === undefined ? sql`` : sql`and file.id >= ${since}::uuid`} offset 0
    ) as named join finding on finding.file_id = named.id
    where ${question.hasFacets} ${isNew} ${after === undefined ? sql`` : sql`and named.id < ${after}::uuid`}
    order by named.id desc offset 0)`
  const found = await pick<{ id: string }>(db, scope, withoutWords(filter), { ids, limit })
  return found.map(({ id }) => id)
}

const withoutWords = ({ q: _q, ...filter }: FileFilter): FileFilter => filter

const containing = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`
