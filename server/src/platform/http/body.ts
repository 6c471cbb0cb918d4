import type { IncomingMessage } from 'node:http'
import type { Slab, SlabPool } from '../hashing/index.ts'
import { createFilling, type Filling } from './filling.ts'

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
}

/**
 * Reads the body of a request into slabs: each byte is copied once, from the network's buffer to the memory that is
 * written and hashed. Whoever takes slabs slowly slows the client down.
 */
export function readBody(request: IncomingMessage, options: BodyOptions): Body {
  let wake: (() => void) | undefined
  const stir = () => {
    wake?.()
    wake = undefined
  }
  const filling = createFilling(options.slabs, options, stir)
  const reading = watch(request, filling, options, stir)

  return {
    interruption: reading.interruption,
    async *slabs() {
      reading.begin()
      try {
        for (;;) {
          const next = filling.next()
          if (next !== undefined) {
            yield next
          } else if (filling.hasRest()) {
            // Also after an interruption: these bytes have arrived.
            if ((await filling.refill()) && !reading.hasEnded()) request.resume()
          } else if (reading.hasEnded()) {
            if (!filling.pass()) return
          } else {
            await new Promise<void>((resolve) => (wake = resolve))
          }
        }
      } finally {
        reading.end()
        filling.drop()
      }
    },
  }
}

/** Brings what the connection brings to the filling, and notices how it ends. */
function watch(request: IncomingMessage, filling: Filling, { signal, stallMs }: BodyOptions, stir: () => void) {
  let hasEnded = false
  let interruption: Interruption | undefined
  let lastByteAt = Date.now()

  const stop = (why: Interruption | undefined) => {
    if (hasEnded) return
    hasEnded = true
    interruption = why
    request.pause()
    stir()
  }
  const onData = (chunk: Buffer) => {
    lastByteAt = Date.now()
    if (hasEnded || filling.take(chunk)) return
    request.pause()
    stir()
  }
  const onEnd = () => stop(undefined)
  // When everything has been read `end` comes first; bytes that were still buffered go down with the connection.
  const onClose = () => stop('left')
  const onAbort = () => stop('interrupted')
  const look = () => {
    // While we do not read, the silence is ours.
    if (filling.hasRest()) lastByteAt = Date.now()
    else if (Date.now() - lastByteAt > stallMs) stop('stalled')
  }
  let timer: NodeJS.Timeout | undefined

  return {
    hasEnded: () => hasEnded,
    interruption: () => interruption,
    begin() {
      request
        .on('data', onData)
        .on('end', onEnd)
        .on('close', onClose)
        .on('error', () => undefined)
      signal.addEventListener('abort', onAbort, { once: true })
      timer = setInterval(look, Math.max(10, stallMs / 10)).unref()
      if (signal.aborted) onAbort()
      else if (request.readableEnded) onEnd()
      else if (request.destroyed) onClose()
    },
    end() {
      clearInterval(timer)
      request.off('data', onData).off('end', onEnd).off('close', onClose)
      signal.removeEventListener('abort', onAbort)
      stop('interrupted')
    },
  }
}
