import { readFile } from 'node:fs/promises'
import dicomParser, { type DataSet, type Element } from 'dicom-parser'
import sharp from 'sharp'
import type { RenderRequest } from '../rendering.ts'
import { factorFor, gatherPlanes, type Rows } from './planes.ts'
import { OPENING, undecodable, type Picture } from './still.ts'
import { tiffOf } from './tiff.ts'
import { Undecodable } from './undecodable.ts'
import { decode, type Pixels } from './variants.ts'

/** Held in memory whole. */
const LARGEST_BYTES = 192 * 1024 ** 2

/** The format leaves room for twelve digits; more than this nobody has taken. */
const MOST_FRAMES = 1_000_000

/** DICOM PS3.5 annex A: how the pixels are stored. */
const PLAIN = new Set(['1.2.840.10008.1.2', '1.2.840.10008.1.2.1'])
const BASELINE_JPEG = '1.2.840.10008.1.2.4.50'

/** PS3.6: the elements that say what the pixels are. Nothing else of the file is read, and least of all who it is of. */
const TAG = {
  syntax: 'x00020010',
  samples: 'x00280002',
  meaning: 'x00280004',
  planar: 'x00280006',
  frames: 'x00280008',
  rows: 'x00280010',
  columns: 'x00280011',
  allocated: 'x00280100',
  stored: 'x00280101',
  isSigned: 'x00280103',
  centre: 'x00281050',
  width: 'x00281051',
  intercept: 'x00281052',
  slope: 'x00281053',
  pixels: 'x7fe00010',
}

/**
 * The first frame of a DICOM image in the window that stands in it. What is packed in a way that is not read here is
 * ready without variants.
 *
 * @throws Undecodable
 */
export async function readDicom(request: RenderRequest, side: number): Promise<Picture | Pick<Picture, 'summary'>> {
  if (request.sizeBytes > LARGEST_BYTES) return { summary: { facts: {} } }
  const set = parse(await readFile(request.path))
  const shape = shapeOf(set)
  const element = set.elements[TAG.pixels]
  if (shape === undefined || element === undefined) return { summary: { facts: {} } }
  const frames = Number.parseInt(set.string(TAG.frames) ?? '1', 10)
  const summary = {
    widthPixels: shape.width,
    heightPixels: shape.height,
    ...(frames > 1 && frames <= MOST_FRAMES && { pages: frames }),
    facts: { bitDepth: shape.stored },
  }
  const syntax = set.string(TAG.syntax) ?? ''
  if (syntax === BASELINE_JPEG) return { pixels: await decodeJpeg(set, element, side), summary }
  if (!PLAIN.has(syntax)) return { summary }
  const rows = plainRows(set, element, { ...shape, side })
  if (rows === undefined) return { summary }
  return { pixels: await decode(sharp(tiffOf(rows, undefined), OPENING), side).catch(undecodable), summary }
}

function parse(bytes: Buffer): DataSet {
  try {
    return dicomParser.parseDicom(bytes)
  } catch (error) {
    throw new Undecodable('The image cannot be opened: it is damaged or incomplete.', error)
  }
}

type Shape = {
  width: number
  height: number
  samples: number
  allocated: number
  stored: number
  isSigned: boolean
  meaning: string
}

function shapeOf(set: DataSet): Shape | undefined {
  const [width = 0, height = 0] = [set.uint16(TAG.columns), set.uint16(TAG.rows)]
  const allocated = set.uint16(TAG.allocated) ?? 8
  if (width < 1 || height < 1 || (allocated !== 8 && allocated !== 16)) return undefined
  return {
    width,
    height,
    allocated,
    samples: set.uint16(TAG.samples) ?? 1,
    stored: Math.min(allocated, Math.max(1, set.uint16(TAG.stored) ?? allocated)),
    isSigned: set.uint16(TAG.isSigned) === 1,
    meaning: (set.string(TAG.meaning) ?? '').trim(),
  }
}

