import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { after, before, describe, test } from 'node:test'
import { jpeg } from '../../../../test/media/images.ts'
import { startTestPlatform, type TestPlatform } from '../../../../test/platform.ts'
import { bareGif } from './gif.ts'
import { bareJpeg } from './jpeg.ts'
import { bytesOf, openOriginal } from './original.ts'
import { Unbarable } from './pieces.ts'

describe('originals that were made to be taken apart without end', () => {
  let t: TestPlatform
  before(async () => {
    t = await startTestPlatform()
  })
  after(() => t.stop())

  async function stored(bytes: Buffer, signal = new AbortController().signal) {
    const { objects } = t.platform
    const key = objects.newKey({ family: 'photos', role: 'originals', extension: 'jpg' })
    const organizationId = '00000000-0000-7000-8000-000000000000'
    await objects.put(key, Readable.from([bytes]), { organizationId })
    return { key, original: openOriginal(objects, { key, sizeBytes: bytes.length }, signal) }
  }

  test('a JPEG of hundreds of parts of a colour profile is copied from where they are, not held', async () => {
    const picture = await jpeg()
    const part = Buffer.alloc(65_537, 1)
    part.writeUInt32BE(0xff_e2_ff_ff)
    part.write('ICC_PROFILE\0', 4, 'latin1')
    const bytes = Buffer.concat([
      picture.subarray(0, 2),
      ...Array.from({ length: 300 }, () => part),
      picture.subarray(2),
    ])
    const { key, original } = await stored(bytes)
    const pieces = await bareJpeg(original)
    const held = pieces.reduce((sum, piece) => sum + ('last' in piece ? 0 : piece.byteLength), 0)
    assert.ok(held < 1_000, `${held} bytes`)
    const copy = Buffer.concat(await Array.fromAsync(bytesOf(t.platform.objects, key, pieces)))
    assert.ok(copy.includes(part.subarray(0, 100)))
    assert.ok(copy.length > 19_000_000)
  })

  test('a GIF of nothing but the smallest blocks ends soon, and at once when it is to', async () => {
    const head = Buffer.from('GIF89a\x01\0\x01\0\0\0\0\x21\xfe', 'latin1')
    const bytes = Buffer.concat([head, Buffer.alloc(1_000_000, 1)])
    await assert.rejects(bareGif((await stored(bytes)).original), Unbarable)
    const stopped = AbortSignal.abort(new Error('stopped'))
    await assert.rejects(bareGif((await stored(bytes, stopped)).original), /stopped/)
  })
})
