import { createWriteStream } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { crc32, createDeflate, gzipSync } from 'node:zlib'
import { integerBetween, randomFrom } from '../../src/app/demo/random.ts'
import { zip } from '../../src/app/demo/zip.ts'
import { pdfOfPages, zipOfTexts } from './documents.ts'
import { jpeg } from './images.ts'

/** The first part of the bytes, as a broken transfer leaves it. */
export function truncated(bytes: Buffer, share: number): Buffer {
  return bytes.subarray(0, Math.max(1, Math.floor(bytes.length * share)))
}

/**
 * The bytes with some bits turned over, the first `keepBytes` excepted so that the signature stays.
 *
 * @param flips  how many bits, spread by the seed
 */
export function corrupted(bytes: Buffer, seed: number | string, flips = 32, keepBytes = 64): Buffer {
  const random = randomFrom(seed)
  const copy = Buffer.from(bytes)
  if (copy.length <= keepBytes) return copy
  for (let i = 0; i < flips; i++) {
    const at = integerBetween(random, keepBytes, copy.length - 1)
    copy[at] = (copy[at] ?? 0) ^ (1 << integerBetween(random, 0, 7))
  }
  return copy
}

/**
 * A PNG of one colour, however large, in few bytes: rows are compressed one after the other.
 * 20,000 x 20,000 takes about 1.2 MB here and 1.6 GB as pixels.
 */
export async function flatPng(widthPixels: number, heightPixels: number): Promise<Buffer> {
  const row = Buffer.alloc(1 + widthPixels * 3, 0x60)
  row[0] = 0
  const packed = await compressed(function* () {
    for (let y = 0; y < heightPixels; y++) yield row
  })
  return pngOf(widthPixels, heightPixels, packed)
}

/** Says that it is enormous and holds next to nothing. */
export async function lyingPng(widthPixels: number, heightPixels: number): Promise<Buffer> {
  return pngOf(widthPixels, heightPixels, await compressed(() => [Buffer.alloc(1000)]))
}

/** Text chunk that unpacks to `sizeBytes` in a picture of one pixel. */
export async function pngWithLongText(sizeBytes: number): Promise<Buffer> {
  const block = Buffer.alloc(1 << 20, 0x41)
  const text = await compressed(function* () {
    for (let left = sizeBytes; left > 0; left -= block.length) yield block.subarray(0, Math.min(left, block.length))
  })
  const pixel = await compressed(() => [Buffer.from([0, 1, 2, 3])])
  const chunks = [
    chunk('IHDR', pngHead(1, 1)),
    chunk('zTXt', Buffer.concat([Buffer.from('Comment\0\0', 'latin1'), text])),
  ]
  return Buffer.concat([PNG_SIGNATURE, ...chunks, chunk('IDAT', pixel), chunk('IEND', Buffer.alloc(0))])
}

/** A canvas of 65,535 x 65,535 with frames of one pixel: each would cost 17 GB. */
export function gifWithHugeCanvas(frames = 200): Buffer {
  const head = Buffer.from('474946383961ffffffff800000ff0000ffffff', 'hex')
  const frame = Buffer.from('21f90400010000002c00000000010001000002024401003b', 'hex').subarray(0, -1)
  return Buffer.concat([head, ...Array.from({ length: frames }, () => frame), Buffer.from([0x3b])])
}

/** A JPEG whose header claims 65,500 x 65,500 and whose data is of a small picture. */
export async function lyingJpeg(): Promise<Buffer> {
  const bytes = Buffer.from(await jpeg({ widthPixels: 64, heightPixels: 64 }))
  const at = bytes.indexOf(Buffer.from([0xff, 0xc0]))
  bytes.writeUInt16BE(65_500, at + 5)
  bytes.writeUInt16BE(65_500, at + 7)
  return bytes
}

const SVG_HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'

/** The corner colours of `picture` as a drawing. */
export function svg(widthPixels = 320, heightPixels = 240): Buffer {
  const [w, h] = [widthPixels / 5, heightPixels / 5]
  return Buffer.from(
    `${SVG_HEAD} width="${widthPixels}" height="${heightPixels}"><rect width="100%" height="100%" fill="#cfd8dc"/>` +
      `<rect width="${w}" height="${h}" fill="rgb(220,40,40)"/><rect x="${widthPixels - w}" width="${w}" height="${h}" fill="rgb(40,180,60)"/>` +
      `<rect y="${heightPixels - h}" width="${w}" height="${h}" fill="rgb(40,70,210)"/>` +
      `<rect x="${widthPixels - w}" y="${heightPixels - h}" width="${w}" height="${h}" fill="rgb(230,200,40)"/></svg>`,
  )
}

/** Reaches for files of the machine and for the network in every way the format has. */
export function reachingSvg(trapUrl = 'http://127.0.0.1:9/trap'): Buffer {
  return Buffer.from(
    `<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY secret SYSTEM "file:///etc/passwd"><!ENTITY far SYSTEM "${trapUrl}/entity">]>` +
      `${SVG_HEAD} width="200" height="100"><style>@import url("${trapUrl}/style.css");</style>` +
      `<image xlink:href="file:///etc/hostname" width="10" height="10"/><image href="${trapUrl}/image.png" width="10" height="10"/>` +
      `<use href="${trapUrl}/shape.svg#a"/><script href="${trapUrl}/script.js">alert(1)</script>` +
      `<foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" src="${trapUrl}/frame"/></foreignObject>` +
      '<rect width="200" height="100" fill="#456" onload="alert(1)"/><text y="50">&secret;&far;</text></svg>',
  )
}

