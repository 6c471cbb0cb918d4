import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { after, before, describe, test } from 'node:test'
import type { TestPlatform } from '../../../test/platform.ts'
import { halfPatch, openWorld, quotaOf, type Tenant, type World } from '../../../test/tenant.ts'
import { pathOf, sha256Of } from '../../../test/tus.ts'
import { sweep } from '../storage/index.ts'

const MIB = 1024 * 1024
let world: World
let t: TestPlatform
let makeTenant: World['makeTenant']

before(async () => {
  world = await openWorld({ MAX_SESSION_BYTES: '100MiB' })
  ;({ t, makeTenant } = world)
})
after(() => t.stop())

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
      assert.deepEqual(await quotaOf(world, tenant), { used: 0, reserved: 10_000, files: 0 })
      await Promise.all(accepted.map((reply) => tenant.tus.delete(pathOf(reply))))
      assert.deepEqual(await quotaOf(world, tenant), { used: 0, reserved: 0, files: 0 })
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
    assert.deepEqual(await quotaOf(world, tenant), { used: 10_000, reserved: 0, files: 10 })
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
    assert.deepEqual(await quotaOf(world, tenant), { used: bytes.length, reserved: 0, files: 50 })

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
      assert.deepEqual(await quotaOf(world, tenant), { used: bytes.length, reserved: 0, files: 1 })
      await purge(tenant, fileId)
      if (round % 3 === 0) await sweep(t.platform, { graceMs: 0 })
    }
    await sweep(t.platform, { graceMs: 0 })
    assert.deepEqual(await blobsOf(tenant), [])
    assert.deepEqual(await quotaOf(world, tenant), { used: 0, reserved: 0, files: 0 })
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

describe('one writer', () => {
  test('a half-open connection does not keep its client from going on, in under 2 s', async () => {
    const tenant = await makeTenant()
    const bytes = randomBytes(5 * MIB)
    const path = pathOf(await tenant.tus.create({ length: bytes.length, organizationId: tenant.organizationId }))
    const socket = await halfPatch(world, tenant, path, {
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
    const socket = await halfPatch(world, tenant, path, { offset: 0, announced: 4 * MIB, sent: randomBytes(MIB + 99) })
    socket.destroy()
    const read = () =>
      t.platform.db.selectFrom('upload').selectAll().where('id', '=', path.slice(-36)).executeTakeFirstOrThrow()
    for (let left = 100; left > 0 && (await read()).status !== 'paused'; left--) await delay(20)
    const row = await read()
    assert.deepEqual([row.status, row.offset_bytes], ['paused', MIB + 99])
    // Nobody has paused its session: it waits for whoever sends it.
    assert.equal((await tenant.tus.get(`/api/upload-sessions/${row.upload_session_id}`)).json()['status'], 'active')
    assert.equal(Number((await tenant.tus.head(path)).headers['upload-offset']), MIB + 99)
  })

  test('adds nothing to an organization that was suspended meanwhile, and is finished when it is open again', async () => {
    const tenant = await makeTenant()
    const { organizationId } = tenant
    const bytes = randomBytes(3_000)
    const path = pathOf(await tenant.tus.create({ length: bytes.length, organizationId }))
    assert.equal((await tenant.tus.patch(path, 0, bytes.subarray(0, 1_000))).status, 204)
    const setStatus = (status: string) =>
      t.platform.db.updateTable('organization').set({ status }).where('id', '=', organizationId).execute()
    const files = () =>
      t.platform.db.selectFrom('file').select('id').where('organization_id', '=', organizationId).execute()
    await setStatus('suspended')
    const refused = await tenant.tus.patch(path, 1_000, bytes.subarray(1_000))
    assert.equal(refused.status, 403)
    assert.deepEqual(await files(), [])
    await setStatus('active')
    const done = await tenant.tus.head(path)
    const content = await tenant.tus.content(String(done.headers['trove-file-id']))
    assert.equal(sha256Of(content.body), sha256Of(bytes))
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
        await halfPatch(world, tenant, path, {
          offset,
          announced: bytes.length - offset,
          sent: bytes.subarray(offset, end),
        })
      ).destroy()
    }
    const offset = Number((await tenant.tus.head(path)).headers['upload-offset'])
    const done = await tenant.tus.patch(path, offset, bytes.subarray(offset))
    assert.equal(sha256Of((await tenant.tus.content(String(done.headers['trove-file-id']))).body), sha256Of(bytes))
  })
})

describe('staged bytes that are gone', () => {
  test('are asked for again, and the file comes out whole', async () => {
    const tenant = await makeTenant()
    const bytes = randomBytes(3 * MIB)
    const path = pathOf(await tenant.tus.create({ length: bytes.length, organizationId: tenant.organizationId }))
    await tenant.tus.patch(path, 0, bytes.subarray(0, 2 * MIB))
    const { organizationId } = tenant
    const { object_key: objectKey } = await t.platform.db
      .selectFrom('upload')
      .select('object_key')
      .where('id', '=', path.slice(-36))
      .executeTakeFirstOrThrow()
    const plan = { organizationId, lengthBytes: bytes.length, key: () => objectKey ?? '' }
    const staged = await t.platform.objects.staging.open(path.slice(-36), plan)
    await staged.truncate(MIB)
    await staged.close()

    assert.equal((await tenant.tus.patch(path, 2 * MIB, bytes.subarray(2 * MIB))).status, 409)
    assert.equal(Number((await tenant.tus.head(path)).headers['upload-offset']), MIB)
    const done = await tenant.tus.patch(path, MIB, bytes.subarray(MIB))
    const content = await tenant.tus.content(String(done.headers['trove-file-id']))
    assert.equal(sha256Of(content.body), sha256Of(bytes))
  })
})
