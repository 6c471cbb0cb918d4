import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { after, before, describe, test } from 'node:test'
import type { UserActor } from '../../platform/actor.ts'
import { bearer, makeOrganization, makeUser } from '../../../test/make.ts'
import { startTestPlatform, type TestPlatform } from '../../../test/platform.ts'
import { pathOf, sha256Of, tusClient, type TusClient } from '../../../test/tus.ts'
import { sweep } from '../storage/index.ts'
import { endExpired, tidy } from './tasks.ts'

const MIB = 1024 * 1024
let t: TestPlatform
let origin: string
let stop: () => Promise<void>

before(async () => {
  t = await startTestPlatform({ MAX_SESSION_BYTES: '100MiB' })
  const api = await t.api()
  origin = await api.app.listen({ port: 0, host: '127.0.0.1' })
  stop = () => api.close()
})
after(() => t.stop())

type Tenant = { organizationId: string; owner: UserActor; authorization: string; tus: TusClient }

async function makeTenant(quotaBytes?: number): Promise<Tenant> {
  const owner = await makeUser(t.platform)
  const { id: organizationId } = await makeOrganization(
    t.platform,
    owner,
    quotaBytes === undefined ? {} : { quotaBytes },
  )
  const { authorization } = await bearer(t.platform, owner)
  return { organizationId, owner, authorization, tus: tusClient(origin, authorization) }
}
const quotaOf = async ({ organizationId }: Tenant) => {
  const row = await t.platform.db
    .selectFrom('quota')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .executeTakeFirstOrThrow()
  return { used: row.used_bytes, reserved: row.reserved_bytes, files: row.file_count }
}
const sessionOf = async ({ tus }: Tenant, id: string) =>
  (await tus.get(`/api/upload-sessions/${id}`)).json() as {
    status: string
    bytesUploaded: number
    uploads: Record<string, unknown>[]
  }
const blobsOf = ({ organizationId }: Tenant) =>
  t.platform.db.selectFrom('blob').selectAll().where('organization_id', '=', organizationId).execute()

describe('quota', () => {
  test('of fifty creations at once exactly those that fit are accepted', async () => {
    const tenant = await makeTenant(10_000)
    for (let round = 0; round < 3; round++) {
      const replies = await Promise.all(
        Array.from({ length: 50 }, (_, i) =>
          tenant.tus.create({ length: 1000, organizationId: tenant.organizationId, filename: `${i}.bin` }),
        ),
      )
      const accepted = replies.filter(({ status }) => status === 201)
      assert.equal(accepted.length, 10)
      for (const reply of replies)
        if (reply.status !== 201) assert.match(String(reply.json()['type']), /quota-exceeded$/)
      assert.deepEqual(await quotaOf(tenant), { used: 0, reserved: 10_000, files: 0 })
      await Promise.all(accepted.map((reply) => tenant.tus.delete(pathOf(reply))))
      assert.deepEqual(await quotaOf(tenant), { used: 0, reserved: 0, files: 0 })
    }
  })

  test('creations that bring their bytes race for the last room and end within it', async () => {
    const tenant = await makeTenant(10_000)
    const replies = await Promise.all(
      Array.from({ length: 50 }, () =>
        tenant.tus.create({ length: 1000, organizationId: tenant.organizationId }, randomBytes(1000)),
      ),
    )
    assert.equal(replies.filter(({ status }) => status === 201).length, 10)
    assert.deepEqual(await quotaOf(tenant), { used: 10_000, reserved: 0, files: 10 })
  })

  test('the uploads of a session may not be larger than a session may', async () => {
    const tenant = await makeTenant()
    const session = (
      await tenant.tus.send(
        'POST',
        `/api/organizations/${tenant.organizationId}/upload-sessions`,
        { 'content-type': 'application/json' },
        Buffer.from('{}'),
      )
    ).json()
    const create = (length: number) =>
      tenant.tus.create({ length, organizationId: tenant.organizationId, sessionId: String(session['id']) })
    assert.equal((await create(60 * MIB)).status, 201)
    assert.equal((await create(41 * MIB)).status, 413)
    assert.equal((await create(40 * MIB)).status, 201)
  })
})

