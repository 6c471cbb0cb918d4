import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import sharp from 'sharp'
import { livePart, phonePicture, phoneTime, type PhoneOptions } from '../../../../test/media/iphone.ts'
import { picture } from '../../../../test/media/make.ts'
import { writeBareImage } from './bare-image.ts'
import { renderImage } from './images.ts'
import { renderRecording } from './recordings.ts'

const CONTENT = '8A2C9B1E-0F4D-4C3A-9E5B-1D2F3A4B5C6D'
/** Of 255, on average over the whole picture: HEVC, WebP and half as many samples of colour. */
const MOST_DIFFERENCE = 3
/** Of a strip along each seam of tiles: one in the wrong place differs by far more. */
const MOST_AT_SEAMS = 20

let folder: string

async function rendered(options: PhoneOptions) {
  const path = join(folder, 'phone.heic')
  const bytes = await phonePicture(options)
  await writeFile(path, bytes)
  const { summary, variants } = await renderImage({ path, sizeBytes: bytes.length, mediaType: 'image/heic' })
  return { path, sizeBytes: bytes.length, summary, large: Buffer.from(variants.at(-1)?.bytes ?? []) }
}

/** How much a picture differs from the one that was drawn: all over, and at the worst of its rows and columns. */
async function differences(bytes: Buffer, { widthPixels = 640, heightPixels = 480 }: PhoneOptions) {
  const drawn = picture(widthPixels, heightPixels).rgb
  const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  assert.deepEqual([info.width, info.height], [widthPixels, heightPixels])
  const rows = new Float64Array(heightPixels)
  const columns = new Float64Array(widthPixels)
  for (let at = 0; at < data.length; at++) {
    const [x, y] = [Math.floor(at / 3) % widthPixels, Math.floor(at / 3 / widthPixels)]
    const off = Math.abs((data[at] as number) - (drawn[at] as number))
    rows[y] = (rows[y] as number) + off / (widthPixels * 3)
    columns[x] = (columns[x] as number) + off / (heightPixels * 3)
  }
  const sum = rows.reduce((total, row) => total + row, 0)
  return { mean: sum / heightPixels, worst: Math.max(...rows, ...columns) }
}

describe('photographs as phones store them', () => {
  before(async () => void (folder = await mkdtemp(join(tmpdir(), 'trove-heic-'))))
  after(() => rm(folder, { recursive: true }))

  const held: PhoneOptions[] = [
    ...([1, 3, 6, 8] as const).map((orientation): PhoneOptions => ({ orientation })),
    ...([1, 3, 6, 8] as const).map((orientation): PhoneOptions => ({
      orientation,
      widthPixels: 700,
      heightPixels: 530,
      tileSide: 128,
    })),
    { bits: 10, orientation: 8, colours: 'none' },
    { tileSide: 1024, orientation: 6 },
  ]
  for (const options of held)
    test(`tiles are put together, and turned once: ${JSON.stringify(options)}`, async () => {
      const { path, sizeBytes, summary, large } = await rendered({ colours: 'none', ...options })
      const { widthPixels = 640, heightPixels = 480, bits = 8 } = options
      assert.deepEqual([summary.widthPixels, summary.heightPixels], [widthPixels, heightPixels])
      assert.deepEqual([summary.facts.bitDepth, summary.facts.takenAt], [bits, phoneTime])
      const { mean, worst } = await differences(large, options)
      assert.ok(mean < MOST_DIFFERENCE && worst < MOST_AT_SEAMS, `${mean} and ${worst}`)
      const outputPath = join(folder, 'bare.jpg')
      await writeBareImage({ path, sizeBytes, mediaType: 'image/heic', becomes: 'image/jpeg', outputPath })
      const bare = await differences(await sharp(outputPath).toBuffer(), options)
      assert.ok(bare.mean < MOST_DIFFERENCE && bare.worst < MOST_AT_SEAMS, `without metadata: ${bare.mean}`)
    })

  test('what goes with a photograph is told, and none of it is taken for the photograph', async () => {
    const { summary } = await rendered({ hasDepth: true, hasGainMap: true, contentId: CONTENT })
    assert.deepEqual(summary.facts, {
      bitDepth: 8,
      takenAt: phoneTime,
      offsetMinutes: 120,
      place: { latitude: 48.2, longitude: 16 + 22 / 60 },
      cameraMake: 'Apple',
      cameraModel: 'iPhone 15 Pro',
      exposureSeconds: 1 / 120,
      aperture: 1.78,
      iso: 64,
      title: 'Evening',
      colourProfile: 'sP3C',
      hasDepth: true,
      hasGainMap: true,
      contentId: CONTENT,
    })
    const without = (await rendered({ orientation: 1 })).summary.facts
    assert.deepEqual([without.hasDepth, without.hasGainMap], [undefined, undefined])
  })

  test('colours of high range that the gain map leads to are not those of the picture itself', async () => {
    const plain = await rendered({ hasGainMap: true })
    const mapped = await rendered({ hasGainMap: true, isToneMapped: true })
    assert.deepEqual([mapped.summary.facts.isHdr, mapped.summary.facts.hasGainMap], [undefined, true])
    assert.ok(mapped.large.equals(plain.large))
    const bare = await rendered({ colours: 'none', isToneMapped: true, hasGainMap: true })
    assert.ok(bare.large.equals((await rendered({ colours: 'none' })).large))
  })

  test('wide colours are the same by a profile and by numbers', async () => {
    const mean = async (colours: 'p3' | 'nclx') => {
      const { channels } = await sharp((await rendered({ colours })).large).stats()
      return channels.slice(0, 3).map((channel) => channel.mean)
    }
    const [byProfile, byNumbers] = [await mean('p3'), await mean('nclx')]
    for (const [index, value] of byProfile.entries())
      assert.ok(Math.abs(value - (byNumbers[index] ?? 0)) < 3, `${byProfile.join()} and ${byNumbers.join()}`)
  })

  test('the clip of a live photograph carries the same identifier', async () => {
    const path = join(folder, 'live.mov')
    const bytes = await livePart(CONTENT)
    await writeFile(path, bytes)
    const { summary } = await renderRecording({ path, sizeBytes: bytes.length, mediaType: 'video/quicktime' })
    assert.equal((summary.facts as { contentId?: string }).contentId, CONTENT)
  })

  test('a grid whose tiles are missing, or fewer than it says, is damaged', async () => {
    const path = join(folder, 'broken.heic')
    const whole = await phonePicture()
    for (const bytes of [more(whole), away(whole), whole.subarray(0, Math.floor(whole.length / 2))]) {
      await writeFile(path, bytes)
      await assert.rejects(renderImage({ path, sizeBytes: bytes.length, mediaType: 'image/heic' }), {
        message: 'The picture cannot be decoded: it is damaged or incomplete.',
      })
    }
    await writeFile(path, whole)
    await renderImage({ path, sizeBytes: whole.length, mediaType: 'image/heic' })
  })
})

/** Ten columns rather than two. */
function more(whole: Buffer): Buffer {
  const bytes = Buffer.from(whole)
  bytes[bytes.indexOf('idat') + 4 + 3] = 9
  return bytes
}

/** References of the grid lead to what is not there. */
function away(whole: Buffer): Buffer {
  const bytes = Buffer.from(whole)
  const at = bytes.indexOf('dimg') + 4 + 4
  for (let tile = 0; tile < bytes.readUInt16BE(at - 2); tile++) bytes.writeUInt16BE(900 + tile, at + tile * 2)
  return bytes
}
