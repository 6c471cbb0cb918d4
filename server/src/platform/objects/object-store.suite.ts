import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { ObjectExists, ObjectMissing, type ObjectStore, type StagingPlan } from './object-store.ts'

export const OWNER = { organizationId: '01890000-0000-7000-8000-000000000001' }
export const planFor = (key: string, lengthBytes?: number): StagingPlan => ({ ...OWNER, lengthBytes, key: () => key })

/** What every driver must do. `make` opens a store that holds nothing. */
export function objectStoreSuite(
  driver: string,
  make: () => Promise<{ store: ObjectStore; stop(): Promise<void> }>,
): void {
  describe(`object store: ${driver}`, () => {
    let store: ObjectStore
    let stop: () => Promise<void>
    before(async () => ({ store, stop } = await make()))
    after(() => stop())

    const newKey = () => store.newKey({ family: 'files', role: 'originals', extension: 'bin' })
    const newStagingId = () => crypto.randomUUID()
    async function stage(bytes: Uint8Array, key = newKey()): Promise<string> {
      const id = newStagingId()
      const staged = await store.staging.open(id, planFor(key))
      await staged.write(bytes, 0)
      await staged.flush()
      await staged.close()
      return id
    }
    const read = async (key: string, range?: { first: number; last: number }) =>
      Buffer.concat(await (await store.get(key, range)).toArray())

    test('what is put is got, whole and in ranges', async () => {
      const key = newKey()
      const bytes = randomBytes(3_000_001)
      const facts = await store.put(key, pieces(bytes, 70_000), OWNER)
      assert.equal(facts.sizeBytes, bytes.length)
      assert.deepEqual(await read(key), bytes)
      assert.deepEqual(await read(key, { first: 0, last: 0 }), bytes.subarray(0, 1))
      assert.deepEqual(await read(key, { first: 1_048_570, last: 2_100_000 }), bytes.subarray(1_048_570, 2_100_001))
      assert.deepEqual(await read(key, { first: bytes.length - 1, last: bytes.length - 1 }), bytes.subarray(-1))
      assert.equal((await store.head(key))?.sizeBytes, bytes.length)
    })

    test('an object is immutable: a second put or adopt is refused and changes nothing', async () => {
      const key = newKey()
      await store.put(key, pieces(Buffer.from('first'), 5), OWNER)
      await assert.rejects(store.put(key, pieces(Buffer.from('second'), 6), OWNER), ObjectExists)
      const id = await stage(Buffer.from('third'))
      await assert.rejects(store.staging.adopt(id, key), ObjectExists)
      assert.equal((await read(key)).toString(), 'first')
      assert.equal(await store.staging.sizeBytes(id), 5)
      await store.staging.remove(id)
    })

    test('a put that fails in the middle leaves nothing', async () => {
      const key = newKey()
      async function* broken() {
        yield Buffer.alloc(100_000)
        throw new Error('the source broke')
      }
      await assert.rejects(store.put(key, broken(), OWNER), /the source broke/)
      assert.equal(await store.head(key), undefined)
      assert.deepEqual(await Array.fromAsync(store.staging.list()), [])
    })

    test('what is not there is told before a byte is read', async () => {
      await assert.rejects(store.get(newKey()), ObjectMissing)
      assert.equal(await store.head(newKey()), undefined)
    })

    test('deleting what is not there succeeds, and a reader that has begun reads on to the end', async () => {
      const key = newKey()
      const bytes = randomBytes(5_000_000)
      await store.put(key, pieces(bytes, 1_000_000), OWNER)
      const stream = await store.get(key)
      const chunks = stream[Symbol.asyncIterator]()
      const first = await chunks.next()
      await store.delete([key, newKey()])
      const rest = await Array.fromAsync({ [Symbol.asyncIterator]: () => chunks })
      assert.deepEqual(Buffer.concat([first.value as Buffer, ...(rest as Buffer[])]), bytes)
      assert.equal(await store.head(key), undefined)
    })

    test('every object is listed, and nothing that is only staged', async () => {
      const keys = [newKey(), newKey(), store.newKey({ family: 'photos', role: 'thumbnails', extension: 'webp' })]
      for (const key of keys) await store.put(key, pieces(Buffer.from(key), 100), OWNER)
      const id = await stage(Buffer.from('not yet'))
      const listed = await Array.fromAsync(store.list())
      for (const key of keys) {
        const found = listed.find((each) => each.key === key)
        assert.ok(found !== undefined && found.sizeBytes >= key.length)
        assert.ok(found.modifiedAt.getTime() > Date.now() - 60_000)
      }
      assert.ok(listed.every((each) => !each.key.includes(id)))
      assert.ok((await Array.fromAsync(store.staging.list())).some((each) => each.id === id))
      await store.staging.remove(id)
    })

    test('staged bytes are written at positions, read back, cut, and become an object', async () => {
      const id = newStagingId()
      const key = newKey()
      const bytes = randomBytes(2_500_000)
      const staged = await store.staging.open(id, planFor(key, bytes.length))
      assert.equal(staged.sizeBytes, 0)
      await Promise.all([
        staged.write(bytes.subarray(0, 1_000_000), 0),
        staged.write(bytes.subarray(1_000_000), 1_000_000),
      ])
      await staged.write(randomBytes(77), bytes.length)
      await staged.flush()
      await staged.truncate(bytes.length)
      const back = Buffer.alloc(100)
      assert.equal(await staged.read(back, bytes.length - 60), 60)
      assert.deepEqual(back.subarray(0, 60), bytes.subarray(-60))
      await staged.close()

      assert.equal(await store.staging.sizeBytes(id), bytes.length)
      const again = await store.staging.open(id, planFor(key, bytes.length))
      assert.equal(again.sizeBytes, bytes.length)
      await again.close()

      assert.equal((await store.staging.adopt(id, key)).sizeBytes, bytes.length)
      assert.deepEqual(await read(key), bytes)
      assert.equal(await store.staging.sizeBytes(id), undefined)
    })

    test('adopting again after a crash is the same as adopting once', async () => {
      const key = newKey()
      const id = await stage(Buffer.from('bytes'), key)
      await store.staging.adopt(id, key)
      assert.equal((await store.staging.adopt(id, key)).sizeBytes, 5)
      await assert.rejects(store.staging.adopt(newStagingId(), newKey()), ObjectMissing)
    })

    test('many that finish together in one folder all arrive', async () => {
      const keys = Array.from({ length: 40 }, newKey)
      await Promise.all(keys.map(async (key) => store.staging.adopt(await stage(Buffer.from(key), key), key)))
      for (const key of keys) assert.equal((await read(key)).toString(), key)
    })

    test('removing what was never staged succeeds', async () => {
      await store.staging.remove(newStagingId())
      assert.equal(await store.staging.sizeBytes(newStagingId()), undefined)
    })

    test('a key or an id that this program would not make is refused', async () => {
      for (const key of ['../x', '/etc/passwd', 'a/../b', 'a//b', 'a\0b', '', 'A/b', '.staging/x', 'a/b/'])
        await assert.rejects(async () => store.head(key), RangeError, key)
      for (const id of ['../x', '', 'a/b', 'a.b'])
        await assert.rejects(async () => store.staging.open(id, planFor(newKey())), RangeError, id)
    })
  })
}

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