describe('the same bytes', () => {
  test('fifty times at once are one blob and fifty files, charged once', async () => {
    const tenant = await makeTenant()
    const bytes = randomBytes(300_000)
    const replies = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        tenant.tus.create({ length: bytes.length, organizationId: tenant.organizationId, filename: `${i}.bin` }, bytes),
      ),
    )
    assert.deepEqual(new Set(replies.map(({ status }) => status)), new Set([201]))
    assert.equal(new Set(replies.map(({ headers }) => headers['trove-file-id'])).size, 50)
    const [blob, ...others] = await blobsOf(tenant)
    assert.deepEqual(others, [])
    assert.equal(blob?.sha256.toString('hex'), sha256Of(bytes))
    assert.deepEqual(await quotaOf(tenant), { used: bytes.length, reserved: 0, files: 50 })

    const swept = await sweep(t.platform, { graceMs: 0 })
    assert.deepEqual(swept.missing, [])
    assert.equal(swept.objectsRemoved, 0)
    assert.equal(
      sha256Of((await tenant.tus.content(String(replies[49]?.headers['trove-file-id']))).body),
      sha256Of(bytes),
    )
  })

  test('in two organizations are two blobs', async () => {
    const [a, b] = [await makeTenant(), await makeTenant()]
    const bytes = randomBytes(1000)
    for (const { tus, organizationId } of [a, b]) await tus.create({ length: 1000, organizationId }, bytes)
    const keys = [...(await blobsOf(a)), ...(await blobsOf(b))].map(({ object_key }) => object_key)
    assert.equal(new Set(keys).size, 2)
  })

  test('come back although their last file was purged, whether the sweep was there or not', async () => {
    const tenant = await makeTenant()
    const bytes = randomBytes(200_000)
    for (let round = 0; round < 12; round++) {
      const [first] = await Promise.all([
        tenant.tus.create({ length: bytes.length, organizationId: tenant.organizationId }, bytes),
        sweep(t.platform, { graceMs: 0 }),
      ])
      assert.equal(first.status, 201, first.body.toString())
      const fileId = String(first.headers['trove-file-id'])
      assert.equal(sha256Of((await tenant.tus.content(fileId)).body), sha256Of(bytes))
      assert.deepEqual(await quotaOf(tenant), { used: bytes.length, reserved: 0, files: 1 })
      await purge(tenant, fileId)
      if (round % 3 === 0) await sweep(t.platform, { graceMs: 0 })
    }
    await sweep(t.platform, { graceMs: 0 })
    assert.deepEqual(await blobsOf(tenant), [])
    assert.deepEqual(await quotaOf(tenant), { used: 0, reserved: 0, files: 0 })
  })
})

/** What the trash does when its time is over. */
async function purge(tenant: Tenant, fileId: string): Promise<void> {
  const { fileTasks } = await import('../files/index.ts')
  await t.platform.db
    .updateTable('file')
    .set({ trashed_at: new Date(0) })
    .where('id', '=', fileId)
    .execute()
  for (const task of fileTasks)
    if (task.name === 'files.purge-trash') await task.run(t.platform, {}, new AbortController().signal)
  assert.equal(
    await t.platform.db.selectFrom('file').select('id').where('id', '=', fileId).executeTakeFirst(),
    undefined,
    tenant.organizationId,
  )
}

/** Begins a PATCH by hand and sends only some of what it announces; resolves when that has been written. */
async function halfPatch(
  tenant: Tenant,
  path: string,
  about: { offset: number; announced: number; sent: Uint8Array },
): Promise<Socket> {
  const { hostname, port } = new URL(origin)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => undefined)
  socket.write(
    `PATCH ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: ${tenant.authorization}\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: ${about.offset}\r\n` +
      `Content-Type: application/offset+octet-stream\r\nContent-Length: ${about.announced}\r\n\r\n`,
  )
  socket.write(about.sent)
  const hasArrived = async () =>
    ((await t.platform.objects.staging.sizeBytes(path.slice(-36))) ?? 0) >= about.offset + about.sent.length
  for (let left = 200; left > 0 && !(await hasArrived()); left--) await delay(20)
  return socket
}

