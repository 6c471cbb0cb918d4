import { createHash, type Hash } from 'node:crypto'
import { constants } from 'node:fs'
import { link, lstat, mkdir, open, readFile, rename, rm, writeFile, type FileHandle } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { dirname, join } from 'node:path'
import { Failure, isFailure, toFailure } from '../failure.ts'
import { lost } from '../server/exchange.ts'
import { createTurns } from '../server/retry.ts'
import type { Happening } from '../terminal/report.ts'
import type { Wanted } from './plan.ts'

const READ_BYTES = 1024 * 1024

export type Fetching = {
  force: boolean
  tell(happening: Happening): void
  moved(bytes: number): void
  tooMany(): void
  /** Before each request: a visit to a link ends, and is renewed. */
  refresh(): Promise<void>
}

/** @member verified  the SHA-256 is the one that the server told */
export type Fetched = { sizeBytes: number; verified: boolean; isPresent: boolean }

/**
 * Brings one file to its place here, or what is missing of it. It lies beside its place under another name until it is
 * whole and is what it should be; only then it gets its own. May be ended at any line and done again.
 *
 * @throws Failure  exists, disk, checksum-mismatch, what the server refuses
 */
export async function fetchFile(fetching: Fetching, wanted: Wanted, target: string, shown: string): Promise<Fetched> {
  if (wanted.withheld !== undefined) throw new Failure('withheld', wanted.withheld)
  const present = await alreadyHere(wanted, target, fetching.force)
  if (present !== undefined) return present
  const partPath = join(dirname(target), `.trove-${wanted.fileId}.part`)
  const part = await openPart(partPath)
  try {
    const sizeBytes = await untilWhole(fetching, wanted, part, shown)
    await part.file.sync()
    await putInPlace(partPath, target, fetching.force)
    return { sizeBytes, verified: wanted.sha256 !== undefined, isPresent: false }
  } catch (error) {
    if (part.sizeBytes === 0) await rm(partPath, { force: true })
    throw toFailure(error)
  } finally {
    await part.file.close()
  }
}

type Part = { file: FileHandle; path: string; sizeBytes: number; etag: string | undefined; hash: Hash }

async function openPart(path: string): Promise<Part> {
  try {
    await mkdir(dirname(path), { recursive: true })
    // No link that somebody laid here leads elsewhere.
    const flags = constants.O_RDWR | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0)
    const file = await open(path, flags, 0o666)
    const { size } = await file.stat()
    const etag = await readFile(`${path}.etag`, 'utf8').catch(() => undefined)
    const part: Part = { file, path, sizeBytes: 0, etag, hash: createHash('sha256') }
    // Bytes of which nobody knows what they are a part of are of no use.
    if (etag === undefined) await file.truncate(0)
    else await hashWhatIsHere(part, size)
    return part
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOTDIR' || code === 'EEXIST' || code === 'ELOOP')
      throw new Failure('exists', `There is something else where the folder ${dirname(path)} should be.`)
    throw toFailure(error)
  }
}

async function hashWhatIsHere(part: Part, sizeBytes: number): Promise<void> {
  const bytes = Buffer.allocUnsafe(READ_BYTES)
  while (part.sizeBytes < sizeBytes) {
    const { bytesRead } = await part.file.read(bytes, 0, READ_BYTES, part.sizeBytes)
    if (bytesRead === 0) break
    part.hash.update(bytes.subarray(0, bytesRead))
    part.sizeBytes += bytesRead
  }
}

async function beginAnew(part: Part): Promise<void> {
  await part.file.truncate(0)
  part.sizeBytes = 0
  part.hash = createHash('sha256')
  part.etag = undefined
}

/** @returns its size */
async function untilWhole(fetching: Fetching, wanted: Wanted, part: Part, shown: string): Promise<number> {
  const { server, sha256 } = wanted
  const turns = createTurns(server.patience, (waiting) => fetching.tell({ event: 'waiting', path: shown, ...waiting }))
  let expected = wanted.sizeBytes
  fetching.tell({ event: 'began', path: shown, bytes: expected ?? 0, fromBytes: part.sizeBytes })
  for (let isSecond = false; ;) {
    try {
      if (expected === undefined || part.sizeBytes !== expected)
        expected = await take(fetching, wanted, part, { shown, turns })
      if (sha256 === undefined || part.hash.copy().digest('hex') === sha256) return part.sizeBytes
      await beginAnew(part)
      if (isSecond) throw new Failure('checksum-mismatch', 'What arrives is not what the server says it keeps.')
      isSecond = true
      fetching.tell({ event: 'restarted', path: shown, reason: 'what arrived was not what the server keeps' })
    } catch (error) {
      if (!isFailure(error)) throw error
      if (error.status === 429 || error.status === 503) fetching.tooMany()
      if (isFailure(error, 'range-not-satisfiable', 'precondition-failed') && part.sizeBytes > 0) await beginAnew(part)
      else await turns.wait(error)
    }
  }
}

type Telling = { shown: string; turns: { moved(): void } }

