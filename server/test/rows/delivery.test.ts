import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import { bearer, makeOrganization, makeUser } from '../make.ts'
import { startTestPlatform } from '../platform.ts'
import { startProxy, withoutProxy } from '../services/proxies.ts'
import { ask, pathOf, sha256Of, tusClient } from '../tus.ts'

const MIB = 1024 * 1024

describe('originals that the proxy hands out', () => {
  test('come whole and in ranges from its own disk, to those who may alone, and never by their address', async (context) => {
    const reason = withoutProxy('nginx')
    if (reason !== false) return context.skip(reason)
    const t = await startTestPlatform({ DELIVERY: 'accel', TRUST_PROXY: '1' })
    const owner = await makeUser(t.platform)
    const { id: organizationId } = await makeOrganization(t.platform, owner)
    const { authorization } = await bearer(t.platform, owner)
    const stranger = await bearer(t.platform, await makeUser(t.platform))
    const { app } = await t.api()
    const upstream = await app.listen({ port: 0, host: '127.0.0.1' })
    if (t.config.storage.kind !== 'disk') throw new Error('these objects are files')
    const nginx = await startProxy('nginx', Number(new URL(upstream).port), '', t.config.storage.folder)
    try {
      const origin = `http://127.0.0.1:${nginx.port}`
      const tus = tusClient(origin, authorization)
      const bytes = randomBytes(3 * MIB + 1)
      const path = pathOf(await tus.create({ length: bytes.length, organizationId, filename: 'Grünes Bild.bin' }))
      const fileId = String((await tus.patch(path, 0, bytes)).headers['trove-file-id'])
      const content = `/api/files/${fileId}/content`
      const get = (headers: Record<string, string>, at = origin) =>
        ask(at, { method: 'GET', path: content, headers: { authorization, ...headers } })

      const told = await get({}, upstream)
      const accel = String(told.headers['x-accel-redirect'])
      assert.match(accel, /^\/trove-objects\/files\/\d{4}\/\d{2}\/originals\/[0-9a-f-]{36}\.bin$/)
      assert.equal(told.body.length, 0)

      const whole = await get({})
      assert.equal(whole.status, 200)
      assert.equal(whole.headers['x-accel-redirect'], undefined)
      assert.equal(sha256Of(whole.body), sha256Of(bytes))
      assert.match(String(whole.headers['content-disposition']), /^attachment; .*filename\*=UTF-8''Gr%C3%BCnes%20Bild/)
      assert.match(String(whole.headers['cache-control']), /private/)
      const part = await get({ range: 'bytes=1000-2000' })
      assert.equal(part.status, 206)
      assert.ok(part.body.equals(bytes.subarray(1000, 2001)))
      const known = await get({ 'if-none-match': `"${sha256Of(bytes)}"` })
      assert.equal(known.status, 304)

      assert.equal((await get(stranger)).status, 404)
      assert.equal((await ask(origin, { method: 'GET', path: accel })).status, 404)
    } finally {
      await nginx.stop()
      await t.stop()
    }
  })
})