describe('one writer', () => {
  test('a half-open connection does not keep its client from going on, in under 2 s', async () => {
    const tenant = await makeTenant()
    const bytes = randomBytes(5 * MIB)
    const path = pathOf(await tenant.tus.create({ length: bytes.length, organizationId: tenant.organizationId }))
    const socket = await halfPatch(tenant, path, {
      offset: 0,
      announced: bytes.length,
      sent: bytes.subarray(0, 3 * MIB + 7),
    })
    const startedAt = performance.now()
    const head = await tenant.tus.head(path)
    const offset = Number(head.headers['upload-offset'])
    assert.equal(offset, 3 * MIB + 7)
    const done = await tenant.tus.patch(path, offset, bytes.subarray(offset))
    assert.ok(performance.now() - startedAt < 2000)
    assert.equal(done.status, 204)
    assert.equal(sha256Of((await tenant.tus.content(String(done.headers['trove-file-id']))).body), sha256Of(bytes))
    await new Promise((resolve) => (socket.destroyed ? resolve(undefined) : socket.once('close', resolve)))
  })

  test('a cut connection keeps what had arrived, and the upload is shown as paused', async () => {
    const tenant = await makeTenant()
    const path = pathOf(await tenant.tus.create({ length: 4 * MIB, organizationId: tenant.organizationId }))
    const socket = await halfPatch(tenant, path, { offset: 0, announced: 4 * MIB, sent: randomBytes(MIB + 99) })
    socket.destroy()
    const read = () =>
      t.platform.db.selectFrom('upload').selectAll().where('id', '=', path.slice(-36)).executeTakeFirstOrThrow()
    for (let left = 100; left > 0 && (await read()).status !== 'paused'; left--) await delay(20)
    const row = await read()
    assert.deepEqual([row.status, row.offset_bytes], ['paused', MIB + 99])
    assert.equal((await sessionOf(tenant, row.upload_session_id)).status, 'paused')
    assert.equal(Number((await tenant.tus.head(path)).headers['upload-offset']), MIB + 99)
  })

  test('of many that write at one offset at once the file comes out whole', async () => {
    const tenant = await makeTenant()
    const bytes = randomBytes(3 * MIB)
    const path = pathOf(await tenant.tus.create({ length: bytes.length, organizationId: tenant.organizationId }))
    const replies = await Promise.allSettled(Array.from({ length: 8 }, () => tenant.tus.patch(path, 0, bytes)))
    const ended = replies.flatMap((reply) => (reply.status === 'fulfilled' ? [reply.value.status] : []))
    assert.ok(
      ended.every((status) => [204, 409, 410, 503].includes(status)),
      String(ended),
    )
    for (let left = 20; left > 0; left--) {
      const head = await tenant.tus.head(path)
      if (head.headers['trove-file-id']) break
      await tenant.tus.patch(
        path,
        Number(head.headers['upload-offset']),
        bytes.subarray(Number(head.headers['upload-offset'])),
      )
    }
    const fileId = String((await tenant.tus.head(path)).headers['trove-file-id'])
    assert.equal(sha256Of((await tenant.tus.content(fileId)).body), sha256Of(bytes))
  })

  test('an upload that a client cuts again and again is whole in the end', async () => {
    const tenant = await makeTenant()
    const bytes = randomBytes(8 * MIB)
    const path = pathOf(await tenant.tus.create({ length: bytes.length, organizationId: tenant.organizationId }))
    for (let cut = 0; cut < 6; cut++) {
      const offset = Number((await tenant.tus.head(path)).headers['upload-offset'])
      const end = Math.min(bytes.length - 1, offset + Math.floor(Math.random() * 2 * MIB))
      ;(
        await halfPatch(tenant, path, { offset, announced: bytes.length - offset, sent: bytes.subarray(offset, end) })
      ).destroy()
    }
    const offset = Number((await tenant.tus.head(path)).headers['upload-offset'])
    const done = await tenant.tus.patch(path, offset, bytes.subarray(offset))
    assert.equal(sha256Of((await tenant.tus.content(String(done.headers['trove-file-id']))).body), sha256Of(bytes))
  })
})

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
    const socket = await halfPatch(tenant, path, { offset: 0, announced: 3 * MIB, sent: randomBytes(MIB) })
    const reply = await tenant.tus.send('POST', `/api/upload-sessions/${sessionId}/cancel`)
    assert.equal(reply.status, 200, reply.body.toString())
    assert.equal(reply.json()['status'], 'cancelled')
    assert.deepEqual(
      (reply.json()['uploads'] as { status: string }[]).map(({ status }) => status),
      ['completed', 'cancelled', 'cancelled'],
    )
    assert.deepEqual(await quotaOf(tenant), { used: 10, reserved: 0, files: 1 })
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
    assert.deepEqual(await quotaOf(tenant), { used: 0, reserved: 2 * MIB, files: 0 })
    await t.platform.db
      .updateTable('upload')
      .set({ expires_at: new Date(0) })
      .where('id', '=', path.slice(-36))
      .execute()
    await endExpired(t.platform)
    assert.deepEqual(await quotaOf(tenant), { used: 0, reserved: 0, files: 0 })
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
    const socket = await halfPatch(tenant, path, {
      offset: 0,
      announced: bytes.length,
      sent: bytes.subarray(0, 2 * MIB + 1),
    })
    const startedAt = performance.now()
    await stop()
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
