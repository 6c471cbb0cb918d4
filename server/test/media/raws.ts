import sharp from 'sharp'
import { directoryFile, written, type Field } from './directories.ts'
import { box, full } from './heif.ts'
import { image } from './images.ts'
import { u16, u32 } from './numbers.ts'
import { picture, storedAs } from './picture.ts'

/** Made by hand after what makers' files look like: what is around the pictures in them, and no sensor's data. */
export const rawFormats = ['cr2', 'cr3', 'nef', 'arw', 'dng', 'orf', 'rw2', 'raf', 'pef'] as const
export type RawFormat = (typeof rawFormats)[number]

/** As the camera was held. */
export type RawOptions = { orientation?: 1 | 3 | 6 | 8 }

/** Of the sensor, before anything is turned. A RAF tells only that of its preview. */
export const rawSize = { width: 3000, height: 2000 }
export const previewSize = { width: 1500, height: 1000 }
export const rawTime = '2026-05-04T12:30:00'

/** Data of a sensor: it begins as a JPEG does, without loss, and takes more than any preview. */
const sensor = Buffer.concat([Buffer.from('ffd8ffc3000b0e07d00bb80102110000ffda', 'hex'), Buffer.alloc(1_000_000, 7)])
const MAKERS: Record<RawFormat, string> = {
  cr2: 'Canon',
  cr3: 'Canon',
  nef: 'NIKON CORPORATION',
  arw: 'SONY',
  dng: 'Kestrel',
  orf: 'OLYMPUS CORPORATION',
  rw2: 'Panasonic',
  raf: 'FUJIFILM',
  pef: 'RICOH IMAGING COMPANY, LTD.',
}

/** A raw file with a little thumbnail and a large preview, where cameras of its maker put them. */
export async function rawFile(format: RawFormat, { orientation = 1 }: RawOptions = {}): Promise<Buffer> {
  if (format === 'raf') return fuji(orientation)
  const preview = await previews(orientation)
  const parts = partsOf(format, orientation, preview)
  return format === 'cr3' ? canon(parts, preview) : FILES[format](parts, preview)
}

type Previews = { small: Buffer; medium: Buffer; large: Buffer }

/** As they stand in the file: a preview is turned by what the file around it says. */
async function previews(orientation: number): Promise<Previews> {
  const upright = orientation >= 5 ? picture(200, 300) : picture(300, 200)
  const { rgb, widthPixels, heightPixels } = storedAs(upright, orientation)
  const drawn = (width: number, height: number) =>
    sharp(rgb, { raw: { width: widthPixels, height: heightPixels, channels: 3 } })
      .resize(width, height, { fit: 'fill', kernel: 'nearest' })
      .jpeg({ quality: 90 })
      .toBuffer()
  return {
    small: await drawn(160, 120),
    medium: await drawn(900, 600),
    large: await drawn(previewSize.width, previewSize.height),
  }
}

type Parts = { common: Field[]; camera: Field[]; size: Field[]; data: Field[]; thumb: Field[]; unpacked: Field[] }

function partsOf(format: RawFormat, orientation: number, { small }: Previews): Parts {
  const camera: Field[] = [
    [0x8827, 'short', 200],
    [0x9003, 'ascii', rawTime.replace('T', ' ').replaceAll('-', ':')],
  ]
  return {
    camera,
    common: [
      [0x10f, 'ascii', MAKERS[format]],
      [0x110, 'ascii', 'Field 4'],
      [0x112, 'short', orientation],
    ],
    size: [
      [256, 'long', rawSize.width],
      [257, 'long', rawSize.height],
    ],
    data: [
      [259, 'short', 7],
      [262, 'short', 32_803],
      [273, 'file', sensor, 279],
    ],
    thumb: [
      [259, 'short', 6],
      [513, 'file', small, 514],
    ],
    unpacked: [
      [256, 'long', 16],
      [257, 'long', 12],
      [258, 'short', 8, 8, 8],
      [259, 'short', 1],
      [262, 'short', 2],
      [273, 'file', Buffer.alloc(16 * 12 * 3, 90), 279],
      [277, 'short', 3],
      [278, 'long', 12],
    ],
  }
}

const exif = (camera: Field[]): Field => [0x8769, 'directories', camera]
const shown = (jpeg: Buffer): Field[] => [
  [259, 'short', 6],
  [513, 'file', jpeg, 514],
]
const strip = (jpeg: Buffer, compression: number): Field[] => [
  [259, 'short', compression],
  [273, 'file', jpeg, 279],
]

