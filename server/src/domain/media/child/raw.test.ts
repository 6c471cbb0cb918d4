import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import sharp from 'sharp'
import { corners, jpeg } from '../../../../test/media/make.ts'
import { previewSize, rawFile, rawFormats, rawSize, rawTime } from '../../../../test/media/raws.ts'
import { sniff } from '../signatures.ts'
import { renderImage } from './images.ts'

let folder: string
const LONG = 4
type Tags = [tag: number, value: number][]

function directory(tags: Tags): Buffer {
  const bytes = Buffer.alloc(2 + tags.length * 12 + 4)
  bytes.writeUInt16LE(tags.length, 0)
  for (const [index, [tag, value]] of tags.entries()) {
    bytes.writeUInt16LE(tag, 2 + index * 12)
    bytes.writeUInt16LE(LONG, 4 + index * 12)
    bytes.writeUInt32LE(1, 6 + index * 12)
    bytes.writeUInt32LE(value, 10 + index * 12)
  }
  return bytes
}

/** A DNG in so far as it has a directory of its own for a JPEG, beside sensor data that begins like one. */
async function dng(orientation: number, width = 4000): Promise<Buffer> {
  const preview = await jpeg({ widthPixels: 1200, heightPixels: 800 })
  const sensor = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xc3]), Buffer.alloc(preview.length + 60_000, 7)])
  const [first, second, data] = [8, 200, 400]
  const head = Buffer.alloc(data)
  head.write('II\x2a\0\x08\0\0\0', 'latin1')
  directory([
    [256, width],
    [257, 3000],
    [259, 7],
    [273, data],
    [274, orientation],
    [279, sensor.length],
    [330, second],
    [50_706, 1],
  ]).copy(head, first)
  directory([
    [256, 1200],
    [257, 800],
    [259, 7],
    [273, data + sensor.length],
    [279, preview.length],
  ]).copy(head, second)
  return Buffer.concat([head, sensor, preview])
}

describe('raw files of cameras', () => {
  before(async () => void (folder = await mkdtemp(join(tmpdir(), 'trove-raw-'))))
  after(() => rm(folder, { recursive: true }))

  test('a raw file is shown by the largest JPEG in it that can be decoded, turned as the raw file says', async () => {
    const path = join(folder, 'a.dng')
    const bytes = await dng(6)
    assert.ok(bytes.length > 60_000)
    assert.equal(sniff(bytes)?.mediaType, 'image/x-adobe-dng')
    await writeFile(path, bytes)
    const { summary, variants } = await renderImage({ path, sizeBytes: 0, mediaType: 'image/x-adobe-dng' })
    assert.deepEqual([summary.widthPixels, summary.heightPixels], [3000, 4000])
    assert.deepEqual(
      variants.map(({ name, widthPixels, heightPixels }) => [name, widthPixels, heightPixels]),
      [
        ['thumbnail', 133, 200],
        ['medium', 533, 800],
        ['large', 800, 1200],
      ],
    )
  })

  test('a raw file that says it is four thousand million pixels wide is as large as what is in it', async () => {
    const path = join(folder, 'c.dng')
    await writeFile(path, await dng(1, 0xffff_ffff))
    const { summary } = await renderImage({ path, sizeBytes: 0, mediaType: 'image/x-adobe-dng' })
    assert.deepEqual([summary.widthPixels, summary.heightPixels], [1200, 800])
  })

  test('a raw file whose directories lead nowhere is ready without variants', async () => {
    const path = join(folder, 'b.dng')
    const bytes = await dng(1)
    await writeFile(path, bytes.subarray(0, 220))
    assert.deepEqual((await renderImage({ path, sizeBytes: 0, mediaType: 'image/x-adobe-dng' })).variants, [])
  })

  for (const format of rawFormats)
    for (const orientation of [1, 6] as const)
      test(`${format}, held as ${orientation}: the large preview, upright, and what the camera says`, async () => {
        const path = join(folder, `b.${format}`)
        const bytes = await rawFile(format, { orientation })
        const mediaType = sniff(bytes.subarray(0, 65_536))?.mediaType ?? ''
        assert.match(mediaType, new RegExp(`^image/x-.*-${format}$`))
        await writeFile(path, bytes)
        const { summary, variants } = await renderImage({ path, sizeBytes: bytes.length, mediaType })
        const { width, height } = format === 'raf' ? previewSize : rawSize
        const [widthPixels, heightPixels] = orientation === 1 ? [width, height] : [height, width]
        assert.deepEqual([summary.widthPixels, summary.heightPixels], [widthPixels, heightPixels])
        assert.deepEqual([summary.facts.takenAt, summary.facts.iso], [rawTime, 200])
        const large = variants.at(-1)
        assert.equal(Math.max(large?.widthPixels ?? 0, large?.heightPixels ?? 0), 1200)
        const { data, info } = await sharp(large?.bytes).raw().toBuffer({ resolveWithObject: true })
        const right = [...data.subarray((10 * info.width + info.width - 10) * 3).subarray(0, 3)]
        for (const [channel, value] of corners.topRight.entries())
          assert.ok(Math.abs((right[channel] ?? 0) - value) < 30, `${right.join()}`)
      })

  test('a JPEG without loss is data of a sensor, however large', async () => {
    const path = join(folder, 'd.orf')
    const whole = await rawFile('orf')
    await writeFile(path, Buffer.concat([whole, Buffer.from('ffd8ffc3000b08', 'hex'), Buffer.alloc(100_000, 1)]))
    const { variants } = await renderImage({ path, sizeBytes: 0, mediaType: 'image/x-olympus-orf' })
    assert.equal(variants.at(-1)?.widthPixels, 1200)
  })
})
