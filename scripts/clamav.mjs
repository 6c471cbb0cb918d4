// Where a clamd for tests is, and on Debian and its kin how it gets there. Needs nothing but Node.
import { spawnSync } from 'node:child_process'
import { aptInstall } from './apt.mjs'

/** The command of a clamd that starts, or undefined. CLAMD_PATH comes first. */
export function findClamd() {
  const named = process.env.CLAMD_PATH
  return [...(named ? [named] : []), 'clamd', '/usr/sbin/clamd'].find(
    (name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0,
  )
}

/** Installs ClamAV, without its signatures, where this user may; says so where not. With CI=true its absence is an error. */
export function ensureClamd() {
  if (findClamd() !== undefined) return
  if (aptInstall('clamav-daemon', 'Installing ClamAV for the tests of virus scanning (once)…') && findClamd()) return
  const words = 'There is no clamd, and this user cannot install one: apt-get install clamav-daemon.'
  if (process.env.CI === 'true') throw new Error(words)
  console.log(`${words} The tests with ClamAV are skipped.`)
}