async function decodeJpeg(set: DataSet, element: Element, side: number): Promise<Pixels> {
  const fragment = element.fragments?.[0]
  if (fragment === undefined) throw new Undecodable('The image cannot be decoded: it is damaged or incomplete.')
  const bytes = dicomParser.readEncapsulatedPixelDataFromFragments(set, element, 0)
  return decode(sharp(Buffer.from(bytes), OPENING), side).catch(undecodable)
}

function plainRows(set: DataSet, { dataOffset }: Element, shape: Shape & { side: number }): Rows | undefined {
  const { width, height, samples, allocated, meaning } = shape
  const isGrey = samples === 1 && meaning.startsWith('MONOCHROME')
  const isColour = samples === 3 && allocated === 8 && meaning === 'RGB'
  if (!isGrey && !isColour) return undefined
  const bytes = Buffer.from(set.byteArray.buffer, set.byteArray.byteOffset, set.byteArray.byteLength)
  if (dataOffset + width * height * samples * (allocated / 8) > bytes.length)
    throw new Undecodable('The image cannot be decoded: it is damaged or incomplete.')
  const factor = Math.min(factorFor(Math.max(width, height), shape.side), width, height)
  const planes = gatherPlanes({ width, height, channels: samples }, factor)
  if (isColour) {
    const isApart = set.uint16(TAG.planar) === 1
    const at = (channel: number, y: number, x: number) =>
      isApart ? (channel * height + y) * width + x : (y * width + x) * 3 + channel
    for (let channel = 0; channel < 3; channel++)
      for (let y = 0; y < height; y++)
        planes.add(
          channel,
          y,
          Uint8Array.from({ length: width }, (_, x) => bytes[dataOffset + at(channel, y, x)] ?? 0),
        )
    return planes.rows()
  }
  const valueAt = reader(bytes, dataOffset, shape)
  const shown = windowOf(set, shape, valueAt)
  for (let y = 0; y < height; y++)
    planes.add(
      0,
      y,
      Uint8Array.from({ length: width }, (_, x) => shown(valueAt(y * width + x))),
    )
  return planes.rows()
}

/** The stored bits of each sample, with their sign. */
function reader(bytes: Buffer, from: number, { allocated, stored, isSigned }: Shape): (index: number) => number {
  const spare = 32 - stored
  return (index) => {
    const word = allocated === 8 ? (bytes[from + index] ?? 0) : bytes.readUInt16LE(from + index * 2)
    return isSigned ? (word << spare) >> spare : (word << spare) >>> spare
  }
}

/** PS3.3 C.11.2.1.2: from what was measured to grey. Without a window, from the least to the most that is there. */
function windowOf(set: DataSet, shape: Shape, valueAt: (index: number) => number): (value: number) => number {
  const number = (tag: string, otherwise: number) => {
    const value = set.floatString(tag)
    return value === undefined || !Number.isFinite(value) ? otherwise : value
  }
  const [slope, intercept] = [number(TAG.slope, 1), number(TAG.intercept, 0)]
  const told = { centre: number(TAG.centre, Number.NaN), width: number(TAG.width, Number.NaN) }
  const { centre, width } =
    Number.isNaN(told.centre) || !(told.width >= 1) ? wholeRange(shape, valueAt, { slope, intercept }) : told
  const isNegative = shape.meaning === 'MONOCHROME1'
  return (value) => {
    const share = (value * slope + intercept - (centre - 0.5)) / Math.max(1, width - 1) + 0.5
    const grey = Math.round(255 * Math.min(1, Math.max(0, share)))
    return isNegative ? 255 - grey : grey
  }
}

function wholeRange(
  { width, height }: Shape,
  valueAt: (index: number) => number,
  { slope, intercept }: { slope: number; intercept: number },
): { centre: number; width: number } {
  let [least, most] = [Infinity, -Infinity]
  for (let index = 0; index < width * height; index++) {
    const value = valueAt(index) * slope + intercept
    if (value < least) least = value
    if (value > most) most = value
  }
  return { centre: (least + most + 1) / 2, width: Math.max(1, most - least + 1) }
}
