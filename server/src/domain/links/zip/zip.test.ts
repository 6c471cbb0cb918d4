import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { describe, test } from 'node:test'
import type { ByteRange, DeliverableKey, ObjectStore } from '../../../platform/objects/index.ts'
import { layOut, type Entry } from './layout.ts'
import { sidecarsOf, xmpOf } from './sidecars.ts'
import { createPaths, safeName } from './names.ts'
import { zipSource } from './writer.ts'

const bytes = new Map<string, Buffer>()
const opened = { now: 0, ever: 0 }
/** Objects in memory, which say how many of them are open. */
const objects = {
  async get(key: string, range?: ByteRange) {
    const whole = bytes.get(key) ?? Buffer.alloc(0)
    const part = range === undefined ? whole : whole.subarray(range.first, range.last + 1)
    opened.now += 1
    opened.ever += 1
    const stream = Readable.from(pieces(part), { highWaterMark: 1 })
    return stream.once('close', () => (opened.now -= 1))
  },
} as Partial<ObjectStore> as ObjectStore

function* pieces(whole: Buffer): Generator<Buffer> {
  for (let at = 0; at < whole.length; at += 10_000) yield Buffer.from(whole.subarray(at, at + 10_000))
}

function entry(path: string, sizeBytes: number): Entry {
  // The gate is for people; here the ZIP itself is what is asked about.
  const objectKey = `${path} ${randomBytes(4).toString('hex')}` as DeliverableKey
  bytes.set(objectKey, randomBytes(sizeBytes))
  return {
    path,
    content: { objectKey },
    sizeBytes,
    etag: `"${objectKey}"`,
    modifiedAt: new Date('2026-05-04T12:30:00Z'),
  }
}

const read = async (source: ReturnType<typeof zipSource>, range?: ByteRange) =>
  Buffer.concat((await (await source(range)).toArray()) as Buffer[])

describe('a ZIP', () => {
  test('has the size that was told, and each range of it is that part', async () => {
    const layout = layOut([entry('a.bin', 25_000), entry('b/ü.bin', 1), entry('c.bin', 70_001)])
    const whole = await read(zipSource(objects, layout))
    assert.equal(whole.length, layout.sizeBytes)
    const edges = [0, 1, 34, 35, 36, 25_034, 25_035, 25_036, 25_052, whole.length - 30, whole.length - 1]
    for (const first of edges)
      for (const last of edges.filter((edge) => edge >= first))
        assert.ok((await read(zipSource(objects, layout), { first, last })).equals(whole.subarray(first, last + 1)))
  })

  test('is the same each time, and has another tag when anything in it is another', () => {
    const entries = [entry('a.bin', 10), entry('b.bin', 20)]
    assert.equal(layOut(entries).etag, layOut(entries).etag)
    const changed = entries.map((each, i) => (i === 1 ? { ...each, path: 'c.bin' } : each))
    assert.notEqual(layOut(entries).etag, layOut(changed).etag)
    assert.notEqual(layOut(entries).etag, layOut(entries.slice(1)).etag)
  })

  test('holds few bytes of its own beside those of files, and gives ranges of them too', async () => {
    const original = { ...entry('a.jpg', 100), id: 'a' }
    const taken = { ...entry('b.jpg', 100), id: 'b' }
    const theirs = { ...entry('B.jpg.XMP', 10), id: 'c' }
    const said = ['a', 'b'].map((id) => ({ id, description: 'One & only <b>', tags: ['Zürich'] }))
    const originals = [original, taken, theirs]
    const layout = layOut([...originals, ...sidecarsOf(originals, said)])
    const whole = await read(zipSource(objects, layout))
    assert.equal(whole.length, layout.sizeBytes)
    const at = whole.indexOf('<?xpacket')
    assert.ok(
      whole
        .subarray(at)
        .toString()
        .startsWith(xmpOf({ description: 'One & only <b>', tags: ['Zürich'] })),
    )
    const part = await read(zipSource(objects, layout), { first: at, last: at + 8 })
    assert.equal(part.toString(), '<?xpacket')
    assert.deepEqual(
      layout.entries.map(({ path }) => path),
      ['a.jpg', 'b.jpg', 'B.jpg.XMP', 'a.jpg.xmp', 'b.jpg.trove.xmp'],
    )
  })

  test('writes of what was said only what XML can hold', () => {
    const written = xmpOf({
      description: 'a\u0000b\u001f]]>\ud800\r"',
      tags: [],
      happenedAt: '2026-05-04T12:30:00.000+02:00',
    })
    assert.match(written, /x-default">ab\]\]&gt;\uFFFD&#13;&quot;</)
    assert.match(written, /<exif:DateTimeOriginal>2026-05-04T12:30:00.000\+02:00</)
    assert.doesNotMatch(written, /dc:subject/)
  })

  test('reads nothing that comes before a range, but for checksums in it', async () => {
    const layout = layOut([entry('a.bin', 30_000), entry('b.bin', 30_000)])
    opened.ever = 0
    await read(zipSource(objects, layout), { first: 30_100, last: 50_000 })
    assert.equal(opened.ever, 1)
  })

  test('closes what it reads when its reader leaves', async () => {
    const layout = layOut([entry('a.bin', 500_000), entry('b.bin', 500_000)])
    const stream = await zipSource(objects, layout)(undefined)
    for await (const chunk of stream) if ((chunk as Buffer).length === 10_000) break
    await new Promise((resolve) => setTimeout(resolve, 20))
    assert.equal(opened.now, 0)
  })

  test('names in it lead nowhere and are taken by every system', () => {
    const cases: [string, string][] = [
      ['../../etc/passwd', '.._.._etc_passwd'],
      ['..', '_'],
      ['C:\\a.txt', 'C__a.txt'],
      ['con.txt', '_con.txt'],
      ['a\u0000b\u202Ec.exe', 'a_b_c.exe'],
      ['name. . ', 'name'],
      ['  ', '_'],
      ['what?<>|*".txt', 'what______.txt'],
    ]
    for (const [name, safe] of cases) assert.equal(safeName(name), safe)
    const long = safeName(`${'ü'.repeat(300)}.jpeg`)
    assert.ok(Buffer.byteLength(long) <= 200 && long.endsWith('.jpeg'))
  })

  test('names in it are there once, whatever the case of their letters', () => {
    const pathOf = createPaths()
    const paths = [pathOf([], 'a.jpg'), pathOf([], 'A.JPG'), pathOf(['x/y'], 'a.jpg'), pathOf([], 'a (2).jpg')]
    assert.deepEqual(paths, ['a.jpg', 'A (2).JPG', 'x_y/a.jpg', 'a (2) (2).jpg'])
  })
})
