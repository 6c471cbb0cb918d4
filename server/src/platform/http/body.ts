import type { IncomingMessage } from 'node:http'
import { SLAB_BYTES, type Slab, type SlabPool } from '../hashing/index.ts'
import { freeChunk } from './memory.ts'

/** Why a body ended before it was whole. */
export type Interruption = 'left' | 'stalled' | 'interrupted'

export type BodyOptions = {
  slabs: SlabPool
  /** Slabs that one body may fill ahead of whoever takes them. */
  ahead: number
  /** How long a slab that is not full waits for more bytes, in milliseconds. */
  lingerMs: number
  /** After so long without a byte, while we are reading, the client is taken for gone. */
  stallMs: number
  /** Stops reading; what has arrived is still handed over. */
  signal: AbortSignal
}

export type Body = {
  /** The bytes in order. Every slab must be released by whoever takes it. Ends also when the body was interrupted. */
  slabs(): AsyncGenerator<Slab, void>
  /** undefined when the client sent everything it meant to. Known once `slabs` has ended. */
  interruption(): Interruption | undefined
  /** Reads no further and gives back what was not taken. */
  cancel(): void
}

/**
 * Reads the body of a request into slabs: each byte is copied once, from the network's buffer to the memory that is
 * written and hashed. Whoever takes slabs slowly slows the client down.
 */
export function readBody(request: IncomingMessage, options: BodyOptions): Body {
  const { slabs, ahead, lingerMs, stallMs, signal } = options
  const full: Slab[] = []
  let current: Slab | undefined
  let rest: Buffer | undefined
  let isEnded = false
  let interruption: Interruption | undefined
  let wake: (() => void) | undefined
  let linger: NodeJS.Timeout | undefined
  let lastByteAt = Date.now()

  const stir = () => {
    wake?.()
    wake = undefined
  }
  const stop = (why: Interruption | undefined) => {
    if (isEnded) return
    isEnded = true
    interruption = why
    request.pause()
    stir()
  }
  const pass = () => {
    clearTimeout(linger)
    linger = undefined
    if (current === undefined || current.length === 0) return
    full.push(current)
    current = full.length < ahead ? slabs.tryTake() : undefined
    stir()
  }
  /** Copies as much as there is a slab for; what is left waits, and so does the client. */
  const take = (chunk: Buffer) => {
    let bytes = chunk
    while (current !== undefined && bytes.length > 0) {
      const part = bytes.subarray(0, SLAB_BYTES - current.length)
      current.bytes.set(part, current.length)
      current.length += part.length
      bytes = bytes.subarray(part.length)
      if (current.length === SLAB_BYTES) pass()
    }
    rest = bytes.length > 0 ? bytes : undefined
    if (rest === undefined) freeChunk(chunk)
    if (rest !== undefined) {
      request.pause()
      stir()
    } else if (current !== undefined && current.length > 0) linger ??= setTimeout(pass, slabs.isWanted() ? 0 : lingerMs)
  }
  const onData = (chunk: Buffer) => {
    lastByteAt = Date.now()
    if (isEnded) return
    take(chunk)
  }
  const onEnd = () => stop(undefined)
  // When everything has been read `end` comes first; bytes that were still buffered go down with the connection.
  const onClose = () => stop('left')
  const onAbort = () => stop('interrupted')
  const watch = setInterval(() => {
    if (rest !== undefined) lastByteAt = Date.now()
    else if (Date.now() - lastByteAt > stallMs) stop('stalled')
  }, Math.max(10, stallMs / 10)).unref()

  const finish = () => {
    clearInterval(watch)
    clearTimeout(linger)
    request.off('data', onData).off('end', onEnd).off('close', onClose)
    signal.removeEventListener('abort', onAbort)
  }

  return {
    interruption: () => interruption,

    async *slabs() {
      request.on('data', onData).on('end', onEnd).on('close', onClose).on('error', () => undefined)
      signal.addEventListener('abort', onAbort, { once: true })
      if (signal.aborted) onAbort()
      else if (request.readableEnded) onEnd()
      else if (request.destroyed) onClose()
      try {
        for (;;) {
          const next = full.shift()
          if (next !== undefined) {
            yield next
          } else if (rest !== undefined) {
            // Also after an interruption: these bytes have arrived.
            current ??= await slabs.take()
            const chunk = rest
            rest = undefined
            take(chunk)
            if (rest === undefined && !isEnded) request.resume()
          } else if (isEnded) {
            if (current === undefined || current.length === 0) return
            pass()
          } else {
            await new Promise<void>((resolve) => (wake = resolve))
          }
        }
      } finally {
        finish()
        this.cancel()
      }
    },

    cancel() {
      stop('interrupted')
      current?.release()
      current = undefined
      rest = undefined
      for (const slab of full.splice(0)) slab.release()
    },
  }
}
