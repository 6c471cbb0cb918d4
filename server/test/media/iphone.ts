import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AV_PIX_FMT_GRAY8, AV_PIX_FMT_YUV420P10LE, AV_PIX_FMT_YUVJ420P } from 'node-av'
import sharp, { type Sharp } from 'sharp'
import { encode } from '../../src/app/demo/encode.ts'
import { box, full, heif, type HeifItem, type Property } from './heif.ts'
import { directoryFile, type Field } from './directories.ts'
import { configOf, samplesOf } from './hevc.ts'
import { u16, u32 } from './numbers.ts'
import { picture, storedAs } from './picture.ts'

export type PhoneOptions = {
  /** As seen upright. */
  widthPixels?: number
  heightPixels?: number
  tileSide?: number
  /** How the phone was held, as EXIF tells it; the container tells it too, and a viewer turns once. */
  orientation?: 1 | 3 | 6 | 8
  bits?: 8 | 10
  /** `p3`: a profile, as phones write it; `nclx`: the same as numbers; `none`: nothing is said. */
  colours?: 'p3' | 'nclx' | 'none'
  hasDepth?: boolean
  hasGainMap?: boolean
  /** The picture put together with its gain map, as phones add it since 2024: its colours are of high range. */
  isToneMapped?: boolean
  contentId?: string
  seed?: number | string
}

/** What the camera says; also what `privateWords` are not, so that they can be looked for. */
export const phoneTime = '2026-05-04T12:30:00'
const DEPTH = 'urn:mpeg:hevc:2015:auxid:2'
const GAIN_MAP = 'urn:com:apple:photo:2020:aux:hdrgainmap'
const EXIF_NAME_BYTES = 6

/** A photograph as an iPhone stores it: a grid of tiles of HEVC, a thumbnail, and what goes with it. */
export async function phonePicture(options: PhoneOptions = {}): Promise<Buffer> {
  const { widthPixels = 640, heightPixels = 480, tileSide = 256, orientation = 6, bits = 8, colours = 'p3' } = options
  const stored = await storedPixels(widthPixels, heightPixels, orientation, options.seed)
  const tiles = await tilesOf(stored, tileSide, bits)
  const across = Math.ceil(stored.width / tileSide)
  const turn: Property[] =
    orientation === 1 ? [] : [{ box: box('irot', Buffer.from([TURNS[orientation]])), must: true }]
  const colour = await colourOf(colours)
  const first = 1
  const items: HeifItem[] = tiles.samples.map((bytes, index) => ({
    id: first + index,
    type: 'hvc1',
    isHidden: true,
    bytes,
    properties: [...colour, tiles.config, ispe(tileSide, tileSide)],
  }))
  const primary = first + tiles.samples.length
  const down = tiles.samples.length / across
  items.push({
    id: primary,
    type: 'grid',
    bytes: gridOf(across, down, stored),
    isInside: true,
    properties: [...colour, ispe(stored.width, stored.height), pixi(3, bits), ...turn],
    refers: { dimg: tiles.samples.map((_, index) => first + index) },
  })
  const next = () => Math.max(...items.map(({ id }) => id)) + 1
  const [wide, high] = orientation >= 5 ? [120, 160] : [160, 120]
  const thumb = await single(sharp(stored.rgb, raw(stored)).resize(wide, high, { fit: 'fill' }), 'colour')
  items.push({ ...thumb, id: next(), properties: [...thumb.properties, ...turn], refers: { thmb: [primary] } })
  for (const [isThere, name] of [
    [options.hasDepth, DEPTH],
    [options.hasGainMap, GAIN_MAP],
  ] as const) {
    if (isThere !== true) continue
    const map = await single(sharp(stored.rgb, raw(stored)).resize(128, 96, { fit: 'fill' }), 'grey')
    const auxC = { box: full('auxC', 0, Buffer.from(`${name}\0`)), must: true }
    items.push({ ...map, id: next(), properties: [...map.properties, auxC, ...turn], refers: { auxl: [primary] } })
  }
  const exif = exifOf(orientation, options.contentId)
  items.push({ id: next(), type: 'Exif', isHidden: true, bytes: exif, properties: [], refers: { cdsc: [primary] } })
  const xmp = { type: 'mime', contentType: 'application/rdf+xml', isHidden: true } as const
  items.push({ ...xmp, id: next(), bytes: Buffer.from(packet), properties: [], refers: { cdsc: [primary] } })
  if (options.isToneMapped === true) {
    const gainMap = items.find(({ properties }) => properties.some((each) => each.box.includes(GAIN_MAP)))?.id ?? 1
    const properties = [{ box: nclx(12, 16, 6) }, ispe(stored.width, stored.height), pixi(3, 10), ...turn]
    // First in the list of what there is, as some write it: who takes the first colours that come takes the wrong ones.
    items.unshift({
      id: next(),
      type: 'tmap',
      bytes: Buffer.alloc(62),
      properties,
      refers: { dimg: [primary, gainMap] },
    })
  }
  return heif({ brand: 'heic', compatible: ['mif1', 'MiHE', 'MiPr', 'miaf', 'MiHB', 'heic'], primary, items })
}

