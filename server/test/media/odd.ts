import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AV_PIX_FMT_YUV420P } from 'node-av'
import { encode } from '../../src/app/demo/encode.ts'
import { picture } from './picture.ts'

/** A Windows bitmap: rows from the top; channels by masks, in an order of their own; with transparency. */
export function bitmap(kind: 'from the top' | 'masks' | 'alpha', width: number, height: number): Buffer {
  const { rgb } = picture(width, height)
  const isPlain = kind === 'from the top'
  const channels = isPlain ? 3 : 4
  // Where red, green, blue and what is left stand in a pixel.
  const order = isPlain || kind === 'alpha' ? [2, 1, 0, 3] : [0, 1, 2, 3]
  const stride = Math.ceil((width * channels) / 4) * 4
  const pixels = Buffer.alloc(stride * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const to = (isPlain ? y : height - 1 - y) * stride + x * channels
      for (const [i, at] of order.slice(0, channels).entries())
        pixels[to + at] = i === 3 ? 255 : (rgb[(y * width + x) * 3 + i] as number)
    }
  const head = Buffer.alloc(14 + (isPlain ? 40 : 108))
  head.write('BM', 0, 'latin1')
  head.writeUInt32LE(head.length + pixels.length, 2)
  head.writeUInt32LE(head.length, 10)
  head.writeUInt32LE(head.length - 14, 14)
  head.writeInt32LE(width, 18)
  head.writeInt32LE(isPlain ? -height : height, 22)
  head.writeUInt16LE(1, 26)
  head.writeUInt16LE(channels * 8, 28)
  head.writeUInt32LE(isPlain ? 0 : 3, 30)
  head.writeUInt32LE(pixels.length, 34)
  if (!isPlain) {
    for (const [i, at] of order.entries())
      if (i < 3 || kind === 'alpha') head.writeUInt32LE((0xff << (at * 8)) >>> 0, 54 + i * 4)
    head.write('BGRs', 70, 'latin1')
  }
  return Buffer.concat([head, pixels])
}

/** A Photoshop document without layers. `none`: without a composite too. Inks are stored the other way round. */
export function document(mode: 'rgb' | 'cmyk' | 'none', depth: 8 | 16 | 32, width: number, height: number): Buffer {
  const { rgb } = picture(width, height)
  const channels = mode === 'cmyk' ? 4 : 3
  const head = Buffer.alloc(26 + 12)
  head.write('8BPS', 0, 'latin1')
  head.writeUInt16BE(1, 4)
  head.writeUInt16BE(channels, 12)
  head.writeUInt32BE(height, 14)
  head.writeUInt32BE(width, 18)
  head.writeUInt16BE(depth, 22)
  head.writeUInt16BE(mode === 'cmyk' ? 4 : 3, 24)
  if (mode === 'none') return head
  const light = (channel: number, at: number): number => {
    const [r, g, b] = [rgb[at * 3] as number, rgb[at * 3 + 1] as number, rgb[at * 3 + 2] as number]
    if (mode === 'rgb') return [r, g, b][channel] as number
    const black = 255 - Math.max(r, g, b)
    return channel === 3 ? 255 - black : ([r, g, b][channel] as number) + black
  }
  const planes = Buffer.alloc((width * height * channels * depth) / 8)
  for (let channel = 0, to = 0; channel < channels; channel++)
    for (let at = 0; at < width * height; at++, to += depth / 8) {
      const value = light(channel, at)
      if (depth === 8) planes[to] = value
      else if (depth === 16) planes.writeUInt16BE(value * 257, to)
      else planes.writeFloatBE(value <= 10 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4, to)
    }
  return Buffer.concat([head, Buffer.alloc(2), planes])
}

/** An AVIF of some pictures, one after the other. */
export async function movingAvif(widthPixels: number, heightPixels: number): Promise<Buffer> {
  process.env['SVT_LOG'] ??= '1'
  const { rgb } = picture(widthPixels, heightPixels)
  const folder = await mkdtemp(join(tmpdir(), 'trove-avif-'))
  const draw = (_: number, rgba: Buffer) => {
    for (let i = 0; i < widthPixels * heightPixels; i++) {
      rgb.copy(rgba, i * 4, i * 3, i * 3 + 3)
      rgba[i * 4 + 3] = 255
    }
  }
  try {
    const path = join(folder, 'moving.avif')
    const shape = {
      widthPixels,
      heightPixels,
      pixelFormat: AV_PIX_FMT_YUV420P,
      frameRate: { num: 5, den: 1 },
      frames: 4,
    }
    const options = { preset: 10, crf: 30 }
    await encode({ path, container: 'avif', video: { encoder: 'libsvtav1', ...shape, draw, options } })
    return await readFile(path)
  } finally {
    await rm(folder, { recursive: true })
  }
}
