import { crc32 } from 'node:zlib'
import sharp, { type Sharp } from 'sharp'
import { withExif, type CameraFacts } from '../../src/app/demo/exif.ts'
import { picture, storedAs, type Picture } from './picture.ts'

export type ImageOptions = {
  widthPixels?: number
  heightPixels?: number
  seed?: number | string
  /** 1 to 8; `widthPixels` and `heightPixels` stay those of the upright picture. */
  orientation?: number
  facts?: CameraFacts
  quality?: number
}

/** The words that no derivative may carry: they stand in the camera facts of `privateFacts`. */
export const privateWords = ['Wilhelmina Quistgaard', 'Lantern Lane 17', 'SN-99-PRIVATE']

/** Camera facts of a picture taken at home, with its position. */
export const privateFacts: CameraFacts = {
  make: 'Kestrel',
  model: 'Field 4',
  lens: `Kestrel 35mm f/1.8 ${privateWords[2]}`,
  takenAt: '2026-05-04T12:30:00',
  exposure: [1, 250],
  aperture: 2.8,
  iso: 400,
  focalLengthMm: 35,
  artist: privateWords[0] ?? '',
  description: privateWords[1] ?? '',
  latitude: 57.0488,
  longitude: -9.9217,
}

/** The formats that sharp writes by itself. */
export type PlainFormat = 'jpeg' | 'progressive' | 'png' | 'interlaced' | 'webp' | 'lossless' | 'avif' | 'tiff' | 'gif'

/** A picture in the format; deterministic by its options. */
export async function image(format: PlainFormat, options: ImageOptions = {}): Promise<Buffer> {
  const orientation = options.orientation ?? 1
  const upright = picture(options.widthPixels ?? 320, options.heightPixels ?? 240, options.seed)
  const stored = pixels(storedAs(upright, orientation))
  const facts = { ...options.facts, ...(orientation === 1 ? {} : { orientation }) }
  const hasFacts = Object.keys(facts).length > 0
  if (format === 'jpeg' || format === 'progressive') {
    const jpeg = await stored.jpeg({ quality: options.quality ?? 88, progressive: format === 'progressive' }).toBuffer()
    return hasFacts ? withExif(jpeg, facts) : jpeg
  }
  const described = hasFacts ? carryFacts(stored, facts) : stored
  switch (format) {
    case 'png':
    case 'interlaced':
      return described.png({ progressive: format === 'interlaced' }).toBuffer()
    case 'webp':
    case 'lossless':
      return described.webp({ quality: 85, lossless: format === 'lossless' }).toBuffer()
    case 'avif':
      return described.avif({ quality: 60, effort: 1 }).toBuffer()
    case 'tiff':
      return described.tiff({ compression: 'lzw' }).toBuffer()
    case 'gif':
      return described.gif().toBuffer()
  }
}

export const jpeg = (options?: ImageOptions) => image('jpeg', options)
export const png = (options?: ImageOptions) => image('png', options)

/** 16 bits a channel. */
export function png16(options: ImageOptions = {}): Promise<Buffer> {
  return uprightPixels(options).toColourspace('rgb16').png().toBuffer()
}

export function greyPng(options: ImageOptions = {}): Promise<Buffer> {
  return uprightPixels(options).greyscale().png().toBuffer()
}

/** Transparent in the middle, opaque at the corners. */
export function transparentPng(options: ImageOptions = {}): Promise<Buffer> {
  const { widthPixels, heightPixels, rgb } = picture(
    options.widthPixels ?? 320,
    options.heightPixels ?? 240,
    options.seed,
  )
  const rgba = Buffer.alloc(widthPixels * heightPixels * 4)
  for (let i = 0; i < widthPixels * heightPixels; i++) {
    rgb.copy(rgba, i * 4, i * 3, i * 3 + 3)
    const [u, v] = [(i % widthPixels) / widthPixels, Math.floor(i / widthPixels) / heightPixels]
    rgba[i * 4 + 3] = u > 0.3 && u < 0.7 && v > 0.3 && v < 0.7 ? 0 : 255
  }
  return sharp(rgba, { raw: { width: widthPixels, height: heightPixels, channels: 4 } })
    .png()
    .toBuffer()
}

