/**
 * What this process and a child tell one another over a pipe: JSON, and beside it the bytes that JSON cannot hold. A frame is
 * two lengths of four bytes, the JSON, the bytes. A child that a file has taken over writes what it likes: nothing here
 * holds more than was allowed, and nothing but plain values comes out.
 */
type Limits = {
  /** Of the JSON of one message, in bytes: it becomes several times as much when it is read. */
  mostWords: number
  /** Of the bytes beside it. */
  mostBytes: number
}

/** What was read is no message, or one larger than may be. */
export class BrokenFrame extends Error {
  override name = 'BrokenFrame'
}

export const FRAME_LIMITS: Limits = { mostWords: 32 * 1024 ** 2, mostBytes: 128 * 1024 ** 2 }

const HEAD_BYTES = 8
/** In place of bytes: where they begin in what follows the JSON, and how many there are. */
const APART = '@bytes'
/** Values in one message; the longest list that a child makes has some hundred thousand. */
const MOST_VALUES = 1_000_000
/** JSON that is no longer than this cannot hold more values than that. */
const SHORT_WORDS = 1024 ** 2

/** A message of plain values and bytes, as pieces to write one after the other. */
export function frameOf(message: unknown): Buffer[] {
  const apart: Uint8Array[] = []
  let length = 0
  const lift = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value
    if (value instanceof Uint8Array) {
      apart.push(value)
      length += value.byteLength
      return { [APART]: [length - value.byteLength, value.byteLength] }
    }
    if (Array.isArray(value)) return value.map(lift)
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, lift(each)]))
  }
  const words = Buffer.from(JSON.stringify(lift(message)))
  const head = Buffer.alloc(HEAD_BYTES)
  head.writeUInt32LE(words.length, 0)
  head.writeUInt32LE(length, 4)
  return [
    head,
    words,
    ...apart.map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength)),
  ]
}

/**
 * Takes what comes, however it is cut, and gives each message to `heard`.
 *
 * @returns  what takes a piece; it throws BrokenFrame, after which it is of no use
 */
export function createFrameReader(
  heard: (message: unknown) => void,
  limits: Limits = FRAME_LIMITS,
): (piece: Buffer) => void {
  // One piece after the other in one place: each by itself takes more than what it holds, and they may be single bytes.
  let place = Buffer.alloc(0)
  let held = 0
  let wanted = HEAD_BYTES
  const keep = (piece: Buffer) => {
    if (held + piece.length > place.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(held + piece.length, Math.min(2 * held, wanted)))
      place.copy(larger, 0, 0, held)
      place = larger
    }
    piece.copy(place, held)
    held += piece.length
  }
  return (piece) => {
    if (held > 0) keep(piece)
    if (held > 0 && held < wanted) return
    let rest = held > 0 ? place.subarray(0, held) : piece
    for (;;) {
      wanted = rest.length < HEAD_BYTES ? HEAD_BYTES : frameLength(rest, limits)
      if (rest.length < wanted) break
      const words = rest.readUInt32LE(0)
      heard(messageOf(rest.subarray(HEAD_BYTES, HEAD_BYTES + words), rest.subarray(HEAD_BYTES + words, wanted)))
      rest = rest.subarray(wanted)
    }
    // What was heard keeps its bytes: the next is put elsewhere.
    ;[place, held] = [Buffer.alloc(0), 0]
    if (rest.length > 0) keep(rest)
  }
}

function frameLength(head: Buffer, { mostWords, mostBytes }: Limits): number {
  const [words, bytes] = [head.readUInt32LE(0), head.readUInt32LE(4)]
  if (words > mostWords || bytes > mostBytes) throw new BrokenFrame('a message is larger than may be')
  return HEAD_BYTES + words + bytes
}

function messageOf(words: Buffer, bytes: Buffer): unknown {
  if (words.length > SHORT_WORDS && countValues(words) > MOST_VALUES)
    throw new BrokenFrame('a message has too many values')
  let message: unknown
  try {
    message = JSON.parse(words.toString('utf8'))
  } catch {
    throw new BrokenFrame('a message is no JSON')
  }
  const root = [message]
  bringBack(root, bytes)
  return root[0]
}

/** Puts the bytes back where they were. Level by level in a list, for a hostile message may be deeper than the stack. */
function bringBack(root: unknown[], bytes: Buffer): void {
  const open: object[] = [root]
  let left = bytes.length
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const holder = at as Record<string, unknown>
    for (const [key, value] of Object.entries(holder)) {
      if (typeof value !== 'object' || value === null) continue
      if (!Object.hasOwn(value, APART)) {
        open.push(value)
        continue
      }
      const [from, length] = placeOf(value, bytes.length)
      left -= length
      // The same bytes may not be told many times over.
      if (left < 0) throw new BrokenFrame('a message tells bytes that are not its own')
      holder[key] = bytes.subarray(from, from + length)
    }
  }
}

function placeOf(value: object, available: number): [from: number, length: number] {
  const place = (value as Record<string, unknown>)[APART]
  const [from, length] = Array.isArray(place) ? (place as unknown[]) : []
  const isPlace = Number.isSafeInteger(from) && Number.isSafeInteger(length)
  if (!isPlace || Number(from) < 0 || Number(length) < 0 || Number(from) + Number(length) > available)
    throw new BrokenFrame('a message tells bytes that it has not')
  return [Number(from), Number(length)]
}

const [QUOTE, ESCAPE, COMMA, LIST, SET] = [...'"\\,[{'].map((sign) => sign.charCodeAt(0))

/** By the signs that begin a value or come between two, outside of strings. */
function countValues(words: Buffer): number {
  let count = 0
  let isInside = false
  for (let at = 0; at < words.length; at++) {
    const sign = words[at]
    if (sign === QUOTE) isInside = !isInside
    else if (isInside) at += sign === ESCAPE ? 1 : 0
    else if (sign === COMMA || sign === LIST || sign === SET) count++
  }
  return count
}
