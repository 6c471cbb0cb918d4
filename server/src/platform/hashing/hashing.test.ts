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
    const digests = await Promise.all(
      contents.map(async (bytes) => {
        const stream = hashing.open()
        await feed(stream, bytes)
        const digest = await stream.digest()
        stream.close()
        return hex(digest)
      }),
    )
    assert.deepEqual(
      digests,
      contents.map((bytes) => expected('sha256', bytes)),
    )
  })

  test('a hash can be asked for in between, and by another algorithm', async () => {
    const stream = hashing.open('sha1')
    const [first, second] = [randomBytes(1_500_000), randomBytes(70_000)]
    await feed(stream, first)
    assert.equal(hex(await stream.digest()), expected('sha1', first))
    await feed(stream, second)
    assert.equal(hex(await stream.digest()), expected('sha1', Buffer.concat([first, second])))
    stream.close()
    await assert.rejects(stream.digest(), /lost/)
  })

  test('a hash whose state was kept goes on from there, in another pool, with many others in between', async () => {
    const contents = Array.from(
      { length: 12 },
      (_, i) => [randomBytes(900_001 + i), randomBytes(70_003 * i + 1)] as const,
    )
    const kept = await Promise.all(
      contents.map(async ([first]) => {
        const stream = hashing.openResumable()
        await feed(stream, first)
        const state = await stream.save()
        assert.equal(hex(await stream.digest()), expected('sha256', first))
        // What follows belongs to no state that was kept before.
        await feed(stream, Buffer.from('more'))
        stream.close()
        return state
      }),
    )
    const elsewhere = createHashing(1)
    try {
      await Promise.all(
        contents.map(async ([first, second], i) => {
          const stream = elsewhere.openResumable(kept[i])
          await feed(stream, second)
          assert.equal(hex(await stream.digest()), expected('sha256', Buffer.concat([first, second])))
          stream.close()
        }),
      )
      const foreign = elsewhere.openResumable(randomBytes(112))
      await assert.rejects(feed(foreign, Buffer.from('x')))
      await assert.rejects(foreign.digest())
    } finally {
      await elsewhere.close()
    }
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
