import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { bearer, makeOrganization, makeUser } from '../../../test/make.ts'
import { startTestPlatform, type TestPlatform } from '../../../test/platform.ts'
import type { UserActor } from '../actor.ts'
import { createLimiter } from './limiter.ts'

describe('limits', () => {
  let t: TestPlatform
  let app: FastifyInstance

  before(async () => {
    t = await startTestPlatform({ SEARCHES_PER_MINUTE: '3', UPLOADS_PER_MINUTE: '2', LOGIN_FAILURES_PER_MINUTE: '3' })
    app = (await t.api()).app
  })
  after(() => t.stop())

  const search = async (actor: UserActor, organizationId: string, name?: string) =>
    app.inject({
      method: 'GET',
      url: `/api/organizations/${organizationId}/files`,
      ...(name !== undefined && { query: { name } }),
      headers: await bearer(t.platform, actor),
    })

  test('are told with each response that they count for', async () => {
    const owner = await makeUser(t.platform)
    const { id } = await makeOrganization(t.platform, owner)
    const { headers } = await search(owner, id, 'a')
    assert.match(
      String(headers['ratelimit-policy']),
      /^"searches-per-minute";q=3;w=60, "searches-from-this-address-per-minute";q=15;w=60$/,
    )
    assert.match(
      String(headers['ratelimit']),
      /^"searches-per-minute";r=2;t=\d+, "searches-from-this-address-per-minute";r=\d+;t=\d+$/,
    )
    assert.equal((await search(owner, id)).headers['ratelimit'], undefined)
  })

  test('refuse with how long to wait, and nobody else is refused', async () => {
    const [owner, other] = await Promise.all([makeUser(t.platform), makeUser(t.platform)])
    const { id } = await makeOrganization(t.platform, owner)
    const statuses = await Promise.all(Array.from({ length: 5 }, async () => (await search(owner, id, 'a')).statusCode))
    assert.equal(statuses.filter((status) => status === 200).length, 3)
    const { statusCode, headers, body } = await search(owner, id, 'a')
    assert.equal(statusCode, 429)
    assert.match(body, /Too many searches/)
    assert.match(String(headers['ratelimit']), /^"searches-per-minute";r=0;t=\d+$/)
    const wait = Number(headers['retry-after'])
    assert.ok(wait >= 1 && wait <= 60)
    assert.equal((await search(owner, id)).statusCode, 200)
    const theirs = await makeOrganization(t.platform, other)
    assert.equal((await search(other, theirs.id, 'a')).statusCode, 200)
  })

  test('hold where the body comes first, and on replies that write to the socket themselves', async () => {
    const login = await app.inject({
      method: 'POST',
      url: '/api/auth/login',
      payload: { email: 'nobody@example.org', password: 'wrong-password' },
    })
    assert.equal(login.statusCode, 401)
    assert.match(String(login.headers['ratelimit']), /failed-sign-ins-to-this-account-per-minute";r=2;t=/)

    const owner = await makeUser(t.platform)
    const { id } = await makeOrganization(t.platform, owner)
    const session = await app.inject({
      method: 'POST',
      url: `/api/organizations/${id}/upload-sessions`,
      headers: await bearer(t.platform, owner),
      payload: {},
    })
    const create = async () =>
      app.inject({
        method: 'POST',
        url: '/api/uploads',
        headers: {
          ...(await bearer(t.platform, owner)),
          'tus-resumable': '1.0.0',
          'upload-length': '10',
          'upload-metadata': `filename ${btoa('a.txt')},uploadSessionId ${btoa(session.json().id)}`,
        },
      })
    const created = await create()
    assert.match(String(created.headers['ratelimit']), /"uploads-begun-per-minute";r=1;t=/)
    await create()
    assert.equal((await create()).statusCode, 429)
  })

  test('are given back', async () => {
    const limiter = createLimiter(1, 60, 'tries')
    await limiter.take('a')
    await assert.rejects(limiter.take('a'), /Too many tries/)
    await limiter.giveBack('a')
    await limiter.giveBack('a')
    await limiter.take('a')
  })
})
