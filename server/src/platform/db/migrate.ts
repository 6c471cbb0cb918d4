import { readdir, readFile } from 'node:fs/promises'
import { Kysely, PostgresDialect, sql } from 'kysely'
import { Migrator, type Migration } from 'kysely/migration'
import pg from 'pg'
import { prepareJobs } from '../jobs/index.ts'

const FOLDER = new URL('../../../migrations/', import.meta.url)
const FILE_NAME = /^(\d{4}_[a-z0-9_]+)\.sql$/

/**
 * Brings the database to this version of the program: the numbered files of `server/migrations`, each once, in order.
 * Several processes may ask at the same time; one does it and the others find it done.
 *
 * @param databaseUrl  a direct connection: a pooler in transaction mode cannot hold the lock
 */
export async function migrate(databaseUrl: string): Promise<{ applied: string[] }> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 })
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
  try {
    const migrator = new Migrator({ db, provider: { getMigrations: readMigrations } })
    const { error, results = [] } = await migrator.migrateToLatest()
    if (error !== undefined)
      throw new Error(`The database could not be brought up to date: ${String(error)}`, { cause: error })
    await prepareJobs(databaseUrl)
    return { applied: results.map((result) => result.migrationName) }
  } finally {
    await db.destroy()
  }
}

async function readMigrations(): Promise<Record<string, Migration>> {
  const names = (await readdir(FOLDER)).map((file) => FILE_NAME.exec(file)?.[1]).filter((name) => name !== undefined)
  const entries = names.sort().map(async (name): Promise<[string, Migration]> => {
    const text = await readFile(new URL(`${name}.sql`, FOLDER), 'utf8')
    return [name, { up: async (db) => void (await sql.raw(text).execute(db)) }]
  })
  return Object.fromEntries(await Promise.all(entries))
}
