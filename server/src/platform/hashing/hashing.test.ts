import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { after, describe, test } from 'node:test'
import { createHashing, SLAB_BYTES, type HashStream } from './index.ts'
import { createSlabPool } from './slabs.ts'

const hashing = createHashing()
after(() => hashing.close())
const expected = (algorithm: string, bytes: Uint8Array) => createHash(algorithm).update(bytes).digest('hex')
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

async function feed(stream: HashStream, bytes: Uint8Array): Promise<void> {
  const fed: Promise<void>[] = []
  for (let at = 0; at < bytes.length; at += SLAB_BYTES) {
    const slab = await hashing.slabs.take()
    const part = bytes.subarray(at, at + SLAB_BYTES)
    slab.bytes.set(part)
    slab.length = part.length
    fed.push(stream.update(slab).then(() => slab.release()))
  }
  await Promise.all(fed)
}

describe('hashing', () => {
  test('many streams at once each come to their own hash', async () => {
    const contents = Array.from({ length: 40 }, (_, i) => randomBytes(i * 100_003))
    const digests = await Promise.all(contents.map(async (bytes) => {
      const stream = hashing.open()
      await feed(stream, bytes)
      const digest = await stream.digest()
      stream.close()
      return hex(digest)
    }))
    assert.deepEqual(digests, contents.map((bytes) => expected('sha256', bytes)))
  })

  test('a chunk with a wrong checksum is forgotten, one with a right one is kept', async () => {
    const stream = hashing.open()
    const [kept, bad, good] = [randomBytes(1_500_000), randomBytes(70_000), randomBytes(2_000_000)]
    await feed(stream, kept)
    stream.beginChunk('sha1')
    await feed(stream, bad)
    assert.equal(hex(await stream.chunkDigest()), expected('sha1', bad))
    stream.endChunk('forget')
    stream.beginChunk('md5')
    await feed(stream, good)
    assert.equal(hex(await stream.chunkDigest()), expected('md5', good))
    stream.endChunk('keep')
    assert.equal(hex(await stream.digest()), expected('sha256', Buffer.concat([kept, good])))
    stream.close()
  })

  test('there are never more slabs than the limit, and they are given in turn', async () => {
    const slabs = createSlabPool(2)
    const [a, b] = [await slabs.take(), await slabs.take()]
    assert.equal(slabs.tryTake(), undefined)
    const order: string[] = []
    const left = new AbortController()
    const waiting = [
      slabs.take().then((slab) => (order.push('first'), slab)),
      assert.rejects(slabs.take(left.signal), /left/),
      slabs.take().then((slab) => (order.push('second'), slab)),
    ]
    left.abort(new Error('left'))
    assert.equal(slabs.isWanted(), true)
    a.release()
    b.release()
    await Promise.all(waiting)
    assert.deepEqual(order, ['first', 'second'])
    assert.equal(slabs.isWanted(), false)
  })
})
