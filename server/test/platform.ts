import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { buildApi, type Api } from '../src/app/api.ts'
import { parseConfig } from '../src/app/config.ts'
import type { ConnectedConfig } from '../src/app/part.ts'
import { openPlatform, type OpenPlatform } from '../src/app/platform.ts'
import { migrate } from '../src/platform/db/migrate.ts'
import { newId } from '../src/platform/ids.ts'

const MIGRATIONS = new URL('../migrations/', import.meta.url)

export type TestPlatform = {
  platform: OpenPlatform
  config: ConnectedConfig
  /** The API on this platform; it listens only when asked to. Closed by `stop`. */
  api(): Promise<Api>
  stop(): Promise<void>
}

/**
 * A platform on a database and a store of its own, both gone after `stop`. The database is a clone of a template that
 * was migrated once, so each test file may have one.
 *
 * @param environment  configuration that differs from the defaults: `{ MAX_FILE_BYTES: '1MiB' }`
 */
export async function startTestPlatform(environment: Record<string, string> = {}): Promise<TestPlatform> {
  const database = await createDatabase()
  const folder = await mkdtemp(join(tmpdir(), 'trove-test-'))
  const config = testConfig(database.url, folder, environment)
  const platform = await openPlatform(config, 'api')
  const apis: Promise<Api>[] = []
  return {
    platform,
    config,
    api() {
      const api = buildApi(platform)
      apis.push(api)
      return api
    },
    async stop() {
      for (const api of apis) await (await api).close()
      await platform.close()
      await database.drop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export function testConfig(
  databaseUrl: string,
  folder: string,
  environment: Record<string, string> = {},
): ConnectedConfig {
  const parsed = parseConfig({
    LOG_LEVEL: 'silent',
    PORT: '0',
    TROVE_DATA: folder,
    DATABASE_URL: databaseUrl,
    // With a key in the environment every test runs on what is encrypted.
    ...(process.env['TROVE_MASTER_KEY'] && { TROVE_MASTER_KEY: process.env['TROVE_MASTER_KEY'] }),
    ...environment,
  })
  return { ...parsed, databaseUrl, secret: parsed.secret ?? new Uint8Array(32).fill(7) }
}

/** A migrated database of its own on the server that the tests were given. */
export async function createDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const admin = adminUrl()
  const template = await ensureTemplate(admin)
  const name = `test_${newId().replaceAll('-', '')}`
  await run(admin, `create database ${name} template ${template}`)
  return { url: urlOf(admin, name), drop: () => run(admin, `drop database if exists ${name} with (force)`) }
}

function adminUrl(): string {
  const url = process.env['TEST_DATABASE_URL']
  if (url === undefined)
    throw new Error(
      'TEST_DATABASE_URL is not set. Run tests by npm test, or node scripts/with-postgres.ts -- <command>.',
    )
  return url
}

let templateName: Promise<string> | undefined

/** The template is named after what is in the migrations; several processes may ask for it at once. */
function ensureTemplate(admin: string): Promise<string> {
  templateName ??= makeTemplate(admin)
  return templateName
}

async function makeTemplate(admin: string): Promise<string> {
  const hash = createHash('sha256')
  for (const file of (await readdir(MIGRATIONS)).sort()) hash.update(await readFile(new URL(file, MIGRATIONS)))
  const name = `trove_template_${hash.digest('hex').slice(0, 16)}`
  const client = new pg.Client({ connectionString: admin })
  await client.connect()
  try {
    await client.query('select pg_advisory_lock(7007)')
    const { rowCount } = await client.query('select from pg_database where datname = $1 and datistemplate', [name])
    if (rowCount !== 0) return name
    await client.query(`drop database if exists ${name} with (force)`)
    await client.query(`create database ${name}`)
    await migrate(urlOf(admin, name))
    await client.query(`alter database ${name} with is_template true`)
    return name
  } finally {
    await client.end()
  }
}

function urlOf(admin: string, database: string): string {
  const url = new URL(admin)
  url.pathname = `/${database}`
  return url.href
}

async function run(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(text)
  } finally {
    await client.end()
  }
}
