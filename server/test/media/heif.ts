import { u16, u32 } from './numbers.ts'

/** Boxes of ISO/IEC 14496-12 and 23008-12, written for tests. */

/** `must`: a reader that does not know it may not show the picture. */
export type Property = { box: Buffer; must?: boolean }

export type HeifItem = {
  id: number
  type: string
  contentType?: string
  isHidden?: boolean
  bytes: Buffer
  /** Stored among the boxes rather than behind them. */
  isInside?: boolean
  properties: Property[]
  /** By kind of reference. */
  refers?: Record<string, number[]>
}

export type Heif = { brand: string; compatible: string[]; primary: number; items: HeifItem[] }

export function box(type: string, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content)
  return Buffer.concat([u32(body.length + 8), Buffer.from(type, 'latin1'), body])
}

/** One with a version, and flags of nought. */
export const full = (type: string, version: number, ...content: Buffer[]): Buffer =>
  box(type, Buffer.from([version, 0, 0, 0]), ...content)

/** A picture of items. Properties that are the same are stored once, as phones do. */
export function heif({ brand, compatible, primary, items }: Heif): Buffer {
  const start = box('ftyp', Buffer.from(brand), u32(0), ...compatible.map((each) => Buffer.from(each)))
  const metaOf = (dataAt: number) =>
    full(
      'meta',
      0,
      full('hdlr', 0, u32(0), Buffer.from('pict'), Buffer.alloc(13)),
      box('dinf', full('dref', 0, u32(1), box('url ', Buffer.from([0, 0, 0, 1])))),
      full('pitm', 0, u16(primary)),
      full('iinf', 0, u16(items.length), ...items.map(entryOf)),
      full('iref', 0, ...items.flatMap(referencesOf)),
      propertiesOf(items),
      box('idat', ...items.filter(({ isInside }) => isInside).map(({ bytes }) => bytes)),
      locationsOf(items, dataAt),
    )
  const dataAt = start.length + metaOf(0).length + 8
  return Buffer.concat([
    start,
    metaOf(dataAt),
    box('mdat', ...items.filter(({ isInside }) => !isInside).map(({ bytes }) => bytes)),
  ])
}

function entryOf({ id, type, contentType, isHidden = false }: HeifItem): Buffer {
  const words = contentType === undefined ? '\0' : `\0${contentType}\0`
  const body = [u16(id), u16(0), Buffer.from(type, 'latin1'), Buffer.from(words)]
  return box('infe', Buffer.from([2, 0, 0, isHidden ? 1 : 0]), ...body)
}

const referencesOf = ({ id, refers = {} }: HeifItem): Buffer[] =>
  Object.entries(refers).map(([kind, to]) => box(kind, u16(id), u16(to.length), ...to.map(u16)))

function propertiesOf(items: readonly HeifItem[]): Buffer {
  const boxes: Buffer[] = []
  const numberOf = (property: Buffer): number => {
    const known = boxes.findIndex((each) => each.equals(property))
    return known >= 0 ? known + 1 : boxes.push(property)
  }
  const described = items.filter(({ properties }) => properties.length > 0).toSorted((a, b) => a.id - b.id)
  const lines = described.map(({ id, properties }) => {
    const numbers = properties.map((each) => numberOf(each.box) | (each.must === true ? 0x80 : 0))
    return Buffer.concat([u16(id), Buffer.from([properties.length, ...numbers])])
  })
  return box('iprp', box('ipco', ...boxes), full('ipma', 0, u32(lines.length), ...lines))
}

function locationsOf(items: readonly HeifItem[], dataAt: number): Buffer {
  let [outside, inside] = [dataAt, 0]
  const lines = items.map(({ id, bytes, isInside = false }) => {
    const at = isInside ? inside : outside
    if (isInside) inside += bytes.length
    else outside += bytes.length
    return Buffer.concat([u16(id), u16(isInside ? 1 : 0), u16(0), u16(1), u32(at), u32(bytes.length)])
  })
  return full('iloc', 1, Buffer.from([0x44, 0]), u16(items.length), ...lines)
}
