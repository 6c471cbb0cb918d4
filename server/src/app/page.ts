import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { Say } from './keep.ts'
import { ROOT } from './root.ts'

const DIST = join(ROOT, 'web', 'dist')
const STAMP = '.built-from'
const SOURCES = [
  'web/src',
  'web/public',
  'web/index.html',
  'web/link.html',
  'web/package.json',
  'web/vite.config.ts',
  'contract/src',
  'package-lock.json',
]

/**
 * Builds the page when its sources are not those it was built from. A page that cannot be built is told and is not
 * fatal: the one before stays, and the API does not need it.
 */
export async function ensurePage(say: Say, signal: AbortSignal): Promise<void> {
  const wanted = await fingerprint()
  if (wanted === undefined || builtFrom() === wanted) return
  say('Building the page…')
  const startedAt = Date.now()
  const draft = join(ROOT, 'web', `.dist-${process.pid}`)
  try {
    await build(draft, signal)
    await writeFile(join(draft, STAMP), wanted)
    // Another Trove from this checkout may have built the same meanwhile.
    if (builtFrom() !== wanted) await replace(DIST, draft)
    say(`The page is built (${((Date.now() - startedAt) / 1000).toFixed(1)} s).`)
  } catch (error) {
    if (!signal.aborted)
      say(`The page could not be built; Trove goes on without the new one. ${(error as Error).message}`)
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}

function builtFrom(): string | undefined {
  const path = join(DIST, STAMP)
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined
}

async function replace(current: string, next: string): Promise<void> {
  const old = `${next}.old`
  if (existsSync(current)) await rename(current, old)
  await rename(next, current)
  await rm(old, { recursive: true, force: true })
}

/** undefined when there are no sources: then the page is whatever was delivered. */
async function fingerprint(): Promise<string | undefined> {
  if (!existsSync(join(ROOT, 'web', 'index.html'))) return undefined
  const hash = createHash('sha256')
  for (const source of SOURCES) {
    for (const path of await filesOf(join(ROOT, source)))
      hash.update(`${relative(ROOT, path)}\0`).update(await readFile(path))
  }
  return hash.digest('hex')
}

async function filesOf(path: string): Promise<string[]> {
  if (!existsSync(path)) return []
  const entries = await readdir(path, { withFileTypes: true, recursive: true }).catch(() => undefined)
  if (entries === undefined) return [path]
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

function build(outFolder: string, signal: AbortSignal): Promise<void> {
  const vite = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js')
  if (!existsSync(vite)) return Promise.reject(new Error('Vite is not installed: run npm ci.'))
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [vite, 'build', '--logLevel', 'warn', '--outDir', outFolder, '--emptyOutDir'],
      {
        cwd: join(ROOT, 'web'),
        env: { ...process.env, NODE_ENV: 'production', NO_COLOR: '1' },
        stdio: ['ignore', 'pipe', 'pipe'],
        signal,
      },
    )
    let words = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (words += text))
    child.on('error', reject)
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`Vite said:\n${withoutStack(words)}`))))
  })
}

/** What is wrong is in the first lines; where in the bundler it was noticed helps nobody. */
function withoutStack(words: string): string {
  const lines = words.split('\n').filter((line) => line.trim() !== '' && !/^\s+at /.test(line))
  return lines.slice(0, 12).join('\n')
}
