// B2: every MUST of RFC 9110 on ranges and conditional requests, at the store and then at the door that people use.
import '../../src/platform/http/bytes.test.ts'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { begin, resume } from '../crash-rig.ts'
import { holdOnEveryAddress } from '../rows/b2-given-away.ts'
import { withRig } from '../rows.ts'
import { sharedCeph, withoutCeph } from '../services/ceph.ts'
import { ask, sha256Of } from '../tus.ts'

test('B2: ranges and conditions hold on the address of an original', () => holdOnOriginal())

test('B2: they hold on the address of an original in S3', { skip: withoutCeph }, async () => {
  const ceph = await sharedCeph()
  await holdOnOriginal({ STORAGE_URL: ceph.url(await ceph.makeBucket()) })
})

const holdOnOriginal = (environment: Record<string, string> = {}) =>
  withRig(async (rig) => {
    const server = await rig.start()
    const upload = await begin(rig, server, 1_000_003)
    assert.ok(await resume(rig, server, upload))
    const path = `/api/files/${upload.fileId}/content`
    const get = (headers: Record<string, string> = {}, method = 'GET') =>
      ask(server.origin, { method, path, headers: { authorization: rig.authorization, ...headers } })

    const whole = await get()
    const etag = `"${sha256Of(upload.bytes)}"`
    const modified = String(whole.headers['last-modified'])
    assert.deepEqual([whole.status, whole.headers.etag, whole.headers['accept-ranges']], [200, etag, 'bytes'])
    assert.ok(whole.body.equals(upload.bytes))
    const cases: [Record<string, string>, number][] = [
      [{ range: 'bytes=0-0' }, 206],
      [{ range: 'bytes=-5' }, 206],
      [{ range: 'bytes=1000003-' }, 416],
      [{ range: 'bytes=0-4', 'if-range': etag }, 206],
      [{ range: 'bytes=0-4', 'if-range': modified }, 206],
      [{ range: 'bytes=0-4', 'if-range': '"x"' }, 200],
      [{ 'if-none-match': `W/${etag}` }, 304],
      [{ 'if-modified-since': modified }, 304],
      [{ 'if-match': '"x"' }, 412],
      [{ 'if-unmodified-since': 'Sun, 03 May 2020 12:30:15 GMT' }, 412],
      [{ 'if-match': etag, 'if-none-match': '"x"', range: 'bytes=7-9' }, 206],
    ]
    for (const [headers, status] of cases) assert.equal((await get(headers)).status, status, JSON.stringify(headers))
    const head = await get({ range: 'bytes=0-4' }, 'HEAD')
    assert.deepEqual([head.status, head.headers['content-length'], head.body.length], [200, '1000003', 0])
    assert.equal((await get({ 'if-none-match': etag }, 'HEAD')).status, 304)
  }, environment)

test('B2: they hold on links, their ZIPs and signed addresses', () => holdOnEveryAddress())

test('B2: they hold there when the bytes are in S3', { skip: withoutCeph }, async () => {
  const ceph = await sharedCeph()
  await holdOnEveryAddress({ STORAGE_URL: ceph.url(await ceph.makeBucket()) })
})
