import {
  beginDirectUpload,
  commitDirectParts,
  DIRECT_HEAD_BYTES,
  signDirectParts,
  type DirectPart,
} from '@trove/contract/direct-uploads'
import { ApiProblem, call } from '../lib/api.ts'
import { sentenceOf } from '../lib/problem.ts'
import type { Ending } from './retry.ts'

/** Below this asking for addresses takes longer than the bytes. */
export const LEAST_DIRECT_BYTES = 16 * 1024 * 1024
/** Parts between two countings: more are slower to be seen from elsewhere, fewer ask more often. */
const PARTS_A_ROUND = 4
const PARTS_AT_ONCE = 2
/** A connection on which nothing has moved for so long is taken for dead. */
const STALL_MS = 45_000

/** What this page has learned of the way to the store. */
const way = { isBlocked: false, hasWorked: false }

export const isOpen = () => !way.isBlocked

type Direct = {
  file: Blob
  uploadId: string
  signal: AbortSignal
  /** @param bytes of the file that are there or have left */
  onProgress(bytes: number): void
}

/** Brings a file, or what is missing of it, to the store itself. Never rejects. */
export async function sendDirectly(sending: Direct): Promise<Ending> {
  const { file, uploadId, signal } = sending
  const params = { uploadId }
  try {
    const head = toBase64(new Uint8Array(await file.slice(0, DIRECT_HEAD_BYTES).arrayBuffer()))
    const { partBytes, partCount, received } = await call(beginDirectUpload, { params, body: { head } }, signal)
    const sizeOf = (number: number) => Math.min(partBytes, file.size - (number - 1) * partBytes)
    let there = new Set(received)
    for (;;) {
      const left = Array.from({ length: partCount }, (_, at) => at + 1).filter((number) => !there.has(number))
      const base = [...there].reduce((sum, number) => sum + sizeOf(number), 0)
      sending.onProgress(base)
      if (left.length > 0) {
        const numbers = left.slice(0, PARTS_A_ROUND)
        const { parts } = await call(signDirectParts, { params, body: { numbers } }, signal)
        const areThere = await bring(sending, parts, { partBytes, base })
        if (signal.aborted) return { kind: 'stopped' }
        if (!areThere) return await whyNot(sending)
        way.hasWorked = true
      }
      const told = await call(commitDirectParts, { params }, signal)
      if (told.bytesUploaded >= file.size) return { kind: 'done', fileId: told.fileId }
      // The store has less than was brought: whatever the reason, it is waited for.
      if (told.received.length <= there.size) return { kind: 'lost' }
      there = new Set(told.received)
    }
  } catch (error) {
    return signal.aborted ? { kind: 'stopped' } : endingOf(error)
  }
}

/** Two at a time. @returns whether all have come, as far as the store says */
async function bring(
  sending: Direct,
  parts: readonly DirectPart[],
  { partBytes, base }: { partBytes: number; base: number },
): Promise<boolean> {
  const sent = new Map<number, number>()
  const queue = [...parts]
  let isWell = true
  const lane = async () => {
    for (let part = queue.shift(); part !== undefined && isWell; part = queue.shift()) {
      const { number, sizeBytes } = part
      const from = (number - 1) * partBytes
      const isThere = await put(part, sending.file.slice(from, from + sizeBytes), sending.signal, (bytes) => {
        sent.set(number, bytes)
        sending.onProgress(base + [...sent.values()].reduce((sum, one) => sum + one, 0))
      })
      isWell &&= isThere
    }
  }
  await Promise.all(Array.from({ length: PARTS_AT_ONCE }, lane))
  return isWell
}

/** `fetch` does not tell how far it is. */
function put(part: DirectPart, body: Blob, signal: AbortSignal, onSent: (bytes: number) => void): Promise<boolean> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest()
    let timer = setTimeout(() => request.abort(), STALL_MS)
    const stop = () => request.abort()
    signal.addEventListener('abort', stop)
    request.upload.onprogress = ({ loaded }) => {
      clearTimeout(timer)
      timer = setTimeout(stop, STALL_MS)
      onSent(loaded)
    }
    request.onloadend = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', stop)
      resolve(request.status >= 200 && request.status < 300)
    }
    request.open('PUT', part.url)
    for (const [name, value] of Object.entries(part.headers)) request.setRequestHeader(name, value)
    request.send(body)
  })
}

/** A browser does not say why a store cannot be reached: a lost network, a wall between, or a rule that is missing. */
async function whyNot({ file, uploadId, signal }: Direct): Promise<Ending> {
  try {
    await file.slice(0, 1).arrayBuffer()
  } catch {
    return { kind: 'unreadable' }
  }
  try {
    const { received } = await call(commitDirectParts, { params: { uploadId } }, signal)
    if (received.length > 0) way.hasWorked = true
  } catch (error) {
    return endingOf(error)
  }
  if (way.hasWorked) return { kind: 'lost' }
  // Trove answers and the store never has: from here on bytes go through Trove.
  way.isBlocked = true
  return { kind: 'blocked' }
}

function endingOf(error: unknown): Ending {
  if (!(error instanceof ApiProblem)) return { kind: 'unreadable' }
  if (error.kind === 'unreachable') return { kind: 'lost' }
  const { status, kind: problem, retryAfterSeconds } = error
  return { kind: 'refused', status, problem, detail: sentenceOf(error), retryAfterSeconds, wasNew: false }
}

function toBase64(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return btoa(text)
}
