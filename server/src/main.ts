import { clientWords, runClient } from '@trove/cli/run'
import { ConfigError, loadConfig } from './app/config.ts'

const ROLES: Record<string, { readonly does: string; readonly run: () => Promise<number> }> = {
  serve: {
    does: 'run everything on this machine: PostgreSQL, API, page and worker (this is what no word means)',
    run: serve,
  },
  api: { does: 'serve the API and the page alone; needs DATABASE_URL', run: api },
  worker: { does: 'work on jobs alone; needs DATABASE_URL', run: worker },
  migrate: { does: 'bring the database up to date', run: migrate },
  sweep: { does: 'remove bytes that nothing refers to and uploads that have expired', run: sweep },
  recount: { does: 'count anew what organizations hold; with --fix, put their quotas right', run: recount },
  admin: { does: 'look after accounts: users, suspend, resume, promote, demote, reset-password', run: admin },
  verify: {
    does: 'read what is stored and compare it with what was uploaded; with --audit: the trail instead',
    run: verify,
  },
  storage: { does: 'move everything to another store while Trove runs: storage migrate --to <URL>', run: storage },
  keys: { does: 'the keys that stored bytes are encrypted under: status, rotate, new', run: keys },
  media: {
    does: 'what is made of files: media steps; media again <step> asks for a step over old files, --dry-run counts them',
    run: media,
  },
  demo: { does: 'fill a new installation with a demonstration organization, as `serve --demo` does', run: demo },
  help: { does: 'say this', run: help },
}
const FLAGS = ['--demo', '--audit', '--dry-run']

process.exitCode = await main(process.argv.slice(2))
process.exit()

/** @returns the exit code: 0 well, 1 a fault, 2 not understood */
async function main(words: readonly string[]): Promise<number> {
  const [first = ''] = words
  if (clientWords.some(([word]) => word === first)) return runClient(words)
  if (['admin', 'verify', 'storage', 'keys', 'recount', 'media'].includes(first) && !words.some(isHelp))
    return runRole(first)
  const unknown = words.find((word) =>
    word.startsWith('-') ? !FLAGS.includes(word) && !isHelp(word) : !Object.hasOwn(ROLES, word),
  )
  const named = words.filter((word) => !word.startsWith('-'))
  if (unknown !== undefined || named.length > 1) {
    console.error(`Trove does not know "${unknown ?? named.join(' ')}".\n\n${usage()}`)
    return 2
  }
  if (words.some(isHelp)) return help()
  return runRole(named[0] ?? 'serve')
}

async function runRole(name: string): Promise<number> {
  try {
    return (await ROLES[name]?.run()) ?? 2
  } catch (error) {
    console.error(process.env['LOG_LEVEL'] === 'debug' ? error : (error as Error).message)
    return error instanceof ConfigError ? 2 : 1
  }
}

async function serve(): Promise<number> {
  const config = loadConfig()
  const { supervise } = await import('./app/supervisor.ts')
  return supervise(config, { isDemo: process.argv.includes('--demo') })
}

async function api(): Promise<number> {
  const { runPart } = await import('./app/part.ts')
  return runPart('api', async (config) => (await import('./app/api.ts')).startApi(config))
}

async function worker(): Promise<number> {
  const { runPart } = await import('./app/part.ts')
  return runPart('worker', async (config) => (await import('./app/worker.ts')).startWorker(config))
}

async function migrate(): Promise<number> {
  const { withDatabase } = await import('./app/with-database.ts')
  const db = await import('./platform/db/migrate.ts')
  const { checkKeys } = await import('./app/keys.ts')
  const { applied } = await withDatabase(loadConfig(), async (config) => {
    const done = await db.migrate(config.databaseDirectUrl ?? config.databaseUrl)
    await checkKeys(config)
    return done
  })
  console.log(
    applied.length === 0
      ? 'The database was up to date.'
      : `Applied:\n${applied.map((name) => `  ${name}`).join('\n')}`,
  )
  return 0
}

/** The words after it are its own. */
async function keys(): Promise<number> {
  const { runKeys } = await import('./app/keys.ts')
  return runKeys(loadConfig, process.argv.slice(3))
}

