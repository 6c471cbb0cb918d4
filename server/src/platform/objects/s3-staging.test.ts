import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { ListMultipartUploadsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'
import { sharedCeph, withoutCeph, type Ceph } from '../../../test/services/ceph.ts'
import { startFaultProxy, type FaultProxy } from '../../../test/services/fault-proxy.ts'
import type { ObjectStore } from './object-store.ts'
import { planFor } from './object-store.suite.ts'
import { openS3Store } from './s3.ts'

const MIB = 1024 * 1024
const PART = 8 * MIB

type Upload = { id: string; key: string; length: number | undefined }

describe('bytes on their way into S3', { skip: withoutCeph }, () => {
  let ceph: Ceph
  let bucket: string
  let proxy: FaultProxy
  /** Two processes, as far as the store can tell. */
  let one: ObjectStore
  let other: ObjectStore
  before(async () => {
    ceph = await sharedCeph()
    bucket = await ceph.makeBucket()
    proxy = await startFaultProxy(ceph.port)
    one = await openS3Store(ceph.options(bucket, { endpoint: `http://127.0.0.1:${proxy.port}` }))
    other = await openS3Store(ceph.options(bucket))
  })
  after(async () => {
    await one.close()
    await other.close()
    await proxy.stop()
  })

  const newKey = () => one.newKey({ family: 'files', role: 'originals', extension: 'bin' })
  const read = async (key: string) => Buffer.concat(await (await other.get(key)).toArray())
  const inBucket = async () => {
    const client = ceph.client()
    const objects = await client.send(new ListObjectsV2Command({ Bucket: bucket }))
    const multiparts = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }))
    return { keys: (objects.Contents ?? []).map(({ Key }) => Key), multiparts: multiparts.Uploads?.length ?? 0 }
  }
  /** Writes in slabs of 1 MiB, as requests bring them. */
  async function writeAt(store: ObjectStore, upload: Upload, bytes: Uint8Array, start = 0) {
    const staged = await store.staging.open(upload.id, planFor(upload.key, upload.length))
    if (staged.sizeBytes > start) await staged.truncate(start)
    for (let at = 0; at < bytes.length; at += MIB) await staged.write(bytes.subarray(at, at + MIB), start + at)
    return staged
  }

  test('what comes in one piece is one PUT, after one question whether something is there', async () => {
    const [id, key, bytes] = [crypto.randomUUID(), newKey(), randomBytes(5 * MIB)]
    const asked: string[] = []
    proxy.faultOf = ({ method = '' }) => void asked.push(method)
    const staged = await writeAt(one, { id, key, length: bytes.length }, bytes)
    await staged.close()
    assert.equal(await one.staging.sizeBytes(id), bytes.length)
    await one.staging.adopt(id, key)
    proxy.faultOf = () => undefined
    assert.deepEqual(asked, ['GET', 'PUT'])
    assert.deepEqual(await read(key), bytes)
    assert.deepEqual((await inBucket()).keys, [key])
  })

  test('an upload goes on at another process, in the middle of a part, and leaves nothing but the object', async () => {
    const [id, key, bytes] = [crypto.randomUUID(), newKey(), randomBytes(27 * MIB + 12_345)]
    let at = 0
    for (const [store, size] of [
      [one, 3 * MIB + 17],
      [other, 9 * MIB],
      [one, 10 * MIB + 1],
      [other, bytes.length],
    ] as const) {
      const staged = await writeAt(store, { id, key, length: bytes.length }, bytes.subarray(at, at + size), at)
      await staged.flush()
      await staged.close()
      at = Math.min(bytes.length, at + size)
      assert.equal(await one.staging.sizeBytes(id), at)
      assert.equal(await other.staging.sizeBytes(id), at)
    }
    assert.equal((await one.staging.adopt(id, key)).sizeBytes, bytes.length)
    assert.ok((await read(key)).equals(bytes))
    const { keys, multiparts } = await inBucket()
    assert.ok(keys.every((each) => !each?.startsWith('.staging/')))
    assert.equal(multiparts, 0)
  })

  test('a flush that the row never heard of is cut away, also where it filled a part', async () => {
    for (const [first, second] of [
      [PART - MIB, 3 * MIB],
      [2 * MIB, MIB],
      [PART, PART],
      [PART + 5, 2 * PART],
    ] as const) {
      const [id, key, bytes] = [crypto.randomUUID(), newKey(), randomBytes(first + second)]
      const staged = await writeAt(one, { id, key, length: bytes.length }, bytes.subarray(0, first), 0)
      await staged.flush()
      for (let at = first; at < bytes.length; at += MIB)
        await staged.write(randomBytes(Math.min(MIB, bytes.length - at)), at)
      await staged.flush()
      // The process ends here, and its row says `first`.
      const again = await writeAt(other, { id, key, length: bytes.length }, bytes.subarray(first), first)
      await again.flush()
      await again.close()
      await other.staging.adopt(id, key)
      assert.ok((await read(key)).equals(bytes), `${first} and ${second}`)
    }
  })

  test('pieces of a slow line grow with what came, and are gone when their part is whole', async () => {
    const [id, key, bytes] = [crypto.randomUUID(), newKey(), randomBytes(PART + MIB)]
    const staged = await one.staging.open(id, planFor(key, bytes.length + 2))
    let sent = 0
    proxy.faultOf = ({ method, headers }) => void (sent += method === 'PUT' ? Number(headers['content-length']) : 0)
    for (let at = 0; at < bytes.length; at += 512 * 1024) {
      await staged.write(bytes.subarray(at, at + 512 * 1024), at)
      await staged.flush()
    }
    proxy.faultOf = () => undefined
    await staged.close()
    assert.ok(sent < 2.1 * bytes.length, `${sent} bytes were sent for ${bytes.length}`)
    const again = await other.staging.open(id, planFor(key, bytes.length + 2))
    await again.write(randomBytes(1), bytes.length)
    await again.flush()
    assert.equal((await inBucket()).keys.filter((each) => each?.startsWith(`.staging/${id}/`)).length, 4)
    await again.close()
    await other.staging.remove(id)
    assert.deepEqual(await Array.fromAsync(other.staging.list()), [])
  })

  test('the end of a large upload goes up once, and is gone back behind when the row never heard of it', async () => {
    const [id, key, bytes] = [crypto.randomUUID(), newKey(), randomBytes(PART + 3 * MIB)]
    const staged = await writeAt(one, { id, key, length: bytes.length }, bytes.subarray(0, PART + MIB))
    await staged.flush()
    let sent = 0
    proxy.faultOf = ({ method, headers }) => void (sent += method === 'PUT' ? Number(headers['content-length']) : 0)
    for (const at of [PART + MIB, PART + 2 * MIB]) await staged.write(bytes.subarray(at, at + MIB), at)
    await staged.flush()
    await staged.close()
    proxy.faultOf = () => undefined
    assert.ok(sent > 3 * MIB && sent < 3.1 * MIB, `${sent}`)
    assert.equal(await other.staging.sizeBytes(id), bytes.length)
    const again = await writeAt(other, { id, key, length: bytes.length }, bytes.subarray(PART + MIB), PART + MIB)
    await again.flush()
    await again.close()
    await one.staging.adopt(id, key)
    assert.ok((await read(key)).equals(bytes))
    assert.deepEqual(await Array.fromAsync(other.staging.list()), [])
  })

  test('the key that is given last counts, although parts went to another', async () => {
    const [id, early, late, bytes] = [crypto.randomUUID(), newKey(), newKey(), randomBytes(PART + 77)]
    const staged = await writeAt(one, { id, key: early, length: bytes.length }, bytes)
    await staged.flush()
    await staged.close()
    await other.staging.adopt(id, late)
    assert.ok((await read(late)).equals(bytes))
    assert.equal(await other.head(early), undefined)
    assert.deepEqual(await Array.fromAsync(other.staging.list()), [])
  })

  test('a finish that was cut short after the object was there is done again', async () => {
    for (const size of [PART + 77, 100]) {
      const [id, key, bytes] = [crypto.randomUUID(), newKey(), randomBytes(size)]
      const staged = await writeAt(one, { id, key, length: bytes.length }, bytes)
      await staged.flush()
      await staged.close()
      // Everything but the removal of what is not needed any more.
      proxy.faultOf = ({ method, url }) => (method === 'POST' && url?.includes('?delete') ? 'error' : undefined)
      await assert.rejects(one.staging.adopt(id, key), { kind: 'unavailable' })
      proxy.faultOf = () => undefined
      assert.equal((await other.staging.adopt(id, key)).sizeBytes, bytes.length)
      assert.equal((await other.staging.adopt(id, key)).sizeBytes, bytes.length)
      assert.ok((await read(key)).equals(bytes))
      assert.deepEqual(await Array.fromAsync(other.staging.list()), [])
    }
  })

  test('a process that died before its first flush leaves an upload in parts that is found and removed', async () => {
    const [id, bytes] = [crypto.randomUUID(), randomBytes(2 * PART + 1)]
    const dying = await openS3Store(ceph.options(bucket))
    await writeAt(dying, { id, key: newKey(), length: bytes.length }, bytes)
    await dying.close()
    const left = await Array.fromAsync(other.staging.list())
    assert.equal(left.length, 1)
    assert.match(left[0]?.id ?? '', /^multipart-/)
    assert.ok((left[0]?.modifiedAt.getTime() ?? 0) > Date.now() - 60_000)
    await other.staging.remove(left[0]?.id ?? '')
    assert.equal((await inBucket()).multiparts, 0)
  })

  test('many at once share little memory: what waits is brought away in pieces, and every one becomes whole', async () => {
    const small = await openS3Store(ceph.options(bucket), 12 * MIB)
    const all = Array.from({ length: 6 }, () => ({
      id: crypto.randomUUID(),
      key: newKey(),
      bytes: randomBytes(PART + 3 * MIB + 7),
    }))
    const open = await Promise.all(all.map(({ id, key, bytes }) => small.staging.open(id, planFor(key, bytes.length))))
    // Each stops for a while in the middle of its part, as slow lines do: together they have more than there is room for.
    for (let at = 0; at < PART + 4 * MIB; at += MIB)
      await Promise.all(
        open.map((staged, i) => staged.write(all[i]?.bytes.subarray(at, at + MIB) ?? new Uint8Array(), at)),
      )
    for (const [i, { id, key, bytes }] of all.entries()) {
      await open[i]?.flush()
      await open[i]?.close()
      assert.equal((await small.staging.adopt(id, key)).sizeBytes, bytes.length)
      assert.ok((await read(key)).equals(bytes))
    }
    await small.close()
    assert.deepEqual(await Array.fromAsync(other.staging.list()), [])
  })

  test('an upload without a length goes up too, and one that is dropped leaves nothing', async () => {
    const [id, key, bytes] = [crypto.randomUUID(), newKey(), randomBytes(20 * MIB)]
    const staged = await writeAt(one, { id, key, length: undefined }, bytes)
    await staged.flush()
    await staged.close()
    await one.staging.adopt(id, key)
    assert.ok((await read(key)).equals(bytes))

    const dropped = crypto.randomUUID()
    await (await writeAt(one, { id: dropped, key: newKey(), length: undefined }, bytes)).close()
    await one.staging.remove(dropped)
    assert.equal(await one.staging.sizeBytes(dropped), undefined)
    const { keys, multiparts } = await inBucket()
    assert.ok(keys.every((each) => !each?.startsWith('.staging/')))
    assert.equal(multiparts, 0)
  })
})
