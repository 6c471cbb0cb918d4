import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import { SignJWT, UnsecuredJWT } from 'jose'
import { bearer, makeUser } from '../../../test/make.ts'
import { startTestPlatform, type TestPlatform } from '../../../test/platform.ts'

const PASSWORD = 'correct horse battery'

describe('identity', () => {
  let t: TestPlatform
  let app: FastifyInstance
  before(async () => {
    t = await startTestPlatform({ LOGIN_FAILURES_PER_MINUTE: '5' })
    app = (await t.api()).app
  })
  after(() => t.stop())

  const post = (url: string, payload?: object, headers: Record<string, string> = {}, remoteAddress = '127.0.0.1') =>
    app.inject({ method: 'POST', url, headers, remoteAddress, ...(payload && { payload }) })
  const register = (email: string, remoteAddress?: string) =>
    post('/api/auth/register', { email, name: 'Somebody', password: PASSWORD }, {}, remoteAddress)
  const cookieOf = (response: LightMyRequestResponse, name: string) =>
    response.cookies.find((cookie) => cookie.name === name)
  const refreshWith = (token: string) => post('/api/auth/refresh', undefined, { cookie: `trove_refresh=${token}` })
  const me = (token: string) =>
    app.inject({ method: 'GET', url: '/api/me', headers: { authorization: `Bearer ${token}` } })

  describe('the first account', () => {
    test('of ten that are made at once, one becomes the administrator', async () => {
      const responses = await Promise.all(Array.from({ length: 10 }, (_, i) => register(`first-${i}@example.org`)))
      assert.deepEqual(
        responses.map((response) => response.statusCode),
        Array(10).fill(201),
      )
      assert.equal(responses.filter((response) => response.json().user.isAdministrator).length, 1)
    })

    test('the same address in another case is refused, and thirty at once make one account', async () => {
      const responses = await Promise.all(
        Array.from({ length: 30 }, (_, i) => register(i % 2 === 0 ? 'Same@Example.org' : 'same@example.ORG')),
      )
      assert.equal(responses.filter((response) => response.statusCode === 201).length, 1)
      assert.equal(responses.filter((response) => response.json().type === 'urn:trove:problem:email-taken').length, 29)
    })

    test('a password longer than bcrypt reads is refused, not cut', async () => {
      const response = await post('/api/auth/register', { email: 'long@example.org', password: 'ä'.repeat(37) })
      assert.equal(response.statusCode, 400)
      assert.equal(response.json().errors[0].pointer, '#/body/password')
    })
  })

  describe('signing in', () => {
    test('answers with a token that works, and cookies that scripts cannot read', async () => {
      await register('sign@example.org')
      const response = await post('/api/auth/login', { email: 'SIGN@example.org ', password: PASSWORD })
      assert.equal(response.statusCode, 200)
      const refresh = cookieOf(response, 'trove_refresh')
      assert.deepEqual([refresh?.httpOnly, refresh?.sameSite, refresh?.path], [true, 'Strict', '/api/auth'])
      assert.equal((await me(response.json().accessToken)).json().email, 'sign@example.org')
    })

    test('an unknown address and a wrong password are told alike', async () => {
      await register('known@example.org')
      const wrong = await post(
        '/api/auth/login',
        { email: 'known@example.org', password: 'wrong password' },
        {},
        '10.0.0.1',
      )
      const unknown = await post(
        '/api/auth/login',
        { email: 'unknown@example.org', password: 'wrong password' },
        {},
        '10.0.0.1',
      )
      const { instance: _a, ...told } = wrong.json()
      const { instance: _b, ...toldToo } = unknown.json()
      assert.equal(wrong.statusCode, 401)
      assert.deepEqual(told, toldToo)
    })

    test('of many guesses at once no more than the limit are looked at, for the account and for the address', async () => {
      await register('guessed@example.org')
      const guess = (email: string, ip: string) => post('/api/auth/login', { email, password: 'a wrong guess' }, {}, ip)
      const ofAccount = await Promise.all(
        Array.from({ length: 8 }, (_, i) => guess('guessed@example.org', `10.0.1.${i}`)),
      )
      assert.equal(ofAccount.filter((response) => response.statusCode === 401).length, 5)
      assert.ok(
        ofAccount.every((response) => response.statusCode === 401 || response.headers['retry-after'] !== undefined),
      )
      const ofAddress = await Promise.all(
        Array.from({ length: 8 }, (_, i) => guess(`nobody-${i}@example.org`, '10.0.2.1')),
      )
      assert.equal(ofAddress.filter((response) => response.statusCode === 401).length, 5)
    })
  })

  describe('a refresh token', () => {
    test('asked with twenty times at once gives one and the same pair', async () => {
      const token = cookieOf(await register('tabs@example.org'), 'trove_refresh')?.value ?? ''
      const responses = await Promise.all(Array.from({ length: 20 }, () => refreshWith(token)))
      const pairs = new Set(
        responses.map((response) => `${response.json().accessToken} ${cookieOf(response, 'trove_refresh')?.value}`),
      )
      assert.deepEqual(new Set(responses.map((response) => response.statusCode)), new Set([200]))
      assert.equal(pairs.size, 1)
    })

    test('used again after its successor ends the session: every descendant is refused at once', async () => {
      const first = await register('stolen@example.org')
      const stolen = cookieOf(first, 'trove_refresh')?.value ?? ''
      const second = await refreshWith(stolen)
      const third = await refreshWith(cookieOf(second, 'trove_refresh')?.value ?? '')
      assert.equal((await me(third.json().accessToken)).statusCode, 200)

      assert.equal((await refreshWith(stolen)).statusCode, 401)

      assert.equal((await refreshWith(cookieOf(third, 'trove_refresh')?.value ?? '')).statusCode, 401)
      await new Promise((resolve) => setTimeout(resolve, 1_000))
      for (const response of [first, second, third])
        assert.equal((await me(response.json().accessToken)).statusCode, 401)
    })

    test('is refused from another site, and is kept only as a hash', async () => {
      const token = cookieOf(await register('origin@example.org'), 'trove_refresh')?.value ?? ''
      const foreign = await post('/api/auth/refresh', undefined, {
        cookie: `trove_refresh=${token}`,
        origin: 'https://evil.example',
      })
      assert.equal(foreign.json().type, 'urn:trove:problem:foreign-origin')
      const rows = await t.platform.db.selectFrom('refresh_token').select('token_hash').execute()
      assert.ok(
        rows.every(({ token_hash }) => token_hash.length === 32 && !token_hash.equals(Buffer.from(token, 'base64url'))),
      )
    })

    test('is no access token', async () => {
      const token = cookieOf(await register('type@example.org'), 'trove_refresh')?.value ?? ''
      assert.equal((await me(token)).statusCode, 401)
    })
  })

  describe('signing out', () => {
    test('ends the session for its tokens within a second', async () => {
      const response = await register('out@example.org')
      const { accessToken } = response.json()
      const cookie = `trove_refresh=${cookieOf(response, 'trove_refresh')?.value}`
      assert.equal((await post('/api/auth/logout', undefined, { cookie })).statusCode, 204)
      await new Promise((resolve) => setTimeout(resolve, 1_000))
      assert.equal((await me(accessToken)).statusCode, 401)
      assert.equal((await post('/api/auth/refresh', undefined, { cookie })).statusCode, 401)
    })
  })

  describe('an access token that was tampered with', () => {
    const seconds = () => Math.floor(Date.now() / 1000)
    const b64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

    test('is refused whatever was changed', async () => {
      const user = await makeUser(t.platform)
      const genuine = (await bearer(t.platform, user)).authorization.slice('Bearer '.length)
      const [head = '', body = '', signature = ''] = genuine.split('.')
      const claims = { sid: user.sessionId }
      const sign = (key: Uint8Array, header: { alg: string; typ?: string; kid?: string }) =>
        new SignJWT(claims)
          .setProtectedHeader(header)
          .setIssuer('trove')
          .setSubject(user.userId)
          .setIssuedAt()
          .setExpirationTime('10m')
          .sign(key)
      const { accessToken: key, refreshToken: otherKey } = t.platform.keys
      const forged = {
        'no algorithm': new UnsecuredJWT(claims)
          .setIssuer('trove')
          .setSubject(user.userId)
          .setExpirationTime('10m')
          .encode(),
        'no algorithm, in capitals': `${b64({ alg: 'NONE', typ: 'at+jwt' })}.${body}.`,
        'no signature': `${head}.${body}.`,
        'another algorithm': await sign(key, { alg: 'HS512', typ: 'at+jwt' }),
        'another key of ours': await sign(otherKey, { alg: 'HS256', typ: 'at+jwt' }),
        'an empty key': `${head}.${body}.${createHmac('sha256', '').update(`${head}.${body}`).digest('base64url')}`,
        'another type': await sign(key, { alg: 'HS256', typ: 'JWT' }),
        'no type': await sign(key, { alg: 'HS256' }),
        'a key id that is a path': `${b64({ alg: 'HS256', typ: 'at+jwt', kid: '../../dev/null' })}.${body}.${signature}`,
        'another user': `${head}.${b64({ sub: 'x', iss: 'trove', sid: user.sessionId, exp: seconds() + 600 })}.${signature}`,
        'a longer life': `${head}.${b64({ ...JSON.parse(Buffer.from(body, 'base64url').toString()), exp: seconds() + 9e6 })}.${signature}`,
        expired: await new SignJWT(claims)
          .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
          .setIssuer('trove')
          .setSubject(user.userId)
          .setExpirationTime(seconds() - 1)
          .sign(key),
        'no expiry': await new SignJWT(claims)
          .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
          .setIssuer('trove')
          .setSubject(user.userId)
          .sign(key),
        'another issuer': await new SignJWT(claims)
          .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' })
          .setIssuer('x')
          .setSubject(user.userId)
          .setExpirationTime('5m')
          .sign(key),
        'a flipped bit': `${head}.${body}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`,
        junk: 'a.b.c',
      }
      assert.equal((await me(genuine)).statusCode, 200)
      for (const [what, token] of Object.entries(forged)) assert.equal((await me(token)).statusCode, 401, what)
    })

    test('lives for no more than fifteen minutes', async () => {
      const { accessToken } = (await register('life@example.org')).json()
      const { exp, iat } = JSON.parse(Buffer.from(accessToken.split('.')[1], 'base64url').toString())
      assert.equal(exp - iat, 900)
    })

    test('in a cookie opens bytes and the live feed, and nothing else', async () => {
      const user = await makeUser(t.platform)
      const cookie = `trove_access=${(await bearer(t.platform, user)).authorization.slice('Bearer '.length)}`
      assert.equal((await app.inject({ method: 'GET', url: '/api/me', headers: { cookie } })).statusCode, 401)
      const content = await app.inject({
        method: 'GET',
        url: '/api/files/019a0000-0000-7000-8000-000000000000/content',
        headers: { cookie },
      })
      assert.equal(content.statusCode, 404)
    })
  })

  test('registration that is switched off refuses everybody but the first', async () => {
    const admin = await makeUser(t.platform, { isAdministrator: true })
    const somebody = await makeUser(t.platform)
    const close = async (headers: { authorization: string }) =>
      app.inject({ method: 'PATCH', url: '/api/installation', payload: { registrationIsOpen: false }, headers })
    assert.equal((await close(await bearer(t.platform, somebody))).statusCode, 403)
    assert.equal((await close(await bearer(t.platform, admin))).statusCode, 200)
    assert.equal((await register('late@example.org')).json().type, 'urn:trove:problem:registration-closed')
  })
})