/** 256 colours at most. */
export function palettePng(options: ImageOptions = {}): Promise<Buffer> {
  return uprightPixels(options).png({ palette: true, colours: 64, dither: 0 }).toBuffer()
}

export function greyJpeg(options: ImageOptions = {}): Promise<Buffer> {
  return uprightPixels(options).greyscale().jpeg().toBuffer()
}

/** Four inks, as a print shop sends them. */
export function cmykJpeg(options: ImageOptions = {}): Promise<Buffer> {
  return uprightPixels(options).toColourspace('cmyk').jpeg({ quality: 90 }).toBuffer()
}

/** Wider colours than sRGB, with the profile that says so; shown right only by who reads it. */
export function displayP3Jpeg(options: ImageOptions = {}): Promise<Buffer> {
  return uprightPixels(options).withIccProfile('p3').jpeg({ quality: 90 }).toBuffer()
}

export function tiff(compression: 'none' | 'lzw' | 'deflate' | 'jpeg', options: ImageOptions = {}): Promise<Buffer> {
  return uprightPixels(options).tiff({ compression }).toBuffer()
}

/** A document scanner's TIFF of several pages. */
export async function tiffOfPages(pages: number, options: ImageOptions = {}): Promise<Buffer> {
  const frames = await stackedFrames(pages, options)
  return sharp(frames.rgb, { raw: { ...frames.size, channels: 3 } })
    .tiff({ pageHeight: frames.pageHeight } as object)
    .toBuffer()
}

/** A TIFF of several directories, one for each page. */
export function pagedTiff(pages: number, options: ImageOptions = {}): Buffer {
  const parts: Buffer[] = [Buffer.from('II\x2a\0\x08\0\0\0', 'latin1')]
  let at = 8
  for (let page = 0; page < pages; page++) {
    const { rgb, widthPixels, heightPixels } = picture(options.widthPixels ?? 320, options.heightPixels ?? 240, page)
    const pixelsAt = at + 2 + 10 * 12 + 4 + 6
    const tags: [tag: number, type: number, count: number, value: number][] = [
      [256, 4, 1, widthPixels],
      [257, 4, 1, heightPixels],
      [258, 3, 3, pixelsAt - 6],
      [259, 3, 1, 1],
      [262, 3, 1, 2],
      [273, 4, 1, pixelsAt],
      [277, 3, 1, 3],
      [278, 4, 1, heightPixels],
      [279, 4, 1, rgb.length],
      [284, 3, 1, 1],
    ]
    const head = Buffer.alloc(pixelsAt - at)
    head.writeUInt16LE(tags.length, 0)
    tags.forEach(([tag, type, count, value], index) => {
      head.writeUInt16LE(tag, 2 + index * 12)
      head.writeUInt16LE(type, 4 + index * 12)
      head.writeUInt32LE(count, 6 + index * 12)
      head.writeUInt32LE(value, 10 + index * 12)
    })
    const next = pixelsAt + rgb.length
    head.writeUInt32LE(page === pages - 1 ? 0 : next, 2 + tags.length * 12)
    for (let channel = 0; channel < 3; channel++) head.writeUInt16LE(8, head.length - 6 + channel * 2)
    parts.push(head, rgb)
    at = next
  }
  return Buffer.concat(parts)
}

/** A PNG that says that it moves; what does not know that shows the first frame. */
export async function animatedPng(options: ImageOptions = {}): Promise<Buffer> {
  const still = await png(options)
  const chunk = Buffer.alloc(20)
  chunk.writeUInt32BE(8, 0)
  chunk.write('acTL', 4, 'latin1')
  chunk.writeUInt32BE(1, 8)
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 16)), 16)
  const endOfHead = 33
  return Buffer.concat([still.subarray(0, endOfHead), chunk, still.subarray(endOfHead)])
}

/** Frames in which the middle changes while the corners stay. */
export async function animation(format: 'gif' | 'webp', frames: number, options: ImageOptions = {}): Promise<Buffer> {
  const { rgb, size, pageHeight } = await stackedFrames(frames, options)
  const stacked = sharp(rgb, { raw: { ...size, channels: 3, pageHeight } })
  const delay = Array.from({ length: frames }, () => 100)
  return format === 'gif' ? stacked.gif({ delay, loop: 0 }).toBuffer() : stacked.webp({ delay, loop: 0 }).toBuffer()
}

