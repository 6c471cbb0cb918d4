import { sql } from 'kysely'
import { rightsOfUser } from '../server/src/domain/access/decision/store.ts'
import { listFiles } from '../server/src/domain/files/listing/store.ts'
import { connect, type Db } from '../server/src/platform/db/index.ts'
import { withTrove } from '../server/test/load.ts'
import { signUp, type Person } from '../server/test/server.ts'
import { seedCrowd, viewers, type Crowd, type Viewer } from './access-seed.ts'
import { inTurn, ROUNDS } from './in-turn.ts'
import { benchRowSecurity } from './row-security.ts'
import type { Line } from './uploads.ts'

const CROWD: Crowd = { files: 1_000_000, users: 10_000, teams: 1_000, grants: 1_000_000 }
const PAGE = 50
const DEEP_PAGES = 20
/** A check may take so many times a lookup by primary key, and a page so many times that of an owner. */
const MOST_RATIO = 2

const shares: Record<Exclude<Viewer, 'owner'>, string> = {
  half: 'a member who sees 1 in 2',
  hundredth: 'a member who sees 1 in 100',
  few: 'a member who sees 1 in 100,000',
  none: 'a member who sees none',
  guest: 'a guest who sees 1 in 1,000',
  ordinary: 'a member of two teams',
}
const others = viewers.filter((viewer) => viewer !== 'owner')

/** What a decision costs among a million files, ten thousand people, a thousand teams and a million grants. */
export function benchAccess(): Promise<Line[]> {
  return withTrove(['api'], async ({ api, databaseUrl }) => {
    const people = Object.fromEntries(
      await Promise.all(viewers.map(async (viewer) => [viewer, await signUp(api.origin)])),
    ) as Record<Viewer, Person>
    const { organizationId } = people.owner
    const ids = Object.fromEntries(viewers.map((viewer) => [viewer, people[viewer].userId])) as Record<Viewer, string>
    await seedCrowd(databaseUrl, { organizationId, people: ids }, CROWD)
    const db = connect(databaseUrl, { poolSize: 2, prepare: true, onIdleError: () => undefined })
    try {
      return [
        ...(await benchChecks(db, ids)),
        ...(await benchPages('from the store', byStore(db, organizationId, ids))),
        ...(await benchPages('by HTTP', byHttp(organizationId, people))),
        ...(await benchRowSecurity(db, { databaseUrl, organizationId, ownerId: ids.owner, memberId: ids.ordinary })),
      ]
    } finally {
      await db.destroy()
    }
  })
}

async function benchChecks(db: Db, ids: Record<Viewer, string>): Promise<Line[]> {
  const { rows } = await sql<{ id: string }>`
    select id from (select id from file tablesample system (0.2)) as sampled order by random() limit ${ROUNDS}`.execute(
    db,
  )
  const files = rows.map(({ id }) => id)
  const fileOf = (round: number) => files[round % files.length] ?? ''
  const lookup = (round: number) =>
    sql`select organization_id, created_by from resource where id = ${fileOf(round)}::uuid`.execute(db)
  const times = await inTurn({
    lookup,
    ...Object.fromEntries(
      others.map((viewer) => [viewer, (round: number) => rightsOfUser(db, ids[viewer], fileOf(round))]),
    ),
  })
  return others.map((viewer) =>
    line(`one check for ${shares[viewer]}, against a lookup by primary key`, times[viewer], times['lookup']),
  )
}

type Pages = Record<Viewer, { first: () => Promise<unknown>; deep: () => Promise<unknown> }>

async function benchPages(how: string, pages: Promise<Pages>): Promise<Line[]> {
  const given = await pages
  const times = await inTurn(
    Object.fromEntries(
      viewers.flatMap((viewer) => [
        [viewer, given[viewer].first],
        [`${viewer} deep`, given[viewer].deep],
      ]),
    ),
  )
  return others.flatMap((viewer) => [
    line(`the first page for ${shares[viewer]} ${how}, against an owner's`, times[viewer], times['owner']),
    line(
      `page ${DEEP_PAGES} for ${shares[viewer]} ${how}, against an owner's`,
      times[`${viewer} deep`],
      times['owner deep'],
    ),
  ])
}

async function byStore(db: Db, organizationId: string, ids: Record<Viewer, string>): Promise<Pages> {
  return eachViewer(async (viewer) => {
    const scope = { organizationId, userId: ids[viewer], seesEverything: viewer === 'owner' }
    const page = (after?: string) => listFiles(db, scope, {}, { limit: PAGE + 1, after })
    let after: string | undefined
    for (let count = 1; count < DEEP_PAGES; count++) after = (await page(after)).at(PAGE - 1)?.id ?? after
    return { first: () => page(), deep: () => page(after) }
  })
}

async function byHttp(organizationId: string, people: Record<Viewer, Person>): Promise<Pages> {
  const path = `/api/organizations/${organizationId}/files`
  return eachViewer(async (viewer) => {
    const page = async (cursor?: string) => {
      const reply = await people[viewer].send('GET', cursor === undefined ? path : `${path}?cursor=${cursor}`)
      if (reply.status !== 200) throw new Error(`${viewer}: ${reply.status} ${reply.body.toString()}`)
      return reply
    }
    let cursor: string | undefined
    for (let count = 1; count < DEEP_PAGES; count++)
      cursor = ((await page(cursor)).json()['next'] as string | undefined) ?? cursor
    return { first: () => page(), deep: () => page(cursor) }
  })
}

async function eachViewer<T>(make: (viewer: Viewer) => Promise<T>): Promise<Record<Viewer, T>> {
  const made: [Viewer, T][] = []
  for (const viewer of viewers) made.push([viewer, await make(viewer)])
  return Object.fromEntries(made) as Record<Viewer, T>
}

const line = (what: string, value = Number.NaN, limit = Number.NaN): Line => ({
  name: `${what} (at most ${MOST_RATIO})`,
  value,
  limit,
  ratio: value / limit,
  unit: 'ms',
})
