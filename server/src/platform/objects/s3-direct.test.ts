import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { GetBucketCorsCommand } from '@aws-sdk/client-s3'
import { sharedCeph, withoutCeph, type Ceph } from '../../../test/services/ceph.ts'
import type { DeliverableKey } from './deliverable.ts'
import { ObjectMissing, type Direct, type ObjectStore } from './object-store.ts'
import { planFor } from './object-store.suite.ts'
import { openS3Store } from './s3.ts'

const MIB = 1024 * 1024
const PART = 8 * MIB

describe('the way past this program into S3', { skip: withoutCeph }, () => {
  let ceph: Ceph
  let bucket: string
  let store: ObjectStore
  let direct: Direct
  before(async () => {
    ceph = await sharedCeph()
    bucket = await ceph.makeBucket()
    // Another name for the same gateway: what is signed for one host is not taken at another.
    const publicUrl = `http://localhost:${ceph.port}`
    store = await openS3Store(ceph.options(bucket, { publicUrl, allowedOrigins: ['https://trove.example.org'] }))
    assert.ok(store.direct)
    direct = store.direct
  })
  after(() => store.close())

  const newKey = () => store.newKey({ family: 'files', role: 'originals', extension: 'bin' })
  const send = (url: string, body: Uint8Array<ArrayBuffer>) => fetch(url, { method: 'PUT', body })

  test('parts come in any order by signed addresses and become an object', async () => {
    const [id, key, bytes] = [crypto.randomUUID(), newKey(), randomBytes(2 * PART + 999)]
    const { partBytes, partCount } = await direct.begin(id, planFor(key, bytes.length))
    assert.deepEqual([partBytes, partCount], [PART, 3])
    const part = (number: number) => bytes.subarray((number - 1) * PART, number * PART)
    for (const number of [3, 1]) {
      const { url, sizeBytes } = await direct.signPart(id, number, 60)
      assert.ok(url.startsWith(`http://localhost:${ceph.port}/${bucket}/`))
      assert.equal(sizeBytes, part(number).length)
      assert.equal((await send(url, part(number))).status, 200)
    }
    const some = await direct.collect(id)
    assert.deepEqual([some.received, some.sizeBytes], [[1, 3], PART])
    assert.equal(await store.staging.sizeBytes(id), PART)
    assert.deepEqual((await direct.begin(id, planFor(key, bytes.length))).received, [1])

    assert.equal((await send((await direct.signPart(id, 2, 60)).url, part(2))).status, 200)
    assert.deepEqual((await direct.collect(id)).received, [1, 2, 3])
    assert.equal(await store.staging.sizeBytes(id), bytes.length)
    assert.equal((await store.staging.adopt(id, key)).sizeBytes, bytes.length)
    assert.ok(Buffer.concat(await (await store.get(key)).toArray()).equals(bytes))
    assert.deepEqual(await Array.fromAsync(store.staging.list()), [])
  })

  test('an address is good for its part, its size and its time, and for nothing else', async () => {
    const [id, key] = [crypto.randomUUID(), newKey()]
    await direct.begin(id, planFor(key, 2 * PART))
    const { url } = await direct.signPart(id, 1, 60)
    assert.equal((await send(url, randomBytes(PART - 1))).status, 403, 'another size')
    assert.equal(
      (await send(url.replace('partNumber=1', 'partNumber=2'), randomBytes(PART))).status,
      403,
      'another part',
    )
    assert.equal((await send(url.replace('localhost', '127.0.0.1'), randomBytes(PART))).status, 403, 'another host')
    assert.equal((await fetch(url)).status, 403, 'another method')
    const late = await direct.signPart(id, 1, 1)
    await new Promise((resolve) => setTimeout(resolve, 2_100))
    assert.equal((await send(late.url, randomBytes(PART))).status, 403, 'too late')
    assert.deepEqual((await direct.collect(id)).received, [])
    await assert.rejects(direct.signPart(id, 3, 60), RangeError)
    await assert.rejects(direct.signPart(crypto.randomUUID(), 1, 60), ObjectMissing)
    await assert.rejects(direct.collect(crypto.randomUUID()), ObjectMissing)
    await store.staging.remove(id)
    assert.equal((await send(url, randomBytes(PART))).status, 404, 'after the end')
  })

  test('a part that is sent anew after it was counted ends nothing: the upload goes back to what is there', async () => {
    const [id, key, bytes] = [crypto.randomUUID(), newKey(), randomBytes(2 * PART)]
    await direct.begin(id, planFor(key, bytes.length))
    for (const number of [1, 2])
      await send((await direct.signPart(id, number, 60)).url, bytes.subarray((number - 1) * PART, number * PART))
    await direct.collect(id)
    await send((await direct.signPart(id, 2, 60)).url, randomBytes(PART))
    await assert.rejects(store.staging.adopt(id, key), { kind: 'unavailable' })
    assert.equal(await store.staging.sizeBytes(id), PART)
    assert.equal(await store.head(key), undefined)
    await direct.collect(id)
    assert.equal((await store.staging.adopt(id, key)).sizeBytes, bytes.length)
  })

  test('an object is fetched by a signed address, with ranges, a type and a name', async () => {
    const [key, bytes] = [newKey(), randomBytes(100_000)]
    await store.put(key, [bytes] as never, { organizationId: crypto.randomUUID() })
    const url = await direct.signGet(key as DeliverableKey, {
      expiresSeconds: 60,
      contentType: 'image/jpeg',
      contentDisposition: 'attachment; filename="a.jpg"',
      cacheControl: 'private',
    })
    const whole = await fetch(url ?? '')
    assert.equal(whole.status, 200)
    assert.equal(whole.headers.get('content-type'), 'image/jpeg')
    assert.equal(whole.headers.get('content-disposition'), 'attachment; filename="a.jpg"')
    assert.ok(Buffer.from(await whole.arrayBuffer()).equals(bytes))
    const part = await fetch(url ?? '', { headers: { range: 'bytes=5-9' } })
    assert.equal(part.status, 206)
    assert.ok(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(5, 10)))
    assert.equal((await fetch((url ?? '').replace('image%2Fjpeg', 'text%2Fhtml'))).status, 403)
  })

  test('the bucket lets the page in, and keeps the rules that it had', async () => {
    const client = ceph.client()
    const { CORSRules = [] } = await client.send(new GetBucketCorsCommand({ Bucket: bucket }))
    assert.deepEqual(CORSRules[0]?.AllowedOrigins, ['https://trove.example.org'])
    const id = crypto.randomUUID()
    await direct.begin(id, planFor(newKey(), 100))
    const { url } = await direct.signPart(id, 1, 60)
    const asked = (origin: string) =>
      fetch(url, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'PUT' } })
    assert.equal(
      (await asked('https://trove.example.org')).headers.get('access-control-allow-origin'),
      'https://trove.example.org',
    )
    assert.equal((await asked('https://evil.example')).headers.get('access-control-allow-origin'), null)
    await store.staging.remove(id)
  })

  test('there is none where the store cannot give anything away as it is', async () => {
    const publicUrl = `http://localhost:${ceph.port}`
    const encryption = { kind: 'customer', key: new Uint8Array(32) } as const
    for (const more of [{}, { publicUrl, encryption }]) {
      const without = await openS3Store(ceph.options(bucket, more))
      assert.equal(without.direct, undefined)
      await without.close()
    }
  })
})
