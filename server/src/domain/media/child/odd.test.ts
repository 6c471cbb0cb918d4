import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import sharp from 'sharp'
import { directoryFile } from '../../../../test/media/directories.ts'
import { corners, jpeg, picture, type Colour } from '../../../../test/media/make.ts'
import { bitmap, document, movingAvif } from '../../../../test/media/odd.ts'
import { renderImage } from './images.ts'

const [WIDTH, HEIGHT] = [200, 150]

let folder: string

async function rendered(bytes: Buffer, mediaType: string) {
  const path = join(folder, 'odd')
  await writeFile(path, bytes)
  return renderImage({ path, sizeBytes: bytes.length, mediaType })
}

/** The colours that are seen in the corners of the largest variant. */
async function cornersOf(bytes: Buffer, mediaType: string): Promise<number[][]> {
  const { summary, variants } = await rendered(bytes, mediaType)
  assert.deepEqual([summary.widthPixels, summary.heightPixels], [WIDTH, HEIGHT])
  const { data, info } = await sharp(variants.at(-1)?.bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  const at = (x: number, y: number) => [...data.subarray((y * info.width + x) * 3).subarray(0, 3)]
  return [at(8, 8), at(WIDTH - 9, 8), at(8, HEIGHT - 9), at(WIDTH - 9, HEIGHT - 9)]
}

const WANTED: Colour[] = [corners.topLeft, corners.topRight, corners.bottomLeft, corners.bottomRight]

function assertAlike(seen: number[][], wanted: readonly (readonly number[])[], most: number): void {
  const off = seen.flatMap((colour, i) => colour.map((value, channel) => Math.abs(value - (wanted[i]?.[channel] ?? 0))))
  assert.ok(Math.max(...off) <= most, JSON.stringify(seen))
}

/** How light each corner is, from 0 to 1, in numbers that are made of the picture. */
function numbersOf(make: (light: number) => number): Buffer {
  const { rgb } = picture(WIDTH, HEIGHT)
  const numbers = Buffer.alloc(WIDTH * HEIGHT * 4)
  for (let i = 0; i < WIDTH * HEIGHT; i++) numbers.writeFloatLE(make((rgb[i * 3] as number) / 255), i * 4)
  return directoryFile([
    [
      [256, 'long', WIDTH],
      [257, 'long', HEIGHT],
      [258, 'short', 32],
      [259, 'short', 1],
      [262, 'short', 1],
      [273, 'file', numbers, 279],
      [277, 'short', 1],
      [278, 'long', HEIGHT],
      [339, 'short', 3],
    ],
  ])
}

describe('odd files of formats that are known', () => {
  before(async () => void (folder = await mkdtemp(join(tmpdir(), 'trove-odd-'))))
  after(() => rm(folder, { recursive: true }))

  for (const kind of ['from the top', 'masks', 'alpha'] as const)
    test(`a bitmap: ${kind}`, async () => {
      assertAlike(await cornersOf(bitmap(kind, WIDTH, HEIGHT), 'image/bmp'), WANTED, 8)
    })

  for (const [mode, depth] of [
    ['rgb', 16],
    ['rgb', 32],
    ['rgb', 8],
  ] as const)
    test(`a Photoshop document of ${depth} bits`, async () => {
      const bytes = document(mode, depth, WIDTH, HEIGHT)
      assertAlike(await cornersOf(bytes, 'image/vnd.adobe.photoshop'), WANTED, 8)
      assert.equal((await rendered(bytes, 'image/vnd.adobe.photoshop')).summary.facts.bitDepth, depth)
    })

  test('a Photoshop document of inks is as that of a print; one without a composite is ready without variants', async () => {
    const inks = [8, 16].map((depth) => document('cmyk', depth as 8 | 16, WIDTH, HEIGHT))
    for (const bytes of inks) assertAlike(await cornersOf(bytes, 'image/vnd.adobe.photoshop'), WANTED, 80)
    const bare = document('none', 8, WIDTH, HEIGHT)
    const { summary, variants } = await rendered(bare, 'image/vnd.adobe.photoshop')
    assert.deepEqual([summary.widthPixels, variants.length], [WIDTH, 0])
  })

  test('numbers that were measured are shown as they are from 0 to 1, and spread from black to white beyond', async () => {
    const red = WANTED.map(([light]) => [light, light, light])
    assertAlike(
      await cornersOf(
        numbersOf((light) => light),
        'image/tiff',
      ),
      red,
      8,
    )
    const spread = await cornersOf(
      numbersOf((light) => 200 + 800 * light),
      'image/tiff',
    )
    assert.ok((spread[0]?.[0] ?? 0) > 200 && (spread[2]?.[0] ?? 255) < 20, JSON.stringify(spread))
    const holed = await cornersOf(
      numbersOf((light) => (light > 0.9 ? Number.NaN : light)),
      'image/tiff',
    )
    assertAlike(holed.slice(0, 1), red, 8)
  })

  test('what moves, of AVIF and JPEG XL, is shown by its first picture and said to move', async () => {
    const jxl = await readFile(new URL('../../../../test/media/moving.jxl', import.meta.url))
    assertAlike(await cornersOf(jxl, 'image/jxl'), WANTED, 12)
    assert.equal((await rendered(jxl, 'image/jxl')).summary.facts.isAnimated, true)
    const avif = await movingAvif(WIDTH, HEIGHT)
    assertAlike(await cornersOf(avif, 'image/avif'), WANTED, 30)
    assert.equal((await rendered(avif, 'image/avif')).summary.facts.isAnimated, true)
  })

  test('a JPEG with a gain map behind it is told from one without', async () => {
    const one = await jpeg({ widthPixels: WIDTH, heightPixels: HEIGHT })
    const segment = (marker: string, words: string) => {
      const length = Buffer.alloc(2)
      length.writeUInt16BE(words.length + 2)
      return Buffer.concat([Buffer.from(marker, 'hex'), length, Buffer.from(words, 'latin1')])
    }
    const packet =
      'http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF ' +
      'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description ' +
      'xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" hdrgm:Version="1.0"/></rdf:RDF></x:xmpmeta>'
    for (const said of [segment('ffe1', packet), segment('ffe2', 'urn:iso:std:iso:ts:21496:-1\0\0\0\0\0')]) {
      const bytes = Buffer.concat([one.subarray(0, 2), said, one.subarray(2), one])
      assertAlike(await cornersOf(bytes, 'image/jpeg'), WANTED, 30)
      assert.equal((await rendered(bytes, 'image/jpeg')).summary.facts.hasGainMap, true)
    }
    const two = Buffer.concat([one, one])
    assert.equal((await rendered(two, 'image/jpeg')).summary.facts.hasGainMap, undefined)
  })

  test('a JPEG is as large as its frame says, whatever its camera says; one with more after it is itself', async () => {
    const one = await jpeg({ widthPixels: WIDTH, heightPixels: HEIGHT })
    const gainMap = await jpeg({ widthPixels: 50, heightPixels: 40, seed: 9 })
    assertAlike(await cornersOf(Buffer.concat([one, gainMap]), 'image/jpeg'), WANTED, 30)
    const camera = directoryFile([
      [
        [
          0x8769,
          'directories',
          [
            [0xa002, 'long', 9999],
            [0xa003, 'long', 1],
          ],
        ],
      ],
    ])
    const length = Buffer.alloc(2)
    length.writeUInt16BE(camera.length + 8)
    const told = Buffer.concat([
      Buffer.from('ffd8ffe1', 'hex'),
      length,
      Buffer.from('Exif\0\0'),
      camera,
      one.subarray(2),
    ])
    assertAlike(await cornersOf(told, 'image/jpeg'), WANTED, 30)
  })
})
