import { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { GetObjectCommand } from '@aws-sdk/client-s3'
import { ObjectMissing, type ByteRange } from './object-store.ts'
import { pauseBefore, SHORT, type S3 } from './s3-client.ts'
import { isMissing, toldOf } from './s3-faults.ts'

/** While the reader wants bytes, so long may none come. */
const SILENCE_MS = 8_000
/** Times in a row that an answer may break off without having brought a byte. */
const MOST_BREAKS = 4
const AHEAD_BYTES = 1024 * 1024

type Answer = { body: Readable; sizeBytes: number }

/**
 * An object's bytes. An answer that breaks off is gone on with where it stopped: the object is immutable, so that what
 * comes is the rest of the same.
 *
 * @throws ObjectMissing, unavailable
 */
export async function readObject(s3: S3, key: string, range?: ByteRange): Promise<Readable> {
  const first = range?.first ?? 0
  const answer = await ask(s3, key, range && rangeOf(first, range.last))
  const end = first + answer.sizeBytes
  return createReader(answer.body, first, end, (position) => ask(s3, key, rangeOf(position, end - 1)))
}

const rangeOf = (first: number, last: number): string => `bytes=${first}-${last}`

async function ask(s3: S3, key: string, Range: string | undefined): Promise<Answer> {
  return s3.attempt(SHORT, async (_client, signal) => {
    try {
      const headers = new AbortController()
      const stop = () => headers.abort()
      signal.addEventListener('abort', stop)
      const asked = { ...s3.at(key), ...s3.customer, ...(Range !== undefined && { Range }) }
      const { Body, ContentLength } = await s3.reader.send(new GetObjectCommand(asked), { abortSignal: headers.signal })
      // From here on the reader's own pace decides how long it takes.
      signal.removeEventListener('abort', stop)
      if (!(Body instanceof Readable) || ContentLength === undefined)
        throw new Error('the store answered without a body')
      return { body: Body, sizeBytes: ContentLength }
    } catch (error) {
      if (isMissing(error)) throw new ObjectMissing(key)
      throw error
    }
  })
}

function createReader(
  firstBody: Readable,
  first: number,
  end: number,
  goOn: (position: number) => Promise<Answer>,
): Readable {
  let position = first
  let breaks = 0
  let source: Source | undefined

  const out = new Readable({
    highWaterMark: AHEAD_BYTES,
    read: () => source?.resume(),
    destroy(error, callback) {
      source?.drop()
      callback(error)
    },
  })
  const follow = (body: Readable) => {
    if (out.destroyed) return void body.destroy()
    source = openSource(body, {
      onChunk(chunk) {
        position += chunk.length
        breaks = 0
        return out.push(chunk)
      },
      onEnd: (error) => (position < end ? onBreak(error) : out.push(null)),
    })
  }
  const onBreak = (error: unknown) => {
    breaks += 1
    if (breaks > MOST_BREAKS) return void out.destroy(asError(toldOf(error)))
    const again = () => goOn(position).then(({ body }) => follow(body))
    delay(pauseBefore(breaks + 1))
      .then(() => (out.destroyed ? undefined : again()))
      .catch((fault: unknown) => out.destroy(asError(fault)))
  }

  if (end > first) follow(firstBody)
  else {
    firstBody.resume().on('error', () => undefined)
    out.push(null)
  }
  return out
}

/** One answer of the store, read at the pace that its reader sets. */
type Source = { resume(): void; drop(): void }

/** @param to  `onChunk` says whether more is wanted at once; `onEnd` comes once, whole or broken */
function openSource(body: Readable, to: { onChunk(chunk: Buffer): boolean; onEnd(error: unknown): unknown }): Source {
  let silence: NodeJS.Timeout | undefined
  const watch = () => {
    clearTimeout(silence)
    silence = setTimeout(() => end(new Silence()), SILENCE_MS)
  }
  const drop = () => {
    clearTimeout(silence)
    body.removeAllListeners().on('error', () => undefined)
    body.destroy()
  }
  const end = (error: unknown) => {
    drop()
    to.onEnd(error)
  }
  body.on('data', (chunk: Buffer) => {
    watch()
    if (to.onChunk(chunk)) return
    body.pause()
    clearTimeout(silence)
  })
  body.once('error', end)
  body.once('end', () => end(new Broken()))
  body.once('close', () => end(new Broken()))
  watch()
  return {
    resume() {
      if (!body.isPaused()) return
      watch()
      body.resume()
    },
    drop,
  }
}

class Broken extends Error {
  constructor() {
    super('premature close')
  }
}

class Silence extends Error {
  constructor() {
    super('the store stopped in the middle of an answer')
    this.name = 'TimeoutError'
  }
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))
