import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, test } from 'node:test'
import sharp from 'sharp'
import { pagedTiff, png } from '../../../../test/media/make.ts'
import { renderImage } from './images.ts'
import { readFacts } from './metadata.ts'

const fixture = (name: string) => fileURLToPath(new URL(`../../../../test/media/${name}`, import.meta.url))
const factsOf = async (name: string, mediaType: string) =>
  (await renderImage({ path: fixture(name), sizeBytes: 0, mediaType })).summary.facts

describe('what stands in a picture about it', () => {
  test('EXIF, IPTC and XMP come together, with the offset of the place and a height below the sea', async () => {
    assert.deepEqual(await factsOf('tagged.jpg', 'image/jpeg'), {
      dpi: 300,
      bitDepth: 8,
      takenAt: '2026-05-04T12:30:00',
      offsetMinutes: 330,
      place: { latitude: 57.0488, longitude: -9.9217, altitude: -12.5 },
      cameraMake: 'Kestrel',
      cameraModel: 'Field 4',
      lens: '35mm',
      exposureSeconds: 0.004,
      aperture: 2.8,
      iso: 400,
      title: 'Ünser Titel',
      description: 'Lantern Lane 17',
      keywords: ['one', 'two', 'three'],
      creator: 'Wilhelmina Quistgaard',
      copyright: 'SN-99-PRIVATE',
      rating: 4,
    })
  })

  test('satellites tell the zone where the camera does not', async () => {
    assert.equal((await factsOf('satellite.jpg', 'image/jpeg')).offsetMinutes, -240)
  })

  test('layers and resolution of a Photoshop document; high range of a picture', async () => {
    assert.deepEqual(await factsOf('layers.psd', 'image/vnd.adobe.photoshop'), { bitDepth: 8, layers: 3, dpi: 300 })
    assert.deepEqual(await factsOf('pq.avif', 'image/avif'), { bitDepth: 10, isHdr: true })
  })

  test('of a DICOM image nothing is told that is about a person', async () => {
    assert.deepEqual(await factsOf('window.dcm', 'application/dicom'), { bitDepth: 12 })
  })

  test('a DICOM image that tells of more frames than a number may have tells of none', async () => {
    const bytes = await readFile(fixture('window.dcm'))
    const at = bytes.indexOf(Buffer.from('28001000', 'hex'))
    const frames = Buffer.concat([Buffer.from('28000800', 'hex'), Buffer.from('IS\x0c\x00999999999999', 'latin1')])
    const folder = await mkdtemp(join(tmpdir(), 'trove-frames-'))
    const path = join(folder, 'frames.dcm')
    for (const [count, pages] of [
      ['999999999999', undefined],
      ['12          ', 12],
    ] as const) {
      frames.write(count, 8, 'latin1')
      await writeFile(path, Buffer.concat([bytes.subarray(0, at), frames, bytes.subarray(at)]))
      const { summary } = await renderImage({ path, sizeBytes: 1, mediaType: 'application/dicom' })
      assert.equal(summary.pages, pages)
    }
    await rm(folder, { recursive: true })
  })

  test('a DICOM image is shown in its window, dark at the left and light at the right', async () => {
    const { variants } = await renderImage({
      path: fixture('window.dcm'),
      sizeBytes: 1,
      mediaType: 'application/dicom',
    })
    const { data, info } = await sharp(variants.at(-1)?.bytes).greyscale().raw().toBuffer({ resolveWithObject: true })
    const at = (share: number) => data[Math.round((info.width - 1) * share) * info.channels] ?? -1
    // The window is from -500 to 500 of -1000 to 1000.
    assert.ok(at(0.2) < 10 && at(0.8) > 245)
    assert.ok(Math.abs(at(0.5) - 128) < 6)
  })

  test('what Apple shares between a picture and its clip is found in its note', () => {
    const id = '8A2C9B1E-0F4D-4C3A-9E5B-1D2F3A4B5C6D'
    const facts = readFacts({ exif: exifWithNote(appleNote(id)) })
    assert.deepEqual(facts, { contentId: id })
    assert.deepEqual(readFacts({ exif: exifWithNote(appleNote(id).subarray(0, 40)) }), {})
  })

  test('a TIFF tells how many pages it has, and an animated PNG that it moves', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'trove-facts-'))
    const path = join(folder, 'a')
    await writeFile(path, pagedTiff(4))
    assert.equal((await renderImage({ path, sizeBytes: 0, mediaType: 'image/tiff' })).summary.pages, 4)
    await writeFile(path, await png())
    assert.equal(
      (await renderImage({ path, sizeBytes: 0, mediaType: 'image/png' })).summary.facts.isAnimated,
      undefined,
    )
    await rm(folder, { recursive: true })
  })

  test('damage is no reason to fail', () => {
    for (const exif of [Buffer.alloc(0), Buffer.from('II*\0\xff\xff\xff\xff', 'latin1'), Buffer.alloc(70_000, 65)])
      assert.deepEqual(readFacts({ exif, xmp: Buffer.from('<x:xmpmeta><<<'), iptc: exif, icc: exif }), {})
  })
})

/** One entry: the identifier of the content. */
function appleNote(id: string): Buffer {
  const note = Buffer.alloc(14 + 2 + 12 + 4 + id.length + 1)
  note.write('Apple iOS\0\0\x01MM', 0, 'latin1')
  note.writeUInt16BE(1, 14)
  note.writeUInt16BE(17, 16)
  note.writeUInt16BE(2, 18)
  note.writeUInt32BE(id.length + 1, 20)
  note.writeUInt32BE(32, 24)
  note.write(id, 32, 'latin1')
  return note
}

/** A TIFF of one directory with one below it, which holds the note. */
function exifWithNote(note: Buffer): Buffer {
  const bytes = Buffer.alloc(8 + 18 + 18 + note.length)
  bytes.write('MM\0*\0\0\0\x08', 0, 'latin1')
  const entry = (at: number, [tag, type, count, value]: [number, number, number, number]) => {
    bytes.writeUInt16BE(1, at)
    bytes.writeUInt16BE(tag, at + 2)
    bytes.writeUInt16BE(type, at + 4)
    bytes.writeUInt32BE(count, at + 6)
    bytes.writeUInt32BE(value, at + 10)
  }
  entry(8, [34_665, 4, 1, 26])
  entry(26, [37_500, 7, note.length, 44])
  note.copy(bytes, 44)
  return bytes
}
