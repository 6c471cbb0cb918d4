import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import { bareMediaTypes } from '@trove/contract/bare-copies'
import { knownTypes } from '@trove/contract/media-types'
import sharp from 'sharp'
import { makeOrganization, makeUser } from '../../../../test/make.ts'
import { animation, image, privateFacts, privateWords, type PlainFormat } from '../../../../test/media/images.ts'
import { clip, sound } from '../../../../test/media/recordings.ts'
import { startTestPlatform, type TestPlatform } from '../../../../test/platform.ts'
import { makeStoredFile } from '../../../../test/stored.ts'
import { sweep } from '../../storage/index.ts'
import { createRenderer, useRenderer, type Renderer } from '../renderer.ts'
import { makeBareCopy } from './operations.ts'
import { bareWayOf } from './rules.ts'
import { getBareCopy } from './store.ts'

describe('copies without metadata', () => {
  let t: TestPlatform
  let renderer: Renderer
  let organizationId: string
  let uploader: Awaited<ReturnType<typeof makeUser>>

  before(async () => {
    t = await startTestPlatform({ MEDIA_TIMEOUT_SECONDS: '30' })
    renderer = createRenderer(t.platform)
    useRenderer(t.platform, renderer)
    uploader = await makeUser(t.platform)
    organizationId = (await makeOrganization(t.platform, uploader)).id
  })
  after(async () => {
    renderer.close()
    await t.stop()
  })

  const copyOf = async (name: string, bytes: Buffer) => {
    const { blobId } = await makeStoredFile(t.platform, { organizationId, uploader, name, bytes, isEnqueued: false })
    await makeBareCopy(t.platform, blobId, new AbortController().signal)
    const copy = await getBareCopy(t.platform.db, blobId)
    assert.ok(copy !== undefined)
    if (copy.withheld !== null) return { withheld: copy.withheld, bytes: Buffer.alloc(0), mediaType: '' }
    const stored = Buffer.concat((await (await t.platform.objects.get(copy.objectKey)).toArray()) as Uint8Array[])
    assert.equal(stored.length, copy.sizeBytes)
    return { withheld: undefined, bytes: stored, mediaType: copy.mediaType }
  }
  const requireBare = (bytes: Buffer, what: string) => {
    for (const word of [...privateWords, 'Kestrel', 'MP4-AFTER-THE-END'])
      assert.ok(!bytes.includes(word) && !bytes.includes(Buffer.from(word, 'utf16le')), `${what} still says ${word}`)
    const told = exifToolOn(bytes)
    for (const name of Object.keys(told ?? {}))
      assert.doesNotMatch(
        name,
        /GPS|Artist|Make|Model|Lens|Serial|DateTime|CreateDate|Creator|Comment|XMP|IPTC|Title|Thumbnail/,
        `${what}: ${name}`,
      )
  }

  const exact: [PlainFormat, string][] = [
    ['jpeg', 'jpg'],
    ['progressive', 'jpg'],
    ['png', 'png'],
    ['interlaced', 'png'],
    ['webp', 'webp'],
    ['lossless', 'webp'],
    ['gif', 'gif'],
  ]
  for (const [format, extension] of exact) {
    test(`${format}: the picture is exactly the same, turned as before, and says nothing`, async () => {
      const original = await image(format, { facts: privateFacts, orientation: format === 'gif' ? 1 : 6 })
      const { bytes, mediaType } = await copyOf(`a.${extension}`, original)
      requireBare(bytes, format)
      assert.equal(mediaType, `image/${extension === 'jpg' ? 'jpeg' : extension}`)
      const [before, copy] = await Promise.all([sharp(original).metadata(), sharp(bytes).metadata()])
      assert.deepEqual(
        [copy.width, copy.height, copy.orientation ?? 1],
        [before.width, before.height, before.orientation ?? 1],
      )
      assert.ok((await sharp(bytes).raw().toBuffer()).equals(await sharp(original).raw().toBuffer()))
      assert.equal(copy.xmp ?? copy.iptc, undefined)
    })
  }

  test('a JPEG loses text, thumbnails, other programs’ segments and what follows its end, and keeps its colours', async () => {
    const plain = await sharp(await image('jpeg'))
      .withIccProfile('p3')
      .jpeg({ progressive: true })
      .withExif({ IFD0: { Artist: privateWords[0] ?? '' } })
      .withXmp(
        `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">${privateWords[1]}</rdf:RDF></x:xmpmeta>`,
      )
      .toBuffer()
    const segment = (code: number, text: string) =>
      Buffer.concat([
        Buffer.from([0xff, code, (text.length + 2) >> 8, (text.length + 2) & 255]),
        Buffer.from(text, 'latin1'),
      ])
    const original = Buffer.concat([
      plain.subarray(0, 2),
      segment(0xfe, privateWords[0] ?? ''),
      segment(0xed, `Photoshop 3.0\0${privateWords[1]}`),
      segment(0xe0, `JFXX\0\x10${privateWords[2]}`),
      plain.subarray(2),
      Buffer.from('MP4-AFTER-THE-END'),
    ])
    const { bytes } = await copyOf('film.jpg', original)
    requireBare(bytes, 'jpeg')
    const metadata = await sharp(bytes).metadata()
    assert.ok(metadata.icc !== undefined && metadata.exif === undefined && metadata.xmp === undefined)
    assert.ok((await sharp(bytes).raw().toBuffer()).equals(await sharp(plain).raw().toBuffer()))
  })

  test('moving pictures move on', async () => {
    for (const format of ['gif', 'webp'] as const) {
      const original = await animation(format, 5)
      const { bytes } = await copyOf(`moving.${format}`, original)
      const [before, copy] = await Promise.all([original, bytes].map((each) => sharp(each, { pages: -1 }).metadata()))
      assert.deepEqual([copy?.pages, copy?.loop, copy?.delay], [before?.pages, before?.loop, before?.delay], format)
    }
  })

  test('pictures that cannot be taken apart are drawn anew, upright', async () => {
    const heic = await copyOf('a.heic', await readFile(new URL('../../../../test/media/rotated.heic', import.meta.url)))
    assert.equal(heic.mediaType, 'image/jpeg')
    requireBare(heic.bytes, 'heic')
    for (const format of ['avif', 'tiff'] as const) {
      const { bytes, mediaType } = await copyOf(
        `a.${format}`,
        await image(format, { facts: privateFacts, orientation: format === 'tiff' ? 6 : 1 }),
      )
      assert.equal(mediaType, 'image/jpeg')
      requireBare(bytes, format)
      const { width, height } = await sharp(bytes).metadata()
      assert.deepEqual([width, height], [320, 240], format)
    }
  })

  test('recordings are written anew around the same streams, turned as before', async () => {
    const title = privateWords[0] ?? ''
    const clips = [
      ['mp4', 'mp4'],
      ['mov', 'mov'],
      ['webm', 'webm'],
      ['mkv', 'mkv'],
    ] as const
    for (const [format, extension] of clips) {
      const original = await clip(format as 'mp4', { title, rotation: format === 'mp4' ? 90 : 0 })
      assert.ok(original.includes(title))
      const { bytes, withheld } = await copyOf(`a.${extension}`, original)
      assert.equal(withheld, undefined, format)
      requireBare(bytes, format)
      const matrix = exifToolOn(bytes)?.['Track1:MatrixStructure']
      if (format === 'mp4' && matrix !== undefined) assert.equal(matrix, '0 1 0 -1 0 0 0 0 1')
    }
    for (const format of ['mp3', 'm4a', 'flac', 'ogg', 'wav'] as const) {
      const { bytes, withheld } = await copyOf(`a.${format}`, await sound(format, 1000, { title, artist: title }))
      assert.equal(withheld, undefined, format)
      requireBare(bytes, format)
    }
  })

  test('a copy stays as long as its blob, and goes with it', async () => {
    const bytes = await image('jpeg', { facts: privateFacts, seed: 'to be swept' })
    const about = { organizationId, uploader, name: 'swept.jpg', bytes, isEnqueued: false }
    const { blobId, id } = await makeStoredFile(t.platform, about)
    await makeBareCopy(t.platform, blobId, new AbortController().signal)
    const copy = await getBareCopy(t.platform.db, blobId)
    const key = copy !== undefined && 'objectKey' in copy ? copy.objectKey : ''
    assert.deepEqual((await sweep(t.platform, { graceMs: 0 })).missing, [])
    assert.ok(await t.platform.objects.head(key))
    await t.platform.db.deleteFrom('file').where('id', '=', id).execute()
    await t.platform.db
      .updateTable('blob')
      .set({ unreferenced_at: new Date(0) })
      .where('id', '=', blobId)
      .execute()
    assert.equal((await sweep(t.platform, { graceMs: 0 })).blobsRemoved, 1)
    assert.equal(await t.platform.objects.head(key), undefined)
  })

  test('the page offers a copy of just what there can be one of', () => {
    for (const { mediaType } of knownTypes)
      assert.equal(bareMediaTypes.has(mediaType), bareWayOf(mediaType) !== undefined, mediaType)
    for (const mediaType of bareMediaTypes) assert.ok(bareWayOf(mediaType) !== undefined, mediaType)
  })

  test('what cannot be bared is withheld with a reason', async () => {
    assert.match((await copyOf('a.txt', Buffer.from('some text'))).withheld ?? '', /metadata/)
    const broken = (await image('png', { facts: privateFacts })).subarray(0, 900)
    assert.match((await copyOf('broken.png', broken)).withheld ?? '', /damaged/)
  })

  test('whatever is broken in a file, it is bared or withheld, and soon', async () => {
    for (const format of ['jpeg', 'png', 'webp', 'gif'] as const) {
      const sound = await image(format, { widthPixels: 64, heightPixels: 48, facts: privateFacts })
      for (let round = 0; round < 25; round++) {
        const mutant = Buffer.from(sound)
        for (let i = 0; i < 8; i++) mutant[20 + randomInt(mutant.length - 20)] = randomInt(256)
        const began = Date.now()
        await copyOf(`${round}.${format === 'jpeg' ? 'jpg' : format}`, mutant).catch((error: unknown) =>
          assert.match(String(error), /Problem|judge|not/),
        )
        assert.ok(Date.now() - began < 2_000)
      }
    }
  })
})

/** What exiftool finds, by the name of the tag; undefined where there is none. */
function exifToolOn(bytes: Buffer): Record<string, unknown> | undefined {
  const run = spawnSync('exiftool', ['-json', '-G1', '-a', '-u', '-ee', '-'], {
    input: bytes,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  if (run.error !== undefined) return undefined
  const [told] = JSON.parse(run.stdout) as Record<string, unknown>[]
  return Object.fromEntries(
    Object.entries(told ?? {}).filter(
      ([name, value]) =>
        !/^(System|File|ICC|Composite|ExifTool|SourceFile)/.test(name) && !/^0000:00:00/.test(String(value)),
    ),
  )
}
