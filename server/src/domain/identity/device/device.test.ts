import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import { bearer, makeUser } from '../../../../test/make.ts'
import { startTestPlatform, type TestPlatform } from '../../../../test/platform.ts'

describe('signing a program in by a code', () => {
  let t: TestPlatform
  let app: FastifyInstance
  before(async () => {
    t = await startTestPlatform()
    app = (await t.api()).app
  })
  after(() => t.stop())

  type Headers = Record<string, string>
  const post = (path: string, payload: object, headers: Headers = {}, remoteAddress = '127.0.0.1') =>
    app.inject({ method: 'POST', url: `/api${path}`, payload, headers, remoteAddress })
  const kindOf = (response: LightMyRequestResponse) => String(response.json().type).split(':').at(-1)
  const start = async (scopes = ['read'], remoteAddress?: string) =>
    (await post('/auth/device', { name: 'Terminal', scopes }, { 'user-agent': 'trove/0.1' }, remoteAddress)).json()
  const take = (deviceCode: string) => post('/auth/device/key', { deviceCode })
  const somebody = async () => bearer(t.platform, await makeUser(t.platform))
  const decide = (headers: Headers, userCode: string, decision: string) =>
    post('/me/device-requests/decide', { userCode, decision }, headers)

  test('gives a key once somebody has seen what asks, and approved', async () => {
    const headers = await somebody()
    const begun = await start()
    assert.match(begun.userCode, /^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/)
    assert.ok(begun.verificationUriComplete.endsWith(`/device#${begun.userCode}`))
    assert.equal(kindOf(await take(begun.deviceCode)), 'authorization-pending')
    assert.equal(kindOf(await take(begun.deviceCode)), 'slow-down')

    const typed = begun.userCode.toLowerCase().replace('-', ' ')
    const found = (await post('/me/device-requests/find', { userCode: typed }, headers)).json()
    assert.deepEqual([found.name, found.scopes, found.ip, found.isHere], ['Terminal', ['read'], '127.0.0.1', true])
    assert.equal((await decide(headers, begun.userCode, 'approve')).statusCode, 204)
    const { token, apiKey } = (await take(begun.deviceCode)).json()
    assert.deepEqual([apiKey.name, apiKey.scopes], ['Terminal', ['read']])
    const me = await app.inject({ method: 'GET', url: '/api/me', headers: { authorization: `Bearer ${token}` } })
    assert.equal(me.statusCode, 200)
  })

  test('gives one key, however many ask at once', async () => {
    const headers = await somebody()
    const { deviceCode, userCode } = await start()
    await decide(headers, userCode, 'approve')
    const answers = await Promise.all(Array.from({ length: 20 }, () => take(deviceCode)))
    assert.equal(answers.filter(({ statusCode }) => statusCode === 200).length, 1)
    const items = (await app.inject({ method: 'GET', url: '/api/me/api-keys', headers })).json().items
    assert.equal(items.length, 1)
  })

  test('gives none when it was denied, has expired, or was decided already', async () => {
    const headers = await somebody()
    const denied = await start()
    assert.equal((await decide(headers, denied.userCode, 'deny')).statusCode, 204)
    assert.equal(kindOf(await take(denied.deviceCode)), 'request-denied')
    assert.equal(kindOf(await decide(await somebody(), denied.userCode, 'approve')), 'not-found')

    const late = await start()
    await decide(headers, late.userCode, 'approve')
    await t.platform.db.updateTable('device_request').set({ expires_at: new Date() }).execute()
    assert.equal(kindOf(await take(late.deviceCode)), 'session-ended')
    assert.equal(kindOf(await decide(headers, late.userCode, 'approve')), 'not-found')
    assert.equal(kindOf(await take('x'.repeat(43))), 'session-ended')
  })

  test('never gives more than whoever approves may do, nor in a session of long ago', async () => {
    const user = await makeUser(t.platform)
    const headers = await bearer(t.platform, user)
    const wide = await start(['read', 'administer'])
    assert.equal(kindOf(await decide(headers, wide.userCode, 'approve')), 'not-allowed')
    await t.platform.db
      .updateTable('session')
      .set({ confirmed_at: new Date(0) })
      .where('id', '=', user.sessionId)
      .execute()
    assert.equal(kindOf(await decide(headers, (await start()).userCode, 'approve')), 'confirm-first')
  })

  test('is not decided by an API key', async () => {
    const headers = await somebody()
    const { deviceCode, userCode } = await start()
    await decide(headers, userCode, 'approve')
    const { token } = (await take(deviceCode)).json()
    const next = await start()
    assert.equal((await decide({ authorization: `Bearer ${token}` }, next.userCode, 'approve')).statusCode, 403)
  })

  test('codes are guessed no more than a few times a minute, and kept as hashes', async () => {
    const headers = await somebody()
    const { userCode, deviceCode } = await start()
    const guesses = []
    for (let i = 0; i < 14; i += 1)
      guesses.push(await post('/me/device-requests/find', { userCode: 'BBBB-BBBB' }, headers))
    assert.equal(guesses.filter(({ statusCode }) => statusCode === 404).length, 10)
    assert.equal((await post('/me/device-requests/find', { userCode }, headers)).statusCode, 429)
    const rows = JSON.stringify(await t.platform.db.selectFrom('device_request').selectAll().execute())
    assert.ok(!rows.includes(userCode) && !rows.includes(deviceCode))
  })

  test('programs ask from one address no more than a few times a minute', async () => {
    const asked = await Promise.all(Array.from({ length: 25 }, () => start(['read'], '10.9.9.9')))
    assert.equal(asked.filter((one) => 'deviceCode' in one).length, 20)
  })
})