/** The clip that belongs to a photograph: the same content by its identifier. */
export async function livePart(contentId: string): Promise<Buffer> {
  return written('recording.mov', (path) =>
    encode({
      path,
      container: 'mov',
      metadata: { 'com.apple.quicktime.content.identifier': contentId },
      containerOptions: { movflags: 'use_metadata_tags' },
      video: {
        encoder: 'libx264',
        widthPixels: 160,
        heightPixels: 120,
        pixelFormat: AV_PIX_FMT_YUVJ420P,
        frameRate: { num: 30, den: 1 },
        frames: 6,
        draw: (index, rgba) => void rgba.fill(40 * index),
      },
    }),
  )
}

/** By orientation: quarter turns against the clock (ISO/IEC 23008-12 §6.5.10). */
const TURNS = { 1: 0, 3: 2, 6: 3, 8: 1 } as const

type Stored = { rgb: Buffer; width: number; height: number }
const raw = ({ width, height }: Stored) => ({ raw: { width, height, channels: 3 as const } })

/** Large ones are a small one made large: drawing each of 48 million pixels takes long. */
async function storedPixels(width: number, height: number, orientation: number, seed: PhoneOptions['seed']) {
  const scale = Math.max(1, Math.round(Math.max(width, height) / 1000))
  const small = storedAs(picture(Math.ceil(width / scale), Math.ceil(height / scale), seed), orientation)
  const [w, h] = orientation >= 5 ? [height, width] : [width, height]
  const from = { width: small.widthPixels, height: small.heightPixels, channels: 3 as const }
  const rgb = await sharp(small.rgb, { raw: from }).resize(w, h, { fit: 'fill', kernel: 'nearest' }).raw().toBuffer()
  return { rgb, width: w, height: h }
}

type Tiles = { samples: Buffer[]; config: Property }

/** What lies beyond the picture in the last tiles repeats its edge. */
async function tilesOf(stored: Stored, side: number, bits: 8 | 10): Promise<Tiles> {
  const [across, down] = [Math.ceil(stored.width / side), Math.ceil(stored.height / side)]
  const draw = (index: number, rgba: Buffer) => {
    const [left, top] = [(index % across) * side, Math.floor(index / across) * side]
    for (let y = 0; y < side; y++)
      for (let x = 0; x < side; x++) {
        const [fromX, fromY] = [Math.min(left + x, stored.width - 1), Math.min(top + y, stored.height - 1)]
        const [from, to] = [(fromY * stored.width + fromX) * 3, (y * side + x) * 4]
        rgba[to] = stored.rgb[from] as number
        rgba[to + 1] = stored.rgb[from + 1] as number
        rgba[to + 2] = stored.rgb[from + 2] as number
        rgba[to + 3] = 255
      }
  }
  return stills({ width: side, height: side, frames: across * down, draw }, bits === 10 ? 'deep' : 'colour')
}

type Look = 'colour' | 'deep' | 'grey'
const FORMATS = { colour: AV_PIX_FMT_YUVJ420P, deep: AV_PIX_FMT_YUV420P10LE, grey: AV_PIX_FMT_GRAY8 } as const

async function single(source: Sharp, look: Look): Promise<Omit<HeifItem, 'id'>> {
  const { data, info } = await source.ensureAlpha().raw().toBuffer({ resolveWithObject: true })
  const { width, height } = info
  const { samples, config } = await stills({ width, height, frames: 1, draw: (_, rgba) => void data.copy(rgba) }, look)
  const properties = [config, ispe(width, height), pixi(look === 'grey' ? 1 : 3, 8)]
  return { type: 'hvc1', isHidden: look === 'grey', bytes: samples[0] as Buffer, properties }
}

type Drawn = { width: number; height: number; frames: number; draw: (index: number, rgba: Buffer) => void }

