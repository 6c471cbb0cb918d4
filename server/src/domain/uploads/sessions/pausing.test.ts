import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { UploadSession } from '@trove/contract/upload-sessions'
import type { Upload } from '@trove/contract/uploads'
import { bearer, makeKey, makeLink, makeFolder, makeMember, makeUser } from '../../../../test/make.ts'
import { halfPatch, openWorld, type Tenant, type World } from '../../../../test/tenant.ts'
import { pathOf, sha256Of, tusClient, type Reply, type TusClient } from '../../../../test/tus.ts'
import { newId } from '../../../platform/ids.ts'

const MIB = 1024 * 1024
const JSON_TYPE = { 'content-type': 'application/json' }

describe('a session that is paused', () => {
  let world: World
  let tenant: Tenant
  before(async () => {
    world = await openWorld()
    tenant = await world.makeTenant()
  })
  after(() => world.t.stop())

  const post = (tus: TusClient, path: string, body: object = {}) =>
    tus.send('POST', path, JSON_TYPE, Buffer.from(JSON.stringify(body)))
  const open = async (name = 'Shoot'): Promise<string> => {
    const reply = await post(tenant.tus, `/api/organizations/${tenant.organizationId}/upload-sessions`, { name })
    assert.equal(reply.status, 201, reply.body.toString())
    return String(reply.json()['id'])
  }
  const read = async (id: string, tus = tenant.tus) =>
    (await tus.get(`/api/upload-sessions/${id}`)).json() as unknown as UploadSession
  const pause = (id: string, tus = tenant.tus) => post(tus, `/api/upload-sessions/${id}/pause`)
  const resume = (id: string, tus = tenant.tus) => post(tus, `/api/upload-sessions/${id}/resume`)
  const begin = async (sessionId: string, length: number) =>
    pathOf(await tenant.tus.create({ length, organizationId: tenant.organizationId, sessionId }))
  const inRole = async (role: 'admin' | 'member') => {
    const user = await makeUser(world.t.platform)
    await makeMember(world.t.platform, tenant.organizationId, user, role)
    return { user, tus: tusClient(world.origin, (await bearer(world.t.platform, user)).authorization) }
  }
  const kindOf = (reply: Reply) => String(reply.json()['type']).split(':').at(-1)

  test('interrupts what is being sent, keeps what has come, and takes nothing until it is resumed', async () => {
    const bytes = randomBytes(3 * MIB)
    const sessionId = await open()
    const path = await begin(sessionId, bytes.length)
    const socket = await halfPatch(world, tenant, path, {
      offset: 0,
      announced: bytes.length,
      sent: bytes.subarray(0, MIB + 7),
    })
    const closed = new Promise((resolve) => socket.once('close', resolve))
    const paused = (await pause(sessionId)).json() as unknown as UploadSession
    assert.deepEqual([paused.status, paused.pausedBy?.id], ['paused', tenant.owner.userId])
    await closed
    const offset = Number((await tenant.tus.head(path)).headers['upload-offset'])
    assert.equal(offset, MIB + 7)

    const refused = await tenant.tus.patch(path, offset, bytes.subarray(offset))
    assert.deepEqual([refused.status, kindOf(refused)], [409, 'wrong-state'])
    assert.match(String(refused.json()['detail']), /has paused this upload session/)
    assert.equal((refused.json()['pausedBy'] as { id: string }).id, tenant.owner.userId)
    const created = await tenant.tus.create({ length: 5, organizationId: tenant.organizationId, sessionId })
    assert.deepEqual([created.status, kindOf(created)], [409, 'wrong-state'])

    assert.equal((await resume(sessionId)).json()['status'], 'active')
    assert.equal((await read(sessionId)).pausedBy, undefined)
    const done = await tenant.tus.patch(path, offset, bytes.subarray(offset))
    assert.equal(done.status, 204, done.body.toString())
    assert.equal(sha256Of((await tenant.tus.content(String(done.headers['trove-file-id']))).body), sha256Of(bytes))
  })

  test('at another process interrupts here too', async () => {
    const other = await world.t.api()
    const elsewhere = tusClient(await other.app.listen({ port: 0, host: '127.0.0.1' }), tenant.authorization)
    const sessionId = await open()
    const path = await begin(sessionId, 2 * MIB)
    const about = { offset: 0, announced: 2 * MIB, sent: randomBytes(MIB) }
    const socket = await halfPatch(world, tenant, path, about)
    const closed = new Promise((resolve) => socket.once('close', resolve))
    const since = performance.now()
    assert.equal((await pause(sessionId, elsewhere)).status, 200)
    await closed
    assert.ok(performance.now() - since < 5_000)
    assert.equal(Number((await tenant.tus.head(path)).headers['upload-offset']), MIB)
  })

  test('never takes a byte after the answer, however a pause and a write race', async () => {
    for (let round = 0; round < 10; round++) {
      const sessionId = await open()
      const path = await begin(sessionId, 2 * MIB)
      const writing = tenant.tus.patch(path, 0, randomBytes(2 * MIB)).catch(() => undefined)
      await delay(round)
      const paused = await pause(sessionId)
      // It was a file before it could be paused.
      if (paused.status === 409) continue
      await writing
      const [upload] = (await tenant.tus.get(`/api/upload-sessions/${sessionId}/uploads`)).json()['items'] as Upload[]
      await delay(30)
      const [later] = (await tenant.tus.get(`/api/upload-sessions/${sessionId}/uploads`)).json()['items'] as Upload[]
      assert.equal(later?.bytesUploaded, upload?.bytesUploaded)
    }
  })

  test('takes legal steps only, and names both states', async () => {
    const sessionId = await open()
    const steps = async (reply: Promise<Reply>) => {
      const { from, to } = (await reply).json()
      return [(await reply).status, from, to]
    }
    assert.deepEqual(await steps(resume(sessionId)), [409, 'active', 'active'])
    await pause(sessionId)
    assert.deepEqual(await steps(pause(sessionId)), [409, 'paused', 'paused'])
    assert.equal((await post(tenant.tus, `/api/upload-sessions/${sessionId}/cancel`)).status, 200)
    assert.deepEqual(await steps(resume(sessionId)), [409, 'cancelled', 'active'])
    assert.deepEqual(await steps(pause(sessionId)), [409, 'cancelled', 'paused'])
  })

  test('in an organization that was suspended stands still, and may still be cancelled', async () => {
    const sessionId = await open()
    await pause(sessionId)
    const set = (status: 'active' | 'suspended') =>
      world.t.platform.db.updateTable('organization').set({ status }).where('id', '=', tenant.organizationId).execute()
    await set('suspended')
    const refused = await resume(sessionId)
    assert.deepEqual([refused.status, kindOf(refused)], [403, 'read-only'])
    assert.equal((await post(tenant.tus, `/api/upload-sessions/${sessionId}/cancel`)).status, 200)
    await set('active')
  })

  test('is renamed, listed and found by its admins, and there for nobody else', async () => {
    const sessionId = await open('Before')
    const [admin, member] = [await inRole('admin'), await inRole('member')]
    const renamed = await admin.tus.send(
      'PATCH',
      `/api/upload-sessions/${sessionId}`,
      JSON_TYPE,
      Buffer.from(JSON.stringify({ name: '  After  ' })),
    )
    assert.equal(renamed.json()['name'], 'After')
    assert.equal((await pause(sessionId, admin.tus)).status, 200)
    assert.equal((await read(sessionId)).pausedBy?.id, admin.user.userId)
    const refused = await tenant.tus.create({ length: 5, organizationId: tenant.organizationId, sessionId })
    assert.match(String(refused.json()['detail']), /has paused/)

    const list = (tus: TusClient, query: string) =>
      tus.get(`/api/organizations/${tenant.organizationId}/upload-sessions?${query}`)
    const idsOf = (reply: Reply) => (reply.json()['items'] as UploadSession[]).map(({ id }) => id)
    assert.ok(idsOf(await list(admin.tus, 'whose=all&only=open')).includes(sessionId))
    assert.ok(!idsOf(await list(admin.tus, 'whose=all&only=ended')).includes(sessionId))
    assert.deepEqual(idsOf(await list(admin.tus, 'whose=mine')), [])
    assert.equal((await list(member.tus, 'whose=all')).status, 403)
    assert.deepEqual(idsOf(await list(member.tus, '')), [])

    const key = await makeKey(world.t.platform, admin.user, ['upload', 'read'])
    const installation = await makeUser(world.t.platform, { isAdministrator: true })
    const strangers = [
      member.tus,
      tusClient(world.origin, key.authorization),
      tusClient(world.origin, (await bearer(world.t.platform, installation)).authorization),
    ]
    for (const tus of strangers) {
      for (const verb of ['pause', 'resume', 'cancel'])
        assert.equal((await post(tus, `/api/upload-sessions/${sessionId}/${verb}`)).status, 404)
      assert.equal((await tus.get(`/api/upload-sessions/${sessionId}`)).status, 404)
      assert.equal((await tus.get(`/api/upload-sessions/${sessionId}/uploads`)).status, 404)
    }
    const actions = await world.t.platform.db
      .selectFrom('activity')
      .select('action')
      .where('actor_id', '=', admin.user.userId)
      .where('action', 'like', 'upload-session.%')
      .execute()
    assert.deepEqual(actions.map(({ action }) => action).sort(), ['upload-session.paused', 'upload-session.renamed'])
  })

  test('of strangers is shown to admins by the label of their link, and not to its maker', async () => {
    const { user, tus } = await inRole('member')
    const { organizationId, owner } = tenant
    const { id: folderId } = await makeFolder(world.t.platform, { organizationId, maker: owner })
    const link = await makeLink(world.t.platform, { organizationId, maker: owner, resourceId: folderId })
    const sessionId = newId()
    await world.t.platform.db
      .insertInto('upload_session')
      .values({
        id: sessionId,
        organization_id: organizationId,
        created_by: user.userId,
        link_id: link.id,
        visit_id: newId(),
      })
      .execute()
    assert.equal((await tus.get(`/api/upload-sessions/${sessionId}`)).status, 404)
    assert.equal((await read(sessionId)).link?.id, link.id)
    assert.equal((await pause(sessionId)).status, 200)
  })

  test('has its uploads in pages, or only those that failed', async () => {
    const sessionId = await open()
    const paths = await Promise.all(Array.from({ length: 5 }, () => begin(sessionId, 10)))
    const wrong = { organizationId: tenant.organizationId, sessionId, filename: 'c.png', length: 10 }
    await tenant.tus.create(wrong, Buffer.from('%PDF-1.7\n0'))
    const seen: string[] = []
    let cursor = ''
    for (let page = 0; page < 3; page++) {
      const reply = await tenant.tus.get(`/api/upload-sessions/${sessionId}/uploads?limit=2${cursor}`)
      seen.push(...(reply.json()['items'] as Upload[]).map(({ id }) => id))
      cursor = `&cursor=${String(reply.json()['next'])}`
      assert.equal(reply.json()['next'] === undefined, page === 2)
    }
    assert.equal(new Set(seen).size, 6)
    assert.ok(paths.every((path) => seen.includes(path.slice(-36))))
    const failed = (await tenant.tus.get(`/api/upload-sessions/${sessionId}/uploads?only=failed`)).json()
    const [one, ...more] = failed['items'] as Upload[]
    assert.deepEqual([one?.filename, one?.milestones, more.length], ['c.png', [], 0])
    assert.match(one?.failure ?? '', /./)
  })
})
