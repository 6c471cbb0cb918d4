import type { Rows } from './planes.ts'

const SHORT = 3
const LONG = 4
const UNDEFINED = 7

/** What the colours of the pixels are: by number of channels, unless it is four inks. */
export type Inks = 'light' | 'cmyk'

const PHOTOMETRIC = { grey: 1, rgb: 2, cmyk: 5 }

/** The beginning of an uncompressed TIFF of 8 bits a channel: pixels follow at its end, and the colour profile after them. */
export function tiffHead(rows: Omit<Rows, 'bytes' | 'stride'>, inks: Inks, profileBytes: number): Buffer {
  const { width, height, channels } = rows
  const own = inks === 'cmyk' ? 4 : channels < 3 ? 1 : 3
  const pixelBytes = width * height * channels
  const photometric = inks === 'cmyk' ? PHOTOMETRIC.cmyk : own === 1 ? PHOTOMETRIC.grey : PHOTOMETRIC.rgb
  const tags: [tag: number, type: number, count: number, value: number][] = [
    [256, LONG, 1, width],
    [257, LONG, 1, height],
    channels < 3 ? [258, SHORT, channels, channels === 1 ? 8 : 0x0008_0008] : [258, SHORT, channels, BITS_AT],
    [259, SHORT, 1, 1],
    [262, SHORT, 1, photometric],
    [273, LONG, 1, PIXELS_AT],
    [277, SHORT, 1, channels],
    [278, LONG, 1, height],
    [279, LONG, 1, pixelBytes],
    [284, SHORT, 1, 1],
  ]
  if (channels > own) tags.push([338, SHORT, 1, 2])
  if (profileBytes > 0) tags.push([34_675, UNDEFINED, profileBytes, PIXELS_AT + pixelBytes])
  const head = Buffer.alloc(PIXELS_AT)
  head.write('II\x2a\0\x08\0\0\0', 0, 'latin1')
  head.writeUInt16LE(tags.length, 8)
  tags.forEach(([tag, type, count, value], index) => {
    const at = 10 + index * 12
    head.writeUInt16LE(tag, at)
    head.writeUInt16LE(type, at + 2)
    head.writeUInt32LE(count, at + 4)
    if (type === SHORT && count === 1) head.writeUInt16LE(value, at + 8)
    else head.writeUInt32LE(value, at + 8)
  })
  for (let channel = 0; channel < channels; channel++) head.writeUInt16LE(8, BITS_AT + channel * 2)
  return head
}

/** A whole TIFF: a container that carries decoded pixels and their colour profile to libvips. */
export function tiffOf(rows: Rows, profile: Buffer | undefined, inks: Inks = 'light'): Buffer {
  const { bytes, width, height, channels, stride } = rows
  if (stride !== width * channels) throw new Error('rows with gaps between them')
  const head = tiffHead(rows, inks, profile?.length ?? 0)
  const pixels = bytes.subarray(0, width * height * channels)
  return Buffer.concat(profile === undefined ? [head, pixels] : [head, pixels, profile])
}

const BITS_AT = 200
const PIXELS_AT = 220
