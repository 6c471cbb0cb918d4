import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { bearer, makeMember, makeOrganization, makeUser } from '../../../test/make.ts'
import { startTestPlatform, type TestPlatform } from '../../../test/platform.ts'
import type { UserActor } from '../../platform/actor.ts'
import { newId } from '../../platform/ids.ts'

describe('organizations', () => {
  let t: TestPlatform
  let app: FastifyInstance
  before(async () => {
    t = await startTestPlatform({ DEFAULT_QUOTA_BYTES: '5GiB' })
    app = (await t.api()).app
  })
  after(() => t.stop())

  type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'PUT'
  const as = async (actor: UserActor, method: Method, url: string, payload?: object) =>
    app.inject({ method, url: `/api${url}`, headers: await bearer(t.platform, actor), ...(payload && { payload }) })

  test('whoever creates one owns it, with the default quota', async () => {
    const user = await makeUser(t.platform)
    const created = await as(user, 'POST', '/organizations', { name: ' Northlight ', type: 'studio' })
    assert.equal(created.statusCode, 201)
    assert.deepEqual(
      [created.json().name, created.json().role, created.json().quota.limitBytes],
      ['Northlight', 'owner', 5 * 1024 ** 3],
    )
    assert.deepEqual(
      (await as(user, 'GET', '/organizations')).json().items.map((item: { id: string }) => item.id),
      [created.json().id],
    )
  })

  test('refuses a type or a name that is none, and fields that are not its own', async () => {
    const user = await makeUser(t.platform)
    for (const body of [
      { name: '', type: 'studio' },
      { name: '  ', type: 'studio' },
      { name: 'x', type: 'gang' },
      { name: 'a\nb', type: 'studio' },
      { name: 'x'.repeat(101), type: 'studio' },
      [],
    ]) {
      assert.equal((await as(user, 'POST', '/organizations', body)).statusCode, 400, JSON.stringify(body))
    }
  })

  test('adds somebody who has an account, once, and never in a role above one’s own', async () => {
    const [owner, admin, newcomer] = [
      await makeUser(t.platform),
      await makeUser(t.platform),
      await makeUser(t.platform, { email: 'New@example.org' }),
    ]
    const { id } = await makeOrganization(t.platform, owner)
    await makeMember(t.platform, id, admin, 'admin')
    const add = (actor: UserActor, email: string, role: string) =>
      as(actor, 'POST', `/organizations/${id}/members`, { email, role })
    assert.equal((await add(admin, 'new@example.org', 'owner')).statusCode, 403)
    assert.equal((await add(admin, 'nobody@example.org', 'member')).statusCode, 404)
    const twice = await Promise.all([add(admin, 'NEW@example.org', 'member'), add(owner, 'new@example.org', 'member')])
    assert.deepEqual(twice.map((response) => response.statusCode).sort(), [201, 409])
    assert.equal((await as(newcomer, 'GET', `/organizations/${id}/members`)).json().items.length, 3)
    assert.equal((await add(newcomer, 'nobody@example.org', 'member')).statusCode, 403)
  })

  test('keeps an owner, however many leave at once', async () => {
    const [one, two] = [await makeUser(t.platform), await makeUser(t.platform)]
    const { id } = await makeOrganization(t.platform, one)
    await makeMember(t.platform, id, two, 'owner')
    const responses = await Promise.all([
      as(one, 'DELETE', `/organizations/${id}/members/${one.userId}`),
      as(two, 'DELETE', `/organizations/${id}/members/${two.userId}`),
    ])
    assert.deepEqual(responses.map((response) => response.statusCode).sort(), [204, 409])
  })

  test('is nothing to those who are not in it', async () => {
    const [owner, stranger] = [await makeUser(t.platform), await makeUser(t.platform)]
    const { id } = await makeOrganization(t.platform, owner)
    assert.equal((await as(stranger, 'GET', `/organizations/${id}/members`)).statusCode, 404)
    assert.equal((await as(stranger, 'PATCH', `/organizations/${id}`, { name: 'Mine' })).statusCode, 404)
    assert.equal((await as(stranger, 'GET', `/organizations/${newId()}/members`)).statusCode, 404)
  })

  test('has its quota set by the administrator of the installation alone', async () => {
    const [owner, administrator] = [await makeUser(t.platform), await makeUser(t.platform, { isAdministrator: true })]
    const { id } = await makeOrganization(t.platform, owner)
    assert.equal((await as(owner, 'PUT', `/organizations/${id}/quota`, { limitBytes: 1 })).statusCode, 403)
    assert.equal(
      (await as(administrator, 'PUT', `/organizations/${id}/quota`, { limitBytes: 12 })).json().limitBytes,
      12,
    )
    assert.equal(
      (await as(administrator, 'PUT', `/organizations/${newId()}/quota`, { limitBytes: 12 })).statusCode,
      404,
    )
    assert.equal((await as(administrator, 'GET', `/organizations/${id}/members`)).statusCode, 404)
    const all = (await as(administrator, 'GET', '/installation/organizations')).json().items
    assert.equal(all.find((item: { id: string }) => item.id === id).quota.limitBytes, 12)
  })
})
