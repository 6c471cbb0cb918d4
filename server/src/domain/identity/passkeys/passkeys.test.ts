import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import { makeAuthenticator } from '../../../../test/authenticator.ts'
import { bearer, makeUser } from '../../../../test/make.ts'
import { startTestPlatform, type TestPlatform } from '../../../../test/platform.ts'
import { hashPassword } from '../../../platform/password.ts'

const SITE = { origin: 'https://trove.example', rpId: 'trove.example' }
const PASSWORD = 'correct horse battery'

describe('a passkey', () => {
  let t: TestPlatform
  let app: FastifyInstance
  let passwordHash: string
  before(async () => {
    t = await startTestPlatform({ PUBLIC_URL: SITE.origin, LOGIN_FAILURES_PER_MINUTE: '100000' })
    app = (await t.api()).app
    passwordHash = await hashPassword(PASSWORD)
  })
  after(() => t.stop())

  type Headers = Record<string, string>
  const post = (path: string, payload: object, headers: Headers = {}) =>
    app.inject({ method: 'POST', url: `/api${path}`, payload, headers })
  const kindOf = (response: LightMyRequestResponse) => String(response.json().type).split(':').at(-1)

  async function somebody() {
    const user = await makeUser(t.platform)
    const { userId: id } = user
    await t.platform.db.updateTable('user').set({ password_hash: passwordHash }).where('id', '=', id).execute()
    return { id, email: `${id}@example.org`, headers: (await bearer(t.platform, user)) as Headers }
  }
  const begin = async (headers: Headers) => (await post('/me/passkeys/options', {}, headers)).json()
  const add = async (headers: Headers, device: ReturnType<typeof makeAuthenticator>) => {
    const { token, options } = await begin(headers)
    return post('/me/passkeys', { name: 'Key', token, credential: device.make(options.challenge) }, headers)
  }
  async function withPasskey() {
    const who = await somebody()
    const device = makeAuthenticator(SITE)
    const added = await add(who.headers, device)
    assert.equal(added.statusCode, 201)
    return { ...who, device, passkey: added.json().passkey, recoveryCodes: added.json().recoveryCodes as string[] }
  }
  const beginSignIn = async () => (await post('/auth/passkey/options', {})).json()
  const login = async (email: string) => (await post('/auth/login', { email, password: PASSWORD })).json()

  test('signs in alone, and is a second factor with recovery codes', async () => {
    const { id, device, recoveryCodes } = await withPasskey()
    assert.equal(recoveryCodes.length, 10)
    const { token, options } = await beginSignIn()
    assert.equal(options.userVerification, 'required')
    const response = await post('/auth/passkey', { token, credential: device.answer(options.challenge) })
    assert.equal(response.json().user.id, id)
    const user = await t.platform.db.selectFrom('user').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
    assert.equal(user.has_second_factor, true)
  })

  test('is refused with an answer for another site, of another kind, unverified, used before or counted back', async () => {
    const { device } = await withPasskey()
    const attempt = async (lies: Parameters<typeof device.answer>[1]) => {
      const { token, options } = await beginSignIn()
      return post('/auth/passkey', { token, credential: device.answer(options.challenge, lies) })
    }
    assert.equal((await attempt({})).statusCode, 200)
    for (const lies of [
      { origin: 'https://evil.example' },
      { rpId: 'evil.example' },
      { type: 'webauthn.create' },
      { isVerified: false },
      { challenge: 'AAAA' },
      { count: 0 },
      { count: 1 },
    ])
      assert.equal(kindOf(await attempt(lies)), 'passkey-refused', JSON.stringify(lies))

    const { token, options } = await beginSignIn()
    const credential = device.answer(options.challenge)
    const twice = await Promise.all([1, 2, 3, 4].map(() => post('/auth/passkey', { token, credential })))
    assert.equal(twice.filter(({ statusCode }) => statusCode === 200).length, 1)
    const other = await beginSignIn()
    assert.equal(kindOf(await post('/auth/passkey', { token: other.token, credential })), 'passkey-refused')
  })

  test('that nobody here has lets nobody in, whatever it says', async () => {
    const { device } = await withPasskey()
    const stranger = makeAuthenticator(SITE)
    const { token, options } = await beginSignIn()
    assert.equal(
      kindOf(await post('/auth/passkey', { token, credential: stranger.answer(options.challenge) })),
      'passkey-refused',
    )
    const stolen = { ...stranger.answer(options.challenge), id: device.answer(options.challenge).id }
    assert.equal(kindOf(await post('/auth/passkey', { token, credential: stolen })), 'passkey-refused')
    for (const response of [
      {},
      { authenticatorData: 'AA', clientDataJSON: 'e30', signature: 'AA' },
      { signature: 5 },
    ]) {
      const credential = { ...device.answer(options.challenge), response }
      assert.equal((await post('/auth/passkey', { token, credential })).statusCode, 401)
    }
  })

  test('answers the second step of its own account only', async () => {
    const [one, other] = [await withPasskey(), await withPasskey()]
    const needed = await login(one.email)
    assert.deepEqual(needed.factors, ['passkey', 'recovery-code'])
    const { challenge } = needed.passkeyOptions
    const answer = (credential: object) => post('/auth/second-factor', { challenge: needed.challenge, credential })
    assert.equal(kindOf(await answer(other.device.answer(challenge))), 'passkey-refused')
    assert.equal((await answer(one.device.answer(challenge))).json().user.id, one.id)
    assert.equal(kindOf(await answer(one.device.answer(challenge))), 'session-ended')
  })

  test('is added by the session that asked, for itself, once', async () => {
    const [one, other] = [await somebody(), await somebody()]
    const { token, options } = await begin(one.headers)
    const device = makeAuthenticator(SITE)
    const body = { name: 'Key', token, credential: device.make(options.challenge) }
    assert.equal(kindOf(await post('/me/passkeys', body, other.headers)), 'wrong-code')
    const evil = { ...body, credential: device.make(options.challenge, { origin: 'https://evil.example' }) }
    assert.equal(kindOf(await post('/me/passkeys', evil, one.headers)), 'passkey-refused')
    const asked = await Promise.all([1, 2, 3].map(() => post('/me/passkeys', body, one.headers)))
    assert.equal(asked.filter(({ statusCode }) => statusCode === 201).length, 1)
    assert.equal(kindOf(await add(other.headers, device)), 'passkey-refused')
    const signIn = await beginSignIn()
    const mixed = { name: 'Key', token: signIn.token, credential: device.make(signIn.options.challenge) }
    assert.equal(kindOf(await post('/me/passkeys', mixed, one.headers)), 'wrong-code')
  })

  test('confirms who is there, removes itself, and is then no way in any more', async () => {
    const { id, email, headers, device, passkey } = await withPasskey()
    await t.platform.db
      .updateTable('session')
      .set({ confirmed_at: new Date(0) })
      .where('user_id', '=', id)
      .execute()
    const url = `/api/me/passkeys/${passkey.id}`
    assert.equal(kindOf(await app.inject({ method: 'DELETE', url, headers })), 'confirm-first')
    const { token, options } = (await post('/me/confirm/options', {}, headers)).json()
    const confirm = (credential: object) => post('/me/confirm', { passkey: { token, credential } }, headers)
    assert.equal(kindOf(await confirm(makeAuthenticator(SITE).answer(options.challenge))), 'wrong-code')
    assert.equal((await confirm(device.answer(options.challenge))).statusCode, 200)

    const stranger = await somebody()
    assert.equal((await app.inject({ method: 'DELETE', url, headers: stranger.headers })).statusCode, 404)
    const payload = { name: 'Other' }
    assert.equal((await app.inject({ method: 'PATCH', url, headers: stranger.headers, payload })).statusCode, 404)
    assert.equal((await app.inject({ method: 'DELETE', url, headers })).statusCode, 204)
    const again = await beginSignIn()
    const credential = device.answer(again.options.challenge)
    assert.equal(kindOf(await post('/auth/passkey', { token: again.token, credential })), 'passkey-refused')
    assert.ok((await login(email)).accessToken)
  })
})
