import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { endpoints } from '@trove/contract/all'
import type { Endpoint } from '@trove/contract/endpoint'
import type { FastifyInstance } from 'fastify'
import { bearer, makeFile, makeMember, makeOrganization, makeUser } from '../../test/make.ts'
import { startTestPlatform, type TestPlatform } from '../../test/platform.ts'
import { newId } from '../platform/ids.ts'

const WEBSOCKET = '/live'

/** Every endpoint of the contract as every kind of caller: what one may not read is 401 or 404, and nobody makes the server fail. */
describe('the matrix of who may do what', () => {
  let t: TestPlatform
  let app: FastifyInstance
  let callers: Record<string, { authorization: string } | undefined>
  let ids: Record<string, string>
  const served: string[] = []

  before(async () => {
    t = await startTestPlatform()
    app = (await t.api()).app
    const [owner, stranger, removed, other, administrator] = await Promise.all([
      makeUser(t.platform),
      makeUser(t.platform),
      makeUser(t.platform),
      makeUser(t.platform),
      makeUser(t.platform, { isAdministrator: true }),
    ])
    const organization = await makeOrganization(t.platform, owner)
    await makeOrganization(t.platform, stranger)
    await makeMember(t.platform, organization.id, other, 'member')
    const file = await makeFile(t.platform, { organizationId: organization.id, uploader: owner })
    const session = await app.inject({
      method: 'POST',
      url: `/api/organizations/${organization.id}/upload-sessions`,
      headers: await bearer(t.platform, owner),
      payload: {},
    })
    ids = {
      organizationId: organization.id,
      userId: owner.userId,
      fileId: file.id,
      variant: 'thumbnail',
      uploadSessionId: session.json().id,
      uploadId: newId(),
    }
    callers = {
      anonymous: undefined,
      'the owner of another organization': await bearer(t.platform, stranger),
      'somebody who was removed': await bearer(t.platform, removed),
      'a member without a right': await bearer(t.platform, other),
      'the administrator of the installation': await bearer(t.platform, administrator),
    }
  })
  after(() => t.stop())

  const tus = { 'tus-resumable': '1.0.0', 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' }
  const call = (endpoint: Endpoint, headers: Record<string, string> = {}) => {
    const path = endpoint.path.replace(/:(\w+)/g, (_, name: string) => ids[name] ?? 'unknown')
    const isTus = endpoint.path.startsWith('/uploads')
    return app.inject({
      method: endpoint.method,
      url: `/api${path}`,
      headers: { ...(isTus && tus), ...headers },
      ...(endpoint.body && { payload: {} }),
    })
  }
  const guarded = endpoints.filter(({ requires, path }) => requires.kind !== 'anyone' && path !== WEBSOCKET)

  test('the router serves exactly the endpoints of the contract', () => {
    const routes = app.printRoutes({ commonPrefix: false, includeHooks: false })
    for (const { path, method, id } of endpoints) {
      assert.ok(app.hasRoute({ method, url: `/api${path}` }), `${id} is not served`)
      served.push(`${method} ${path}`)
    }
    assert.equal(new Set(served).size, endpoints.length)
    assert.ok(routes.length > 0)
  })

  test('without a sign-in everything but what says so is 401', async () => {
    for (const endpoint of guarded) assert.equal((await call(endpoint)).statusCode, 401, endpoint.id)
  })

  test('with a token that is none everything is 401', async () => {
    for (const endpoint of guarded)
      assert.equal((await call(endpoint, { authorization: 'Bearer a.b.c' })).statusCode, 401, endpoint.id)
  })

  test('what belongs to an organization does not exist for those outside it, nor for the administrator', async () => {
    const scoped = guarded.filter(({ requires }) => ['member', 'right', 'uploader'].includes(requires.kind))
    for (const who of [
      'the owner of another organization',
      'somebody who was removed',
      'the administrator of the installation',
    ]) {
      for (const endpoint of scoped) {
        const { statusCode, body } = await call(endpoint, callers[who])
        // A body that is not as documented is refused before anybody's rights are asked: it tells nothing either.
        assert.ok([404, 400].includes(statusCode), `${endpoint.id} as ${who}: ${statusCode}`)
        assert.ok(!body.includes('photo.jpg'), `${endpoint.id} tells ${who} a name`)
      }
    }
  })

  test('a member without a right on a file is told that there is none', async () => {
    for (const endpoint of guarded.filter(
      ({ requires }) => requires.kind === 'right' || requires.kind === 'uploader',
    )) {
      const { statusCode } = await call(endpoint, callers['a member without a right'])
      assert.ok([404, 400].includes(statusCode), `${endpoint.id}: ${statusCode}`)
    }
  })

  test('what the administrator may do is 403 for everybody else', async () => {
    for (const endpoint of guarded.filter(({ requires }) => requires.kind === 'administrator')) {
      const { statusCode } = await call(endpoint, callers['a member without a right'])
      assert.ok([403, 400].includes(statusCode), `${endpoint.id}: ${statusCode}`)
    }
  })

  test('no trick of path or header gets past', async () => {
    const { fileId = '' } = ids
    const stranger = callers['the owner of another organization'] ?? {}
    const paths = [
      `/api/files/${fileId.toUpperCase()}`,
      `/api//files/${fileId}`,
      `/api/files/${fileId}/`,
      `/api/files/${fileId}%00`,
      `/api/files/./${fileId}`,
      `/api/files/..%2ffiles%2f${fileId}`,
      `/api/files/${fileId}?organizationId=${ids['organizationId']}`,
      `/api/files/${fileId};x=1`,
      `/API/files/${fileId}`,
      `/api/files/${fileId}/content/../..`,
      `/api/files/{${fileId}}`,
      `/api/files/${fileId.replaceAll('-', '')}`,
    ]
    const headers: Record<string, string>[] = [
      {},
      { 'x-forwarded-for': '127.0.0.1' },
      { 'x-original-url': '/api/me' },
      { 'x-http-method-override': 'GET' },
      { 'x-user-id': ids['userId'] ?? '' },
    ]
    for (const url of paths) {
      for (const extra of headers) {
        const { statusCode, body } = await app.inject({ method: 'GET', url, headers: { ...stranger, ...extra } })
        assert.ok(!body.includes('photo.jpg'), url)
        assert.ok(statusCode < 500, `${url}: ${statusCode}`)
      }
    }
  })
})
