import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { bearer, makeFile, makeMember, makeOrganization, makeUser } from '../../../../test/make.ts'
import { startTestPlatform, type TestPlatform } from '../../../../test/platform.ts'
import type { UserActor } from '../../../platform/actor.ts'
import { newId } from '../../../platform/ids.ts'
import { Problem } from '../../../platform/problem.ts'
import { createRefusalRecorder } from './operations.ts'
import { createWindow } from './window.ts'

describe('refusals', () => {
  let t: TestPlatform
  let app: FastifyInstance

  before(async () => {
    t = await startTestPlatform()
    app = (await t.api()).app
  })
  after(() => t.stop())

  const ask = async (actor: UserActor, url: string, method: 'GET' | 'DELETE' | 'PATCH' = 'GET') =>
    app.inject({
      method,
      url: `/api${url}`,
      headers: { ...(await bearer(t.platform, actor)), 'user-agent': 'curl/8' },
      ...(method === 'PATCH' && { payload: {} }),
    })
  const linesOf = (actor: UserActor) =>
    t.platform.db.selectFrom('activity').selectAll().where('actor_id', '=', actor.userId).orderBy('number').execute()

  /** Waits for a thing to become true: a refusal is told after its response. */
  async function eventually<T>(look: () => Promise<T | undefined>): Promise<T> {
    for (const until = Date.now() + 5_000; ;) {
      const found = await look()
      if (found !== undefined) return found
      assert.ok(Date.now() < until, 'it did not come')
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }

  async function makeStudio() {
    const owner = await makeUser(t.platform)
    const organization = await makeOrganization(t.platform, owner)
    const file = await makeFile(t.platform, { organizationId: organization.id, uploader: owner })
    return { owner, organization, file }
  }

  test('of a file are told with who, from where and by which agent, in the organization of the file', async () => {
    const { organization, file } = await makeStudio()
    const stranger = await makeUser(t.platform)
    assert.equal((await ask(stranger, `/files/${file.id}`)).statusCode, 404)
    const [line] = await eventually(async () => {
      const lines = await linesOf(stranger)
      return lines.length > 0 ? lines : undefined
    })
    assert.equal(line?.action, 'access.refused')
    assert.equal(line?.organization_id, organization.id)
    assert.equal(line?.resource_id, file.id)
    assert.equal(line?.ip, '127.0.0.1')
    assert.equal(line?.user_agent, 'curl/8')
    assert.equal(line?.credential_id, stranger.sessionId)
    assert.deepEqual(line?.facts, { right: 'read', problem: 'not-found', endpoint: 'getFile' })
  })

  test('for a role that is too weak are told too', async () => {
    const { organization } = await makeStudio()
    const member = await makeUser(t.platform)
    await makeMember(t.platform, organization.id, member, 'member')
    assert.equal((await ask(member, `/organizations/${organization.id}`, 'PATCH')).statusCode, 403)
    const line = await eventually(async () => (await linesOf(member))[0])
    assert.equal(line.action, 'access.refused')
    assert.equal(line.resource_id, null)
  })

  test('are not told of what is not there, nor of what one may have but is in the trash', async () => {
    const { owner, file } = await makeStudio()
    const other = await makeStudio()
    await ask(owner, `/files/${newId()}`)
    await t.platform.db.updateTable('file').set({ trashed_at: new Date() }).where('id', '=', file.id).execute()
    assert.equal((await ask(owner, `/files/${file.id}/content`)).statusCode, 404)
    await ask(owner, `/files/${other.file.id}`)
    await eventually(async () => (await linesOf(owner))[0])
    assert.deepEqual(
      (await linesOf(owner)).map(({ resource_id }) => resource_id),
      [other.file.id],
    )
  })

  test('of the administration are security events', async () => {
    const user = await makeUser(t.platform)
    assert.equal((await ask(user, '/installation', 'PATCH')).statusCode, 403)
    const event = await eventually(() =>
      t.platform.db.selectFrom('security_event').selectAll().where('user_id', '=', user.userId).executeTakeFirst(),
    )
    assert.equal(event.kind, 'access.refused')
    assert.equal(event.severity, 'warning')
    assert.equal(event.user_agent, 'curl/8')
  })

  test('in a flood become a few lines and one with a count, and cost the refused no time', async () => {
    const { file } = await makeStudio()
    const stranger = await makeUser(t.platform)
    const recorder = createRefusalRecorder(t.platform, { perKey: 10, inAll: 600, windowMs: 60_000 })
    const problem = new Problem('not-found', 'No file.')
    const requires = { kind: 'right', right: 'read' } as const
    const began = performance.now()
    for (let i = 0; i < 100_000; i += 1)
      recorder.hear({ actor: stranger, endpoint: 'getFile', requires, params: { fileId: file.id }, problem })
    assert.ok(performance.now() - began < 1_000)
    await recorder.stop()
    const lines = await linesOf(stranger)
    assert.equal(lines.length, 11)
    assert.equal((lines.at(-1)?.facts as { count?: number } | undefined)?.count, 99_990)
  })

  test('of ever new addresses are bounded together', () => {
    const window = createWindow<number>({ perKey: 10, inAll: 50, windowMs: 60_000 })
    let admitted = 0
    for (let i = 0; i < 10_000; i += 1) if (window.admit(`key ${i}`, i)) admitted += 1
    assert.equal(admitted, 50)
    const counted = window.takeCounted('all')
    assert.ok(counted.length <= 2_001)
    assert.equal(
      counted.reduce((sum, { count }) => sum + count, 0),
      9_950,
    )
  })
})
