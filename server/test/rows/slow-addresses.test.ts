import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, test } from 'node:test'
import { sharedCeph, withoutCeph } from '../services/ceph.ts'
import { openWorld } from '../tenant.ts'
import { ask, pathOf, sha256Of } from '../tus.ts'

const MIB = 1024 * 1024

type Part = { number: number; url: string; sizeBytes: number }

describe('an upload that is slower than its addresses are good for', { skip: withoutCeph }, () => {
  test('is refused by the store alone, asks for new ones, and is whole', async () => {
    const ceph = await sharedCeph()
    const world = await openWorld({
      STORAGE_URL: ceph.url(await ceph.makeBucket()),
      STORAGE_PUBLIC_URL: `http://127.0.0.1:${ceph.port}`,
      STORAGE_DIRECT: 'on',
      STORAGE_ENCRYPTION: 'off',
      TROVE_COMPRESSION: 'off',
    })
    try {
      const { tus, organizationId, authorization } = await world.makeTenant()
      const bytes = randomBytes(9 * MIB)
      const path = pathOf(await tus.create({ length: bytes.length, organizationId }))
      const post = async (way: string, body: object | undefined) => {
        const headers = { authorization, ...(body && { 'content-type': 'application/json' }) }
        const about = { method: 'POST', path: path + way, headers, body: body && Buffer.from(JSON.stringify(body)) }
        const reply = await ask(world.origin, about)
        assert.equal(reply.status, 200, reply.body.toString())
        return reply.json()
      }
      const { partBytes } = await post('/direct', { head: bytes.subarray(0, 65_536).toString('base64') })
      const send = async ({ number, url, sizeBytes }: Part) => {
        const from = (number - 1) * Number(partBytes)
        const body = new Uint8Array(bytes.subarray(from, from + sizeBytes))
        return (await fetch(url, { method: 'PUT', body })).status
      }
      const sign = async (numbers: number[]) => (await post('/parts', { numbers }))['parts'] as Part[]

      const [first] = await sign([1])
      assert.ok(first)
      assert.equal(await send(first), 200)
      // The same as the endpoint gives, good for a second instead of a quarter of an hour.
      const short = await world.t.platform.objects.direct?.signPart(path.slice(-36), 2, 1)
      assert.ok(short)
      await delay(2_100)
      assert.equal(await send({ ...short, number: 2 }), 403)
      const standing = await post('/parts/commit', undefined)
      assert.deepEqual([standing['bytesUploaded'], standing['status']], [partBytes, 'uploading'], 'nothing has ended')

      const [second] = await sign([2])
      assert.ok(second)
      assert.equal(await send(second), 200)
      await post('/parts/commit', undefined)
      const fileId = String((await tus.head(path)).headers['trove-file-id'])
      assert.equal(sha256Of((await tus.content(fileId)).body), sha256Of(bytes))
    } finally {
      await world.t.stop()
    }
  })
})
