import { sql } from 'kysely'
import pg from 'pg'
import { connect, type Db } from '../server/src/platform/db/index.ts'
import { listFiles } from '../server/src/domain/files/listing/store.ts'
import { rightsOfUser } from '../server/src/domain/access/decision/store.ts'
import { inTurn } from './in-turn.ts'
import type { Line } from './uploads.ts'

type About = { databaseUrl: string; organizationId: string; ownerId: string; memberId: string }

const ROLE = 'bench_row_security'
const TENANT = "current_setting('bench.organization', true)::uuid"

/** Tables that say themselves whose rows are, and those that only know it through another. */
const OWN = ['resource', 'file', 'folder', 'grant', 'reach', 'organization_member', 'team', 'team_member', 'blob']
const POLICIES = [
  ...OWN.map((table) => `create policy ${ROLE} on "${table}" to ${ROLE} using (organization_id = ${TENANT})`),
  `create policy ${ROLE} on version to ${ROLE} using (exists (select from file where file.id = version.file_id))`,
]
const TABLES = [...OWN, 'version']

/**
 * What PostgreSQL's row-level security would add: policies alone, and with them the transaction that each read would
 * then need to say whose rows it is about. Both against the same read without.
 */
export async function benchRowSecurity(db: Db, about: About): Promise<Line[]> {
  const { databaseUrl, organizationId } = about
  const admin = new pg.Client({ connectionString: databaseUrl })
  await admin.connect()
  const url = new URL(databaseUrl)
  await admin.query(
    `create role ${ROLE} login password 'bench'; grant select on all tables in schema public to ${ROLE}`,
  )
  for (const table of TABLES) await admin.query(`alter table "${table}" enable row level security`)
  for (const policy of POLICIES) await admin.query(policy)
  url.username = ROLE
  url.password = 'bench'
  // One connection, which has said whose rows: the policies alone. The other says it anew for each read.
  const fenced = connect(url.href, { poolSize: 1, prepare: true, onIdleError: () => undefined })
  const saying = connect(url.href, { poolSize: 1, prepare: true, onIdleError: () => undefined })
  try {
    await sql`select set_config('bench.organization', ${organizationId}, false)`.execute(fenced)
    const reads = readsOf(about, await someFiles(db))
    const times = await inTurn(
      Object.fromEntries(
        Object.entries(reads).flatMap(([name, read]) => [
          [`${name}, plain`, (round: number) => read(db, round)],
          [`${name}, policies`, (round: number) => read(fenced, round)],
          [
            `${name}, transaction`,
            (round: number) =>
              saying.transaction().execute(async (tx) => {
                await sql`select set_config('bench.organization', ${organizationId}, true)`.execute(tx)
                return read(tx, round)
              }),
          ],
        ]),
      ),
    )
    return Object.keys(reads).flatMap((name) => [
      line(`${name} with policies, against without`, times[`${name}, policies`], times[`${name}, plain`]),
      line(
        `${name} with policies and the transaction they need, against without`,
        times[`${name}, transaction`],
        times[`${name}, plain`],
      ),
    ])
  } finally {
    await Promise.all([fenced.destroy(), saying.destroy()])
    for (const table of TABLES)
      await admin.query(`alter table "${table}" disable row level security; drop policy ${ROLE} on "${table}"`)
    await admin.query(`drop owned by ${ROLE}; drop role ${ROLE}`)
    await admin.end()
  }
}

function readsOf({ organizationId, ownerId, memberId }: About, files: string[]) {
  const page = (userId: string, seesEverything: boolean) => (db: Db) =>
    listFiles(db, { organizationId, userId, seesEverything }, {}, { limit: 51 })
  return {
    'one check': (db: Db, round: number) => rightsOfUser(db, memberId, files[round % files.length] ?? ''),
    "an owner's first page": page(ownerId, true),
    "a member's first page": page(memberId, false),
  }
}

async function someFiles(db: Db): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select id from file tablesample system (0.1) limit 200`.execute(db)
  return rows.map(({ id }) => id)
}

const line = (what: string, value = Number.NaN, limit = Number.NaN): Line => ({
  name: `row-level security: ${what} (worth it up to 1.1)`,
  value,
  limit,
  ratio: value / limit,
  unit: 'ms',
})
