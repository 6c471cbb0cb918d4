import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { bearer, makeOrganization, makeUser } from '../make.ts'
import { startTestPlatform, type TestPlatform } from '../platform.ts'
import { until } from '../server.ts'
import { startCeph, withoutCeph, type Ceph } from '../services/ceph.ts'
import { startFaultProxy, type FaultProxy } from '../services/fault-proxy.ts'
import { ask, pathOf, sha256Of, tusClient, type TusClient } from '../tus.ts'

const MIB = 1024 * 1024

describe('an object store that is away', { skip: withoutCeph }, () => {
  let ceph: Ceph
  let proxy: FaultProxy
  let t: TestPlatform
  let tus: TusClient
  let organizationId: string
  before(async () => {
    ceph = await startCeph()
    proxy = await startFaultProxy(ceph.port)
    const url = ceph.url(await ceph.makeBucket()).replace(`:${ceph.port}/`, `:${proxy.port}/`)
    t = await startTestPlatform({ STORAGE_URL: url })
    const owner = await makeUser(t.platform)
    ;({ id: organizationId } = await makeOrganization(t.platform, owner))
    const { app } = await t.api()
    const origin = await app.listen({ port: 0, host: '127.0.0.1' })
    tus = tusClient(origin, (await bearer(t.platform, owner)).authorization)
  })
  after(async () => {
    await t?.stop()
    await proxy?.stop()
    await ceph?.stop()
  })

  const ready = async () => (await ask(tus.origin, { method: 'GET', path: '/readyz' })).status
  const begin = async (bytes: Uint8Array) => pathOf(await tus.create({ length: bytes.length, organizationId }))
  async function finish(path: string, bytes: Uint8Array): Promise<string> {
    let fileId: string | undefined
    const isFile = async () => {
      const head = await tus.head(path)
      fileId = head.headers['trove-file-id'] as string | undefined
      const offset = Number(head.headers['upload-offset'])
      if (fileId === undefined && head.status === 200 && offset < bytes.length)
        await tus.patch(path, offset, bytes.subarray(offset))
      return fileId !== undefined
    }
    assert.ok(await until(isFile, 20_000, 200))
    return String(fileId)
  }

  for (const [how, away, back] of [
    ['hangs', () => ceph.freeze(), () => ceph.thaw()],
    ['is gone', () => ceph.kill(), () => ceph.start()],
  ] as const)
    test(`that ${how}: not ready within seconds, 503 with Retry-After, and all goes on by itself afterwards`, async () => {
      const [kept, bytes] = [randomBytes(MIB), randomBytes(10 * MIB)]
      const keptId = await finish(await begin(kept), kept)
      const path = await begin(bytes)
      assert.equal((await tus.patch(path, 0, bytes.subarray(0, 3 * MIB))).status, 204)
      assert.equal(await ready(), 200)

      await away()
      assert.ok(await until(async () => (await ready()) === 503, 5_000))
      const startedAt = performance.now()
      const [read, sent] = await Promise.all([
        tus.content(keptId),
        tus.patch(path, 3 * MIB, bytes.subarray(3 * MIB, 4 * MIB)),
      ])
      for (const reply of [read, sent]) {
        assert.equal(reply.status, 503, reply.body.toString())
        assert.match(String(reply.json()['type']), /unavailable$/)
        assert.ok(Number(reply.headers['retry-after']) > 0)
        assert.doesNotMatch(reply.body.toString(), /127\.0\.0\.1|ECONN|errno|AWS|smithy/i)
      }
      assert.ok(performance.now() - startedAt < 25_000)

      await back()
      assert.ok(await until(async () => (await ready()) === 200, 10_000))
      assert.equal(sha256Of((await tus.content(keptId)).body), sha256Of(kept))
      const fileId = await finish(path, bytes)
      assert.equal(sha256Of((await tus.content(fileId)).body), sha256Of(bytes))
    })

  test('that is full: 507, what came is kept, and it goes on when there is room', async () => {
    const bytes = randomBytes(10 * MIB)
    const path = await begin(bytes)
    assert.equal((await tus.patch(path, 0, bytes.subarray(0, 3 * MIB))).status, 204)
    proxy.faultOf = ({ method }) => (method === 'PUT' ? 'full' : undefined)
    for (const whole of [false, true]) {
      const small = randomBytes(1000)
      const full = whole
        ? await tus.create({ length: small.length, organizationId }, small)
        : await tus.patch(path, 3 * MIB, bytes.subarray(3 * MIB))
      assert.equal(full.status, 507, full.body.toString())
      assert.match(String(full.json()['type']), /storage-full$/)
    }
    proxy.faultOf = () => undefined
    assert.equal(Number((await tus.head(path)).headers['upload-offset']), 3 * MIB)
    const fileId = await finish(path, bytes)
    assert.equal(sha256Of((await tus.content(fileId)).body), sha256Of(bytes))
  })
})