async function sweep(): Promise<number> {
  const { withDatabase } = await import('./app/with-database.ts')
  const { runSweep } = await import('./app/sweep.ts')
  const swept = await withDatabase(loadConfig(), (config) =>
    runSweep(config, { graceMs: config.settings.sweepGraceMs, isDryRun: process.argv.includes('--dry-run') }),
  )
  console.log(JSON.stringify(swept))
  return 0
}

/** The words after it are its own. */
async function recount(): Promise<number> {
  const { withDatabase } = await import('./app/with-database.ts')
  const { runRecount } = await import('./app/recount.ts')
  return withDatabase(loadConfig(), (config) => runRecount(config, process.argv.slice(3), (line) => console.log(line)))
}

async function verify(): Promise<number> {
  const { withDatabase } = await import('./app/with-database.ts')
  if (!process.argv.includes('--audit')) {
    const { parseVerifyWords, verifyStorage } = await import('./app/verify-storage.ts')
    const words = parseVerifyWords(process.argv.slice(3))
    if (typeof words !== 'string') return withDatabase(loadConfig(), (config) => verifyStorage(config, words))
    console.error(`${words}\n\n${usage()}`)
    return 2
  }
  const { tellVerification, verifyAudit } = await import('./app/verify.ts')
  const found = await withDatabase(loadConfig(), verifyAudit)
  console.log(tellVerification(found))
  return found.faults.length === 0 ? 0 : 1
}

/** The words after it are its own. */
async function storage(): Promise<number> {
  const { withDatabase } = await import('./app/with-database.ts')
  if (process.argv[3] === 'recall') {
    const { recallEverything } = await import('./app/storage-recall.ts')
    return withDatabase(loadConfig(), recallEverything)
  }
  const { migrateStorage, parseStorageWords, STORAGE_USAGE } = await import('./app/storage-migrate.ts')
  const words = parseStorageWords(process.argv.slice(3))
  if (typeof words !== 'string') return withDatabase(loadConfig(), (config) => migrateStorage(config, words))
  console.error(`${words}\n\n${STORAGE_USAGE}`)
  return 2
}

/** The words after it are its own. */
async function admin(): Promise<number> {
  const { withDatabase } = await import('./app/with-database.ts')
  const { runAdmin } = await import('./app/admin.ts')
  return withDatabase(loadConfig(), (config) => runAdmin(config, process.argv.slice(3)))
}

/** The words after it are its own. */
async function media(): Promise<number> {
  const { withDatabase } = await import('./app/with-database.ts')
  const { runMedia } = await import('./app/media.ts')
  return withDatabase(loadConfig(), (config) => runMedia(config, process.argv.slice(3), (line) => console.log(line)))
}

async function demo(): Promise<number> {
  const { holderOf } = await import('./app/lock.ts')
  const { loadDemo } = await import('./app/demo/index.ts')
  const baseUrl = process.env['TROVE_ADDRESS'] ?? holderOf(loadConfig().dataFolder)?.address
  if (baseUrl === undefined)
    throw new Error('Trove is not running here: npm start -- --demo starts it and loads the demonstration.')
  await loadDemo({ baseUrl })
  return 0
}

async function help(): Promise<number> {
  console.log(usage())
  return 0
}

function usage(): string {
  const roles = Object.entries(ROLES).map(([name, { does }]) => `  ${name.padEnd(10)}${does}`)
  const client = clientWords.map(([word, does]) => `  ${word.padEnd(10)}${does}`)
  return `npm start, or npm run trove <word>:\n${roles.join('\n')}\n\nas a client of a Trove anywhere, npx trove <word>:\n${client.join('\n')}\n\n  --demo    with serve: fill a new installation with something to show\n  --audit   with verify: the trail
  --dry-run with sweep: count what it would remove
  --sample 5%, --organization <id or address>, --rate 50MB, --json   with verify: how much, whose, how fast, for programs`
}

function isHelp(word: string): boolean {
  return word === '--help' || word === '-h'
}
