import { Readable } from 'node:stream'
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
  let body: Readable | undefined
  let silence: NodeJS.Timeout | undefined

  const out = new Readable({
    highWaterMark: AHEAD_BYTES,
    read() {
      if (body?.isPaused() !== true) return
      watch()
      body.resume()
    },
    destroy(error, callback) {
      clearTimeout(silence)
      drop()
      callback(error)
    },
  })

  const drop = () => {
    const dropped = body
    body = undefined
    dropped?.removeAllListeners().on('error', () => undefined)
    dropped?.destroy()
  }
  const watch = () => {
    clearTimeout(silence)
    silence = setTimeout(() => broken(new Silence()), SILENCE_MS)
  }
  const broken = (error: unknown) => {
    clearTimeout(silence)
    drop()
    if (out.destroyed) return
    breaks += 1
    if (breaks > MOST_BREAKS) return void out.destroy(asError(toldOf(error)))
    setTimeout(
      () => {
        if (out.destroyed) return
        goOn(position).then(
          (answer) => (out.destroyed ? answer.body.destroy() : follow(answer.body)),
          (fault: unknown) => out.destroy(asError(fault)),
        )
      },
      pauseBefore(breaks + 1),
    )
  }
  const follow = (next: Readable) => {
    body = next
    watch()
    next.on('data', (chunk: Buffer) => {
      position += chunk.length
      breaks = 0
      watch()
      if (out.push(chunk)) return
      next.pause()
      clearTimeout(silence)
    })
    next.once('error', broken)
    next.once('close', () => body === next && broken(new Error('premature close')))
    next.once('end', () => {
      clearTimeout(silence)
      if (position < end) return broken(new Error('premature close'))
      drop()
      out.push(null)
    })
  }

  if (end === first) {
    firstBody.resume().on('error', () => undefined)
    out.push(null)
  } else follow(firstBody)
  return out
}

class Silence extends Error {
  constructor() {
    super('the store stopped in the middle of an answer')
    this.name = 'TimeoutError'
  }
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))
