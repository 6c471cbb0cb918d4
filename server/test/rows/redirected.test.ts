import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { signPass } from '../../src/domain/links/visits/passes.ts'
import { newId } from '../../src/platform/ids.ts'
import { bearer, makeLink, makeUser } from '../make.ts'
import { sharedCeph, withoutCeph, type Ceph } from '../services/ceph.ts'
import { openWorld, type Tenant, type World } from '../tenant.ts'
import { ask, pathOf, sha256Of, type Reply } from '../tus.ts'

const MIB = 1024 * 1024
const HOUR_MS = 3_600_000

describe('originals that come from the store itself', { skip: withoutCeph }, () => {
  let ceph: Ceph
  let world: World
  let tenant: Tenant
  before(async () => {
    ceph = await sharedCeph()
    world = await openWorld({
      STORAGE_URL: ceph.url(await ceph.makeBucket()),
      STORAGE_PUBLIC_URL: `http://127.0.0.1:${ceph.port}`,
      STORAGE_ENCRYPTION: 'off',
      DELIVERY: 'redirect',
    })
    tenant = await world.makeTenant()
  })
  after(() => world?.t.stop())

  async function upload(bytes: Buffer, filename: string): Promise<string> {
    const { tus, organizationId } = tenant
    const path = pathOf(await tus.create({ length: bytes.length, organizationId, filename }))
    return String((await tus.patch(path, 0, bytes)).headers['trove-file-id'])
  }
  const get = (fileId: string, headers: Record<string, string> = {}, query = ''): Promise<Reply> =>
    ask(world.origin, {
      method: 'GET',
      path: `/api/files/${fileId}/content${query}`,
      headers: { authorization: tenant.authorization, ...headers },
    })

  test('are told by an address that is good for a minute, with their type and name, in ranges too', async () => {
    const bytes = randomBytes(3 * MIB + 1)
    const fileId = await upload(bytes, 'Grünes Bild.bin')
    const told = await get(fileId, { range: 'bytes=1000-2000' })
    assert.equal(told.status, 307)
    assert.equal(told.body.length, 0)
    assert.equal(told.headers['cache-control'], 'no-store')
    const url = new URL(String(told.headers.location))
    assert.equal(url.origin, `http://127.0.0.1:${ceph.port}`)
    assert.equal(url.searchParams.get('X-Amz-Expires'), '60')

    const whole = await fetch(url)
    assert.equal(whole.status, 200)
    assert.equal(sha256Of(Buffer.from(await whole.arrayBuffer())), sha256Of(bytes))
    assert.equal(whole.headers.get('content-type'), 'application/octet-stream')
    assert.match(whole.headers.get('content-disposition') ?? '', /^attachment; .*filename\*=UTF-8''Gr%C3%BCnes%20Bild/)
    assert.match(whole.headers.get('cache-control') ?? '', /private/)
    const part = await fetch(url, { headers: { range: 'bytes=1000-2000' } })
    assert.equal(part.status, 206)
    assert.ok(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(1000, 2001)))

    const other = new URL(url)
    other.searchParams.set('response-content-type', 'text/html')
    assert.equal((await fetch(other)).status, 403, 'nothing of the address can be changed')
    assert.equal((await fetch(`${url.origin}${url.pathname}`)).status, 403, 'without its signature it opens nothing')
  })

  test('are told to nobody who may not have them', async () => {
    const fileId = await upload(randomBytes(2 * MIB), 'mine.bin')
    const stranger = await bearer(world.t.platform, await makeUser(world.t.platform))
    const refused = await get(fileId, stranger)
    assert.equal(refused.status, 404)
    assert.equal(refused.headers.location, undefined)
    assert.equal((await get(fileId, { authorization: 'Bearer nothing' })).status, 401)
  })

  test('pass through the program when they are small, encoded, or asked for on a condition', async () => {
    const small = randomBytes(MIB - 1)
    const smallId = await upload(small, 'small.bin')
    assert.equal(sha256Of((await get(smallId)).body), sha256Of(small))

    const text = Buffer.from('A line that is written again and again.\n'.repeat(80_000))
    const reply = await get(await upload(text, 'long.txt'))
    assert.equal(reply.status, 200)
    assert.equal(sha256Of(reply.body), sha256Of(text))

    const bytes = randomBytes(2 * MIB)
    const largeId = await upload(bytes, 'large.bin')
    assert.equal((await get(largeId, { 'if-none-match': `"${sha256Of(bytes)}"` })).status, 304)
    assert.equal((await get(largeId)).status, 307)
  })

  test('are streamed and counted when a link leads to them', async () => {
    const { platform } = world.t
    const bytes = randomBytes(2 * MIB)
    const fileId = await upload(bytes, 'linked.bin')
    const { organizationId, owner } = tenant
    const link = await makeLink(platform, { organizationId, maker: owner, resourceId: fileId, maxDownloads: 1 })
    await platform.db.updateTable('link').set({ keeps_metadata: true }).where('id', '=', link.id).execute()
    const visitId = newId()
    await platform.db.insertInto('link_visit').values({ id: visitId, link_id: link.id, ip: '127.0.0.1' }).execute()
    const pass = await signPass(platform.keys, { linkId: link.id, visitId }, new Date(Date.now() + HOUR_MS))
    const download = () =>
      ask(world.origin, {
        method: 'GET',
        path: `/api/shared/${link.id}/files/${fileId}/content`,
        headers: { authorization: `Bearer ${pass}` },
      })
    const reply = await download()
    assert.equal(reply.status, 200)
    assert.equal(sha256Of(reply.body), sha256Of(bytes))
    assert.notEqual((await download()).status, 200, 'one download was allowed, and it was counted')
  })

  test('may be shown by the page, which may reach that one origin and no other', async () => {
    const { headers } = await ask(world.origin, { method: 'GET', path: '/' })
    const policy = new Map(
      String(headers['content-security-policy'])
        .split('; ')
        .map((line) => [line.split(' ')[0], line.split(' ').slice(1)]),
    )
    const store = `http://127.0.0.1:${ceph.port}`
    assert.deepEqual(policy.get('connect-src'), ["'self'", store])
    assert.deepEqual(policy.get('img-src'), ["'self'", 'data:', 'blob:', store])
    assert.deepEqual(policy.get('media-src'), ["'self'", 'blob:', store])
    for (const [name, sources] of policy)
      if (name !== undefined && !['connect-src', 'img-src', 'media-src'].includes(name))
        assert.ok(!sources.includes(store), name)
  })
})