/** One response, written as it comes. @returns the size of the whole */
async function take(fetching: Fetching, wanted: Wanted, part: Part, { shown, turns }: Telling): Promise<number> {
  await fetching.refresh()
  if (wanted.sizeBytes !== undefined && part.sizeBytes > wanted.sizeBytes) await beginAnew(part)
  const goesOn = part.sizeBytes > 0 && part.etag !== undefined
  const headers = goesOn ? { range: `bytes=${part.sizeBytes}-`, 'if-range': part.etag ?? '' } : {}
  const answer = await wanted.server.ask({
    method: 'GET',
    path: wanted.contentPath,
    headers: { 'accept-encoding': 'identity', ...headers },
    follows: true,
  })
  const { whole, from } = extentOf(answer)
  if (from !== part.sizeBytes) await beginAnew(part)
  if (
    from !== part.sizeBytes ||
    (wanted.sizeBytes !== undefined && whole !== undefined && whole !== wanted.sizeBytes)
  ) {
    answer.destroy()
    throw new Failure('not-trove', 'The server sends another part, or another size, than it told.')
  }
  const { etag } = answer.headers
  if (etag !== undefined && !etag.startsWith('W/')) await writeFile(`${part.path}.etag`, etag, { mode: 0o600 })
  part.etag = etag
  const most = wanted.sizeBytes ?? whole ?? Number.POSITIVE_INFINITY
  try {
    for await (const piece of answer as AsyncIterable<Buffer>) {
      if (part.sizeBytes + piece.length > most) throw new Failure('not-trove', 'The server sends more than it told.')
      await writeAll(part, piece)
      turns.moved()
      fetching.moved(piece.length)
      fetching.tell({
        event: 'progress',
        path: shown,
        bytes: wanted.sizeBytes ?? whole ?? 0,
        movedBytes: part.sizeBytes,
      })
    }
  } catch (error) {
    answer.destroy()
    const { code = '', syscall } = error as NodeJS.ErrnoException
    if (error instanceof Failure) throw error
    throw syscall === 'write' || code === 'ENOSPC'
      ? toFailure(error)
      : lost(error as Error, new URL(wanted.server.place))
  }
  const size = wanted.sizeBytes ?? whole ?? part.sizeBytes
  if (part.sizeBytes < size) throw lost(new Error('the connection was cut'), new URL(wanted.server.place))
  return size
}

async function writeAll(part: Part, piece: Buffer): Promise<void> {
  for (let written = 0; written < piece.length;) {
    const { bytesWritten } = await part.file.write(piece, written, piece.length - written, part.sizeBytes + written)
    written += bytesWritten
  }
  part.hash.update(piece)
  part.sizeBytes += piece.length
}

/** Where an answer begins, and how large the whole is, where it tells. */
function extentOf({ statusCode, headers }: IncomingMessage): { from: number; whole: number | undefined } {
  if (statusCode === 206) {
    const [, from, whole] = /^bytes (\d{1,15})-\d{1,15}\/(\d{1,15}|\*)$/.exec(headers['content-range'] ?? '') ?? []
    return { from: Number(from ?? -1), whole: whole === undefined || whole === '*' ? undefined : Number(whole) }
  }
  const length = headers['content-length']
  return { from: 0, whole: length === undefined ? undefined : Number(length) }
}

/** @returns what it is when it is here already; undefined when it is to be fetched. @throws Failure  exists */
async function alreadyHere(
  { sizeBytes, sha256 }: Wanted,
  target: string,
  force: boolean,
): Promise<Fetched | undefined> {
  const stats = await lstat(target).catch(() => undefined)
  if (stats === undefined) return undefined
  if (stats.isFile() && stats.size === sizeBytes && sha256 !== undefined) {
    const file = await open(target, 'r')
    const part: Part = { file, path: target, sizeBytes: 0, etag: undefined, hash: createHash('sha256') }
    try {
      await hashWhatIsHere(part, stats.size)
    } finally {
      await file.close()
    }
    if (part.hash.digest('hex') === sha256) return { sizeBytes: stats.size, verified: true, isPresent: true }
  }
  if (stats.isDirectory()) throw new Failure('exists', `There is a folder called ${target}.`)
  if (!force) throw new Failure('exists', `There is another file at ${target}.`)
  return undefined
}

/** Under its own name at last. What came to be there meanwhile is not overwritten either. */
async function putInPlace(partPath: string, target: string, force: boolean): Promise<void> {
  if (force) await rename(partPath, target)
  else {
    try {
      await link(partPath, target)
      await rm(partPath)
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException
      if (code === 'EEXIST') throw new Failure('exists', `There is another file at ${target}.`)
      // A disk without hard links.
      if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EINVAL', 'EXDEV'].includes(code)) throw error
      if ((await lstat(target).catch(() => undefined)) !== undefined)
        throw new Failure('exists', `There is another file at ${target}.`)
      await rename(partPath, target)
    }
  }
  await rm(`${partPath}.etag`, { force: true })
}
