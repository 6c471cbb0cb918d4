import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { sharedCeph, withoutCeph } from '../services/ceph.ts'
import { startFaultProxy, type FaultProxy } from '../services/fault-proxy.ts'
import { openWorld, type Tenant, type World } from '../tenant.ts'
import { ask, pathOf, sha256Of, type Reply } from '../tus.ts'

const MIB = 1024 * 1024

describe('a store that Trove knows by an inner name, and browsers by a public one', { skip: withoutCeph }, () => {
  let inner: string
  let front: FaultProxy
  let world: World
  let tenant: Tenant
  const passed: string[] = []
  before(async () => {
    const ceph = await sharedCeph()
    inner = `127.0.0.1:${ceph.port}`
    // What people have in front of it: it passes on Host as it came.
    front = await startFaultProxy(ceph.port)
    front.faultOf = ({ headers }) => void passed.push(headers.host ?? '')
    world = await openWorld({
      STORAGE_URL: ceph.url(await ceph.makeBucket()),
      STORAGE_PUBLIC_URL: `http://localhost:${front.port}`,
      STORAGE_DIRECT: 'on',
      DELIVERY: 'redirect',
      STORAGE_ENCRYPTION: 'off',
      TROVE_COMPRESSION: 'off',
    })
    tenant = await world.makeTenant()
  })
  after(async () => {
    await world?.t.stop()
    await front?.stop()
  })

  const heard: Reply[] = []
  async function hear(method: string, path: string, body?: object): Promise<Reply> {
    const { authorization } = tenant
    const headers = { authorization, ...(body && { 'content-type': 'application/json' }) }
    const reply = await ask(world.origin, { method, path, headers, body: body && Buffer.from(JSON.stringify(body)) })
    heard.push(reply)
    return reply
  }

  test('is sent to and fetched from by the public name alone; no answer tells the inner one', async () => {
    const bytes = randomBytes(10 * MIB)
    const created = await tenant.tus.create({ length: bytes.length, organizationId: tenant.organizationId })
    heard.push(created)
    const path = pathOf(created)
    const begun = await hear('POST', `${path}/direct`, { head: bytes.subarray(0, 65_536).toString('base64') })
    assert.equal(begun.status, 200, begun.body.toString())
    const { partBytes, partCount } = begun.json() as { partBytes: number; partCount: number }
    const numbers = Array.from({ length: partCount }, (_, i) => i + 1)
    const signed = (await hear('POST', `${path}/parts`, { numbers })).json()['parts'] as { url: string }[]
    for (const [i, { url }] of signed.entries()) {
      assert.equal(new URL(url).host, `localhost:${front.port}`)
      const body = new Uint8Array(bytes.subarray(i * partBytes, (i + 1) * partBytes))
      assert.equal(
        (await fetch(url, { method: 'PUT', body })).status,
        200,
        'the signature holds behind the public name',
      )
    }
    assert.equal((await hear('POST', `${path}/parts/commit`)).status, 200)
    const head = await tenant.tus.head(path)
    heard.push(head)
    const fileId = String(head.headers['trove-file-id'])

    const away = await hear('GET', `/api/files/${fileId}/content`)
    assert.ok([302, 303, 307].includes(away.status), `${away.status}`)
    const url = new URL(String(away.headers.location))
    assert.equal(url.host, `localhost:${front.port}`)
    const fetched = await fetch(url)
    assert.equal(fetched.status, 200)
    assert.equal(sha256Of(Buffer.from(await fetched.arrayBuffer())), sha256Of(bytes))

    assert.deepEqual(new Set(passed), new Set([`localhost:${front.port}`]))
    for (const reply of heard)
      assert.ok(!`${JSON.stringify(reply.headers)}${reply.body.toString()}`.includes(inner), 'the inner name is told')
  })
})
