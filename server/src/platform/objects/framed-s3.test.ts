import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { randomOf } from '../../../test/random.ts'
import { ringOf } from '../../../test/ring.ts'
import { sharedCeph, withoutCeph } from '../../../test/services/ceph.ts'
import { framed } from './framed.ts'
import { objectStoreSuite, OWNER } from './object-store.suite.ts'
import { openS3Store } from './s3.ts'

if (!withoutCeph)
  objectStoreSuite('S3, encrypted and compressed', async () => {
    const ceph = await sharedCeph()
    const inner = await openS3Store(ceph.options(await ceph.makeBucket()))
    const store = framed(inner, { keys: ringOf(true), packs: true })
    return { store, stop: () => store.close() }
  })

describe('frames that are staged where they cannot be read back', { skip: withoutCeph }, () => {
  test('become an object without a flush, as an upload does that comes in one request', async () => {
    const ceph = await sharedCeph()
    const store = framed(await openS3Store(ceph.options(await ceph.makeBucket())), { keys: ringOf(true), packs: false })
    for (const length of [1, 64 * 1024, 1_200_000]) {
      const bytes = Buffer.alloc(length, 'bytes')
      const key = store.newKey({ family: 'files', role: 'originals', extension: 'jpg' })
      const id = crypto.randomUUID()
      const staged = await store.staging.open(id, { ...OWNER, lengthBytes: length, key: () => key })
      await staged.write(bytes, 0)
      await staged.close()
      assert.equal(await store.staging.sizeBytes(id), length)
      assert.equal((await store.staging.adopt(id, key)).sizeBytes, length)
      assert.ok(Buffer.concat(await (await store.get(key)).toArray()).equals(bytes))
    }
    assert.deepEqual(await Array.fromAsync(store.staging.list()), [])
    await store.close()
  })

  test('go on at another process from what was flushed, and become what was sent', async () => {
    const ceph = await sharedCeph()
    const options = ceph.options(await ceph.makeBucket())
    const keys = new Map<string, Uint8Array>()
    const openStore = async () => framed(await openS3Store(options), { keys: ringOf(true, keys), packs: true })
    const random = randomOf(3)
    // Longer than a part of S3, so that most of it cannot be had again; half of it shrinks.
    const bytes = Buffer.alloc(24_000_000, 'words that repeat themselves, ')
    for (let at = 10_000_000; at < bytes.length; at++) bytes[at] = random.below(256)
    let store = await openStore()
    const key = store.newKey({ family: 'files', role: 'originals', extension: 'txt' })
    const plan = { ...OWNER, lengthBytes: bytes.length, key: () => key }
    const id = crypto.randomUUID()
    let flushed = 0
    while (flushed < bytes.length) {
      const staged = await store.staging.open(id, plan)
      assert.ok(staged.sizeBytes >= flushed)
      // As a request does that begins where the row says that the bytes are durable.
      await staged.truncate(flushed)
      let at = flushed
      for (let step = 0; step < 4; step++) {
        const end = Math.min(bytes.length, at + 1 + random.below(1_500_000))
        await staged.write(bytes.subarray(at, end), at)
        at = end
        if (random.chance(0.4)) {
          await staged.flush(at)
          flushed = at
        }
      }
      await staged.flush(at)
      if (at === bytes.length || random.chance(0.7)) flushed = at
      await staged.close()
      if (random.chance(0.7)) store = await openStore()
      assert.ok(((await store.staging.sizeBytes(id)) ?? 0) >= flushed)
    }
    store = await openStore()
    assert.equal(await store.staging.sizeBytes(id), bytes.length)
    assert.equal((await store.staging.adopt(id, key)).sizeBytes, bytes.length)
    assert.ok(Buffer.concat(await (await store.get(key)).toArray()).equals(bytes))
    const range = { first: 9_999_000, last: 10_200_000 }
    assert.ok(
      Buffer.concat(await (await store.get(key, range)).toArray()).equals(bytes.subarray(9_999_000, 10_200_001)),
    )
    assert.deepEqual(await Array.fromAsync(store.staging.list()), [])
  })
})
