import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { WebSocket } from 'ws'
import { bearer, makeUser } from '../../../../../test/make.ts'
import { startTestPlatform, type TestPlatform } from '../../../../../test/platform.ts'
import { until } from '../../../../../test/server.ts'
import type { UserActor } from '../../../../platform/actor.ts'
import { hashPassword } from '../../../../platform/password.ts'
import { newId } from '../../../../platform/ids.ts'

const PASSWORD = 'correct horse battery'

describe('administering accounts', () => {
  let t: TestPlatform
  let app: FastifyInstance
  let admin: UserActor
  let passwordHash: string
  before(async () => {
    t = await startTestPlatform()
    app = (await t.api()).app
    passwordHash = await hashPassword(PASSWORD)
    admin = await makeUser(t.platform, { isAdministrator: true })
  })
  after(() => t.stop())

  const as = async (who: UserActor, method: 'GET' | 'POST' | 'PUT', url: string, payload?: object) =>
    app.inject({ method, url: `/api${url}`, headers: await bearer(t.platform, who), ...(payload && { payload }) })
  const kindOf = (response: { json(): { type?: string } }) => response.json().type?.replace('urn:trove:problem:', '')
  async function makeAccount(): Promise<UserActor & { email: string }> {
    const user = await makeUser(t.platform)
    await t.platform.db.updateTable('user').set({ password_hash: passwordHash }).where('id', '=', user.userId).execute()
    return { ...user, email: `${user.userId}@example.org` }
  }
  const logIn = (email: string, password: string) =>
    app.inject({ method: 'POST', url: '/api/auth/login', payload: { email, password } })

  test('the list goes newest first by pages, and is searched by part of a name, username or address', async () => {
    const made: string[] = []
    for (let i = 0; i < 7; i++) made.push((await makeUser(t.platform)).userId)
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = (await as(admin, 'GET', `/users?limit=3${cursor ? `&cursor=${cursor}` : ''}`)).json()
      seen.push(...page.items.map(({ id }: { id: string }) => id))
      cursor = page.next
    } while (cursor !== undefined)
    assert.deepEqual(seen, seen.toSorted().toReversed())
    assert.equal(new Set(seen).size, seen.length)
    for (const id of made) assert.ok(seen.includes(id))
    const [one = ''] = made
    const found = (await as(admin, 'GET', `/users?search=${one.toUpperCase()}`)).json()
    assert.deepEqual(
      found.items.map(({ id }: { id: string }) => id),
      [one],
    )
    assert.equal((await as(admin, 'GET', '/users?search=%25')).json().items.length, 0)
    assert.equal((await as(admin, 'GET', '/users?cursor=x')).statusCode, 400)
    const text = JSON.stringify(found)
    for (const word of ['password', 'hash', 'phone', 'preferences']) assert.ok(!text.includes(word), word)
  })

  test('a suspended account is refused everywhere at once: requests, live connections, keys and sign-in', async () => {
    const address = await app.listen({ port: 0, host: '127.0.0.1' })
    const user = await makeAccount()
    const { accessToken } = (await logIn(user.email, PASSWORD)).json()
    const socket = new WebSocket(`${address.replace('http', 'ws')}/api/live`, {
      headers: { cookie: `trove_access=${accessToken}` },
    })
    await new Promise((resolve, reject) => socket.once('message', resolve).once('error', reject))
    const byKey = { name: 'Script', scopes: ['read'] }
    const made = await app.inject({
      method: 'POST',
      url: '/api/me/api-keys',
      headers: { authorization: `Bearer ${accessToken}` },
      payload: byKey,
    })
    assert.equal(made.statusCode, 201, made.body)
    const meByKey = () => app.inject({ url: '/api/me', headers: { authorization: `Bearer ${made.json().token}` } })
    assert.equal((await meByKey()).statusCode, 200)
    const closed = new Promise<number>((resolve) => socket.once('close', () => resolve(Date.now())))
    const began = Date.now()
    assert.equal((await as(admin, 'POST', `/users/${user.userId}/suspend`)).statusCode, 200)
    const me = () => app.inject({ url: '/api/me', headers: { authorization: `Bearer ${accessToken}` } })
    assert.ok(await until(async () => (await me()).statusCode === 401, 1_000, 10))
    assert.ok(await until(async () => (await meByKey()).statusCode === 401, 1_000, 10))
    assert.ok((await closed) - began < 2_000)
    assert.equal(kindOf(await logIn(user.email, 'a wrong guess')), 'wrong-credentials')
    assert.equal(kindOf(await logIn(user.email, PASSWORD)), 'account-suspended')
    const reset = await as(admin, 'POST', `/users/${user.userId}/password-reset`)
    assert.equal(kindOf(reset), 'wrong-state')
    assert.equal((await as(admin, 'POST', `/users/${user.userId}/resume`)).json().suspendedAt, undefined)
    assert.equal((await me()).statusCode, 401, 'what ended stays so')
    assert.equal((await meByKey()).statusCode, 200, 'a key is read again')
    assert.equal((await logIn(user.email, PASSWORD)).statusCode, 200)
  })

  test('fifty that are suspended are each refused within a second', async () => {
    const users = await Promise.all(Array.from({ length: 50 }, makeAccount))
    for (const user of users) assert.equal((await as(user, 'GET', '/me')).statusCode, 200)
    for (const user of users) {
      await as(admin, 'POST', `/users/${user.userId}/suspend`)
      assert.ok(await until(async () => (await as(user, 'GET', '/me')).statusCode === 401, 1_000, 10))
    }
  })

  test('two administrators who demote or suspend each other at once leave one', async () => {
    for (let round = 0; round < 10; round++) {
      const [one, two] = await Promise.all([
        makeUser(t.platform, { isAdministrator: true }),
        makeUser(t.platform, { isAdministrator: true }),
      ])
      await t.platform.db
        .updateTable('user')
        .set({ is_administrator: false })
        .where('id', 'not in', [one.userId, two.userId])
        .execute()
      const down = { isAdministrator: false }
      const codes = await Promise.all([
        as(one, 'PUT', `/users/${two.userId}/administrator`, down),
        as(two, 'POST', `/users/${one.userId}/suspend`),
        as(two, 'PUT', `/users/${two.userId}/administrator`, down),
        as(one, 'PUT', `/users/${one.userId}/administrator`, down),
      ])
      for (const { statusCode } of codes) assert.ok([200, 401, 403, 409].includes(statusCode), String(statusCode))
      const left = await t.platform.db
        .selectFrom('user')
        .select('id')
        .where('is_administrator', '=', true)
        .where('suspended_at', 'is', null)
        .execute()
      assert.equal(left.length, 1)
    }
    admin = await makeUser(t.platform, { isAdministrator: true })
  })

  test('is for administrators alone, and what there is not is told alike', async () => {
    const user = await makeAccount()
    for (const [method, url, body] of [
      ['GET', '/users', undefined],
      ['GET', '/outbox', undefined],
      ['POST', `/users/${admin.userId}/suspend`, undefined],
      ['PUT', `/users/${user.userId}/administrator`, { isAdministrator: true }],
      ['POST', `/users/${admin.userId}/password-reset`, undefined],
    ] as const)
      assert.equal((await as(user, method, url, body)).statusCode, 403, url)
    for (const step of ['suspend', 'resume', 'password-reset'])
      assert.equal((await as(admin, 'POST', `/users/${newId()}/${step}`)).statusCode, 404, step)
    assert.equal((await as(user, 'GET', '/me')).json().isAdministrator, false)
  })

  test('the outbox shows what mails say only while there is no mail server, and never to a key', async () => {
    const user = await makeAccount()
    assert.equal((await as(admin, 'POST', `/users/${user.userId}/password-reset`)).statusCode, 204)
    const { items, hasMailServer } = (await as(admin, 'GET', '/outbox?limit=1')).json()
    assert.equal(hasMailServer, false)
    assert.equal(items[0].to, user.email)
    assert.equal(items[0].state, 'kept')
    assert.match(items[0].link.path, /^\/reset#[\w-]{43}$/)
    const { listOutbox } = await import('./operations.ts')
    const byKey = await listOutbox(t.platform, { ...admin, scopes: ['administer'] }, { limit: 1 })
    assert.deepEqual([byKey.items[0]?.text, byKey.items[0]?.link], [undefined, undefined])
    const sending = { db: t.platform.db, mail: { ...t.platform.mail, isSent: true } }
    assert.equal((await listOutbox(sending, admin, { limit: 1 })).items[0]?.link, undefined)
  })
})
