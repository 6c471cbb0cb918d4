import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { request as httpRequest } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { buildApi, type Api } from '../../src/app/api.ts'
import { openPlatform, type OpenPlatform } from '../../src/app/platform.ts'
import { bearer, makeOrganization, makeUser } from '../make.ts'
import { startTestPlatform, type TestPlatform } from '../platform.ts'
import { sharedCeph, withoutCeph } from '../services/ceph.ts'
import { ask, pathOf, sha256Of, tusClient, type TusClient } from '../tus.ts'

const MIB = 1024 * 1024

describe('uploads onto S3', { skip: withoutCeph }, () => {
  let t: TestPlatform
  let secondPlatform: OpenPlatform
  let second: Api
  let organizationId: string
  let authorization: string
  /** The same user at two processes that have only database and store in common. */
  let here: TusClient
  let there: TusClient
  before(async () => {
    const ceph = await sharedCeph()
    t = await startTestPlatform({ STORAGE_URL: ceph.url(await ceph.makeBucket()) })
    const owner = await makeUser(t.platform)
    ;({ id: organizationId } = await makeOrganization(t.platform, owner))
    ;({ authorization } = await bearer(t.platform, owner))
    secondPlatform = await openPlatform(t.config, 'api')
    second = await buildApi(secondPlatform)
    const listen = async ({ app }: Api) => app.listen({ port: 0, host: '127.0.0.1' })
    here = tusClient(await listen(await t.api()), authorization)
    there = tusClient(await listen(second), authorization)
  })
  after(async () => {
    await second?.close()
    await secondPlatform?.close()
    await t?.stop()
  })

  const begin = async (bytes: Uint8Array) => pathOf(await here.create({ length: bytes.length, organizationId }))
  const offsetAt = async (tus: TusClient, path: string) => Number((await tus.head(path)).headers['upload-offset'])
  async function requireFile(reply: { headers: Record<string, unknown> }, bytes: Uint8Array) {
    const id = String(reply.headers['trove-file-id'])
    assert.equal(sha256Of((await here.content(id)).body), sha256Of(bytes))
    assert.equal(sha256Of((await there.content(id)).body), sha256Of(bytes))
  }
  /** The first bytes of a request that promises more, then the connection is cut. */
  function cutAfter(path: string, bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      const headers = {
        authorization,
        'tus-resumable': '1.0.0',
        'upload-offset': 0,
        'content-type': 'application/offset+octet-stream',
        'content-length': bytes.length + MIB,
      }
      const sent = httpRequest(new URL(path, here.origin), { method: 'PATCH', headers })
      sent.on('error', () => resolve())
      sent.write(bytes, () => setTimeout(() => sent.destroy(), 300))
    })
  }

  test('small ones, by creation with the bytes, many at once', async () => {
    const all = Array.from({ length: 20 }, (_, i) => randomBytes(1 + i * 9_000))
    const replies = await Promise.all(all.map((bytes) => here.create({ length: bytes.length, organizationId }, bytes)))
    for (const [i, reply] of replies.entries()) {
      assert.equal(reply.status, 201, reply.body.toString())
      await requireFile(reply, all[i] ?? new Uint8Array())
    }
    assert.deepEqual(await Array.fromAsync(t.platform.objects.staging.list()), [])
  })

  test('30 MB in one request', async () => {
    const bytes = randomBytes(30_000_000)
    const done = await here.patch(await begin(bytes), 0, bytes)
    assert.equal(done.status, 204, done.body.toString())
    await requireFile(done, bytes)
    assert.deepEqual(await Array.fromAsync(t.platform.objects.staging.list()), [])
  })

  test('in chunks, each at another process', async () => {
    const bytes = randomBytes(21 * MIB + 4321)
    const path = await begin(bytes)
    let done
    for (let at = 0, turn = 0; at < bytes.length; at += 5 * MIB, turn += 1) {
      done = await (turn % 2 === 0 ? here : there).patch(path, at, bytes.subarray(at, at + 5 * MIB))
      assert.equal(done.status, 204, done.body.toString())
    }
    assert.ok(done)
    await requireFile(done, bytes)
  })

  test('cut in the middle, and gone on with at another process where it stopped', async () => {
    const bytes = randomBytes(20 * MIB)
    const path = await begin(bytes)
    await cutAfter(path, bytes.subarray(0, 11 * MIB + 7))
    const offset = await offsetAt(there, path)
    assert.ok(offset > 0 && offset <= 11 * MIB + 7, `${offset}`)
    const done = await there.patch(path, offset, bytes.subarray(offset))
    assert.equal(done.status, 204, done.body.toString())
    await requireFile(done, bytes)
  })

  test('one that is given up leaves nothing in the bucket', async () => {
    const bytes = randomBytes(12 * MIB)
    const path = await begin(bytes)
    assert.equal((await here.patch(path, 0, bytes.subarray(0, 10 * MIB))).status, 204)
    assert.equal((await Array.fromAsync(t.platform.objects.staging.list())).length, 1)
    assert.equal((await there.delete(path)).status, 204)
    assert.deepEqual(await Array.fromAsync(t.platform.objects.staging.list()), [])
  })

  test('both processes say that the store is there', async () => {
    for (const { origin } of [here, there])
      assert.equal((await ask(origin, { method: 'GET', path: '/readyz' })).json()['store'], true)
  })
})
