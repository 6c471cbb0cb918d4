import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { until } from '../server.ts'
import { sharedCeph, withoutCeph } from '../services/ceph.ts'
import { startFaultProxy, type FaultProxy } from '../services/fault-proxy.ts'
import { openWorld, quotaOf, type Tenant, type World } from '../tenant.ts'
import { pathOf, sha256Of } from '../tus.ts'

const MIB = 1024 * 1024

describe('a store that takes long to put a large file together', { skip: withoutCeph }, () => {
  let proxy: FaultProxy
  let world: World
  let tenant: Tenant
  before(async () => {
    const ceph = await sharedCeph()
    proxy = await startFaultProxy(ceph.port)
    const url = ceph.url(await ceph.makeBucket()).replace(`:${ceph.port}/`, `:${proxy.port}/`)
    world = await openWorld({ STORAGE_URL: url })
    tenant = await world.makeTenant()
  })
  after(async () => {
    await world?.t.stop()
    await proxy?.stop()
  })

  test('keeps nobody waiting: every answer comes within 2 s, and however often one asks, it is done once', async () => {
    const bytes = randomBytes(17 * MIB)
    const path = pathOf(await tenant.tus.create({ length: bytes.length, organizationId: tenant.organizationId }))
    assert.equal((await tenant.tus.patch(path, 0, bytes.subarray(0, 15 * MIB))).status, 204)
    let [endings, begun, isHere] = [0, 0, false]
    proxy.faultOf = ({ method, url = '' }) => {
      const isEnding = method === 'POST' && url.includes('uploadId=')
      if (isEnding) endings += 1
      // What would move the bytes once more.
      else if (endings > 0 && method === 'PUT' && /partNumber=|\/originals\//.test(url)) begun += 1
      return isEnding ? 'slow' : undefined
    }

    const answers: number[] = []
    const timed = async <T>(work: Promise<T>): Promise<T> => {
      const startedAt = performance.now()
      const reply = await work
      answers.push(performance.now() - startedAt)
      return reply
    }
    const last = await timed(tenant.tus.patch(path, 15 * MIB, bytes.subarray(15 * MIB)))
    assert.equal(last.status, 204)
    assert.equal(last.headers['upload-offset'], String(bytes.length), 'every byte is there, and it is said')
    assert.equal(last.headers['trove-file-id'], undefined, 'it is no file yet, and it is not said that it is')
    let fileId: string | undefined
    const ask = async () => {
      const reply = isHere
        ? await timed(tenant.tus.head(path))
        : // An impatient client sends its end once more.
          await timed(tenant.tus.patch(path, 15 * MIB, bytes.subarray(15 * MIB)))
      isHere = true
      assert.ok([200, 409].includes(reply.status), `${reply.status} ${reply.body.toString()}`)
      fileId = reply.headers['trove-file-id'] as string | undefined
      return fileId !== undefined
    }
    assert.ok(await until(ask, 20_000, 50))
    assert.ok(Math.max(...answers) < 2_000, answers.map(Math.round).join(' '))
    assert.deepEqual([endings, begun], [1, 0])
    assert.equal(sha256Of((await tenant.tus.content(String(fileId))).body), sha256Of(bytes))
    assert.deepEqual(await quotaOf(world, tenant), { used: bytes.length, reserved: 0, files: 1 })
  })
})
