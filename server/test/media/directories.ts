/** Directories as TIFF and EXIF have them, written for tests: values, further directories and whole files inside. */

const BYTES = { byte: 1, ascii: 1, short: 2, long: 4, rational: 8, undefined: 1 } as const
const TYPE = { byte: 1, ascii: 2, short: 3, long: 4, rational: 5, undefined: 7 } as const

export type Field =
  | [tag: number, kind: 'ascii', value: string]
  | [tag: number, kind: 'short' | 'long', ...values: number[]]
  /** Numerators and denominators in turn. */
  | [tag: number, kind: 'rational', ...values: number[]]
  | [tag: number, kind: 'byte' | 'undefined', value: Buffer]
  /** Where a directory of its own begins; of several, where each does. */
  | [tag: number, kind: 'directories', ...directories: Field[][]]
  /** Where these bytes begin, as a number; `lengthTag` tells how many they are. */
  | [tag: number, kind: 'file', bytes: Buffer, lengthTag?: number]

/** `mark`: bytes between the head and the first directory. */
type Order = { isLittle?: boolean; magic?: number; mark?: Buffer }

/** A file of directories that follow one another. */
export function directoryFile(
  chain: readonly Field[][],
  { isLittle = true, magic = 42, mark = Buffer.alloc(0) }: Order = {},
): Buffer {
  const at = 8 + mark.length
  const head = [Buffer.from(isLittle ? 'II' : 'MM', 'latin1'), u16(magic, isLittle), u32(at, isLittle), mark]
  return Buffer.concat([...head, written(chain, at, isLittle)])
}

/** The directories alone, to stand at `at`, from which their offsets count. */
export function written(chain: readonly Field[][], at: number, isLittle: boolean): Buffer {
  const [first, ...rest] = chain
  if (first === undefined) return Buffer.alloc(0)
  const fields = withLengths(first).toSorted((a, b) => a[0] - b[0])
  const outside: Buffer[] = []
  let end = at + 2 + fields.length * 12 + 4
  const keep = (bytes: Buffer): number => {
    const from = end
    const padded = bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(1)])
    outside.push(padded)
    end += padded.length
    return from
  }
  const entries = fields.map((field) => entryOf(field, { isLittle, keep, here: () => end }))
  const more = rest.length === 0 ? undefined : written(rest, end, isLittle)
  const next = u32(more === undefined ? 0 : end, isLittle)
  return Buffer.concat([u16(fields.length, isLittle), ...entries, next, ...outside, ...(more ? [more] : [])])
}

type Plain = Exclude<Field, [number, 'file', Buffer, number?]> | [number, 'file', Buffer]

const withLengths = (fields: readonly Field[]): Plain[] =>
  fields.flatMap((field): Plain[] =>
    field[1] === 'file' && field[3] !== undefined
      ? [
          [field[0], 'file', field[2]],
          [field[3], 'long', field[2].length],
        ]
      : [field as Plain],
  )

type Place = { isLittle: boolean; keep: (bytes: Buffer) => number; here: () => number }

function entryOf(field: Plain, { isLittle, keep, here }: Place): Buffer {
  const [tag, kind, ...values] = field
  const entry = (type: keyof typeof TYPE, bytes: Buffer) =>
    Buffer.concat([
      u16(tag, isLittle),
      u16(TYPE[type], isLittle),
      u32(type === 'rational' ? bytes.length / 8 : bytes.length / BYTES[type], isLittle),
      bytes.length <= 4 ? Buffer.concat([bytes, Buffer.alloc(4 - bytes.length)]) : u32(keep(bytes), isLittle),
    ])
  if (kind === 'directories') {
    const at = (values as Field[][]).map((directory) => keep(written([directory], here(), isLittle)))
    return entry('long', Buffer.concat(at.map((each) => u32(each, isLittle))))
  }
  if (kind === 'file') return entry('long', u32(keep(values[0] as Buffer), isLittle))
  if (kind === 'ascii') return entry(kind, Buffer.from(`${String(values[0])}\0`))
  if (kind === 'byte' || kind === 'undefined') return entry(kind, values[0] as Buffer)
  const number = kind === 'short' ? u16 : u32
  return entry(kind, Buffer.concat((values as number[]).map((each) => number(each, isLittle))))
}

function u16(value: number, isLittle: boolean): Buffer {
  const bytes = Buffer.alloc(2)
  if (isLittle) bytes.writeUInt16LE(value)
  else bytes.writeUInt16BE(value)
  return bytes
}

function u32(value: number, isLittle: boolean): Buffer {
  const bytes = Buffer.alloc(4)
  if (isLittle) bytes.writeUInt32LE(value)
  else bytes.writeUInt32BE(value)
  return bytes
}
