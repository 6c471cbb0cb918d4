import { colours, type Colour, type FileFilter } from '@trove/contract/file-filter'

/** A question to the search table: all of these, of each any. What they stand for is written by migration 0031. */
export type Facets = readonly (readonly string[])[]

/** Nothing in it can be a word: it is looked for in names as it stands. */
export const isWordless = (text: string): boolean => text.normalize('NFKC').replace(PARTING, '') === ''

/** As `split_words` of migration 0031 has it. */
const PARTING =
  /[\u0000-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf]|[\u0300-\u036f]|[\u2000-\u206f]|[\u3000-\u303f]|[\ufe00-\ufe0f]/g

/**
 * What a filter asks that the search table can answer. Coarser than the filter where that is about a range: whoever
 * finds by it asks the file itself too.
 */
export function facetsOf(filter: FileFilter): Facets {
  const { kind, kinds, mediaType, createdBy, camera, tagIds, orientation, colour, bounds, from, to } = filter
  const { sizeFrom, sizeTo, sideFrom, sideTo, widthFrom = 0, heightFrom = 0, durationFromMs, durationToMs } = filter
  const longest = Math.max(sideFrom ?? 0, widthFrom, heightFrom)
  return [
    ...one('kind', kind),
    ...(kinds === undefined ? [] : [kinds.split(',').map((name) => `kind:${name}`)]),
    ...one('type', mediaType),
    ...one('by', createdBy?.toLowerCase()),
    ...one('camera', camera === undefined ? undefined : lowered(camera)),
    ...one('way', orientation),
    ...one('colour', colour === undefined ? undefined : colourNamed(colour)),
    ...tagsOf(tagIds).map((id) => [`tag:${id}`]),
    ...doublings('size', sizeFrom, sizeTo, 53),
    ...doublings('side', longest === 0 ? undefined : longest, sideTo, 20),
    ...doublings('duration', durationFromMs, durationToMs, 53),
    ...daysBetween(from, to),
    ...(bounds === undefined ? [] : cellsIn(boundsOf(bounds))),
  ]
}

export const tagsOf = (tagIds: string | undefined): string[] =>
  tagIds === undefined ? [] : [...new Set(tagIds.toLowerCase().split(','))]

/** As the search table writes a camera: only letters that every program lowers alike. */
export const lowered = (camera: string): string =>
  [...camera.replace(/[A-Z]/g, (letter) => letter.toLowerCase())].slice(0, 200).join('')

export type Bounds = { west: number; south: number; east: number; north: number }

/** What is asked for beyond the poles and the date line is not there. */
export function boundsOf(bounds: string): Bounds {
  const [west = 0, south = 0, east = 0, north = 0] = bounds.split(',').map(Number)
  return { west: within(west, 180), south: within(south, 90), east: within(east, 180), north: within(north, 90) }
}

const within = (degrees: number, most: number): number => Math.max(-most, Math.min(most, degrees))

const one = (what: string, value: string | undefined) => (value === undefined ? [] : [[`${what}:${value}`]])

function doublings(what: string, from: number | undefined, to: number | undefined, most: number): string[][] {
  if (from === undefined && to === undefined) return []
  const first = doublingOf(from ?? 0)
  const last = to === undefined ? most : doublingOf(to)
  return [Array.from({ length: Math.max(0, last - first) + 1 }, (_, index) => `${what}:${first + index}`)]
}

const doublingOf = (number: number): number => (number < 1 ? 0 : Math.floor(Math.log2(number) + 1e-7))

const FIRST_YEAR = 1800
const MOST_YEARS = 400

/** Whole years where they are whole, else months, else days: a few dozen words for any span. Outside, every year. */
function daysBetween(from: string | undefined, to: string | undefined): string[][] {
  if (from === undefined && to === undefined) return []
  const first = from ?? `${FIRST_YEAR}-01-01`
  const last = to ?? `${FIRST_YEAR + MOST_YEARS}-12-31`
  const years = range(Number(first.slice(0, 4)), Number(last.slice(0, 4)), MOST_YEARS + 1)
  // What is asked for is far from any calendar: the file itself is asked alone.
  if (years.length > MOST_YEARS) return []
  return [years.flatMap((year) => monthsOf(year, first, last))]
}

function monthsOf(year: number, first: string, last: string): string[] {
  const name = String(year).padStart(4, '0')
  if (first <= `${name}-01-01` && last >= `${name}-12-31`) return [`year:${name}`]
  return range(1, 12, 12).flatMap((month) => {
    const start = `${name}-${String(month).padStart(2, '0')}`
    if (`${start}-31` < first || `${start}-01` > last) return []
    if (first <= `${start}-01` && last >= `${start}-31`) return [`month:${start}`]
    return range(1, 31, 31)
      .map((day) => `${start}-${String(day).padStart(2, '0')}`)
      .filter((day) => day >= first && day <= last)
      .map((day) => `day:${day}`)
  })
}

