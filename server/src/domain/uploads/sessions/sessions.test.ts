import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import type { UploadSession } from '@trove/contract/upload-sessions'
import type { Upload } from '@trove/contract/uploads'
import type { TestPlatform } from '../../../../test/platform.ts'
import { halfPatch, openWorld, quotaOf, type Tenant, type World } from '../../../../test/tenant.ts'
import { pathOf, sha256Of, tusClient } from '../../../../test/tus.ts'
import { endExpired, tidy } from '../tasks.ts'

const MIB = 1024 * 1024
let world: World
let t: TestPlatform
let makeTenant: World['makeTenant']

before(async () => {
  world = await openWorld()
  ;({ t, makeTenant } = world)
})
after(() => t.stop())

const sessionOf = async ({ tus }: Tenant, id: string) => {
  const session = (await tus.get(`/api/upload-sessions/${id}`)).json() as unknown as UploadSession
  const { items } = (await tus.get(`/api/upload-sessions/${id}/uploads`)).json() as unknown as { items: Upload[] }
  return { ...session, uploads: items }
}

describe('sessions', () => {
  const open = async (tenant: Tenant, body: object) =>
    (
      await tenant.tus.send(
        'POST',
        `/api/organizations/${tenant.organizationId}/upload-sessions`,
        { 'content-type': 'application/json' },
        Buffer.from(JSON.stringify(body)),
      )
    ).json()

  test('a session ends when the files it was declared to hold have ended', async () => {
    const tenant = await makeTenant()
    const sessionId = String((await open(tenant, { fileCount: 3, totalBytes: 30 }))['id'])
    const about = { length: 10, organizationId: tenant.organizationId, sessionId }
    const first = await tenant.tus.create({ ...about, filename: 'a.bin' }, randomBytes(10))
    const second = pathOf(await tenant.tus.create({ ...about, filename: 'b.bin' }))
    assert.equal((await sessionOf(tenant, sessionId)).status, 'active')
    await tenant.tus.delete(second)
    const refused = await tenant.tus.create({ ...about, filename: 'c.png' }, Buffer.from('%PDF-1.7\n0'))
    assert.equal(refused.status, 422)

    const ended = await sessionOf(tenant, sessionId)
    assert.equal(ended.status, 'completed')
    assert.equal(ended.bytesUploaded, 10)
    const told = ended.uploads.map(({ filename, status, stage, bytesUploaded, totalBytes }) => ({
      filename,
      status,
      stage,
      bytesUploaded,
      totalBytes,
    }))
    assert.deepEqual(told, [
      { filename: 'a.bin', status: 'completed', stage: 'processing', bytesUploaded: 10, totalBytes: 10 },
      { filename: 'b.bin', status: 'cancelled', stage: 'failed', bytesUploaded: 0, totalBytes: 10 },
      { filename: 'c.png', status: 'failed', stage: 'failed', bytesUploaded: 0, totalBytes: 10 },
    ])
    assert.equal(ended.uploads[0]?.['fileId'], first.headers['trove-file-id'])
    assert.match(String(ended.uploads[2]?.['failure']), /./)
    assert.equal((await tenant.tus.create({ ...about, filename: 'd.bin' })).status, 409)
  })

  test('an upload without a session gets one of its own', async () => {
    const tenant = await makeTenant()
    await tenant.tus.create({ length: 10, organizationId: tenant.organizationId }, randomBytes(10))
    const { items } = (await tenant.tus.get(`/api/organizations/${tenant.organizationId}/upload-sessions`)).json() as {
      items: { status: string; fileCount: number }[]
    }
    assert.deepEqual(
      items.map(({ status, fileCount }) => ({ status, fileCount })),
      [{ status: 'completed', fileCount: 1 }],
    )
  })

  test('cancelling a session ends what has not ended and frees its room, also in the middle of a write', async () => {
    const tenant = await makeTenant()
    const sessionId = String((await open(tenant, {}))['id'])
    const about = { organizationId: tenant.organizationId, sessionId }
    await tenant.tus.create({ ...about, length: 10 }, randomBytes(10))
    await tenant.tus.create({ ...about, length: 10 })
    const path = pathOf(await tenant.tus.create({ ...about, length: 3 * MIB }))
    const socket = await halfPatch(world, tenant, path, { offset: 0, announced: 3 * MIB, sent: randomBytes(MIB) })
    const reply = await tenant.tus.send('POST', `/api/upload-sessions/${sessionId}/cancel`)
    assert.equal(reply.status, 200, reply.body.toString())
    assert.equal(reply.json()['status'], 'cancelled')
    assert.deepEqual(
      (await sessionOf(tenant, sessionId)).uploads.map(({ status }) => status),
      ['completed', 'cancelled', 'cancelled'],
    )
    assert.deepEqual(await quotaOf(world, tenant), { used: 10, reserved: 0, files: 1 })
    assert.equal((await tenant.tus.create({ ...about, length: 10 })).status, 409)
    assert.equal((await tenant.tus.send('POST', `/api/upload-sessions/${sessionId}/cancel`)).status, 409)
    socket.destroy()
  })

  test('a session of somebody else is not there', async () => {
    const [a, b] = [await makeTenant(), await makeTenant()]
    const sessionId = String((await open(a, {}))['id'])
    assert.equal((await b.tus.get(`/api/upload-sessions/${sessionId}`)).status, 404)
    assert.equal((await b.tus.send('POST', `/api/upload-sessions/${sessionId}/cancel`)).status, 404)
    assert.equal((await b.tus.create({ length: 5, organizationId: b.organizationId, sessionId })).status, 404)
  })

  test('every change of an upload is announced to its user', async () => {
    const tenant = await makeTenant()
    await tenant.tus.create({ length: 10, organizationId: tenant.organizationId }, randomBytes(10))
    const rows = await t.platform.db
      .selectFrom('event')
      .select('body')
      .where('user_id', '=', tenant.owner.userId)
      .orderBy('xid')
      .orderBy('id')
      .execute()
    const changes = rows
      .map(({ body }) => body as { type: string; status: string })
      .filter(({ type }) => type === 'upload.changed')
    assert.deepEqual(
      changes.map(({ status }) => status),
      ['pending', 'completed'],
    )
    const bytes = randomBytes(2 * MIB)
    const path = pathOf(await tenant.tus.create({ length: bytes.length, organizationId: tenant.organizationId }))
    await tenant.tus.patch(path, 0, bytes)
    const more = await t.platform.db
      .selectFrom('event')
      .select('body')
      .where('user_id', '=', tenant.owner.userId)
      .orderBy('xid')
      .orderBy('id')
      .execute()
    const statuses = more
      .map(({ body }) => body as { type: string; status: string; uploadId: string })
      .filter(({ uploadId }) => uploadId === path.slice(-36))
    assert.deepEqual(
      statuses.map(({ status }) => status),
      ['pending', 'uploading', 'checking', 'completed'],
    )
  })
})

