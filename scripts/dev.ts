// npm run dev: Vite in front with the page as it is being written, and behind it PostgreSQL, API and worker, which
// start again when a file of theirs changes. It has a data folder of its own: ./data/dev.
import { join } from 'node:path'
import { loadConfig } from '../server/src/app/config.ts'
import { startEmbedded } from '../server/src/app/embedded.ts'
import { keepChild, keepPostgres, type Kept } from '../server/src/app/keep.ts'
import { lockFolder } from '../server/src/app/lock.ts'
import { ROOT } from '../server/src/app/root.ts'
import { stopRequests } from '../server/src/app/signals.ts'
import { migrate } from '../server/src/platform/db/migrate.ts'

const say = (text: string) => console.log(text)
const MAIN = join(ROOT, 'server', 'src', 'main.ts')
const VITE = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js')

process.env['TROVE_DATA'] ??= join(ROOT, 'data', 'dev')
const config = loadConfig()
const stop = stopRequests()
const lock = lockFolder(config.dataFolder, 'npm run dev')
const children: Kept[] = []
const postgres = await keepPostgres(
  () => startEmbedded({ dataFolder: config.dataFolder, onWords: say }),
  () => children.forEach((child) => child.kill()),
  say,
)
await migrate(postgres.url())

const env = () => ({
  ...process.env,
  DATABASE_URL: postgres.url(),
  TROVE_API: `http://127.0.0.1:${config.port}`,
})
const keep = (name: string, args: readonly string[]) =>
  children.push(keepChild({ name, args, env, onMessage: () => {}, say }))
keep('api', ['--watch', '--watch-preserve-output', MAIN, 'api'])
keep('worker', ['--watch', '--watch-preserve-output', MAIN, 'worker'])
keep('page', [VITE, join(ROOT, 'web')])

await Promise.race([stop.first, stop.again])
await Promise.race([Promise.all(children.map((child) => child.stop(5000))), stop.again])
await postgres.stop()
lock.release()
process.exit()