/** Windows bitmap, 24 bits, no compression, rows from the bottom. */
export function bmp(options: ImageOptions = {}): Buffer {
  const { widthPixels, heightPixels, rgb } = picture(
    options.widthPixels ?? 320,
    options.heightPixels ?? 240,
    options.seed,
  )
  const stride = Math.ceil((widthPixels * 3) / 4) * 4
  const bytes = Buffer.alloc(54 + stride * heightPixels)
  bytes.write('BM', 0, 'latin1')
  bytes.writeUInt32LE(bytes.length, 2)
  bytes.writeUInt32LE(54, 10)
  bytes.writeUInt32LE(40, 14)
  bytes.writeInt32LE(widthPixels, 18)
  bytes.writeInt32LE(heightPixels, 22)
  bytes.writeUInt16LE(1, 26)
  bytes.writeUInt16LE(24, 28)
  bytes.writeUInt32LE(stride * heightPixels, 34)
  for (let y = 0; y < heightPixels; y++) {
    for (let x = 0; x < widthPixels; x++) {
      const from = (y * widthPixels + x) * 3
      const to = 54 + (heightPixels - 1 - y) * stride + x * 3
      bytes[to] = rgb[from + 2] ?? 0
      bytes[to + 1] = rgb[from + 1] ?? 0
      bytes[to + 2] = rgb[from] ?? 0
    }
  }
  return bytes
}

/** An icon file that holds one PNG. */
export async function ico(sidePixels = 48): Promise<Buffer> {
  const inner = await png({ widthPixels: sidePixels, heightPixels: sidePixels })
  const head = Buffer.alloc(22)
  head.writeUInt16LE(1, 2)
  head.writeUInt16LE(1, 4)
  head.writeUInt8(sidePixels, 6)
  head.writeUInt8(sidePixels, 7)
  head.writeUInt16LE(1, 10)
  head.writeUInt16LE(32, 12)
  head.writeUInt32LE(inner.length, 14)
  head.writeUInt32LE(22, 18)
  return Buffer.concat([head, inner])
}

function uprightPixels(options: ImageOptions): Sharp {
  return pixels(picture(options.widthPixels ?? 320, options.heightPixels ?? 240, options.seed))
}

function pixels({ rgb, widthPixels, heightPixels }: Picture): Sharp {
  return sharp(rgb, { raw: { width: widthPixels, height: heightPixels, channels: 3 } })
}

/** For the formats whose EXIF libvips writes; libvips knows the position as the fourth directory. */
function carryFacts(stored: Sharp, facts: CameraFacts): Sharp {
  const described = stored.withExif({
    IFD0: {
      ...(facts.make === undefined ? {} : { Make: facts.make }),
      ...(facts.model === undefined ? {} : { Model: facts.model }),
      ...(facts.artist === undefined ? {} : { Artist: facts.artist }),
      ...(facts.description === undefined ? {} : { ImageDescription: facts.description }),
    },
    ...(facts.latitude === undefined || facts.longitude === undefined
      ? {}
      : { IFD3: position(facts.latitude, facts.longitude) }),
  })
  return facts.orientation === undefined ? described : described.withMetadata({ orientation: facts.orientation })
}

function position(latitude: number, longitude: number): Record<string, string> {
  const dms = (value: number) => `${Math.floor(value)}/1 ${Math.floor((value % 1) * 60)}/1 0/1`
  return {
    GPSLatitudeRef: latitude < 0 ? 'S' : 'N',
    GPSLatitude: dms(Math.abs(latitude)),
    GPSLongitudeRef: longitude < 0 ? 'W' : 'E',
    GPSLongitude: dms(Math.abs(longitude)),
  }
}

async function stackedFrames(count: number, options: ImageOptions) {
  const [width, height] = [options.widthPixels ?? 160, options.heightPixels ?? 120]
  const frames = Array.from({ length: count }, (_, i) => picture(width, height, `${options.seed ?? 1}-${i}`).rgb)
  return { rgb: Buffer.concat(frames), size: { width, height: height * count }, pageHeight: height }
}