const MOST_CELLS = 64

function cellsIn({ west, south, east, north }: Bounds): string[][] {
  const spans = west <= east ? [[west, east] as const] : [[west, 180] as const, [-180, east] as const]
  for (const degrees of [1, 10]) {
    const rows = range(Math.floor(south / degrees), Math.floor(north / degrees), 200)
    const columns = spans.flatMap(([from, to]) => range(Math.floor(from / degrees), Math.floor(to / degrees), 400))
    if (rows.length * columns.length > MOST_CELLS && degrees === 1) continue
    return [columns.flatMap((column) => rows.map((row) => `cell:${degrees}:${column}:${row}`))]
  }
  return []
}

function range(from: number, to: number, most: number): number[] {
  return Array.from({ length: Math.min(Math.max(0, to - from + 1), most) }, (_, index) => from + index)
}

/** As text of a `tsquery`. A member that nothing can match leaves nothing. */
export function queryOf(facets: Facets): string {
  return facets
    .map((any) => (any.length === 0 ? "'none:'" : `(${any.map((lexeme) => quoted(lexeme)).join(' | ')})`))
    .join(' & ')
}

const quoted = (lexeme: string): string => `'${lexeme.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`

/** The earliest id of the time that lies so many `times` the span of two ids, the later one first, before an id. */
export function idBefore(id: string, { span, times }: { span: readonly [string, string]; times: number }): string {
  const at = Math.max(0, Math.floor(timeOf(id) - (timeOf(span[0]) - timeOf(span[1])) * times))
  const digits = at.toString(16).padStart(12, '0')
  return `${digits.slice(0, 8)}-${digits.slice(8)}-0000-0000-000000000000`
}

/** Milliseconds since 1970, as a UUIDv7 begins with them. */
const timeOf = (id: string): number => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)

/** Each as an eye would name it: middle of its range in sRGB. */
const NAMED: Readonly<Record<Colour, readonly (readonly [number, number, number])[]>> = {
  red: [
    [214, 40, 40],
    [140, 20, 25],
  ],
  orange: [[240, 135, 40]],
  yellow: [
    [245, 215, 60],
    [200, 170, 40],
  ],
  green: [
    [70, 160, 60],
    [40, 90, 40],
    [150, 200, 90],
  ],
  teal: [
    [40, 160, 160],
    [20, 95, 100],
  ],
  blue: [
    [45, 100, 205],
    [25, 45, 110],
    [120, 175, 230],
  ],
  purple: [
    [125, 65, 170],
    [75, 40, 100],
  ],
  pink: [
    [240, 130, 180],
    [220, 60, 140],
  ],
  brown: [
    [125, 80, 45],
    [75, 50, 35],
    [180, 140, 100],
  ],
  black: [[18, 18, 18]],
  grey: [
    [128, 128, 128],
    [75, 75, 75],
    [180, 180, 180],
  ],
  white: [[245, 245, 245]],
}

/** The named colour that an eye would take this one for. @param rgb 0 to 255 each */
export function colourOf(rgb: readonly [number, number, number]): Colour {
  const lab = labOf(rgb)
  let [nearest, best]: [Colour, number] = ['grey', Number.POSITIVE_INFINITY]
  for (const colour of colours) {
    for (const middle of NAMED[colour]) {
      const distance = labOf(middle).reduce((sum, value, index) => sum + (value - (lab[index] ?? 0)) ** 2, 0)
      if (distance < best) [nearest, best] = [colour, distance]
    }
  }
  return nearest
}

function colourNamed(colour: string): Colour {
  const known = colours.find((name) => name === colour)
  if (known !== undefined) return known
  const value = Number.parseInt(colour.slice(1), 16)
  return colourOf([(value >> 16) & 255, (value >> 8) & 255, value & 255])
}

/** CIE L*a*b*, D65. */
function labOf([red, green, blue]: readonly [number, number, number]): [number, number, number] {
  const [r, g, b] = [red, green, blue].map((value) => {
    const share = value / 255
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  const [x, y, z] = [
    (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.950_47,
    0.2126 * r + 0.7152 * g + 0.0722 * b,
    (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.088_83,
  ].map((value) => (value > 0.008_856 ? Math.cbrt(value) : 7.787 * value + 16 / 116)) as [number, number, number]
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)]
}
