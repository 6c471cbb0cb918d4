import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { Redis } from 'ioredis'
import { bearer, makeOrganization, makeUser } from '../../test/make.ts'
import { startTestPlatform, type TestPlatform } from '../../test/platform.ts'
import { startRedis, withoutRedis, type RedisServer } from '../../test/services/redis.ts'
import { buildApi } from './api.ts'
import { openPlatform, type OpenPlatform } from './platform.ts'
import type { UserActor } from '../platform/actor.ts'

describe('limits in Redis', { skip: withoutRedis }, () => {
  let redis: RedisServer
  let t: TestPlatform
  let second: OpenPlatform
  /** Two processes of one installation. */
  let apps: [FastifyInstance, FastifyInstance]
  const closing: (() => Promise<void>)[] = []

  before(async () => {
    redis = await startRedis()
    t = await startTestPlatform({ REDIS_URL: redis.url, SEARCHES_PER_MINUTE: '4', LOGIN_FAILURES_PER_MINUTE: '4' })
    second = await openPlatform(t.config, 'api')
    const other = await buildApi(second)
    closing.push(other.close, second.close)
    apps = [(await t.api()).app, other.app]
  })
  after(async () => {
    for (const close of closing) await close()
    await t.stop()
    await redis.stop()
  })

  async function makeSearcher() {
    const owner = await makeUser(t.platform)
    const { id } = await makeOrganization(t.platform, owner)
    const headers = await bearer(t.platform, owner)
    return async (app: FastifyInstance) =>
      (await app.inject({ method: 'GET', url: `/api/organizations/${id}/files?name=a`, headers })).statusCode
  }
  const guess = async (app: FastifyInstance, actor: UserActor) =>
    (
      await app.inject({
        method: 'POST',
        url: '/api/auth/login',
        payload: { email: `${actor.userId}@example.org`, password: 'wrong-password' },
      })
    ).statusCode

  test('are one for all processes', async () => {
    const search = await makeSearcher()
    const statuses = []
    for (let i = 0; i < 8; i += 1) statuses.push(await search(apps[i % 2 === 0 ? 0 : 1]))
    assert.deepEqual(statuses, [200, 200, 200, 200, 429, 429, 429, 429])
  })

  test('hold exactly when both are asked at once', async () => {
    const search = await makeSearcher()
    const statuses = await Promise.all(Array.from({ length: 40 }, (_, i) => search(apps[i % 2 === 0 ? 0 : 1])))
    assert.equal(statuses.filter((status) => status === 200).length, 4)
  })

  test('keep no name of a person or a machine', async () => {
    const user = await makeUser(t.platform)
    await guess(apps[0], user)
    const client = new Redis(redis.url)
    const keys = await client.keys('trove:limit:*')
    client.disconnect()
    assert.ok(keys.length > 0)
    assert.ok(
      !keys.some((key) => key.includes(user.userId) || key.includes('127.0.0.1') || key.includes('@')),
      keys.join(),
    )
  })

  test('go on in memory while Redis hangs or is away, and nobody guesses without being counted', async () => {
    const user = await makeUser(t.platform)
    redis.freeze()
    const began = performance.now()
    const search = await makeSearcher()
    assert.equal(await search(apps[0]), 200)
    assert.ok(performance.now() - began < 3_000, 'a hanging Redis does not hang requests')
    redis.thaw()
    await redis.kill()
    const statuses = []
    for (let i = 0; i < 8; i += 1) statuses.push(await guess(apps[0], user))
    assert.deepEqual(statuses, [401, 401, 401, 401, 429, 429, 429, 429])
    const searchOn = await makeSearcher()
    const searches = []
    for (let i = 0; i < 5; i += 1) searches.push(await searchOn(apps[0]))
    assert.deepEqual(searches, [200, 200, 200, 200, 429])
  })

  test('are shared again when Redis is back', async () => {
    await redis.start()
    for (const until = Date.now() + 15_000; Date.now() < until;) {
      const search = await makeSearcher()
      const statuses = []
      for (let i = 0; i < 8; i += 1) statuses.push(await search(apps[i % 2 === 0 ? 0 : 1]))
      if (statuses.filter((status) => status === 200).length === 4) return
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    assert.fail('each process went on counting for itself')
  })
})