async function stills({ width, height, frames, draw }: Drawn, look: Look): Promise<Tiles> {
  const params = 'log-level=none:pools=none:frame-threads=1:keyint=1:info=0:bframes=0:repeat-headers=1'
  const stream = await written('stills.hevc', (path) =>
    encode({
      path,
      container: 'hevc',
      video: {
        encoder: 'libx265',
        widthPixels: width,
        heightPixels: height,
        pixelFormat: FORMATS[look],
        frameRate: { num: 25, den: 1 },
        frames,
        draw,
        options: { preset: 'ultrafast', crf: 24, 'x265-params': params },
      },
    }),
  )
  return { samples: samplesOf(stream), config: { box: box('hvcC', configOf(stream)), must: true } }
}

function gridOf(across: number, down: number, { width, height }: Stored): Buffer {
  return Buffer.concat([Buffer.from([0, 1, down - 1, across - 1]), u32(width), u32(height)])
}

const ispe = (width: number, height: number): Property => ({ box: full('ispe', 0, u32(width), u32(height)) })
const pixi = (channels: number, bits: number): Property => ({
  box: full('pixi', 0, Buffer.from([channels, ...Array<number>(channels).fill(bits)])),
})
const nclx = (primaries: number, transfer: number, matrix: number): Buffer =>
  box('colr', Buffer.from('nclx'), u16(primaries), u16(transfer), u16(matrix), Buffer.from([0x80]))

async function colourOf(colours: 'p3' | 'nclx' | 'none'): Promise<Property[]> {
  if (colours === 'none') return []
  if (colours === 'nclx') return [{ box: nclx(12, 13, 6) }]
  const dot = sharp({ create: { width: 1, height: 1, channels: 3, background: 'red' } })
  const { icc } = await sharp(await dot.withIccProfile('p3').jpeg().toBuffer()).metadata()
  return [{ box: box('colr', Buffer.from('prof'), icc as Buffer) }]
}

const packet =
  '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
  '<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title><rdf:Alt>' +
  '<rdf:li xml:lang="x-default">Evening</rdf:li></rdf:Alt></dc:title></rdf:Description></rdf:RDF></x:xmpmeta>'

/** As the item holds it: where the block begins behind its name, the name, the block. */
function exifOf(orientation: number, contentId: string | undefined): Buffer {
  const camera: Field[] = [
    [0x829a, 'rational', 1, 120],
    [0x829d, 'rational', 178, 100],
    [0x8827, 'short', 64],
    [0x9003, 'ascii', phoneTime.replace('T', ' ').replaceAll('-', ':')],
    [0x9011, 'ascii', '+02:00'],
    ...(contentId === undefined ? [] : ([[0x927c, 'undefined', appleNote(contentId)]] as Field[])),
  ]
  const position: Field[] = [
    [1, 'ascii', 'N'],
    [2, 'rational', 48, 1, 12, 1, 0, 1],
    [3, 'ascii', 'E'],
    [4, 'rational', 16, 1, 22, 1, 0, 1],
  ]
  const block = directoryFile(
    [
      [
        [0x10f, 'ascii', 'Apple'],
        [0x110, 'ascii', 'iPhone 15 Pro'],
        [0x112, 'short', orientation],
        [0x8769, 'directories', camera],
        [0x8825, 'directories', position],
      ],
    ],
    { isLittle: false },
  )
  return Buffer.concat([u32(EXIF_NAME_BYTES), Buffer.from('Exif\0\0'), block])
}

const NOTE_HEAD_BYTES = 14

/** What Apple writes for itself: a directory whose offsets count from where the note begins. */
function appleNote(contentId: string): Buffer {
  const head = Buffer.from('Apple iOS\0\0\x01MM', 'latin1')
  const values = Buffer.concat([Buffer.from(contentId), Buffer.alloc(1)])
  const at = NOTE_HEAD_BYTES + 2 + 2 * 12 + 4
  const entry = (tag: number, type: number, count: number, value: number) =>
    Buffer.concat([u16(tag), u16(type), u32(count), u32(value)])
  return Buffer.concat([head, u16(2), entry(1, 9, 1, 14), entry(17, 2, values.length, at), u32(0), values])
}

async function written(name: string, write: (path: string) => Promise<void>): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'trove-phone-'))
  try {
    await write(join(folder, name))
    return await readFile(join(folder, name))
  } finally {
    await rm(folder, { recursive: true })
  }
}
