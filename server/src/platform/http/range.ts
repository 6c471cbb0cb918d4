import type { ByteRange } from '../objects/object-store.ts'

/**
 * What a Range field asks of a representation (RFC 9110 §14.1.2, §14.2).
 *
 * `whole`: the field is absent, in another unit or malformed, or asks for several pieces; a server may then send
 * everything. `unsatisfiable`: it is well formed and nothing of it is there.
 */
export type Wanted = { kind: 'whole' } | { kind: 'unsatisfiable' } | { kind: 'part'; range: ByteRange }

const WHOLE: Wanted = { kind: 'whole' }
const SPECIFIER = /^bytes=(.*)$/is
const INT_RANGE = /^(\d+)-(\d*)$/
const SUFFIX_RANGE = /^-(\d+)$/
/** More pieces than any honest client asks for. */
const MAX_PIECES = 100

export function parseRange(field: string | undefined, sizeBytes: number): Wanted {
  const set = field === undefined ? undefined : SPECIFIER.exec(field.trim())?.[1]
  if (set === undefined) return WHOLE
  // A list may have empty members, which say nothing (§5.6.1.2).
  const specs = set
    .split(',')
    .map((spec) => spec.trim())
    .filter((spec) => spec !== '')
  if (specs.length === 0 || specs.length > MAX_PIECES) return WHOLE

  const there: ByteRange[] = []
  for (const spec of specs) {
    const range = parseSpec(spec, sizeBytes)
    if (range === 'malformed') return WHOLE
    if (range !== 'not there') there.push(range)
  }
  if (there.length > 1) return WHOLE
  return there[0] === undefined ? { kind: 'unsatisfiable' } : { kind: 'part', range: there[0] }
}

function parseSpec(spec: string, sizeBytes: number): ByteRange | 'malformed' | 'not there' {
  const end = sizeBytes - 1
  const suffix = SUFFIX_RANGE.exec(spec)?.[1]
  if (suffix !== undefined) {
    const length = Number(suffix)
    return length === 0 || sizeBytes === 0 ? 'not there' : { first: Math.max(0, sizeBytes - length), last: end }
  }
  const [, first, last] = INT_RANGE.exec(spec) ?? []
  if (first === undefined) return 'malformed'
  const range = { first: Number(first), last: last === '' ? Infinity : Number(last) }
  if (range.last < range.first) return 'malformed'
  return range.first > end ? 'not there' : { first: range.first, last: Math.min(range.last, end) }
}
