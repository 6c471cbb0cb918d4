import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { sharedCeph, withoutCeph, type Ceph } from '../../../../test/services/ceph.ts'
import { bearer, makeMember, makeUser } from '../../../../test/make.ts'
import { openWorld, quotaOf, type Tenant, type World } from '../../../../test/tenant.ts'
import { ask, pathOf, sha256Of, type Reply } from '../../../../test/tus.ts'
import { sweep } from '../../storage/index.ts'

const MIB = 1024 * 1024
const HEAD = 65_536

type Part = { number: number; url: string; sizeBytes: number }

describe('bytes that go to the store past the program', { skip: withoutCeph }, () => {
  let ceph: Ceph
  let world: World
  let tenant: Tenant
  before(async () => {
    ceph = await sharedCeph()
    world = await openWorld({
      STORAGE_URL: ceph.url(await ceph.makeBucket()),
      STORAGE_PUBLIC_URL: `http://127.0.0.1:${ceph.port}`,
      STORAGE_DIRECT: 'on',
      STORAGE_ENCRYPTION: 'off',
      TROVE_COMPRESSION: 'off',
    })
    tenant = await world.makeTenant()
  })
  after(() => world.t.stop())

  const post = (path: string, body?: object, authorization = tenant.authorization): Promise<Reply> =>
    ask(world.origin, {
      method: 'POST',
      path,
      headers: { authorization, ...(body && { 'content-type': 'application/json' }) },
      body: body && Buffer.from(JSON.stringify(body)),
    })
  const headOf = (bytes: Uint8Array) => ({ head: Buffer.from(bytes.subarray(0, HEAD)).toString('base64') })
  async function create(length: number, filename = 'a.bin'): Promise<string> {
    const reply = await tenant.tus.create({ length, organizationId: tenant.organizationId, filename })
    assert.equal(reply.status, 201, reply.body.toString())
    assert.equal(reply.headers['trove-direct'], `head=${HEAD}`)
    return pathOf(reply)
  }
  async function begin(path: string, bytes: Uint8Array): Promise<{ partBytes: number; partCount: number }> {
    const reply = await post(`${path}/direct`, headOf(bytes))
    assert.equal(reply.status, 200, reply.body.toString())
    return reply.json() as never
  }
  async function sign(path: string, numbers: readonly number[]): Promise<Part[]> {
    const reply = await post(`${path}/parts`, { numbers })
    assert.equal(reply.status, 200, reply.body.toString())
    assert.ok(Date.parse(String(reply.json()['expiresAt'])) > Date.now())
    return reply.json()['parts'] as Part[]
  }
  async function bring(path: string, bytes: Buffer, partBytes: number, numbers: readonly number[]): Promise<void> {
    for (const { number, url, sizeBytes } of await sign(path, numbers)) {
      const body = bytes.subarray((number - 1) * partBytes, (number - 1) * partBytes + sizeBytes)
      assert.equal((await fetch(url, { method: 'PUT', body: new Uint8Array(body) })).status, 200)
    }
  }
  const commit = (path: string) => post(`${path}/parts/commit`)
  async function untilFile(path: string): Promise<string> {
    for (let left = 60; left > 0; left--) {
      const head = await tenant.tus.head(path)
      assert.equal(head.status, 200)
      if (head.headers['trove-file-id'] !== undefined) return String(head.headers['trove-file-id'])
    }
    return assert.fail('it did not become a file')
  }

  test('become a file like every other: size, hash, type and quota', async () => {
    const bytes = randomBytes(19 * MIB + 3)
    const before = await quotaOf(world, tenant)
    const path = await create(bytes.length)
    const { partBytes, partCount } = await begin(path, bytes)
    assert.equal(partCount, 3)
    await bring(path, bytes, partBytes, [3, 1])
    const some = (await commit(path)).json()
    assert.deepEqual([some['bytesUploaded'], some['received'], some['status']], [partBytes, [1, 3], 'uploading'])
    const { headers } = await tenant.tus.head(path)
    assert.equal(headers['upload-offset'], String(partBytes))
    assert.equal(headers['trove-direct'], `head=${HEAD}`, 'whoever goes on learns which way')
    assert.equal((await quotaOf(world, tenant)).reserved, before.reserved + bytes.length)
    await bring(path, bytes, partBytes, [2])
    const all = await commit(path)
    assert.equal(all.status, 200, all.body.toString())
    assert.equal(all.json()['bytesUploaded'], bytes.length)
    const fileId = await untilFile(path)
    assert.equal(sha256Of((await tenant.tus.content(fileId)).body), sha256Of(bytes))
    const { sha256 } = await world.t.platform.db
      .selectFrom('upload')
      .select('sha256')
      .where('id', '=', path.slice(-36))
      .executeTakeFirstOrThrow()
    assert.equal(sha256?.toString('hex'), sha256Of(bytes))
    assert.deepEqual(await quotaOf(world, tenant), {
      used: before.used + bytes.length,
      reserved: before.reserved,
      files: before.files + 1,
    })
    assert.equal((await commit(path)).status, 200, 'asked again, it tells the same')
    assert.equal((await post(`${path}/direct`, headOf(bytes))).status, 409, 'it is not begun again')
  })

  test('the type is judged by what is shown, and what is shown must be what comes', async () => {
    const pdf = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(MIB)])
    const refused = await create(pdf.length, 'photo.jpg')
    assert.equal((await post(`${refused}/direct`, headOf(pdf))).status, 422)
    assert.equal((await tenant.tus.head(refused)).status, 410)

    const other = randomBytes(pdf.length)
    const path = await create(pdf.length, 'paper.pdf')
    const { partBytes } = await begin(path, pdf)
    await bring(path, other, partBytes, [1])
    assert.equal((await commit(path)).status, 422)
    assert.equal((await tenant.tus.head(path)).status, 410)
  })

  test('nothing that the client says of the parts is believed', async () => {
    const bytes = randomBytes(9 * MIB)
    const path = await create(bytes.length)
    const { partBytes } = await begin(path, bytes)
    assert.equal((await commit(path)).json()['bytesUploaded'], 0)
    const [first] = await sign(path, [1])
    const short = await fetch(first?.url ?? '', { method: 'PUT', body: new Uint8Array(10) })
    assert.equal(short.status, 403, 'the size is signed')
    assert.equal((await commit(path)).json()['bytesUploaded'], 0)
    assert.equal((await post(`${path}/parts`, { numbers: [3] })).status, 400, 'there are two')
    assert.equal((await tenant.tus.patch(path, 0, randomBytes(10))).status, 409, 'no bytes by the other way')
    await bring(path, bytes, partBytes, [1, 2])
    await commit(path)
    await untilFile(path)
  })

  test('while the session is paused nothing is counted, whatever addresses were given away before', async () => {
    const bytes = randomBytes(9 * MIB)
    const path = await create(bytes.length)
    const { partBytes } = await begin(path, bytes)
    const parts = await sign(path, [1, 2])
    const id = path.slice(-36)
    const row = () =>
      world.t.platform.db.selectFrom('upload').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
    const session = `/api/upload-sessions/${(await row()).upload_session_id}`
    assert.equal((await post(`${session}/pause`)).status, 200)
    for (const { number, url } of parts) {
      const body = new Uint8Array(bytes.subarray((number - 1) * partBytes, number * partBytes))
      await fetch(url, { method: 'PUT', body })
    }
    assert.equal((await commit(path)).status, 409)
    assert.equal((await row()).offset_bytes, 0)
    assert.equal((await post(`${session}/resume`)).status, 200)
    assert.equal((await commit(path)).status, 200)
    await untilFile(path)
  })

  test('it is for the user who began it, and not for an upload that has begun otherwise', async () => {
    const bytes = randomBytes(MIB)
    const path = await create(bytes.length)
    const other = await makeUser(world.t.platform)
    await makeMember(world.t.platform, tenant.organizationId, other, 'admin')
    const { authorization } = await bearer(world.t.platform, other)
    assert.equal((await post(`${path}/direct`, headOf(bytes), authorization)).status, 404)
    assert.equal((await post(`${path}/parts`, { numbers: [1] }, authorization)).status, 404)
    assert.equal((await post(`${path}/parts/commit`, undefined, authorization)).status, 404)
    assert.equal((await post(`${path}/parts`, { numbers: [1] })).status, 409, 'not begun')
    assert.equal((await post(`${path}/direct`, headOf(bytes.subarray(0, 100)))).status, 400, 'not enough shown')
    await tenant.tus.patch(path, 0, bytes.subarray(0, 1000))
    assert.equal((await post(`${path}/direct`, headOf(bytes))).status, 409)
  })

  test('cancelling and expiry leave nothing, and no address is good any more', async () => {
    const bytes = randomBytes(9 * MIB)
    const before = await quotaOf(world, tenant)
    const path = await create(bytes.length)
    const { partBytes } = await begin(path, bytes)
    await bring(path, bytes, partBytes, [1])
    const [second] = await sign(path, [2])
    assert.equal((await tenant.tus.delete(path)).status, 204)
    const late = await fetch(second?.url ?? '', { method: 'PUT', body: new Uint8Array(bytes.subarray(partBytes)) })
    assert.equal(late.status, 404)
    assert.equal((await commit(path)).status, 410)
    assert.deepEqual(await quotaOf(world, tenant), before)
    assert.equal(await world.t.platform.objects.staging.sizeBytes(path.slice(-36)), undefined)
    await sweep(world.t.platform, { graceMs: 0 })
    const again = await sweep(world.t.platform, { graceMs: 0 })
    assert.deepEqual([again.objectsRemoved, again.stagingRemoved, again.missing], [0, 0, []])
  })
})

describe('where it is not offered', () => {
  test('nothing tells of it, and it is refused in words', async () => {
    const world = await openWorld()
    try {
      const { tus, organizationId, authorization } = await world.makeTenant()
      const created = await tus.create({ length: 5, organizationId })
      assert.equal(created.headers['trove-direct'], undefined)
      const headers = { authorization, 'content-type': 'application/json' }
      const body = Buffer.from(JSON.stringify({ head: 'aGVsbG8=' }))
      const reply = await ask(world.origin, { method: 'POST', path: `${pathOf(created)}/direct`, headers, body })
      assert.equal(reply.status, 409, reply.body.toString())
    } finally {
      await world.t.stop()
    }
  })
})
