import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { SignJWT, UnsecuredJWT } from 'jose'
import { generateSync } from 'otplib'
import { bearer, makeUser } from '../../../test/make.ts'
import { startTestPlatform, type TestPlatform } from '../../../test/platform.ts'
import { newId } from '../../platform/ids.ts'
import { newChallenge, readChallenge } from './challenges.ts'

/** One kind of token is never good where another is asked for, and none that was changed is good anywhere. */
describe('tokens that were tampered with', () => {
  let t: TestPlatform
  let app: FastifyInstance
  before(async () => {
    t = await startTestPlatform({ LOGIN_FAILURES_PER_MINUTE: '100000' })
    app = (await t.api()).app
  })
  after(() => t.stop())

  const me = (authorization: string) => app.inject({ method: 'GET', url: '/api/me', headers: { authorization } })
  const answer = (challenge: string, code: string) =>
    app.inject({ method: 'POST', url: '/api/auth/second-factor', payload: { challenge, code } })

  async function withTotp() {
    const user = await makeUser(t.platform)
    const headers = await bearer(t.platform, user)
    const { secret } = (await app.inject({ method: 'POST', url: '/api/me/totp', headers })).json()
    const code = generateSync({ secret, epoch: Math.floor(Date.now() / 1000) - 30 })
    await app.inject({ method: 'POST', url: '/api/me/totp/confirm', headers, payload: { code } })
    return { user, secret, access: headers.authorization.slice('Bearer '.length) }
  }

  test('challenges are no access tokens, and no other token is a challenge', async () => {
    const { user, secret, access } = await withTotp()
    const { keys } = t.platform
    const about = { userId: user.userId, sessionId: user.sessionId }
    const made = await Promise.all(
      (['second-factor', 'passkey-sign-in', 'passkey-new', 'passkey-confirm', 'oidc'] as const).map(
        async (purpose) => [purpose, (await newChallenge(keys, purpose, about)).token] as const,
      ),
    )
    for (const [purpose, token] of made) {
      assert.equal((await me(`Bearer ${token}`)).statusCode, 401, purpose)
      for (const [other] of made)
        assert.equal(
          (await readChallenge(keys, other, token)) !== undefined,
          other === purpose,
          `${purpose} as ${other}`,
        )
    }
    const code = generateSync({ secret })
    for (const [purpose, token] of made.filter(([purpose]) => purpose !== 'second-factor'))
      assert.equal((await answer(token, code)).statusCode, 401, purpose)
    assert.equal((await answer(access, code)).statusCode, 401)
    assert.equal((await answer(randomBytes(32).toString('base64url'), code)).statusCode, 401)
    const genuine = made.find(([purpose]) => purpose === 'second-factor')?.[1] ?? ''
    assert.equal((await answer(genuine, code)).statusCode, 200)
  })

  test('a challenge is refused whatever was changed', async () => {
    const { user, secret } = await withTotp()
    const { keys } = t.platform
    const typ = 'second-factor-challenge+jwt'
    const now = Math.floor(Date.now() / 1000)
    const claims = { sub: user.userId, jti: newId(), iss: 'trove', exp: now + 300, facts: {} }
    const sign = (key: Uint8Array, header: { alg: string; typ?: string; kid?: string }, changed: object = {}) =>
      new SignJWT({ ...claims, ...changed }).setProtectedHeader(header).sign(key)
    const b64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const [head = '', , signature = ''] = (await sign(keys.challenge, { alg: 'HS256', typ })).split('.')
    const forged = {
      'no algorithm': new UnsecuredJWT(claims).encode(),
      'no algorithm, of the right type': `${b64({ alg: 'none', typ })}.${b64(claims)}.`,
      'the key of access tokens': await sign(keys.accessToken, { alg: 'HS256', typ }),
      'the key of refresh tokens': await sign(keys.refreshToken, { alg: 'HS256', typ }),
      'another algorithm': await sign(keys.challenge, { alg: 'HS512', typ }),
      'the type of access tokens': await sign(keys.challenge, { alg: 'HS256', typ: 'at+jwt' }),
      'no type': await sign(keys.challenge, { alg: 'HS256' }),
      expired: await sign(keys.challenge, { alg: 'HS256', typ }, { exp: now - 1 }),
      'no expiry': await sign(keys.challenge, { alg: 'HS256', typ }, { exp: undefined }),
      'another issuer': await sign(keys.challenge, { alg: 'HS256', typ }, { iss: 'x' }),
      'nobody named': await sign(keys.challenge, { alg: 'HS256', typ }, { sub: undefined }),
      'another user': `${head}.${b64({ ...claims, sub: newId() })}.${signature}`,
      'a key id that is a path': `${b64({ alg: 'HS256', typ, kid: '../../dev/null' })}.${b64(claims)}.${signature}`,
      junk: 'aaaaaaaa.bbbbbbbb.cccccccc',
    }
    for (const [what, token] of Object.entries(forged))
      assert.equal((await answer(token, generateSync({ secret }))).statusCode, 401, what)
  })

  test('of one installation are worth nothing in another', async () => {
    const { user } = await withTotp()
    const { keys } = t.platform
    const others = { ...keys, challenge: new Uint8Array(32).fill(1) }
    const { token } = await newChallenge(others, 'second-factor', { userId: user.userId })
    assert.equal(await readChallenge(keys, 'second-factor', token), undefined)
  })

  test('headers that are nonsense let nobody in and make nothing fail', async () => {
    const { access } = await withTotp()
    const key = `trove_${'A'.repeat(43)}`
    for (const header of [
      '',
      'Bearer',
      'Bearer ',
      `Basic ${Buffer.from('a:b').toString('base64')}`,
      `Token ${access}`,
      access,
      `Bearer ${access} `.repeat(2),
      `Bearer ${access}.x`,
      `Bearer ${access.slice(0, -2)}`,
      `Bearer  ${access}`,
      `Bearer ${key}`,
      `Bearer trove_`,
      `Bearer trove_${'ü'.repeat(43)}`,
      `Bearer ${'A'.repeat(8_000)}.${'B'.repeat(100)}.C`,
      'Bearer {"alg":"none"}',
      'Bearer null.undefined.NaN',
      'Bearer eyJhbGciOiJub25lIn0.e30.',
      ...Array.from(
        { length: 100 },
        () =>
          `Bearer ${randomBytes(90)
            .toString('base64url')
            .replace(/(.{40})/g, '$1.')}`,
      ),
    ]) {
      const { statusCode } = await me(Buffer.from(header).toString('latin1'))
      assert.equal(statusCode, 401, header.slice(0, 60))
    }
  })
})
