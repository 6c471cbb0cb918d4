import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { sql } from 'kysely'
import { WebSocket } from 'ws'
import type { FastifyInstance } from 'fastify'
import type { UserActor } from '../../src/platform/actor.ts'
import { bearer, makeFile, makeMember, makeOrganization, makeUser } from '../make.ts'
import { startTestPlatform, type TestPlatform } from '../platform.ts'

const CLOSED_WITHIN_MS = 10_000

describe('attacks on the live feed', () => {
  let t: TestPlatform
  let app: FastifyInstance
  let origin: string
  before(async () => {
    t = await startTestPlatform()
    app = (await t.api()).app
    await app.listen({ port: 0, host: '127.0.0.1' })
    origin = `ws://127.0.0.1:${(app.server.address() as AddressInfo).port}`
  })
  after(() => t.stop())

  /** A connection that has said hello, what it hears, and the code that it is closed with. */
  async function follow(user: UserActor, cursor?: string) {
    const query = cursor === undefined ? '' : `?cursor=${cursor}`
    const socket = new WebSocket(`${origin}/api/live${query}`, { headers: await bearer(t.platform, user) })
    const heard: string[] = []
    const closed = new Promise<number>((resolve) => socket.once('close', resolve))
    await new Promise((resolve) => socket.once('message', resolve))
    socket.on('message', (message) => heard.push(String(message)))
    return { socket, heard, closed }
  }

  test('a session that ends while the line to the database is down keeps no connection', async () => {
    const user = await makeUser(t.platform)
    const { closed } = await follow(user)
    await sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and query like 'listen %'`.execute(t.platform.db)
    const out = await app.inject({ method: 'POST', url: '/api/auth/logout', headers: await bearer(t.platform, user) })
    assert.equal(out.statusCode, 204)
    const late = new Promise((resolve) => setTimeout(resolve, CLOSED_WITHIN_MS, 'still open').unref())
    assert.notEqual(await Promise.race([closed, late]), 'still open')
    const again = new WebSocket(`${origin}/api/live`, { headers: await bearer(t.platform, user) })
    const refused = await new Promise((resolve) => {
      again.once('unexpected-response', (_request, response) => resolve(response.statusCode))
      again.once('open', () => resolve('open'))
      again.once('error', () => undefined)
    })
    assert.equal(refused, 401)
  })

  test('a cursor of any kind tells nobody what they may not hear', async () => {
    const [owner, member, stranger] = [
      await makeUser(t.platform),
      await makeUser(t.platform),
      await makeUser(t.platform),
    ]
    const { id: organizationId } = await makeOrganization(t.platform, owner)
    await makeMember(t.platform, organizationId, member, 'member')
    const file = await makeFile(t.platform, { organizationId, uploader: owner })
    for (const user of [member, stranger]) {
      for (const cursor of ['0-0', '1-1', '99999999999999999999-1', '-1', '1-1;drop', '0x1-1']) {
        const { socket, heard } = await follow(user, cursor)
        await new Promise((resolve) => setTimeout(resolve, 100))
        assert.ok(!heard.join().includes(file.id), cursor)
        socket.terminate()
      }
    }
  })
})
