import assert from 'node:assert/strict'
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import sharp, { type Metadata } from 'sharp'
import { picture } from '../../../../test/media/make.ts'
import { readCodes } from './colour.ts'
import { openingOf } from './head.ts'
import { readPicture } from './images.ts'
import { readLargeAvif } from './large-avif.ts'
import { requireRoom } from './room.ts'
import { OPENING } from './still.ts'

const SIDE = 400
/** Of 255, on average: two decoders, and two ways to make a picture small. */
const MOST_DIFFERENCE = 4

let folder: string

const drawn = () => {
  const { rgb, widthPixels: width, heightPixels: height } = picture(640, 480)
  return sharp(rgb, { raw: { width, height, channels: 3 } })
}

describe('pictures that are too large to be held several times over', () => {
  before(async () => void (folder = await mkdtemp(join(tmpdir(), 'trove-avif-'))))
  after(() => rm(folder, { recursive: true }))

  const cases: [name: string, write: (path: string) => Promise<unknown>][] = [
    ['plain', (path) => drawn().avif({ effort: 1 }).toFile(path)],
    ['turned', (path) => drawn().withMetadata({ orientation: 6 }).avif({ effort: 1 }).toFile(path)],
    ['of a profile', (path) => drawn().withIccProfile('p3').avif({ effort: 1 }).toFile(path)],
    ['half of the colours', (path) => drawn().avif({ effort: 1, chromaSubsampling: '4:2:0' }).toFile(path)],
    [
      'of high range',
      (path) => copyFile(fileURLToPath(new URL('../../../../test/media/pq.avif', import.meta.url)), path),
    ],
  ]
  for (const [name, write] of cases)
    test(`an AVIF that FFmpeg makes small looks as one that libvips does: ${name}`, async () => {
      const path = join(folder, 'a.avif')
      await write(path)
      const metadata = await sharp(path, OPENING).metadata()
      const codes = readCodes((await openingOf(path, 'image/avif')).codes, metadata)
      const large = await readLargeAvif(path, metadata, { codes, side: SIDE })
      const usual = await readPicture({ path, sizeBytes: 1, mediaType: 'image/avif' }, SIDE)
      assert.ok('pixels' in usual)
      assert.deepEqual(large.pixels.raw, usual.pixels.raw)
      const size = ({ widthPixels, heightPixels }: typeof usual.summary) => [widthPixels, heightPixels]
      assert.deepEqual(size(large.summary), size(usual.summary))
      const { bytes } = usual.pixels
      const off = bytes.reduce((sum, value, at) => sum + Math.abs(value - (large.pixels.bytes[at] as number)), 0)
      // Light beyond white is brought down along another curve.
      assert.ok(off / bytes.length < (name === 'of high range' ? 16 : MOST_DIFFERENCE), `${off / bytes.length}`)
    })

  test('transparent ones in one piece are refused in words', async () => {
    const path = join(folder, 'b.avif')
    await drawn().ensureAlpha(0.5).avif({ effort: 1 }).toFile(path)
    const metadata = await sharp(path, OPENING).metadata()
    await assert.rejects(readLargeAvif(path, metadata, { codes: undefined, side: SIDE }), /does not fit into memory/)
  })

  test('a progressive JPEG counts by how much of its colours it has', async () => {
    const path = join(folder, 'c.jpg')
    for (const [chromaSubsampling, megapixels] of [
      ['4:2:0', 100],
      ['4:4:4', 50],
    ] as const) {
      await drawn().jpeg({ progressive: true, chromaSubsampling }).toFile(path)
      const metadata: Metadata = await sharp(path).metadata()
      const sized = (pixels: number) => ({ ...metadata, width: 10_000, height: (pixels * 1e6) / 10_000 })
      assert.doesNotThrow(() => requireRoom(sized(megapixels)))
      assert.throws(() => requireRoom(sized(megapixels * 1.1)), /would have to be held in memory whole/)
    }
  })
})
