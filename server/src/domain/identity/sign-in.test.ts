import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { AddressInfo } from 'node:net'
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import { generateSync } from 'otplib'
import { WebSocket } from 'ws'
import { bearer, makeUser } from '../../../test/make.ts'
import { startTestPlatform, type TestPlatform } from '../../../test/platform.ts'
import { until } from '../../../test/server.ts'
import { inTransaction } from '../../platform/db/index.ts'
import { hashPassword } from '../../platform/password.ts'
import { useRecoveryCode } from './factors/store.ts'
import { recoveryHash } from './factors/recovery-codes.ts'

const PASSWORD = 'correct horse battery'
const CHROME =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36'
const STEP_MS = 30_000

describe('signing in', () => {
  let t: TestPlatform
  let app: FastifyInstance
  let origin: string
  let passwordHash: string
  before(async () => {
    passwordHash = await hashPassword(PASSWORD)
    t = await startTestPlatform({ LOGIN_FAILURES_PER_MINUTE: '100000' })
    app = (await t.api()).app
    await app.listen({ port: 0, host: '127.0.0.1' })
    origin = `127.0.0.1:${(app.server.address() as AddressInfo).port}`
  })
  after(() => t.stop())

  type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'
  const ask = (method: Method, path: string, token?: string, payload?: object, headers: Record<string, string> = {}) =>
    app.inject({
      method,
      url: `/api${path}`,
      headers: { ...(token !== undefined && { authorization: `Bearer ${token}` }), ...headers },
      ...(payload && { payload }),
    })
  const kindOf = (response: LightMyRequestResponse) => String(response.json().type).split(':').at(-1)
  /** Somebody with a password, who is signed in. */
  async function person() {
    const user = await makeUser(t.platform)
    const { userId: id } = user
    await t.platform.db.updateTable('user').set({ password_hash: passwordHash }).where('id', '=', id).execute()
    const token = (await bearer(t.platform, user)).authorization.slice('Bearer '.length)
    return { id, email: `${id}@example.org`, token }
  }
  const login = (email: string, headers: Record<string, string> = {}) =>
    ask('POST', '/auth/login', undefined, { email, password: PASSWORD }, headers)
  const eventsOf = async (userId: string) =>
    (
      await t.platform.db
        .selectFrom('security_event')
        .select('kind')
        .where('user_id', '=', userId)
        .orderBy('at')
        .execute()
    ).map(({ kind }) => kind)

  describe('sessions', () => {
    test('are listed with device, place and use, and which is this one', async () => {
      const { email, token } = await person()
      const second = await login(email, { 'user-agent': CHROME })
      const { items } = (await ask('GET', '/me/sessions', second.json().accessToken)).json()
      assert.equal(items.length, 2)
      assert.deepEqual(items[0].device, { browser: 'Chrome', system: 'Windows', kind: 'desktop' })
      assert.deepEqual([items[0].isCurrent, items[1].isCurrent, items[0].isHere], [true, false, true])
      const page = (await ask('GET', '/me/sessions?limit=1', token)).json()
      const rest = (await ask('GET', `/me/sessions?limit=1&cursor=${page.next}`, token)).json()
      assert.deepEqual([page.items[0].id, rest.items[0].id], [items[0].id, items[1].id])
    })

    test('revoked: refused within a second, and the open connection is closed within two', async () => {
      const { email, token } = await person()
      const other = (await login(email)).json().accessToken
      const socket = new WebSocket(`ws://${origin}/api/live`, { headers: { authorization: `Bearer ${other}` } })
      await new Promise((resolve) => socket.once('message', resolve))
      const closed = new Promise<number>((resolve) => socket.once('close', resolve))
      assert.equal((await ask('GET', '/me', other)).statusCode, 200)

      const { items } = (await ask('GET', '/me/sessions', token)).json()
      const id = items.find((one: { isCurrent: boolean }) => !one.isCurrent).id
      const revokedAt = Date.now()
      assert.equal((await ask('DELETE', `/me/sessions/${id}`, token)).statusCode, 204)
      assert.ok(await until(async () => (await ask('GET', '/me', other)).statusCode === 401, 1_000, 10))
      assert.equal(await closed, 4401)
      assert.ok(Date.now() - revokedAt < 2_000)
      assert.equal((await ask('DELETE', `/me/sessions/${id}`, token)).statusCode, 404)
      assert.equal((await ask('GET', '/me', token)).statusCode, 200)
    })

    test('of somebody else do not exist', async () => {
      const [one, other] = [await person(), await person()]
      const { items } = (await ask('GET', '/me/sessions', other.token)).json()
      assert.equal((await ask('DELETE', `/me/sessions/${items[0].id}`, one.token)).statusCode, 404)
      assert.equal((await ask('GET', '/me', other.token)).statusCode, 200)
    })

    test('all but this one end at once', async () => {
      const { email, token } = await person()
      const others = (await Promise.all([login(email), login(email), login(email)])).map((r) => r.json().accessToken)
      assert.equal((await ask('POST', '/me/sessions/revoke-others', token)).json().revoked, 3)
      for (const other of others)
        assert.ok(await until(async () => (await ask('GET', '/me', other)).statusCode === 401, 1_000, 10))
      assert.equal((await ask('GET', '/me', token)).statusCode, 200)
    })

    test('a new browser is a security event, one that is known is not', async () => {
      const { id, email } = await person()
      const first = await login(email)
      const device = first.cookies.find(({ name }) => name === 'trove_device')?.value
      await t.platform.db.deleteFrom('session').where('user_id', '=', id).where('device_hash', 'is', null).execute()
      await login(email, { cookie: `trove_device=${device}` })
      assert.equal((await eventsOf(id)).filter((kind) => kind === 'sign-in.new-device').length, 1)
      await login(email)
      assert.equal((await eventsOf(id)).filter((kind) => kind === 'sign-in.new-device').length, 2)
    })

    test('of a suspended account are refused, and no new one is opened', async () => {
      const { id, email, token } = await person()
      await t.platform.db.updateTable('user').set({ suspended_at: new Date() }).where('id', '=', id).execute()
      assert.ok(await until(async () => (await ask('GET', '/me', token)).statusCode === 401, 1_500, 50))
      assert.equal(kindOf(await login(email)), 'account-suspended')
    })
  })

  describe('an API key', () => {
    const make = async (token: string, scopes: string[], more: object = {}) =>
      ask('POST', '/me/api-keys', token, { name: 'Script', scopes, ...more })

    test('does what its scopes say, is told once and kept as a hash', async () => {
      const { token } = await person()
      const made = (await make(token, ['read'])).json()
      assert.match(made.token, /^trove_[\w-]{43}$/)
      assert.equal((await ask('GET', '/me', made.token)).statusCode, 200)
      const listed = (await ask('GET', '/me/api-keys', token)).json().items
      assert.deepEqual(
        listed.map((key: { name: string; ending: string }) => [key.name, key.ending]),
        [['Script', made.token.slice(-4)]],
      )
      assert.ok(!JSON.stringify(listed).includes(made.token))
      const rows = await t.platform.db.selectFrom('api_key').selectAll().where('id', '=', made.apiKey.id).execute()
      assert.ok(!JSON.stringify(rows).includes(made.token))
    })

    test('without the scope is refused, and none touches what concerns sign-in', async () => {
      const { token } = await person()
      const narrow = (await make(token, ['download'])).json().token
      assert.equal((await ask('GET', '/me', narrow)).statusCode, 403)
      const all = ['read', 'comment', 'download', 'write', 'share', 'upload', 'manage']
      const wide = (await make(token, all)).json().token
      for (const [method, path, body] of [
        ['GET', '/me/api-keys'],
        ['POST', '/me/api-keys', { name: 'Wider', scopes: all }],
        ['GET', '/me/sessions'],
        ['POST', '/me/sessions/revoke-others'],
        ['POST', '/me/totp'],
        ['POST', '/me/passkeys/options'],
        ['POST', '/me/confirm', { password: PASSWORD }],
        ['GET', '/me/security'],
      ] as const)
        assert.equal((await ask(method, path, wide, body)).statusCode, 403, path)
    })

    test('to administer can be made by an administrator alone', async () => {
      const { token } = await person()
      assert.equal((await make(token, ['administer'])).statusCode, 403)
      const administrator = await makeUser(t.platform, { isAdministrator: true })
      const own = (await bearer(t.platform, administrator)).authorization.slice('Bearer '.length)
      assert.equal((await make(own, ['administer'])).statusCode, 201)
    })

    test('revoked or expired is refused within a second, and closes its connection', async () => {
      const { token } = await person()
      const { apiKey, token: key } = (await make(token, ['read'])).json()
      const socket = new WebSocket(`ws://${origin}/api/live`, { headers: { authorization: `Bearer ${key}` } })
      await new Promise((resolve) => socket.once('message', resolve))
      const closed = new Promise<number>((resolve) => socket.once('close', resolve))
      assert.equal((await ask('GET', '/me', key)).statusCode, 200)
      assert.equal((await ask('DELETE', `/me/api-keys/${apiKey.id}`, token)).statusCode, 204)
      assert.ok(await until(async () => (await ask('GET', '/me', key)).statusCode === 401, 1_000, 10))
      assert.equal(await closed, 4401)

      const soon = new Date(Date.now() + 400).toISOString()
      const short = (await make(token, ['read'], { expiresAt: soon })).json().token
      assert.equal((await ask('GET', '/me', short)).statusCode, 200)
      assert.ok(await until(async () => (await ask('GET', '/me', short)).statusCode === 401, 1_500, 20))
      assert.equal((await make(token, ['read'], { expiresAt: '2020-01-01T00:00:00Z' })).statusCode, 400)
    })

    test('of a suspended user is dead, and of somebody else does not exist', async () => {
      const [one, other] = [await person(), await person()]
      const { apiKey, token: key } = (await make(one.token, ['read'])).json()
      assert.equal((await ask('DELETE', `/me/api-keys/${apiKey.id}`, other.token)).statusCode, 404)
      await t.platform.db.updateTable('user').set({ suspended_at: new Date() }).where('id', '=', one.id).execute()
      assert.ok(await until(async () => (await ask('GET', '/me', key)).statusCode === 401, 1_500, 20))
    })

    test('is not made in a session that was signed in long ago, until it is confirmed', async () => {
      const { id, token } = await person()
      await t.platform.db
        .updateTable('session')
        .set({ confirmed_at: new Date(Date.now() - 11 * 60_000) })
        .where('user_id', '=', id)
        .execute()
      assert.equal(kindOf(await make(token, ['read'])), 'confirm-first')
      assert.equal(kindOf(await ask('POST', '/me/confirm', token, { password: 'not this one' })), 'wrong-code')
      assert.equal(kindOf(await make(token, ['read'])), 'confirm-first')
      assert.equal((await ask('POST', '/me/confirm', token, { password: PASSWORD })).statusCode, 200)
      assert.equal((await make(token, ['read'])).statusCode, 201)
    })

    test('that is made up, cut or longer is refused', async () => {
      const { token } = await person()
      const key = (await make(token, ['read'])).json().token as string
      for (const wrong of [key.slice(0, -1), `${key}A`, `trove_${'A'.repeat(43)}`, key.toUpperCase(), `x${key}`])
        assert.equal((await ask('GET', '/me', wrong)).statusCode, 401, wrong)
    })
  })

  describe('codes of an app', () => {
    const codeAt = (secret: string, ms = Date.now()) => generateSync({ secret, epoch: Math.floor(ms / 1000) })
    async function withTotp() {
      const who = await person()
      const { secret, uri } = (await ask('POST', '/me/totp', who.token)).json()
      assert.match(uri, /^otpauth:\/\/totp\//)
      const past = codeAt(secret, Date.now() - STEP_MS)
      const { recoveryCodes } = (await ask('POST', '/me/totp/confirm', who.token, { code: past })).json()
      return { ...who, secret, recoveryCodes: recoveryCodes as string[] }
    }
    const answer = (challenge: string, code: string) =>
      ask('POST', '/auth/second-factor', undefined, { challenge, code })

    test('once connected are asked for, and let in', async () => {
      const { id, email, secret, recoveryCodes } = await withTotp()
      assert.equal(new Set(recoveryCodes).size, 10)
      const first = (await login(email)).json()
      assert.equal(first.accessToken, undefined)
      assert.deepEqual(first.factors, ['totp', 'recovery-code'])
      assert.equal((await ask('GET', '/me', first.challenge)).statusCode, 401)
      const second = await answer(first.challenge, codeAt(secret))
      assert.equal(second.statusCode, 200)
      assert.equal((await ask('GET', '/me', second.json().accessToken)).json().id, id)
      const user = await t.platform.db.selectFrom('user').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
      assert.equal(user.has_second_factor, true)
      const totp = await t.platform.db
        .selectFrom('totp')
        .selectAll()
        .where('user_id', '=', id)
        .executeTakeFirstOrThrow()
      assert.ok(!totp.sealed_secret.toString('latin1').includes(secret))
    })

    test('are taken once: neither again, nor an older one, nor two at the same moment', async () => {
      const { email, secret } = await withTotp()
      const challenges = await Promise.all(Array.from({ length: 4 }, async () => (await login(email)).json().challenge))
      const code = codeAt(secret)
      const answers = await Promise.all(challenges.map((challenge) => answer(challenge, code)))
      assert.equal(answers.filter(({ statusCode }) => statusCode === 200).length, 1)
      assert.equal((await answer(challenges[0], codeAt(secret, Date.now() - STEP_MS))).statusCode >= 400, true)
    })

    test('are refused when wrong, of another time or of somebody else', async () => {
      const [one, other] = [await withTotp(), await withTotp()]
      const { challenge } = (await login(one.email)).json()
      for (const code of ['000000', codeAt(one.secret, Date.now() + 10 * STEP_MS), codeAt(other.secret), 'abcdef'])
        assert.equal(kindOf(await answer(challenge, code)), 'wrong-code', code)
      assert.equal(kindOf(await answer(challenge, other.recoveryCodes[0] ?? '')), 'wrong-code')
      assert.ok((await eventsOf(one.id)).includes('second-factor.failed'))
    })

    test('are guessed no more than a few times a minute, however many challenges there are', async () => {
      const { email } = await withTotp()
      const guesses = []
      for (let i = 0; i < 12; i += 1)
        guesses.push(await answer((await login(email)).json().challenge, `00000${i % 10}`))
      const statuses = guesses.map(({ statusCode }) => statusCode)
      assert.equal(statuses.filter((status) => status === 403).length, 5)
      assert.equal(statuses.filter((status) => status === 429).length, 7)
    })

    test('a challenge is answered once', async () => {
      const { email, secret, recoveryCodes } = await withTotp()
      const { challenge } = (await login(email)).json()
      assert.equal((await answer(challenge, codeAt(secret))).statusCode, 200)
      assert.equal(kindOf(await answer(challenge, recoveryCodes[0] ?? '')), 'session-ended')
      const next = (await login(email)).json().challenge
      assert.equal((await answer(next, recoveryCodes[0] ?? '')).statusCode, 200)
    })

    test('a recovery code lets in once: of fifty at once, one', async () => {
      const { id, email, recoveryCodes } = await withTotp()
      const [code = '', shouted = ''] = recoveryCodes
      const hash = recoveryHash(code)
      assert.ok(hash)
      const used = await Promise.all(
        Array.from({ length: 50 }, () => inTransaction(t.platform.db, (tx) => useRecoveryCode(tx, id, hash))),
      )
      assert.equal(used.filter(Boolean).length, 1)
      const { challenge } = (await login(email)).json()
      assert.equal(kindOf(await answer(challenge, code)), 'wrong-code')
      assert.equal((await answer(challenge, ` ${shouted.toUpperCase().replaceAll('-', ' ')}`)).statusCode, 200)
      assert.equal((await ask('GET', '/me/security', (await person()).token)).json().recoveryCodesLeft, 0)
    })

    test('are turned off by whoever confirms, and the recovery codes go with them', async () => {
      const { id, email, token } = await withTotp()
      assert.equal(kindOf(await ask('POST', '/me/totp', token)), 'wrong-state')
      await t.platform.db
        .updateTable('session')
        .set({ confirmed_at: new Date(0) })
        .where('user_id', '=', id)
        .execute()
      assert.equal(kindOf(await ask('DELETE', '/me/totp', token)), 'confirm-first')
      await ask('POST', '/me/confirm', token, { password: PASSWORD })
      assert.equal((await ask('DELETE', '/me/totp', token)).statusCode, 204)
      assert.ok((await login(email)).json().accessToken)
      assert.equal((await ask('GET', '/me/security', token)).json().recoveryCodesLeft, 0)
    })

    test('never confirmed ask nobody for anything', async () => {
      const { email, token } = await person()
      await ask('POST', '/me/totp', token)
      assert.ok((await login(email)).json().accessToken)
    })
  })
})
