import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { bearer, makeMember, makeOrganization, makeUser } from '../../../../test/make.ts'
import { startTestPlatform, type TestPlatform } from '../../../../test/platform.ts'
import type { UserActor } from '../../../platform/actor.ts'
import { newId } from '../../../platform/ids.ts'

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'PUT'

describe('teams', () => {
  let t: TestPlatform
  let app: FastifyInstance
  before(async () => {
    t = await startTestPlatform()
    app = (await t.api()).app
  })
  after(() => t.stop())

  const as = async (actor: UserActor, method: Method, url: string, payload?: object) =>
    app.inject({ method, url: `/api${url}`, headers: await bearer(t.platform, actor), ...(payload && { payload }) })
  const codeOf = async (actor: UserActor, method: Method, url: string, payload?: object) =>
    (await as(actor, method, url, payload)).statusCode

  async function makeStudio() {
    const [owner, member, other, guest, stranger] = [
      await makeUser(t.platform),
      await makeUser(t.platform),
      await makeUser(t.platform),
      await makeUser(t.platform),
      await makeUser(t.platform),
    ]
    const { id } = await makeOrganization(t.platform, owner)
    await makeMember(t.platform, id, member, 'member')
    await makeMember(t.platform, id, other, 'member')
    await makeMember(t.platform, id, guest, 'guest')
    const elsewhere = await makeOrganization(t.platform, stranger)
    const made = await as(owner, 'POST', `/organizations/${id}/teams`, { name: ' Retouching ', leadId: member.userId })
    assert.equal(made.statusCode, 201, made.body)
    const path = `/organizations/${id}/teams/${made.json().id}`
    return { id, elsewhere: elsewhere.id, owner, member, other, guest, stranger, team: made.json(), path }
  }

  test('have a name, a description and a lead, who is in them', async () => {
    const { id, owner, member, team, path } = await makeStudio()
    assert.deepEqual([team.name, team.lead.id, team.memberCount, team.isIn], ['Retouching', member.userId, 1, false])
    const changed = await as(owner, 'PATCH', path, { name: 'Colour', description: 'Grading', leadId: null })
    assert.deepEqual(
      [changed.json().name, changed.json().description, changed.json().lead],
      ['Colour', 'Grading', undefined],
    )
    assert.equal(await codeOf(owner, 'POST', `/organizations/${id}/teams`, { name: 'COLOUR' }), 409)
    const listed = (await as(member, 'GET', `/organizations/${id}/teams`)).json().items
    assert.deepEqual([listed.length, listed[0].isIn, listed[0].mayChange], [1, true, false])
    assert.equal((await as(owner, 'GET', `/organizations/${id}/teams?userId=${owner.userId}`)).json().items.length, 0)
    assert.equal((await as(owner, 'GET', `/organizations/${id}/teams?userId=${member.userId}`)).json().items.length, 1)
  })

  test('are changed by admins, their people also by their lead, and anybody may go', async () => {
    const { owner, member, other, guest, path } = await makeStudio()
    const put = (actor: UserActor, whom: UserActor) => codeOf(actor, 'PUT', `${path}/members/${whom.userId}`)
    const take = (actor: UserActor, whom: UserActor) => codeOf(actor, 'DELETE', `${path}/members/${whom.userId}`)
    assert.equal(await put(other, other), 403)
    assert.equal(await put(guest, guest), 403)
    assert.equal(await put(member, other), 204)
    assert.equal(await put(member, other), 204)
    assert.equal(await put(member, guest), 204)
    assert.equal(await take(other, guest), 403)
    assert.equal(await take(other, other), 204)
    assert.equal(await codeOf(member, 'PATCH', path, { name: 'Mine' }), 403)
    assert.equal(await codeOf(member, 'DELETE', path), 403)
    const people = (await as(member, 'GET', `${path}/members`)).json().items
    assert.deepEqual(
      people.map((one: { role: string; isLead: boolean }) => [one.role, one.isLead]),
      [
        ['member', true],
        ['guest', false],
      ],
    )
    assert.equal(await take(owner, member), 204)
    assert.equal((await as(owner, 'GET', path)).json().lead, undefined)
    assert.equal(await put(member, other), 403)
  })

  test('hold only people of the organization, and no guest leads one', async () => {
    const { owner, stranger, guest, path } = await makeStudio()
    assert.equal(await codeOf(owner, 'PUT', `${path}/members/${stranger.userId}`), 404)
    assert.equal(await codeOf(owner, 'PUT', `${path}/members/${newId()}`), 404)
    assert.equal(await codeOf(owner, 'PATCH', path, { leadId: guest.userId }), 403)
    assert.equal(await codeOf(owner, 'PATCH', path, { leadId: stranger.userId }), 404)
  })

  test('of one organization do not exist in another', async () => {
    const { elsewhere, owner, stranger, team, path } = await makeStudio()
    const crossed = `/organizations/${elsewhere}/teams/${team.id}`
    for (const [method, url] of [
      ['GET', ''],
      ['PATCH', ''],
      ['DELETE', ''],
      ['GET', '/members'],
      ['PUT', `/members/${stranger.userId}`],
      ['DELETE', `/members/${owner.userId}`],
    ] as [Method, string][]) {
      const body = method === 'PATCH' ? { name: 'Taken' } : undefined
      assert.equal(await codeOf(stranger, method, crossed + url, body), 404, `${method} ${url}`)
      assert.equal(await codeOf(stranger, method, path + url, body), 404, `${method} ${url}`)
    }
  })

  test('lose whoever leaves the organization, and go with what was granted to them', async () => {
    const { id, owner, member, guest, path, team } = await makeStudio()
    await as(owner, 'PUT', `${path}/members/${guest.userId}`)
    assert.equal(await codeOf(owner, 'DELETE', `/organizations/${id}/members/${member.userId}`), 204)
    const left = (await as(owner, 'GET', path)).json()
    assert.deepEqual([left.memberCount, left.lead], [1, undefined])
    assert.equal(await codeOf(owner, 'DELETE', path), 204)
    const rows = await t.platform.db
      .selectFrom('team_member')
      .select('user_id')
      .where('team_id', '=', team.id)
      .execute()
    assert.deepEqual(rows, [])
  })

  test('take no field that is not their own, and no name that is none', async () => {
    const { id, owner, path } = await makeStudio()
    for (const body of [
      { organizationId: newId() },
      { createdBy: newId() },
      { id: newId() },
      { name: ' ' },
      { name: 'a\nb' },
    ])
      assert.equal(await codeOf(owner, 'PATCH', path, body), 400, JSON.stringify(body))
    assert.equal(await codeOf(owner, 'POST', `/organizations/${id}/teams`, { name: 'x', memberIds: [] }), 400)
  })

  test('tell those whom a change concerns, and nobody else', async () => {
    const { owner, guest, path } = await makeStudio()
    await as(owner, 'PUT', `${path}/members/${guest.userId}`)
    const told = await t.platform.db
      .selectFrom('event')
      .select(['user_id'])
      .where('user_id', '=', guest.userId)
      .execute()
    assert.equal(told.length, 1)
  })
})
