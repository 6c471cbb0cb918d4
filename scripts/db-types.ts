// npm run db:types: writes the types of the tables that the migrations make; `--check` only says whether they are right.
// Needs TEST_DATABASE_URL, which scripts/with-postgres.ts gives.
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { migrate } from '../server/src/platform/db/migrate.ts'
import { run } from './run.ts'

const OUT_FILE = 'server/src/platform/db/schema.gen.ts'
const isCheck = process.argv.includes('--check')

const admin = new pg.Client({ connectionString: process.env['TEST_DATABASE_URL'] })
await admin.connect()
const name = `types_${randomBytes(4).toString('hex')}`
await admin.query(`create database ${name}`)
try {
  const url = new URL(process.env['TEST_DATABASE_URL'] ?? '')
  url.pathname = `/${name}`
  await migrate(url.href)
  // Our sizes stay under 2^53: the driver reads bigint as a number.
  const options = [
    '--dialect',
    'postgres',
    '--type-mapping',
    '{"int8":"number"}',
    '--exclude-pattern',
    'kysely_*',
    '--default-schema',
    'public',
  ]
  const { code, output } = await run(
    [
      'kysely-codegen',
      ...options,
      '--include-pattern',
      'public.*',
      '--out-file',
      OUT_FILE,
      ...(isCheck ? ['--verify'] : []),
    ],
    { env: { DATABASE_URL: url.href } },
  )
  console.log(code === 0 ? `${OUT_FILE} is what the migrations make.` : `${output}\nRun npm run db:types.`)
  process.exitCode = code
} finally {
  await admin.query(`drop database ${name} with (force)`)
  await admin.end()
}
process.exit()
