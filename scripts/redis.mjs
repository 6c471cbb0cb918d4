// Where a Redis for tests is, and on Debian and its kin how it gets there. Needs nothing but Node.
import { spawnSync } from 'node:child_process'
import { aptInstall } from './apt.mjs'

/** The command of a Redis server that starts, or undefined. REDIS_SERVER_PATH comes first. */
export function findRedis() {
  const named = process.env.REDIS_SERVER_PATH
  return [...(named ? [named] : []), 'redis-server'].find(
    (name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0,
  )
}

/** Installs Redis where this user may; says so where not. With CI=true its absence is an error. */
export function ensureRedis() {
  if (findRedis() !== undefined) return
  if (
    aptInstall('redis-server', 'Installing Redis for the tests of shared limits (once)…') &&
    findRedis() !== undefined
  )
    return
  const words = 'There is no redis-server, and this user cannot install one: apt-get install redis-server.'
  if (process.env.CI === 'true') throw new Error(words)
  console.log(`${words} The tests with Redis are skipped.`)
}
