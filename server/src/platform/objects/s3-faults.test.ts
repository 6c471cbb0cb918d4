import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { ListMultipartUploadsCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { startCeph, withoutCeph, type Ceph } from '../../../test/services/ceph.ts'
import { sometimes, startFaultProxy, type Fault, type FaultProxy } from '../../../test/services/fault-proxy.ts'
import { ObjectExists, type ObjectStore } from './object-store.ts'
import { OWNER, planFor } from './object-store.suite.ts'
import { bodyOf, contentOf } from './s3-content.ts'
import { openS3Store } from './s3.ts'

const MIB = 1024 * 1024

describe('S3 when things go wrong', { skip: withoutCeph }, () => {
  let ceph: Ceph
  let bucket: string
  let proxy: FaultProxy
  let store: ObjectStore
  before(async () => {
    ceph = await startCeph()
    bucket = await ceph.makeBucket()
    proxy = await startFaultProxy(ceph.port)
    store = await openS3Store(ceph.options(bucket, { endpoint: `http://127.0.0.1:${proxy.port}` }))
  })
  after(async () => {
    await store.close()
    await proxy.stop()
    await ceph.stop()
  })

  const newKey = () => store.newKey({ family: 'files', role: 'originals', extension: 'bin' })
  const read = async (key: string) => Buffer.concat(await (await store.get(key)).toArray())
  async function* pieces(bytes: Uint8Array) {
    for (let at = 0; at < bytes.length; at += MIB) yield bytes.subarray(at, at + MIB)
  }
  /** The fault for the first requests that match, as often as said. */
  const failing = (fault: Fault, times: number, matches: (method: string, url: string) => boolean) => {
    let left = times
    proxy.faultOf = ({ method = '', url = '' }) => (matches(method, url) && left-- > 0 ? fault : undefined)
  }
  const timed = async (work: Promise<unknown>): Promise<number> => {
    const startedAt = performance.now()
    await assert.rejects(work, { kind: 'unavailable' })
    return performance.now() - startedAt
  }

  test('an answer that was lost is found out: no object is taken for somebody else’s', async () => {
    const small = newKey()
    failing('lost-answer', 2, (method) => method === 'PUT')
    await store.put(small, pieces(Buffer.from('small')), OWNER)
    await assert.rejects(store.put(small, pieces(Buffer.from('other')), OWNER), ObjectExists)
    assert.equal((await read(small)).toString(), 'small')

    const [large, bytes] = [newKey(), randomBytes(9 * MIB)]
    failing('lost-answer', 2, (method, url) => method === 'POST' && url.includes('uploadId='))
    await store.put(large, pieces(bytes), OWNER)
    assert.ok((await read(large)).equals(bytes))
  })

  test('a read that breaks off is gone on with where it stopped', async () => {
    const [key, bytes] = [newKey(), randomBytes(12 * MIB)]
    proxy.faultOf = () => undefined
    await store.put(key, pieces(bytes), OWNER)
    for (const fault of ['cut-answer', 'reset', 'error'] as const) {
      failing(fault, 3, (method) => method === 'GET')
      assert.ok((await read(key)).equals(bytes), fault)
    }
    failing('cut-answer', 1, (method) => method === 'GET')
    const range = { first: 5, last: 9 * MIB }
    assert.ok(Buffer.concat(await (await store.get(key, range)).toArray()).equals(bytes.subarray(5, 9 * MIB + 1)))
  })

  test('with three of ten requests failing in every way, everything that was finished is whole', async () => {
    proxy.faultOf = sometimes(30, 7)
    const uploadOne = async () => {
      const [id, key, bytes] = [crypto.randomUUID(), newKey(), randomBytes(9 * MIB + 5)]
      for (let at = 0; at < bytes.length;) {
        const staged = await again(() => store.staging.open(id, planFor(key, bytes.length)))
        try {
          if (staged.sizeBytes > at) await staged.truncate(at)
          const end = Math.min(bytes.length, at + 4 * MIB)
          for (let from = at; from < end; from += MIB)
            await staged.write(bytes.subarray(from, Math.min(end, from + MIB)), from)
          await staged.flush()
          at = end
        } catch (error) {
          assert.equal((error as { kind?: string }).kind, 'unavailable')
          at = (await again(() => store.staging.sizeBytes(id))) === undefined ? 0 : Math.min(at, staged.sizeBytes)
        } finally {
          await staged.close()
        }
      }
      await again(() => store.staging.adopt(id, key))
      return { key, bytes }
    }
    const done = await Promise.all(Array.from({ length: 4 }, uploadOne))
    proxy.faultOf = () => undefined
    for (const { key, bytes } of done) assert.ok((await read(key)).equals(bytes))
    for (const { id } of await Array.fromAsync(store.staging.list())) await store.staging.remove(id)
    assert.deepEqual(await Array.fromAsync(store.staging.list()), [])
    const left = await ceph.client().send(new ListMultipartUploadsCommand({ Bucket: bucket }))
    assert.deepEqual(left.Uploads ?? [], [])
  })

  test('a bit that flips on the way is refused by the store', async () => {
    const client = ceph.client()
    const content = contentOf([Buffer.from('what was meant')])
    const flipped = { ...content, chunks: [Buffer.from('what was meanT')] }
    const sent = (body: typeof content) =>
      client.send(new PutObjectCommand({ Bucket: bucket, Key: 'bit', ...bodyOf(body) }))
    await assert.rejects(sent(flipped), /BadDigest|InvalidDigest|UnknownError|Content-MD5/)
    await sent(content)
  })

  test('a store that hangs fails calls within seconds, loses nothing, and is used again when it goes on', async () => {
    const [id, key, bytes] = [crypto.randomUUID(), newKey(), randomBytes(3 * MIB)]
    const staged = await store.staging.open(id, planFor(key, bytes.length))
    for (let at = 0; at < bytes.length; at += MIB) await staged.write(bytes.subarray(at, at + MIB), at)
    ceph.freeze()
    const [short, read, long] = await Promise.all([
      timed(store.head(newKey())),
      timed(store.get(newKey())),
      timed(staged.flush()),
    ])
    assert.ok(short < 9_000 && read < 9_000, `${short} and ${read} ms`)
    assert.ok(long < 20_000, `${long} ms`)
    ceph.thaw()
    await staged.flush()
    await staged.close()
    await store.staging.adopt(id, key)
    assert.equal((await store.head(key))?.sizeBytes, bytes.length)
  })

  test('a store that is gone is told at once or soon, and used again when it is back', async () => {
    const key = newKey()
    await ceph.kill()
    assert.ok((await timed(store.head(key))) < 9_000)
    assert.ok((await timed(store.put(key, pieces(Buffer.from('x')), OWNER))) < 12_000)
    await ceph.start()
    await store.put(key, pieces(Buffer.from('x')), OWNER)
    assert.equal((await read(key)).toString(), 'x')
  })

  test('whoever configures it is told in a sentence what is wrong, without the secret', async () => {
    const wrong = { credentials: { accessKeyId: 'testkey', secretAccessKey: 'geheim' } }
    await assert.rejects(openS3Store(ceph.options(bucket, wrong)), /does not let these keys into the bucket/)
    await assert.rejects(openS3Store(ceph.options('not-there')), /There is no bucket not-there at http/)
    const nobody = await openS3Store(ceph.options(bucket, { endpoint: 'http://127.0.0.1:1' }))
    await timed(nobody.head(newKey()))
    await nobody.close()
  })
})

async function again<T>(work: () => Promise<T>): Promise<T> {
  for (let left = 20; ; left--) {
    try {
      return await work()
    } catch (error) {
      if (left === 0 || (error as { kind?: string }).kind !== 'unavailable') throw error
    }
  }
}
