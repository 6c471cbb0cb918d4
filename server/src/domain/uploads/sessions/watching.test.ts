import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { LiveMessage, LiveRequest, SessionProgress } from '@trove/contract/events'
import { WebSocket } from 'ws'
import { bearer, makeMember, makeUser } from '../../../../test/make.ts'
import { until } from '../../../../test/server.ts'
import { openWorld, type Tenant, type World } from '../../../../test/tenant.ts'
import { pathOf } from '../../../../test/tus.ts'
import type { UserActor } from '../../../platform/actor.ts'

const MIB = 1024 * 1024

const sees = async (isTrue: () => boolean) => assert.ok(await until(isTrue, 15_000, 20))

describe('whoever watches a session', () => {
  let world: World
  let tenant: Tenant
  before(async () => {
    world = await openWorld()
    tenant = await world.makeTenant()
  })
  after(() => world.t.stop())

  /** A connection, what it heard, and when. */
  async function listen(user: UserActor, origin = world.origin) {
    const { authorization } = await bearer(world.t.platform, user)
    const socket = new WebSocket(`${origin.replace('http', 'ws')}/api/live`, { headers: { authorization } })
    const heard: LiveMessage[] = []
    socket.on('message', (text) => heard.push(JSON.parse(String(text)) as LiveMessage))
    await sees(() => heard.length > 0)
    return {
      heard,
      say: (request: LiveRequest) => socket.send(JSON.stringify(request)),
      close: () => socket.terminate(),
      progress: (sessionId: string) =>
        heard
          .flatMap((message) => (message.kind === 'progress' ? [message.progress] : []))
          .filter(({ uploadSessionId }) => uploadSessionId === sessionId),
    }
  }
  const member = async (role: 'admin' | 'member') => {
    const user = await makeUser(world.t.platform)
    await makeMember(world.t.platform, tenant.organizationId, user, role)
    return user
  }
  const open = async (): Promise<string> => {
    const path = `/api/organizations/${tenant.organizationId}/upload-sessions`
    const body = Buffer.from(JSON.stringify({ name: 'Shoot', fileCount: 1, totalBytes: 8 * MIB }))
    return String((await tenant.tus.send('POST', path, { 'content-type': 'application/json' }, body)).json()['id'])
  }
  /** Sends 8 MiB in pieces over about so long. */
  async function send(sessionId: string, overMs: number, pieces = 8): Promise<string> {
    const about = { length: 8 * MIB, organizationId: tenant.organizationId, sessionId }
    const path = pathOf(await tenant.tus.create(about))
    const size = (8 * MIB) / pieces
    for (let piece = 0; piece < pieces; piece++) {
      assert.equal((await tenant.tus.patch(path, piece * size, randomBytes(size))).status, 204)
      await delay(overMs / pieces)
    }
    return path.slice(-36)
  }
  function requireSteady(told: readonly SessionProgress[]) {
    for (const [index, now] of told.entries()) {
      assert.ok(now.bytesUploaded <= now.totalBytes)
      const before = told[index - 1]
      if (before === undefined) continue
      assert.ok(now.bytesUploaded >= before.bytesUploaded && now.sequence > before.sequence)
    }
  }

  test('on a second device sees the same bars move, at most four times a second', async () => {
    const [first, second] = [await listen(tenant.owner), await listen(tenant.owner)]
    const sessionId = await open()
    const uploadId = await send(sessionId, 2_000)
    await sees(() => first.progress(sessionId).at(-1)?.completedCount === 1)
    await sees(() => second.progress(sessionId).length === first.progress(sessionId).length)
    const told = first.progress(sessionId)
    assert.deepEqual(second.progress(sessionId), told)
    requireSteady(told)
    assert.equal(told.at(-1)?.bytesUploaded, 8 * MIB)
    assert.ok(told.length >= 4)
    // By the server's clock, when each was told.
    for (const [index, { sequence }] of told.entries()) {
      const before = told[index - 4]
      if (before !== undefined)
        assert.ok(sequence - before.sequence >= 980, `four within ${sequence - before.sequence} ms`)
    }
    const chunks = told.flatMap(({ uploads }) => uploads).flatMap(({ chunk }) => chunk ?? [])
    assert.ok(chunks.length > 0 && chunks.every(({ number, count }) => number >= 1 && number <= 8 && count === 8))
    assert.ok(told.some(({ uploads }) => uploads.some((one) => one.uploadId === uploadId)))
    assert.ok(told.some(({ pace }) => pace.bytesPerSecond > 0))
    for (const one of [first, second]) one.close()
  })

  test('is right at once after a lost connection, and then hears what follows', async () => {
    const sessionId = await open()
    const sending = send(sessionId, 1_600)
    const before = await listen(tenant.owner)
    await sees(() => before.progress(sessionId).length > 1)
    before.close()
    const seen = before.progress(sessionId).at(-1)
    await delay(400)
    const back = await listen(tenant.owner)
    back.say({ kind: 'follow', topic: `upload-session:${sessionId}`, sequence: seen?.sequence ?? 0 })
    await sees(() => back.progress(sessionId).some(({ isWhole }) => isWhole))
    const whole = back.progress(sessionId).find(({ isWhole }) => isWhole)
    assert.ok((whole?.bytesUploaded ?? 0) >= (seen?.bytesUploaded ?? 0))
    assert.ok((whole?.sequence ?? 0) > (seen?.sequence ?? 0))
    assert.equal(whole?.uploads.length, 1)
    await sending
    await sees(() => back.progress(sessionId).at(-1)?.status === 'completed')
    requireSteady(back.progress(sessionId))
    back.close()
  })

  test('as an admin follows one or all of them, and no longer when that is taken away', async () => {
    const admin = await member('admin')
    const one = await listen(admin)
    const sessionId = await open()
    one.say({ kind: 'follow', topic: `upload-sessions:${tenant.organizationId}` })
    await delay(50)
    const sending = send(sessionId, 2_400)
    await sees(() => one.progress(sessionId).length > 0)
    await world.t.platform.db
      .updateTable('organization_member')
      .set({ role: 'member' })
      .where('user_id', '=', admin.userId)
      .execute()
    await delay(1_100)
    const count = one.progress(sessionId).length
    await sending
    assert.ok(count <= 3, 'a list is told once a second')
    assert.equal(one.progress(sessionId).length, count)
    one.close()
  })

  test('must be allowed to, and learns nothing else', async () => {
    const stranger = await makeUser(world.t.platform)
    for (const user of [await member('member'), stranger]) {
      const sessionId = await open()
      const one = await listen(user)
      const topics = [
        `upload-session:${sessionId}`,
        `upload-session:${'0'.repeat(8)}-0000-7000-8000-000000000000`,
        `upload-sessions:${tenant.organizationId}`,
      ] as const
      for (const topic of topics) one.say({ kind: 'follow', topic })
      await sees(() => one.heard.filter(({ kind }) => kind === 'unknown').length === 3)
      await send(sessionId, 300, 2)
      assert.deepEqual(one.progress(sessionId), [])
      assert.ok(!JSON.stringify(one.heard).includes('Shoot'))
      one.close()
    }
  })

  test('hears that it waits when nothing comes, and of a pause at once', async () => {
    const one = await listen(tenant.owner)
    const sessionId = await open()
    const about = { length: 8 * MIB, organizationId: tenant.organizationId, sessionId }
    const path = pathOf(await tenant.tus.create(about))
    await tenant.tus.patch(path, 0, randomBytes(2 * MIB))
    await sees(() => one.progress(sessionId).at(-1)?.pace.isWaiting === true)
    await tenant.tus.send('POST', `/api/upload-sessions/${sessionId}/pause`)
    await sees(() => one.progress(sessionId).at(-1)?.status === 'paused')
    assert.equal(one.progress(sessionId).at(-1)?.pausedById, tenant.owner.userId)
    assert.equal(one.progress(sessionId).at(-1)?.bytesUploaded, 2 * MIB)
    one.close()
  })
})
