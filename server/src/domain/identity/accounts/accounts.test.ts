import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { bearer, makeUser } from '../../../../test/make.ts'
import { startTestPlatform, type TestPlatform } from '../../../../test/platform.ts'
import { until } from '../../../../test/server.ts'
import type { UserActor } from '../../../platform/actor.ts'
import { startWorkers, type Workers } from '../../../platform/jobs/index.ts'
import { hashPassword } from '../../../platform/password.ts'
import { accountTasks } from './tasks.ts'

const PASSWORD = 'correct horse battery'
const NEW_PASSWORD = 'another horse, another battery'

describe('accounts', () => {
  let t: TestPlatform
  let app: FastifyInstance
  let workers: Workers
  let passwordHash: string
  before(async () => {
    t = await startTestPlatform()
    app = (await t.api()).app
    const { platform, config } = t
    passwordHash = await hashPassword(PASSWORD)
    const connectionString = config.databaseUrl
    workers = await startWorkers(platform, accountTasks, { connectionString, log: platform.log, slots: 1 })
  })
  after(async () => {
    await workers.stop()
    await t.stop()
  })

  const anyone = (method: 'POST' | 'GET', url: string, payload?: object) =>
    app.inject({ method, url: `/api${url}`, ...(payload && { payload }) })
  const as = async (who: UserActor, method: 'GET' | 'POST' | 'PATCH', url: string, payload?: object) =>
    app.inject({
      method,
      url: `/api${url}`,
      headers: await bearer(t.platform, who),
      ...(payload && { payload }),
    })
  /** With a password, and the address in the form that accounts have. */
  async function makeAccount(): Promise<UserActor & { email: string }> {
    const user = await makeUser(t.platform)
    await t.platform.db.updateTable('user').set({ password_hash: passwordHash }).where('id', '=', user.userId).execute()
    return { ...user, email: `${user.userId}@example.org` }
  }
  const mailsTo = (to: string) =>
    t.platform.db.selectFrom('mail').selectAll().where('recipient', '=', to).orderBy('id', 'desc').execute()
  async function tokenTo(to: string, page: string): Promise<string> {
    const has = async () => (await mailsTo(to)).some(({ link_path }) => link_path?.startsWith(`/${page}#`))
    assert.ok(await until(has, 10_000), `no mail with /${page} to ${to}`)
    const mail = (await mailsTo(to)).find(({ link_path }) => link_path?.startsWith(`/${page}#`))
    return mail?.link_path?.split('#')[1] ?? ''
  }
  const kindOf = (response: { json(): { type?: string } }) => response.json().type?.replace('urn:trove:problem:', '')
  const logIn = (email: string, password: string) => anyone('POST', '/auth/login', { email, password })

  describe('verifying an address', () => {
    test('is asked by mail when the account is made, and done by its link, once', async () => {
      const made = await anyone('POST', '/auth/register', { email: 'Verify@Example.org', password: PASSWORD })
      assert.equal(made.json().user.isEmailVerified, false)
      const token = await tokenTo('verify@example.org', 'verify')
      const verified = await anyone('POST', '/auth/verify-email', { token })
      assert.deepEqual(verified.json(), { email: 'verify@example.org' })
      const me = await app.inject({
        url: '/api/me',
        headers: { authorization: `Bearer ${made.json().accessToken}` },
      })
      assert.equal(me.json().isEmailVerified, true)
      assert.equal(kindOf(await anyone('POST', '/auth/verify-email', { token })), 'link-used')
    })

    test('fifty at once with one link: exactly one', async () => {
      const user = await makeAccount()
      assert.equal((await as(user, 'POST', '/me/verification')).statusCode, 204)
      const token = await tokenTo(user.email, 'verify')
      const all = await Promise.all(Array.from({ length: 50 }, () => anyone('POST', '/auth/verify-email', { token })))
      assert.equal(all.filter(({ statusCode }) => statusCode === 200).length, 1)
      assert.equal(all.filter(({ statusCode }) => statusCode === 410).length, 49)
    })

    test('a newer link replaces the older, and its number is limited', async () => {
      const user = await makeAccount()
      await as(user, 'POST', '/me/verification')
      const first = await tokenTo(user.email, 'verify')
      for (let i = 0; i < 5; i++) await as(user, 'POST', '/me/verification')
      assert.equal(kindOf(await anyone('POST', '/auth/verify-email', { token: first })), 'link-used')
      assert.equal((await as(user, 'POST', '/me/verification')).statusCode, 429)
    })

    test('a link is bound to its address, its purpose and its day', async () => {
      const user = await makeAccount()
      await as(user, 'POST', '/me/verification')
      const token = await tokenTo(user.email, 'verify')
      assert.equal(kindOf(await anyone('POST', '/auth/confirm-email', { token })), 'link-used')
      assert.equal(kindOf(await anyone('POST', '/auth/reset-password', { token, password: NEW_PASSWORD })), 'link-used')
      await t.platform.db
        .updateTable('user')
        .set({ email: `x${user.email}` })
        .where('id', '=', user.userId)
        .execute()
      assert.equal(kindOf(await anyone('POST', '/auth/verify-email', { token })), 'link-used')
      await as(user, 'POST', '/me/verification')
      const late = await tokenTo(`x${user.email}`, 'verify')
      await t.platform.db
        .updateTable('mailed_token')
        .set({ expires_at: new Date(Date.now() - 1) })
        .where('user_id', '=', user.userId)
        .execute()
      assert.equal(kindOf(await anyone('POST', '/auth/verify-email', { token: late })), 'link-used')
    })

    test('is kept in the database only as a hash, but for the outbox', async () => {
      const user = await makeAccount()
      await as(user, 'POST', '/me/verification')
      const token = await tokenTo(user.email, 'verify')
      const rows = await t.platform.db
        .selectFrom('mailed_token')
        .selectAll()
        .where('user_id', '=', user.userId)
        .execute()
      assert.equal(rows.length, 1)
      assert.ok(!JSON.stringify(rows).includes(token))
      assert.equal(Buffer.from(token, 'base64url').length, 32)
    })
  })

  describe('a forgotten password', () => {
    test('is set anew by a mailed link, which ends every session and is told by mail', async () => {
      const user = await makeAccount()
      assert.equal((await anyone('POST', '/auth/forgot-password', { email: user.email.toUpperCase() })).statusCode, 204)
      const token = await tokenTo(user.email, 'reset')
      const reset = await anyone('POST', '/auth/reset-password', { token, password: NEW_PASSWORD })
      assert.equal(reset.statusCode, 204, reset.body)
      const isRefused = async () => (await as(user, 'GET', '/me')).statusCode === 401
      assert.ok(await until(isRefused, 1_000, 20))
      assert.equal((await logIn(user.email, PASSWORD)).statusCode, 401)
      const signedIn = await logIn(user.email, NEW_PASSWORD)
      assert.equal(signedIn.statusCode, 200)
      assert.equal(signedIn.json().user.isEmailVerified, true)
      assert.ok((await mailsTo(user.email)).some(({ body }) => body?.includes('Every session has ended')))
      assert.equal(kindOf(await anyone('POST', '/auth/reset-password', { token, password: PASSWORD })), 'link-used')
    })

    test('fifty at once with one link: exactly one', async () => {
      const user = await makeAccount()
      await anyone('POST', '/auth/forgot-password', { email: user.email })
      const token = await tokenTo(user.email, 'reset')
      const all = await Promise.all(
        Array.from({ length: 50 }, (_, i) =>
          anyone('POST', '/auth/reset-password', { token, password: `${NEW_PASSWORD} ${i}` }),
        ),
      )
      assert.equal(all.filter(({ statusCode }) => statusCode === 204).length, 1)
      assert.equal(all.filter(({ statusCode }) => statusCode === 410).length, 49)
    })

    test('is answered alike for an unknown address, and nothing is mailed', async () => {
      const user = await makeAccount()
      const known = await anyone('POST', '/auth/forgot-password', { email: user.email })
      const unknown = await anyone('POST', '/auth/forgot-password', { email: 'unknown@example.org' })
      const odd = await anyone('POST', '/auth/forgot-password', { email: 'a@b\r\nBcc: c@d' })
      for (const { statusCode, body } of [known, unknown, odd]) assert.deepEqual([statusCode, body], [204, ''])
      await tokenTo(user.email, 'reset')
      assert.equal((await mailsTo('unknown@example.org')).length, 0)
    })

    test('takes as long for an unknown address as for a known one', async () => {
      const medianMs = async (emails: readonly string[]) => {
        const times: number[] = []
        for (const email of emails) {
          const began = performance.now()
          await anyone('POST', '/auth/forgot-password', { email })
          times.push(performance.now() - began)
        }
        return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0
      }
      const users = await Promise.all(Array.from({ length: 30 }, makeAccount))
      const known = await medianMs(users.map(({ email }) => email))
      const unknown = await medianMs(users.map((_, i) => `nobody-${i}@example.org`))
      assert.ok(Math.abs(known - unknown) < 20, `known ${known} ms, unknown ${unknown} ms`)
    })

    test('no more mails than a few an hour go to one address, existing or not', async () => {
      const user = await makeAccount()
      for (const email of [user.email, 'flood@example.org']) {
        const codes: number[] = []
        for (let i = 0; i < 8; i++) codes.push((await anyone('POST', '/auth/forgot-password', { email })).statusCode)
        assert.deepEqual(codes, [204, 204, 204, 204, 204, 204, 429, 429], email)
      }
    })

    test('a weak new one does not cost the link', async () => {
      const user = await makeAccount()
      await anyone('POST', '/auth/forgot-password', { email: user.email })
      const token = await tokenTo(user.email, 'reset')
      assert.equal(
        kindOf(await anyone('POST', '/auth/reset-password', { token, password: 'password1' })),
        'weak-password',
      )
      assert.equal((await anyone('POST', '/auth/reset-password', { token, password: NEW_PASSWORD })).statusCode, 204)
    })

    test('a link that was sent before the address changed opens nothing', async () => {
      const user = await makeAccount()
      await anyone('POST', '/auth/forgot-password', { email: user.email })
      const token = await tokenTo(user.email, 'reset')
      await t.platform.db
        .updateTable('user')
        .set({ email: `y${user.email}` })
        .where('id', '=', user.userId)
        .execute()
      assert.equal(kindOf(await anyone('POST', '/auth/reset-password', { token, password: NEW_PASSWORD })), 'link-used')
    })
  })

  describe('a password', () => {
    test('is changed with the present one; other sessions end and this one stays', async () => {
      const user = await makeAccount()
      const other = (await logIn(user.email, PASSWORD)).json().accessToken
      const wrong = await as(user, 'POST', '/me/password', { password: 'wrong', newPassword: NEW_PASSWORD })
      assert.equal(kindOf(wrong), 'wrong-password')
      const right = await as(user, 'POST', '/me/password', { password: PASSWORD, newPassword: NEW_PASSWORD })
      assert.equal(right.statusCode, 204, right.body)
      assert.equal((await as(user, 'GET', '/me')).statusCode, 200)
      const otherMe = () => app.inject({ url: '/api/me', headers: { authorization: `Bearer ${other}` } })
      assert.ok(await until(async () => (await otherMe()).statusCode === 401, 1_000, 20))
      assert.equal((await logIn(user.email, NEW_PASSWORD)).statusCode, 200)
    })

    test('is not guessed on an open page: wrong ones are limited, parallel ones too', async () => {
      const user = await makeAccount()
      const tries = Array.from({ length: 25 }, () =>
        as(user, 'POST', '/me/password', { password: 'a wrong guess', newPassword: NEW_PASSWORD }),
      )
      const codes = (await Promise.all(tries)).map(({ statusCode }) => statusCode)
      assert.equal(codes.filter((code) => code === 403).length, 10)
      assert.equal(codes.filter((code) => code === 429).length, 15)
    })

    test('that is easy to guess is refused with the reason, wherever one is set', async () => {
      const user = await makeAccount()
      for (const newPassword of ['password', 'aaaaaaaaaa', 'qwertyuiop', '12345678', user.email]) {
        const refused = await as(user, 'POST', '/me/password', { password: PASSWORD, newPassword })
        assert.equal(kindOf(refused), 'weak-password', newPassword)
        assert.ok(refused.json().detail.length > 10)
      }
      const registered = await anyone('POST', '/auth/register', { email: 'weak@example.org', password: 'password1' })
      assert.equal(kindOf(registered), 'weak-password')
    })
  })

  describe('an address', () => {
    test('is changed when the new one confirms it; the old one is told and its links open nothing', async () => {
      const user = await makeAccount()
      const email = `new-${user.email}`
      assert.equal(kindOf(await as(user, 'POST', '/me/email', { password: 'wrong', email })), 'wrong-password')
      await anyone('POST', '/auth/forgot-password', { email: user.email })
      const reset = await tokenTo(user.email, 'reset')
      assert.equal((await as(user, 'POST', '/me/email', { password: PASSWORD, email })).statusCode, 204)
      assert.equal((await as(user, 'GET', '/me')).json().email, user.email)
      const token = await tokenTo(email, 'confirm-email')
      assert.deepEqual((await anyone('POST', '/auth/confirm-email', { token })).json(), { email })
      assert.deepEqual((await as(user, 'GET', '/me')).json().email, email)
      assert.equal((await as(user, 'GET', '/me')).json().isEmailVerified, true)
      assert.match((await mailsTo(user.email))[0]?.subject ?? '', /has changed/)
      const late = await anyone('POST', '/auth/reset-password', { token: reset, password: NEW_PASSWORD })
      assert.equal(kindOf(late), 'link-used')
      assert.equal((await logIn(user.email, PASSWORD)).statusCode, 401)
      assert.equal((await logIn(email, PASSWORD)).statusCode, 200)
    })

    test('that somebody has by then is refused; of two accounts that want one, one gets it', async () => {
      const [one, two] = await Promise.all([makeAccount(), makeAccount()])
      const email = `wanted-${one.email}`
      const tokens: string[] = []
      for (const user of [one, two]) {
        await as(user, 'POST', '/me/email', { password: PASSWORD, email })
        tokens.push(await tokenTo(email, 'confirm-email'))
      }
      const both = await Promise.all(tokens.map((token) => anyone('POST', '/auth/confirm-email', { token })))
      assert.deepEqual(both.map(({ statusCode }) => statusCode).toSorted(), [200, 409])
    })

    test('in which a header or a second mailbox hides is none', async () => {
      const user = await makeAccount()
      const hostile = [
        'a@example.org\r\nBcc: b@example.org',
        'a@example.org\nSubject: x',
        'a@example.org,b@example.org',
        '"a@example.org b"@example.org',
        'Ada <a@example.org>',
        'a\u202e@example.org',
        'a\u0000@example.org',
        `${'a'.repeat(250)}@example.org`,
      ]
      for (const email of hostile) {
        assert.equal((await as(user, 'POST', '/me/email', { password: PASSWORD, email })).statusCode, 400, email)
        assert.equal((await anyone('POST', '/auth/register', { email, password: PASSWORD })).statusCode, 400, email)
      }
    })
  })

  test('a new device is told by mail, unless it is familiar or nobody wants to hear of it', async () => {
    const user = await makeAccount()
    const logInFrom = (userAgent: string, remoteAddress: string) =>
      app.inject({
        method: 'POST',
        url: '/api/auth/login',
        payload: { email: user.email, password: PASSWORD },
        headers: { 'user-agent': userAgent },
        remoteAddress,
      })
    const told = async () =>
      (await mailsTo(user.email)).filter(({ subject }) => subject.startsWith('A new device')).length
    await logInFrom('Script/1', '10.0.0.1')
    assert.equal(await told(), 1)
    await logInFrom('Script/1', '10.0.0.1')
    assert.equal(await told(), 1)
    await logInFrom('Other\r\nBcc: x@example.org', '10.0.0.2')
    assert.equal(await told(), 2)
    await as(user, 'PATCH', '/me', { preferences: { notifications: { 'sign-in': [] } } })
    await logInFrom('Third/1', '10.0.0.3')
    assert.equal(await told(), 2)
  })
})
