import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from '../failure.ts'

const KEEP_MS = 30 * 24 * 60 * 60 * 1000

/**
 * What is known of one file. It grows: `reference` before the server hears of it, `uploadId` when it has answered,
 * `fileId` when the file is safe.
 */
export type Entry = {
  mark: string
  sessionId?: string
  folderId?: string
  reference?: string
  uploadId?: string
  fileId?: string
}

type Line = { path: string; entry: Entry | null } | { session: string } | { run: Run }

/** What makes two runs the same: the same paths to the same place. */
export type Run = { place: string; organizationId: string; way: readonly string[]; paths: readonly string[] }

/**
 * The memory of a run: an append-only file of JSON lines in the user's state folder, so that whatever ends the program,
 * the same command goes on. A line that was cut by a crash is left out when it is read.
 */
export type Journal = {
  readonly path: string
  get(path: string): Entry | undefined
  /** Resolves when it is on the disk; many at once share one flush. */
  set(path: string, entry: Entry | undefined): Promise<void>
  session(): string | undefined
  setSession(id: string): Promise<void>
  /** Everything is on the disk, and others may go on. */
  close(): Promise<void>
}

/** @throws Failure  wrong-state: the same command is running already */
export async function openJournal(stateFolder: string, run: Run, begins: 'go on' | 'anew'): Promise<Journal> {
  const folder = join(stateFolder, 'uploads')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  dropOld(folder)
  const name = createHash('sha256').update(JSON.stringify(run)).digest('hex').slice(0, 32)
  const path = join(folder, `${name}.jsonl`)
  const unlock = lock(`${path}.lock`)
  try {
    if (begins === 'anew') rmSync(path, { force: true })
    const { entries, session, text } = read(path)
    const file = await open(path, 'a', 0o600)
    const append = createAppender(file, text !== '' && !text.endsWith('\n') ? '\n' : '')
    if (text === '') await append({ run })
    return journalOf({ path, entries, session, append, close: () => file.close().finally(unlock) })
  } catch (error) {
    unlock()
    throw error
  }
}

type Opened = {
  path: string
  entries: Map<string, Entry>
  session: string | undefined
  append: (line: Line) => Promise<void>
  close: () => Promise<void>
}

function journalOf({ path, entries, session, append, close }: Opened): Journal {
  let sessionId = session
  return {
    path,
    get: (of) => entries.get(of),
    set(of, entry) {
      if (entry === undefined) entries.delete(of)
      else entries.set(of, entry)
      return append({ path: of, entry: entry ?? null })
    },
    session: () => sessionId,
    setSession(id) {
      sessionId = id
      return append({ session: id })
    },
    close,
  }
}

/** Lines that come while others are being flushed wait together for the next flush. */
function createAppender(file: FileHandle, first: string): (line: Line) => Promise<void> {
  let waiting = first
  let flushing: Promise<void> | undefined
  let next: Promise<void> | undefined
  const flush = async () => {
    const text = waiting
    waiting = ''
    await file.appendFile(text)
    await file.datasync()
  }
  return (line) => {
    waiting += `${JSON.stringify(line)}\n`
    next ??= (flushing ?? Promise.resolve())
      .catch(() => undefined)
      .then(() => {
        flushing = next
        next = undefined
        return flush()
      })
    return next
  }
}

function read(path: string): { entries: Map<string, Entry>; session: string | undefined; text: string } {
  const entries = new Map<string, Entry>()
  let session: string | undefined
  let text = ''
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  for (const row of text.split('\n')) {
    const line = parse(row)
    if (line === undefined) continue
    if ('session' in line) session = line.session
    if (!('path' in line)) continue
    if (line.entry === null) entries.delete(line.path)
    else entries.set(line.path, line.entry)
  }
  return { entries, session, text }
}

function parse(row: string): Line | undefined {
  try {
    const line: unknown = JSON.parse(row)
    return typeof line === 'object' && line !== null ? (line as Line) : undefined
  } catch {
    return undefined
  }
}

/** @returns what gives it back */
function lock(path: string): () => void {
  for (let attempt = 1; ; attempt++) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx', mode: 0o600 })
      return () => rmSync(path, { force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      const holder = holderOf(path)
      if (holder !== undefined || attempt > 3)
        throw new Failure(
          'wrong-state',
          `The same upload is running already (process ${holder}). If it is not, remove ${path}`,
        )
      rmSync(path, { force: true })
    }
  }
}

/** The process that holds a lock, if it lives: what was killed leaves its lock behind. */
function holderOf(path: string): number | undefined {
  try {
    const pid = Number(readFileSync(path, 'utf8'))
    if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return undefined
    process.kill(pid, 0)
    return pid
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? Number(readFileSync(path, 'utf8')) : undefined
  }
}

/** Nobody goes on with what is a month old; the server has long forgotten it. */
function dropOld(folder: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    const isOld = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > KEEP_MS
    if (isOld && /^[0-9a-f]{32}\.jsonl$/.test(name)) rmSync(path, { force: true })
  }
}
