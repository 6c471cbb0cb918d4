// Where Chromium is, and on Debian and its kin how it gets there. Needs nothing but Node.
import { spawnSync } from 'node:child_process'

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
  const prefix = administrator()
  if (prefix !== undefined && spawnSync('apt-get', ['--version'], { stdio: 'ignore' }).status === 0) {
    console.log('Installing Chromium for the browser journeys (once)…')
    if (!aptInstall(prefix)) {
      apt(prefix, ['update'])
      aptInstall(prefix)
    }
    if (findChromium() !== undefined) return
  }
  const words =
    'There is no Chromium, and this user cannot install one: apt-get install chromium, or set CHROMIUM_PATH.'
  if (process.env.CI === 'true') throw new Error(words)
  console.log(`${words} The browser journeys are skipped.`)
}

function administrator() {
  if (process.getuid?.() === 0) return []
  return spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0 ? ['sudo', '-n'] : undefined
}

const aptInstall = (prefix) => apt(prefix, ['install', '-y', '--no-install-recommends', 'chromium'])

function apt(prefix, args) {
  const command = [
    ...prefix,
    'env',
    'DEBIAN_FRONTEND=noninteractive',
    'apt-get',
    '-qq',
    '-o',
    'DPkg::Lock::Timeout=300',
    ...args,
  ]
  const [file, ...rest] = command
  return spawnSync(file, rest, { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0
}
