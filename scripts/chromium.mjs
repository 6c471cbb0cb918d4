// Where Chromium is, and on Debian and its kin how it gets there. Needs nothing but Node.
import { spawnSync } from 'node:child_process'
import { aptInstall } from './apt.mjs'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** The command of a Chromium that starts, or undefined. CHROMIUM_PATH comes first. */
export function findChromium() {
  const named = process.env.CHROMIUM_PATH
  return [...(named ? [named] : []), ...NAMES].find(
    (name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0,
  )
}

/** Installs Chromium where this user may; says so where not. With CI=true its absence is an error. */
export function ensureChromium() {
  if (findChromium() !== undefined) return
  const isInstalled = aptInstall('chromium', 'Installing Chromium for the browser journeys (once)…')
  if (isInstalled && findChromium() !== undefined) return
  const words =
    'There is no Chromium, and this user cannot install one: apt-get install chromium, or set CHROMIUM_PATH.'
  if (process.env.CI === 'true') throw new Error(words)
  console.log(`${words} The browser journeys are skipped.`)
}
