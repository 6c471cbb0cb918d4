import { RECORD_BYTES, HEADER_BYTES, RUN_BYTES, type RunKind } from './framed-format.ts'

/** A run and where it lies. `storedBytes` counts its record header too. */
export type Run = {
  kind: RunKind
  plainStart: number
  plainBytes: number
  storedStart: number
  storedBytes: number
}

/**
 * Which runs there are, in order. Neighbours of one shape are kept as one group with a count, so that an object that
 * was written in equal pieces needs two groups however long it is.
 */
export type RunTable = {
  plainBytes(): number
  /** Where the next run goes, the header of the object counted. */
  storedEnd(): number
  /** @param count  how many of this shape follow each other */
  push(run: Pick<Run, 'kind' | 'plainBytes' | 'storedBytes'>, count?: number): void
  /** The run with this position in it; undefined before the first and behind the last. */
  runAt(plainPosition: number): Run | undefined
  /** Forgets what lies behind. False, and nothing is changed, when the position is inside a run. */
  cut(plainPosition: number): boolean
  encode(): Buffer
  /** What it takes in memory, about. */
  memoryBytes(): number
}

const GROUP_BYTES = 12
const PACKED = 0x8000_0000

type Group = { count: number; kind: RunKind; plain: number; stored: number; plainStart: number; storedStart: number }

export function createRunTable(): RunTable {
  let groups: Group[] = []

  const find = (position: number) => groupAt(groups, position)

  return {
    plainBytes: () => plainEnd(groups.at(-1)),
    storedEnd: () => storedEndOf(groups.at(-1)),
    memoryBytes: () => 200 + groups.length * 80,

    push({ kind, plainBytes, storedBytes }, count = 1) {
      const last = groups.at(-1)
      if (last?.kind === kind && last.plain === plainBytes && last.stored === storedBytes) {
        last.count += count
        return
      }
      const [plainStart, storedStart] = [plainEnd(last), storedEndOf(last)]
      groups.push({ count, kind, plain: plainBytes, stored: storedBytes, plainStart, storedStart })
    },

    runAt(position) {
      const group = groups[find(position)]
      if (group === undefined || position < 0 || position >= plainEnd(group)) return undefined
      const before = Math.floor((position - group.plainStart) / group.plain)
      return {
        kind: group.kind,
        plainStart: group.plainStart + before * group.plain,
        plainBytes: group.plain,
        storedStart: group.storedStart + before * group.stored,
        storedBytes: group.stored,
      }
    },

    cut(position) {
      if (position >= plainEnd(groups.at(-1))) return position === plainEnd(groups.at(-1))
      const index = find(position)
      const group = groups[index]
      if (group === undefined) return position === 0
      const count = (position - group.plainStart) / group.plain
      if (!Number.isInteger(count)) return false
      groups = groups.slice(0, count === 0 ? index : index + 1)
      if (count > 0) group.count = count
      return true
    },

    encode() {
      const bytes = Buffer.alloc(groups.length * GROUP_BYTES)
      groups.forEach(({ count, kind, plain, stored }, index) => {
        bytes.writeUInt32LE(count, index * GROUP_BYTES)
        bytes.writeUInt32LE((plain | (kind === 'packed' ? PACKED : 0)) >>> 0, index * GROUP_BYTES + 4)
        bytes.writeUInt32LE(stored, index * GROUP_BYTES + 8)
      })
      return bytes
    },
  }
}

/** undefined: these bytes are no index. */
export function decodeRunTable(bytes: Buffer): RunTable | undefined {
  if (bytes.length % GROUP_BYTES !== 0) return undefined
  const table = createRunTable()
  for (let at = 0; at < bytes.length; at += GROUP_BYTES) {
    const [count, shape, storedBytes] = [bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4), bytes.readUInt32LE(at + 8)]
    const plainBytes = (shape & ~PACKED) >>> 0
    if (count === 0 || plainBytes === 0 || plainBytes > RUN_BYTES || storedBytes < RECORD_BYTES) return undefined
    const kind = (shape & PACKED) === 0 ? 'raw' : 'packed'
    table.push({ kind, plainBytes, storedBytes }, count)
  }
  return table
}

const plainEnd = (group: Group | undefined) => (group ? group.plainStart + group.count * group.plain : 0)
const storedEndOf = (group: Group | undefined) =>
  group ? group.storedStart + group.count * group.stored : HEADER_BYTES

/** The group with the position in it. */
function groupAt(groups: readonly Group[], position: number): number {
  let [low, high] = [0, groups.length - 1]
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if ((groups[middle]?.plainStart ?? 0) <= position) low = middle
    else high = middle - 1
  }
  return low
}