const FILES: Record<Exclude<RawFormat, 'raf' | 'cr3'>, (parts: Parts, preview: Previews) => Buffer> = {
  nef: ({ unpacked, common, camera, size, data }, { large }) =>
    directoryFile([[...unpacked, ...common, exif(camera), [330, 'directories', shown(large), [...size, ...data]]]]),
  arw: ({ common, camera, size, data, thumb }, { large }) =>
    directoryFile([[...common, ...shown(large), exif(camera), [330, 'directories', [...size, ...data]]], thumb]),
  pef: ({ common, camera, size, data, thumb }, { large }) =>
    directoryFile([[...size, ...data, ...common, exif(camera)], thumb, shown(large)], { isLittle: false }),
  dng: ({ unpacked, common, camera, size, data }, { medium, large }) =>
    directoryFile([
      [
        ...unpacked,
        ...common,
        exif(camera),
        [0xc612, 'byte', Buffer.from([1, 4, 0, 0])],
        [330, 'directories', [...size, ...data], strip(medium, 7), strip(large, 7)],
      ],
    ]),
  cr2: ({ unpacked, common, camera, size, thumb }, { large }) =>
    directoryFile([[...size, ...common, exif(camera), ...strip(large, 6)], thumb, unpacked, strip(sensor, 6)], {
      mark: Buffer.from('CR\x02\0\0\0\0\0', 'latin1'),
    }),
  orf: ({ common, camera, size }, { large }) =>
    directoryFile([[...size, ...common, ...strip(sensor.subarray(20), 1), exif([...camera, olympusNote(large)])]], {
      magic: 0x4f52,
    }),
  rw2: ({ common, camera }, { large }) =>
    directoryFile(
      [
        [
          [2, 'short', rawSize.width + 40],
          [3, 'short', rawSize.height + 24],
          ...[8, 12, rawSize.height + 8, rawSize.width + 12].map((at, i): Field => [4 + i, 'short', at]),
          ...common,
          exif(camera),
          [46, 'undefined', large],
          [280, 'file', sensor],
        ],
      ],
      { magic: 0x55 },
    ),
}

/** A preview in the maker's own note, whose offsets count from where the note begins. */
function olympusNote(jpeg: Buffer): Field {
  const head = Buffer.from('OLYMPUS\0II\x03\0', 'latin1')
  const settings: Field[] = [[0x101, 'file', jpeg, 0x102]]
  return [0x927c, 'undefined', Buffer.concat([head, written([[[0x2020, 'directories', settings]]], head.length, true)])]
}

/** A head of its own that tells where a JPEG is, with all that is known in the JPEG. */
async function fuji(orientation: 1 | 3 | 6 | 8): Promise<Buffer> {
  const { width, height } = previewSize
  const [widthPixels, heightPixels] = orientation >= 5 ? [height, width] : [width, height]
  const facts = { make: MAKERS.raf, model: 'Field 4', takenAt: rawTime, iso: 200 }
  const jpeg = await image('jpeg', { widthPixels, heightPixels, orientation, facts })
  const head = Buffer.alloc(160)
  head.write('FUJIFILMCCD-RAW 0201FF389901Field 4', 0, 'latin1')
  head.writeUInt32BE(head.length, 84)
  head.writeUInt32BE(jpeg.length, 88)
  return Buffer.concat([head, jpeg, sensor])
}

/** Boxes as in MP4: directories in one of Canon's own, previews in another, the largest as a track. */
function canon({ common, size, camera }: Parts, { small, medium, large }: Previews): Buffer {
  const start = box('ftyp', Buffer.from('crx '), u32(1), Buffer.from('crx isom'))
  const own = box(
    'uuid',
    Buffer.from('85c0b687820f11e08111f4ce462b6a48', 'hex'),
    box('CMT1', directoryFile([[...common, ...size]])),
    box('CMT2', directoryFile([camera])),
    box('THMB', Buffer.alloc(4), u16(160), u16(120), u32(small.length), Buffer.alloc(4), small),
  )
  const track = (at: number, bytes: number) =>
    box(
      'trak',
      box(
        'mdia',
        box('minf', box('stbl', full('stsz', 0, u32(0), u32(1), u32(bytes)), full('co64', 0, u32(1), u32(0), u32(at)))),
      ),
    )
  const movie = (at: number) => box('moov', own, track(at, large.length), track(at + large.length, sensor.length))
  const preview = box(
    'uuid',
    Buffer.from('eaf42b5e1c984b88b9fbb7dc406e4d16', 'hex'),
    u32(0),
    u32(1),
    box('PRVW', u32(0), u16(1), u16(900), u16(600), u16(1), u32(medium.length), medium),
  )
  const dataAt = start.length + movie(0).length + preview.length + 8
  return Buffer.concat([start, movie(dataAt), preview, box('mdat', large, sensor)])
}
