import type { FileFilter } from '@trove/contract/file-filter'
import { matchPlaces, type SearchResult } from '@trove/contract/search'
import type { UserActor } from '../../../platform/actor.ts'
import type { Db } from '../../../platform/db/index.ts'
import { isId } from '../../../platform/ids.ts'
import type { Platform } from '../../../platform/platform.ts'
import { Problem } from '../../../platform/problem.ts'
import * as access from '../../access/index.ts'
import * as storage from '../../storage/index.ts'
import * as listing from '../listing/store.ts'
import { present } from '../present.ts'
import { requireScope } from '../listing/scope.ts'
import { matchesIn, passageOf } from './passages.ts'
import * as best from './best/store.ts'
import * as store from './store.ts'

const DEFAULT_LIMIT = 50

type Machines = Pick<Platform, 'db' | 'settings'>
type Searching = FileFilter & { organizationId: string; limit?: number; cursor?: string }

/**
 * Files by words and filters, the best matches first. Without words, the newest.
 *
 * @throws not-found        the organization, or the folder, is none of the caller's
 * @throws invalid-request  the cursor is none of ours
 */
export async function searchFiles(
  platform: Machines,
  actor: UserActor,
  input: Searching,
): Promise<{ items: SearchResult[]; next?: string }> {
  const { db } = platform
  const { organizationId, limit = DEFAULT_LIMIT, cursor, ...filter } = input
  const after = cursor === undefined ? undefined : hitOf(cursor)
  const scope = await requireScope(db, actor, organizationId, filter)
  const { q } = filter
  if (q === undefined || q.trim() === '') {
    const { q: _blank, ...rest } = filter
    const rows = await listing.listFiles(db, scope, rest, { limit: limit + 1, after: after?.id })
    const items = rows.slice(0, limit).map((row) => ({ file: told(actor, row), nameMatches: [] }))
    const last = items.at(-1)
    return { items, ...(rows.length > limit && last !== undefined && { next: `4.${last.file.id}` }) }
  }
  const asked = { scope, filter: { ...filter, q } }
  const hits = await best.search(db, asked, { limit: limit + 1, after })
  const page = hits.slice(0, limit)
  const last = page.at(-1)
  const items = await resultsOf(platform, actor, asked, page)
  return { items, ...(hits.length > limit && last !== undefined && { next: `${last.tier}.${last.id}` }) }
}

async function resultsOf(platform: Machines, actor: UserActor, asked: best.Asked, hits: readonly best.Hit[]) {
  const { db } = platform
  const inText = hits.filter(({ tier }) => tier === 3).map(({ id }) => id)
  const [rows, passages] = await Promise.all([
    listing.listDecided(
      db,
      asked.scope,
      hits.map(({ id }) => id),
    ),
    store.listPassages(db, asked, inText),
  ])
  const rowOf = new Map(rows.map((row) => [row.id, row]))
  const passageFor = new Map(passages.map((passage) => [passage.fileId, passage]))
  return hits.flatMap(({ id, tier }): SearchResult[] => {
    const row = rowOf.get(id)
    // Gone, or taken back, since it was found.
    if (row === undefined || (row.rights & 1) === 0) return []
    const said = passageFor.get(id)
    // Words are as good as the bytes that they stand in: what may not go out is not found by them either.
    const isUploader = said?.uploaderId === actor.userId
    if (said !== undefined && storage.whyNotDeliverable(platform, said.standing, { isUploader }) !== undefined)
      return []
    return [
      {
        file: told(actor, row),
        place: matchPlaces[tier - 1] ?? 'part',
        nameMatches: matchesIn(row.name, asked.filter.q),
        ...(said !== undefined && {
          passage: { ...passageOf(said.content, asked.filter.q), page: said.page, pages: said.pages },
        }),
      },
    ]
  })
}

type Row = Awaited<ReturnType<typeof listing.listDecided>>[number]
const told = (actor: UserActor, row: Row) => present(row, access.narrow(actor, access.rightsIn(row.rights)))

function hitOf(cursor: string): best.Hit {
  const [tier = '', id = ''] = cursor.split('.')
  if (/^[1-4]$/.test(tier) && isId(id)) return { tier: Number(tier) as best.Tier, id }
  throw new Problem('invalid-request', 'The cursor must be the `next` of a page before.')
}

/** So many of the newest files say which cameras and people there are. */
const LOOKED_AT = 2_000

/** @throws not-found  the organization is none of the caller's */
export async function listSearchChoices(db: Db, actor: UserActor, organizationId: string) {
  const scope = await requireScope(db, actor, organizationId)
  const rows = await store.listChoices(db, await listing.listNewestIds(db, scope, LOOKED_AT))
  const cameras = [...new Set(rows.map(({ camera }) => camera))].filter((camera) => camera !== null)
  const people = new Map(rows.map(({ userId, userName }) => [userId, { id: userId, name: userName }]))
  return {
    cameras: cameras.toSorted((a, b) => a.localeCompare(b)),
    people: [...people.values()].toSorted((a, b) => a.name.localeCompare(b.name)),
  }
}