describe('what nobody goes on with', () => {
  test('expires: its room is free, its bytes are gone, and the sweep finds nothing', async () => {
    const tenant = await makeTenant()
    const path = pathOf(await tenant.tus.create({ length: 2 * MIB, organizationId: tenant.organizationId }))
    await tenant.tus.patch(path, 0, randomBytes(MIB))
    assert.deepEqual(await quotaOf(world, tenant), { used: 0, reserved: 2 * MIB, files: 0 })
    await t.platform.db
      .updateTable('upload')
      .set({ expires_at: new Date(0) })
      .where('id', '=', path.slice(-36))
      .execute()
    await endExpired(t.platform)
    assert.deepEqual(await quotaOf(world, tenant), { used: 0, reserved: 0, files: 0 })
    assert.equal(await t.platform.objects.staging.sizeBytes(path.slice(-36)), undefined)
    assert.equal((await tenant.tus.head(path)).status, 410)
  })

  test('is forgotten a day after it ended, and its session is closed', async () => {
    const tenant = await makeTenant()
    const path = pathOf(await tenant.tus.create({ length: 10, organizationId: tenant.organizationId }, randomBytes(10)))
    const long = new Date(Date.now() - 25 * 3_600_000)
    await t.platform.db.updateTable('upload').set({ ended_at: long }).where('id', '=', path.slice(-36)).execute()
    await tidy(t.platform)
    assert.equal((await tenant.tus.head(path)).status, 404)
  })
})

describe('stopping', () => {
  test('flushes what has arrived and moves the offset; a new start goes on from there', async () => {
    const tenant = await makeTenant()
    const bytes = randomBytes(6 * MIB)
    const path = pathOf(await tenant.tus.create({ length: bytes.length, organizationId: tenant.organizationId }))
    const socket = await halfPatch(world, tenant, path, {
      offset: 0,
      announced: bytes.length,
      sent: bytes.subarray(0, 2 * MIB + 1),
    })
    const startedAt = performance.now()
    await world.stopApi()
    assert.ok(performance.now() - startedAt < 5000)
    socket.destroy()
    const row = await t.platform.db
      .selectFrom('upload')
      .selectAll()
      .where('id', '=', path.slice(-36))
      .executeTakeFirstOrThrow()
    assert.deepEqual([row.status, row.offset_bytes], ['paused', 2 * MIB + 1])

    const again = await t.api()
    const tus = tusClient(await again.app.listen({ port: 0, host: '127.0.0.1' }), tenant.authorization)
    const offset = Number((await tus.head(path)).headers['upload-offset'])
    const done = await tus.patch(path, offset, bytes.subarray(offset))
    assert.equal(sha256Of((await tus.content(String(done.headers['trove-file-id']))).body), sha256Of(bytes))
  })
})
