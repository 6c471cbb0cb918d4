// node scripts/with-postgres.ts <command…>: runs a command with TEST_DATABASE_URL naming a PostgreSQL that is
// there for it alone. One that the environment already names is used as it is.
import { spawn } from 'node:child_process'
import { startThrowaway } from './throwaway-postgres.ts'

const [file, ...args] = process.argv.slice(2)
if (file === undefined) {
  console.error('Which command? For example: node scripts/with-postgres.ts node --test server/src/app/config.test.ts')
  process.exit(2)
}
const server = process.env['TEST_DATABASE_URL'] ? undefined : await startThrowaway()
const env = server ? { ...process.env, TEST_DATABASE_URL: server.url } : process.env
const child = spawn(file, args, { stdio: 'inherit', env })
// A terminal's Ctrl-C reaches the child by itself: this process only waits for it.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => child.kill('SIGTERM'))
const code = await new Promise<number>((resolve) => {
  child.on('error', (error) => {
    console.error(error.message)
    resolve(127)
  })
  child.on('exit', (exitCode) => resolve(exitCode ?? 1))
})
await server?.stop()
process.exit(code)