/** Ten entities, each of ten of the one before: 10^9 words if unfolded. */
export function billionLaughsSvg(): Buffer {
  const entities = Array.from({ length: 9 }, (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`).join('')
  return Buffer.from(
    `<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY e0 "trove">${entities}]>${SVG_HEAD} width="99" height="99"><text y="9">&e9;</text></svg>`,
  )
}

/** Each group shows the one before ten times: 10^`depth` shapes. */
export function nestedUseSvg(depth = 9): Buffer {
  const groups = Array.from(
    { length: depth },
    (_, i) => `<g id="g${i + 1}">${`<use href="#g${i}"/>`.repeat(10)}</g>`,
  ).join('')
  return Buffer.from(
    `${SVG_HEAD} width="99" height="99"><defs><rect id="g0" width="9" height="9"/>${groups}</defs><use href="#g${depth}"/></svg>`,
  )
}

export function enormousSvg(): Buffer {
  return Buffer.from(`${SVG_HEAD} width="1000000" height="1000000"><rect width="100%" height="100%" fill="red"/></svg>`)
}

/** An SVG in gzip that unpacks to `sizeBytes` of blanks. */
export function packedSvg(sizeBytes: number): Buffer {
  return gzipSync(Buffer.concat([svg().subarray(0, -6), Buffer.alloc(sizeBytes, 0x20), Buffer.from('</svg>')]), {
    level: 9,
  })
}

/** A member of zeros, a thousandth of its size in the archive. */
export function zipBomb(sizeBytes: number): Buffer {
  return zip([{ name: 'zeros.bin', bytes: Buffer.alloc(sizeBytes) }])
}

/** Reads as a picture and as a script. */
export function gifAndScript(): Buffer {
  return Buffer.concat([
    Buffer.from('GIF89a/*', 'latin1'),
    Buffer.alloc(20),
    Buffer.from('*/=1;alert(document.domain);', 'latin1'),
  ])
}

/** A picture whose comment and tail are a page with a script. */
export async function jpegAndHtml(): Promise<Buffer> {
  const picture = await jpeg()
  const html = Buffer.from('<html><script>alert(document.domain)</script></html>')
  const head = Buffer.from([0xff, 0xfe, 0, html.length + 2])
  return Buffer.concat([picture.subarray(0, 2), head, html, picture.subarray(2), html])
}

/** Opens as a document and as an archive. */
export function pdfAndZip(): Buffer {
  return Buffer.concat([pdfOfPages(1), zipOfTexts()])
}

export async function jpegAndZip(): Promise<Buffer> {
  return Buffer.concat([await jpeg(), zipOfTexts()])
}

/** Begins like a picture and is an archive of classes. */
export function gifAndJar(): Buffer {
  return Buffer.concat([
    Buffer.from('GIF89a\x01\x00\x01\x00\x00\x00\x00\x3b', 'latin1'),
    zip([{ name: 'META-INF/MANIFEST.MF', bytes: 'Main-Class: A\n' }]),
  ])
}

/** Reads as a PDF only by who looks past the first kilobyte. */
export function htmlThenPdf(): Buffer {
  return Buffer.concat([Buffer.from('<html><body>hello</body></html>\n'.padEnd(900)), pdfOfPages(1)])
}

/** A playlist that asks for a file of the machine: FFmpeg follows such if it is let. */
export function playlist(target = 'file:///etc/passwd'): Buffer {
  return Buffer.from(`#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:10.0,\nconcat:${target}|${target}\n#EXT-X-ENDLIST\n`)
}

const PNG_SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex')

function pngOf(widthPixels: number, heightPixels: number, packed: Buffer): Buffer {
  const chunks = [
    chunk('IHDR', pngHead(widthPixels, heightPixels)),
    chunk('IDAT', packed),
    chunk('IEND', Buffer.alloc(0)),
  ]
  return Buffer.concat([PNG_SIGNATURE, ...chunks])
}

function pngHead(widthPixels: number, heightPixels: number): Buffer {
  const head = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0])
  head.writeUInt32BE(widthPixels, 0)
  head.writeUInt32BE(heightPixels, 4)
  return head
}

function chunk(type: string, bytes: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), bytes])
  const framed = Buffer.alloc(named.length + 8)
  framed.writeUInt32BE(bytes.length, 0)
  named.copy(framed, 4)
  framed.writeUInt32BE(crc32(named), named.length + 4)
  return framed
}

async function compressed(blocks: () => Iterable<Buffer>): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'trove-hostile-'))
  try {
    const path = join(folder, 'packed')
    await pipeline(Readable.from(blocks()), createDeflate({ level: 9 }), createWriteStream(path))
    return await readFile(path)
  } finally {
    await rm(folder, { recursive: true })
  }
}
