import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import sharp from 'sharp'
import { bearer, makeMember, makeOrganization, makeUser } from '../../../../test/make.ts'
import { startTestPlatform, type TestPlatform } from '../../../../test/platform.ts'
import type { UserActor } from '../../../platform/actor.ts'

describe('what an account says of itself', () => {
  let t: TestPlatform
  let app: FastifyInstance
  before(async () => {
    t = await startTestPlatform()
    app = (await t.api()).app
  })
  after(() => t.stop())

  const as = async (who: UserActor, method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, payload?: object) =>
    app.inject({
      method,
      url: `/api${url}`,
      headers: await bearer(t.platform, who),
      ...(payload && { payload }),
    })
  const makeAccount = () => makeUser(t.platform)
  const kindOf = (response: { json(): { type?: string } }) => response.json().type?.replace('urn:trove:problem:', '')

  describe('a profile', () => {
    test('is changed field by field; null removes, absent stays', async () => {
      const user = await makeAccount()
      const preferences = { theme: 'dark', density: 'compact', notifications: { 'sign-in': [] } }
      const all = {
        name: ' Ada ',
        username: 'Ada.L',
        phone: '+41 44 000 00 00',
        timeZone: 'Europe/Zurich',
        language: 'de-CH',
      }
      const changed = await as(user, 'PATCH', '/me', { ...all, preferences })
      assert.equal(changed.statusCode, 200, changed.body)
      const { name, username, phone, timeZone, language } = changed.json()
      assert.deepEqual({ name, username, phone, timeZone, language }, { ...all, name: 'Ada' })
      assert.deepEqual(changed.json().preferences, preferences)
      const removed = (await as(user, 'PATCH', '/me', { phone: null })).json()
      assert.deepEqual([removed.phone, removed.username], [undefined, 'Ada.L'])
    })

    test('usernames are told apart without case: of ten that want one, one gets it', async () => {
      const users = await Promise.all(Array.from({ length: 10 }, makeAccount))
      const wanted = users.map((user, i) => as(user, 'PATCH', '/me', { username: i % 2 === 0 ? 'Grace' : 'gRACE' }))
      const codes = (await Promise.all(wanted)).map(({ statusCode }) => statusCode)
      assert.equal(codes.filter((code) => code === 200).length, 1)
      assert.equal(codes.filter((code) => code === 409).length, 9)
    })

    test('what is no such thing is refused', async () => {
      const user = await makeAccount()
      const wrong: object[] = [
        { username: 'a' },
        { username: 'a..b' },
        { username: '.ab' },
        { username: 'аdmin' },
        { username: 'a b c' },
        { username: 'x'.repeat(33) },
        { phone: 'call me' },
        { phone: '1'.repeat(40) },
        { timeZone: 'Mars/Olympus' },
        { timeZone: '+01:00' },
        { language: 'not a language' },
        { language: 'x'.repeat(40) },
        { name: '' },
        { name: 'a\nb' },
        { preferences: { theme: 'pink' } },
        { preferences: { anything: 1 } },
        { preferences: { notifications: { alerts: ['pigeon'] } } },
      ]
      for (const body of wrong)
        assert.equal((await as(user, 'PATCH', '/me', body)).statusCode, 400, JSON.stringify(body))
      assert.equal(kindOf(await as(user, 'PATCH', '/me', { username: 'Admin' })), 'username-taken')
    })

    test('no other field can be slipped in', async () => {
      const user = await makeAccount()
      const before = (await as(user, 'GET', '/me')).json()
      const forbidden = ['id', 'email', 'isAdministrator', 'is_administrator', 'isEmailVerified', 'emailVerifiedAt']
      const more = [
        'suspendedAt',
        'closedAt',
        'passwordHash',
        'password',
        'hasSecondFactor',
        'createdAt',
        'avatarVersion',
      ]
      for (const field of [...forbidden, ...more, '__proto__'])
        await as(user, 'PATCH', '/me', JSON.parse(`{"name":"Ada","${field}":true}`))
      const after = (await as(user, 'GET', '/me')).json()
      assert.deepEqual({ ...after, name: before.name }, before)
    })
  })

  describe('a picture', () => {
    const put = async (who: UserActor, payload: Buffer, type = 'image/jpeg') =>
      app.inject({
        method: 'PUT',
        url: '/api/me/avatar',
        headers: { ...(await bearer(t.platform, who)), 'content-type': type },
        payload,
      })
    const picture = () =>
      sharp({ create: { width: 900, height: 500, channels: 3, background: '#336699' } })
        .withExif({ IFD0: { Copyright: 'SECRET PLACE' } })
        .jpeg()
        .toBuffer()

    test('is made anew, square and without metadata, and seen only by those in an organization with them', async () => {
      const [user, friend, stranger] = await Promise.all([makeAccount(), makeAccount(), makeAccount()])
      const organization = await makeOrganization(t.platform, user)
      await makeMember(t.platform, organization.id, friend, 'guest')
      const jpeg = await picture()
      assert.ok(jpeg.includes('SECRET PLACE'))
      const set = await put(user, jpeg)
      assert.equal(set.statusCode, 200, set.body)
      assert.match(set.json().avatarVersion, /^[0-9a-f]{16}$/)
      for (const who of [user, friend]) {
        const got = await as(who, 'GET', `/users/${user.userId}/avatar`)
        assert.equal(got.headers['content-type'], 'image/webp')
        const meta = await sharp(got.rawPayload).metadata()
        assert.deepEqual([meta.format, meta.width, meta.height, meta.exif], ['webp', 256, 256, undefined])
        assert.ok(!got.rawPayload.includes('SECRET'))
        const { etag } = got.headers
        const again = await app.inject({
          url: `/api/users/${user.userId}/avatar`,
          headers: { ...(await bearer(t.platform, who)), 'if-none-match': String(etag) },
        })
        assert.equal(again.statusCode, 304)
      }
      assert.equal((await as(stranger, 'GET', `/users/${user.userId}/avatar`)).statusCode, 404)
      assert.equal((await app.inject(`/api/users/${user.userId}/avatar`)).statusCode, 401)
      assert.equal((await as(user, 'DELETE', '/me/avatar')).json().avatarVersion, undefined)
      assert.equal((await as(friend, 'GET', `/users/${user.userId}/avatar`)).statusCode, 404)
    })

    test('that is none, is a program or is too large is refused', async () => {
      const user = await makeAccount()
      const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>1</script></svg>')
      assert.equal((await put(user, svg, 'image/svg+xml')).statusCode, 422)
      assert.equal((await put(user, svg, 'image/png')).statusCode, 422)
      assert.equal((await put(user, Buffer.from('no picture'))).statusCode, 422)
      assert.equal((await put(user, Buffer.alloc(0))).statusCode, 422)
      assert.equal((await put(user, await picture(), 'text/html')).statusCode, 415)
      assert.equal((await put(user, Buffer.alloc(5 * 1024 ** 2 + 1))).statusCode, 413)
      const bomb = await sharp({ create: { width: 16_000, height: 16_000, channels: 3, background: '#000' } })
        .png({ compressionLevel: 9 })
        .toBuffer()
      assert.equal((await put(user, bomb, 'image/png')).statusCode, 422)
      assert.equal((await as(user, 'GET', '/me')).json().avatarVersion, undefined)
    })
  })
})
