import type { FileHandle } from 'node:fs/promises'
import { readAt } from './ifd.ts'

/** What the colours of a picture are, as numbers of ITU-T H.273. */
export type Codes = { primaries: number; transfer: number }

/** What the boxes of a picture say of the one that is shown: of what else is in the file, only that it is there. */
export type HeifFacts = {
  codes?: Codes
  profile?: Buffer
  auxiliary: string[]
  isToneMapped: boolean
  isCut: boolean
  isTiled: boolean
}

const MOST_BOXES = 5000
const LARGEST_META = 8 * 1024 ** 2
/** A picture is made of tiles, or of one that is turned; nobody goes on for long. */
const DEEPEST = 3

type Box = { type: string; body: Buffer }

/** Reads the boxes of a picture (ISO/IEC 23008-12), wherever they are. Undefined: there are none that can be read. */
export async function readHeif(file: FileHandle): Promise<HeifFacts | undefined> {
  const meta = await findMeta(file)
  if (meta === undefined) return undefined
  try {
    return factsOf(boxesIn(meta.subarray(4)))
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

async function findMeta(file: FileHandle): Promise<Buffer | undefined> {
  const { size } = await file.stat()
  for (let at = 0, n = 0; at + 8 <= size && n < MOST_BOXES; n++) {
    const head = await readAt(file, at, 16)
    const told = head.readUInt32BE(0)
    const bytes = told === 1 ? Number(head.readBigUInt64BE(8)) : told === 0 ? size - at : told
    const bodyAt = at + (told === 1 ? 16 : 8)
    if (bytes < 8 || at + bytes > size) return undefined
    if (head.toString('latin1', 4, 8) === 'meta')
      return bytes > LARGEST_META ? undefined : readAt(file, bodyAt, at + bytes - bodyAt)
    at += bytes
  }
  return undefined
}

function boxesIn(bytes: Buffer): Box[] {
  const boxes: Box[] = []
  for (let at = 0; at + 8 <= bytes.length && boxes.length < MOST_BOXES;) {
    const told = bytes.readUInt32BE(at)
    const size = told === 0 ? bytes.length - at : told
    if (size < 8 || at + size > bytes.length) break
    boxes.push({ type: bytes.toString('latin1', at + 4, at + 8), body: bytes.subarray(at + 8, at + size) })
    at += size
  }
  return boxes
}

function factsOf(meta: readonly Box[]): HeifFacts | undefined {
  const body = (type: string, among = meta) => among.find((box) => box.type === type)?.body
  const pitm = body('pitm')
  const properties = body('iprp')
  if (pitm === undefined || properties === undefined) return undefined
  const primary = pitm[0] === 0 ? pitm.readUInt16BE(4) : pitm.readUInt32BE(4)
  const inside = boxesIn(properties)
  const known = boxesIn(body('ipco', inside) ?? Buffer.alloc(0))
  const numbers = new Map(inside.filter(({ type }) => type === 'ipma').flatMap((box) => [...assigned(box.body)]))
  const propertiesOf = (item: number): Box[] => (numbers.get(item) ?? []).flatMap((number) => known[number - 1] ?? [])
  const references = referencesIn(body('iref') ?? Buffer.alloc(4))
  const auxiliary = references
    .filter(({ type, to }) => type === 'auxl' && to.includes(primary))
    .flatMap(({ from }) => propertiesOf(from))
    .filter(({ type }) => type === 'auxC')
    .map((box) => box.body.toString('latin1', 4, Math.max(4, box.body.indexOf(0, 4))))
  const types = typesIn(body('iinf') ?? Buffer.alloc(6))
  const isToneMapped = references.some(
    ({ type, from, to }) => type === 'dimg' && types.get(from) === 'tmap' && to.includes(primary),
  )
  const isCut = propertiesOf(primary).some(({ type }) => type === 'clap')
  const isTiled = types.get(primary) === 'grid'
  return { ...coloursOf(primary, { propertiesOf, references }), auxiliary, isToneMapped, isCut, isTiled }
}

type Reference = { type: string; from: number; to: number[] }
type Items = { propertiesOf: (item: number) => Box[]; references: readonly Reference[] }

/** Of a picture that is put together they may stand with its parts alone. */
function coloursOf(item: number, items: Items, depth = 0): Pick<HeifFacts, 'codes' | 'profile'> {
  const boxes = items.propertiesOf(item).filter(({ type, body }) => type === 'colr' && body.length >= 8)
  const kind = ({ body }: Box) => body.toString('latin1', 0, 4)
  const profile = boxes.find((box) => kind(box) === 'prof' || kind(box) === 'rICC')?.body.subarray(4)
  const nclx = boxes.find((box) => kind(box) === 'nclx')?.body
  if (profile !== undefined || nclx !== undefined)
    return {
      ...(profile !== undefined && isProfile(profile) && { profile }),
      ...(nclx && { codes: { primaries: nclx.readUInt16BE(4), transfer: nclx.readUInt16BE(6) } }),
    }
  const part = items.references.find(({ type, from }) => type === 'dimg' && from === item)?.to[0]
  return part === undefined || depth >= DEEPEST ? {} : coloursOf(part, items, depth + 1)
}

const isProfile = (bytes: Buffer): boolean => bytes.length > 128 && bytes.toString('latin1', 36, 40) === 'acsp'

/** ISO/IEC 23008-12 §9.3: the properties of each item, by their number in the list. */
function* assigned(body: Buffer): Generator<[item: number, properties: number[]]> {
  const [isLong, isWide] = [body[0] !== 0, ((body[3] as number) & 1) === 1]
  const count = body.readUInt32BE(4)
  let at = 8
  for (let i = 0; i < count && at < body.length; i++) {
    const item = isLong ? body.readUInt32BE(at) : body.readUInt16BE(at)
    at += isLong ? 4 : 2
    const own = body.readUInt8(at++)
    const properties: number[] = []
    for (let n = 0; n < own; n++, at += isWide ? 2 : 1)
      properties.push(isWide ? body.readUInt16BE(at) & 0x7fff : body.readUInt8(at) & 0x7f)
    yield [item, properties]
  }
}

/** ISO/IEC 14496-12 §8.11.12. */
function referencesIn(body: Buffer): Reference[] {
  const isLong = body[0] !== 0
  const read = (bytes: Buffer, index: number) =>
    isLong ? bytes.readUInt32BE(index * 4 - 2) : bytes.readUInt16BE(index * 2)
  return boxesIn(body.subarray(4)).map(({ type, body: bytes }) => {
    const from = isLong ? bytes.readUInt32BE(0) : bytes.readUInt16BE(0)
    const count = bytes.readUInt16BE(isLong ? 4 : 2)
    return { type, from, to: Array.from({ length: count }, (_, i) => read(bytes, i + 2)) }
  })
}

/** ISO/IEC 14496-12 §8.11.6. */
function typesIn(body: Buffer): Map<number, string> {
  const entries = boxesIn(body.subarray(body[0] === 0 ? 6 : 8)).filter(({ type }) => type === 'infe')
  return new Map(
    entries.flatMap(({ body: bytes }): [number, string][] =>
      bytes[0] === 2
        ? [[bytes.readUInt16BE(4), bytes.toString('latin1', 8, 12)]]
        : bytes[0] === 3
          ? [[bytes.readUInt32BE(4), bytes.toString('latin1', 10, 14)]]
          : [],
    ),
  )
}
