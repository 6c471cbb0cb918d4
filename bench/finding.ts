import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { connect } from '../server/src/platform/db/index.ts'
import { withTrove } from '../server/test/load.ts'
import { jsonOf, quantile, signUp, type Person } from '../server/test/server.ts'
import { ask } from '../server/test/tus.ts'
import { seedCrowd, viewers, type Viewer } from './access-seed.ts'
import { seedWords } from './finding-seed.ts'
import type { Line } from './uploads.ts'

const FILES = Number(process.env['BENCH_FILES'] ?? 1_000_000)
const CROWD = { files: FILES, users: 1_000, teams: 100, grants: Math.floor(FILES / 5) }
const LIMIT_MS = 100
const ROUNDS = 30
const SEARCHERS: readonly Viewer[] = ['owner', 'half', 'hundredth', 'few', 'ordinary']

/** A folder in which the database, whose filling takes the most of the time, is kept between runs. */
const KEPT = process.env['BENCH_KEEP']

/** Each kind of search over HTTP at a million files, p50 and p95, for somebody who sees all of them, half, and few. */
export function benchFinding(): Promise<Line[]> {
  return withTrove(
    ['api'],
    async ({ api, databaseUrl }) => {
      const { people, organizationId, tagId } = await ensureSeeded(api.origin, databaseUrl)
      // Seeding takes longer than the tokens from before it live.
      const searchers = await Promise.all(
        SEARCHERS.map(async (viewer) => ({ viewer, ...(await signInAgain(api.origin, people[viewer])) })),
      )
      const lines: Line[] = [await bare(databaseUrl)]
      for (const [what, query] of Object.entries(queriesWith(tagId))) {
        for (const searcher of searchers) lines.push(...(await timed(searcher, organizationId, what, query)))
      }
      return lines
    },
    { SEARCHES_PER_MINUTE: '1000000' },
    KEPT,
  )
}

type Seeds = {
  people: Record<Viewer, Pick<Person, 'email' | 'password' | 'userId'>>
  organizationId: string
  tagId: string
}

/** What is kept from before; else everything anew. */
async function ensureSeeded(origin: string, databaseUrl: string): Promise<Seeds> {
  const told = KEPT === undefined ? undefined : join(KEPT, 'seeds.json')
  if (told !== undefined && existsSync(told)) return JSON.parse(await readFile(told, 'utf8')) as Seeds
  const people = {} as Record<Viewer, Person>
  for (const viewer of viewers) people[viewer] = await signUp(origin)
  const { organizationId } = people.owner
  const seeded = {
    organizationId,
    people: Object.fromEntries(viewers.map((viewer) => [viewer, people[viewer].userId])) as Record<Viewer, string>,
  }
  await seedCrowd(databaseUrl, seeded, CROWD)
  const { tagId } = await seedWords(databaseUrl, seeded)
  const seeds = { people, organizationId, tagId }
  if (told !== undefined) await writeFile(told, JSON.stringify(seeds))
  return seeds
}

/** Several of each kind, so that nothing is answered from what was just answered. */
const queriesWith = (tagId: string): Record<string, (round: number) => Record<string, string>> => ({
  'a rare word': (n) => ({ q: ['needle', 'needl', 'needle jpg', 'A needle'][n % 4] ?? '' }),
  'a common word': (n) => ({ q: ['beach', 'harbour', 'winter', 'invoice'][n % 4] ?? '' }),
  'two words': (n) => ({ q: `${['beach', 'forest', 'plan'][n % 3]} ${2010 + (n % 15)}` }),
  'a word and a number that is rare': (n) => ({ q: `img ${String(1000 + n * 37).padStart(7, '0')}` }),
  'two letters that begin many words': (n) => ({ q: ['be', 'im', 'wi', 'po'][n % 4] ?? '' }),
  'words of texts': (n) => ({ q: `garden ${n * 13} poster ${n * 7}` }),
  'part of a name': (n) => ({ q: ['eedle', 'ontrac', 'ortrai'][n % 3] ?? '' }),
  'nothing that is there': (n) => ({ q: `zzyzx${n}` }),
  'a tag': () => ({ tagIds: tagId }),
  'a rare camera': (n) => ({ camera: `leica m${1 + 20 * (n % 2)}` }),
  'a word and a camera': (n) => ({ q: 'beach', camera: `NIKON D${1 + (n % 28)}` }),
  'a day': (n) => ({
    from: `2015-03-${String(1 + (n % 28)).padStart(2, '0')}`,
    to: `2015-03-${String(1 + (n % 28)).padStart(2, '0')}`,
  }),
  'a word and a year': (n) => ({ q: 'wedding', from: `${2010 + (n % 10)}-01-01`, to: `${2010 + (n % 10)}-12-31` }),
  'a place': (n) => ({ bounds: `${n % 20},${45 + (n % 10)},${(n % 20) + 0.1},${45.1 + (n % 10)}` }),
  'a size, a side and a type': (n) => ({ kind: 'document', sizeFrom: '19000000', sideFrom: String(5000 + n) }),
})

type Searcher = { viewer: Viewer; send: (path: string) => Promise<{ status: number; body: Buffer }> }

async function signInAgain(
  origin: string,
  { email, password }: Seeds['people'][Viewer],
): Promise<Pick<Searcher, 'send'>> {
  const reply = await ask(origin, jsonOf('POST', '/api/auth/login', { email, password }))
  const headers = { authorization: `Bearer ${String(reply.json()['accessToken'])}` }
  return {
    async send(path) {
      const answer = await fetch(origin + path, { headers })
      return { status: answer.status, body: Buffer.from(await answer.arrayBuffer()) }
    },
  }
}

async function timed(
  { viewer, send }: Searcher,
  organizationId: string,
  what: string,
  query: (round: number) => Record<string, string>,
): Promise<Line[]> {
  const taken: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const startedAt = performance.now()
    const path = `/api/organizations/${organizationId}/search?${new URLSearchParams(query(round))}`
    const reply = await send(path)
    taken.push(performance.now() - startedAt)
    if (reply.status !== 200) throw new Error(`${what} as ${viewer}: ${reply.status} ${reply.body.toString()}`)
  }
  return ([0.5, 0.95] as const).map((share) => ({
    name: `p${share * 100} of ${what}, as ${viewer}, among ${FILES.toLocaleString('en')} (at most 1)`,
    value: quantile(taken, share),
    limit: LIMIT_MS,
    ratio: quantile(taken, share) / LIMIT_MS,
    unit: 'ms',
  }))
}

/** What the database takes for one row by its key: less than that no search can cost. */
async function bare(databaseUrl: string): Promise<Line> {
  const db = connect(databaseUrl, { poolSize: 1, prepare: true, onIdleError: () => undefined })
  try {
    const { rows } = await sql<{ id: string }>`select id from file limit 50`.execute(db)
    const taken: number[] = []
    for (let round = 0; round < 200; round++) {
      const id = rows[round % rows.length]?.id
      const startedAt = performance.now()
      await sql`select name from file where id = ${id}::uuid`.execute(db)
      taken.push(performance.now() - startedAt)
    }
    const value = quantile(taken, 0.95)
    return { name: 'p95 of a bare look in an index', value, limit: LIMIT_MS, ratio: value / LIMIT_MS, unit: 'ms' }
  } finally {
    await db.destroy()
  }
}
