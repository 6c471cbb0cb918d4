import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Role } from '@trove/contract/access'
import type { FastifyInstance } from 'fastify'
import { bearer, makeMember, makeOrganization, makeUser } from '../../../../test/make.ts'
import { startTestPlatform, type TestPlatform } from '../../../../test/platform.ts'
import type { UserActor } from '../../../platform/actor.ts'

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'PUT'
type Answer = { items: { userId: string; role: string }[]; next?: string }

describe('members', () => {
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
    const owner = await makeUser(t.platform)
    const { id } = await makeOrganization(t.platform, owner)
    const join = async (role: Role) => {
      const user = await makeUser(t.platform)
      await makeMember(t.platform, id, user, role)
      return user
    }
    const [admin, member, guest] = [await join('admin'), await join('member'), await join('guest')]
    return { id, owner, admin, member, guest, join }
  }
  const rolesOf = async (organizationId: string) => {
    const rows = await t.platform.db
      .selectFrom('organization_member')
      .select(['user_id', 'role'])
      .where('organization_id', '=', organizationId)
      .execute()
    return new Map(rows.map(({ user_id, role }) => [user_id, role]))
  }

  test('nobody gives or takes a role stronger than their own, and only owners make or unmake owners', async () => {
    const { id, owner, admin, member, guest, join } = await makeStudio()
    const other = await join('owner')
    const path = (user: UserActor) => `/organizations/${id}/members/${user.userId}`
    const refused: [UserActor, UserActor, string][] = [
      [admin, member, 'owner'],
      [admin, owner, 'admin'],
      [admin, admin, 'owner'],
      [member, guest, 'member'],
      [member, member, 'admin'],
      [guest, guest, 'member'],
    ]
    for (const [actor, whom, role] of refused)
      assert.equal(await codeOf(actor, 'PATCH', path(whom), { role }), 403, `${actor.userId} makes ${role}`)
    assert.equal(await codeOf(admin, 'DELETE', path(owner)), 403)
    assert.equal(await codeOf(admin, 'PATCH', path(guest), { role: 'member' }), 200)
    assert.equal(await codeOf(admin, 'PATCH', path(member), { role: 'admin' }), 200)
    assert.equal(await codeOf(owner, 'PATCH', path(other), { role: 'guest' }), 200)
    assert.deepEqual(
      [admin, member, guest, other]
        .map((user) => user.userId)
        .map(
          (
            (roles) => (userId) =>
              roles.get(userId)
          )(await rolesOf(id)),
        ),
      ['admin', 'admin', 'member', 'guest'],
    )
    const trail = await t.platform.db
      .selectFrom('activity')
      .select('action')
      .where('organization_id', '=', id)
      .where('action', '=', 'member.role-changed')
      .execute()
    assert.equal(trail.length, 3)
  })

  test('takes no field that is not its own', async () => {
    const { id, owner, member } = await makeStudio()
    for (const extra of [
      { organizationId: member.userId },
      { userId: owner.userId },
      { isBarred: false },
      { tier: 'free' },
    ])
      assert.equal(await codeOf(owner, 'PATCH', `/organizations/${id}/members/${member.userId}`, extra), 400)
    for (const role of ['root', '', null, 1, ['owner']])
      assert.equal(await codeOf(owner, 'PATCH', `/organizations/${id}/members/${member.userId}`, { role }), 400)
  })

  test('a guest learns neither who else is there nor what teams there are', async () => {
    const { id, guest, member } = await makeStudio()
    for (const path of ['members', 'teams', 'invitations'])
      assert.equal(await codeOf(guest, 'GET', `/organizations/${id}/${path}`), 403, path)
    assert.equal(await codeOf(guest, 'PATCH', `/organizations/${id}`, { name: 'Mine' }), 403)
    const seen = (await as(guest, 'GET', `/organizations/${id}`)).json()
    for (const hidden of ['quota', 'contacts', 'location', 'tier', 'settings', 'billingEmail'])
      assert.equal(seen[hidden], undefined, hidden)
    const seenByMember = (await as(member, 'GET', `/organizations/${id}`)).json()
    assert.ok(seenByMember.quota)
    assert.equal(seenByMember.settings, undefined)
  })

  test('are listed by the page, filtered by a part of the name and by role', async () => {
    const { id, owner, guest, join } = await makeStudio()
    for (let i = 0; i < 5; i += 1) await join('member')
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const path = `/organizations/${id}/members?limit=4${cursor === undefined ? '' : `&cursor=${cursor}`}`
      const page = (await as(owner, 'GET', path)).json() as Answer
      seen.push(...page.items.map(({ userId }) => userId))
      cursor = page.next
    } while (cursor !== undefined)
    assert.equal(seen.length, 9)
    assert.equal(new Set(seen).size, 9)
    const guests = (await as(owner, 'GET', `/organizations/${id}/members?role=guest`)).json() as Answer
    assert.deepEqual(
      guests.items.map(({ userId }) => userId),
      [guest.userId],
    )
    const found = (await as(owner, 'GET', `/organizations/${id}/members?search=${guest.userId.slice(0, 36)}`)).json()
    assert.equal(found.items.length, 1)
    assert.equal(await codeOf(owner, 'GET', `/organizations/${id}/members?cursor=x`), 400)
    assert.equal((await as(owner, 'GET', `/organizations/${id}/members?search=%25`)).json().items.length, 0)
  })

  test('may leave; the last owner may not, nor be demoted or removed', async () => {
    const { id, owner, admin, member, guest } = await makeStudio()
    for (const user of [member, guest]) assert.equal(await codeOf(user, 'POST', `/organizations/${id}/leave`), 204)
    assert.equal(await codeOf(member, 'POST', `/organizations/${id}/leave`), 404)
    assert.equal((await as(owner, 'POST', `/organizations/${id}/leave`)).json().type, 'urn:trove:problem:last-owner')
    assert.equal(await codeOf(owner, 'PATCH', `/organizations/${id}/members/${owner.userId}`, { role: 'admin' }), 409)
    assert.equal(await codeOf(owner, 'DELETE', `/organizations/${id}/members/${owner.userId}`), 409)
    assert.equal(await codeOf(admin, 'GET', `/organizations/${id}/members`), 200)
  })

  test('thirty owners who leave, remove and demote each other at once leave at least one', async () => {
    for (let round = 0; round < 5; round += 1) {
      const owners = [await makeUser(t.platform)]
      const { id } = await makeOrganization(t.platform, owners[0] as UserActor)
      for (let i = 1; i < 3; i += 1) {
        const user = await makeUser(t.platform)
        await makeMember(t.platform, id, user, 'owner')
        owners.push(user)
      }
      const deeds = Array.from({ length: 30 }, (_, i) => {
        const [actor, whom] = [owners[i % 3] as UserActor, owners[(i + (i % 2)) % 3] as UserActor]
        if (i % 3 === 0) return as(actor, 'POST', `/organizations/${id}/leave`)
        if (i % 3 === 1) return as(actor, 'DELETE', `/organizations/${id}/members/${whom.userId}`)
        return as(actor, 'PATCH', `/organizations/${id}/members/${whom.userId}`, { role: 'member' })
      })
      for (const { statusCode, body } of await Promise.all(deeds)) assert.ok(statusCode < 500, body)
      assert.ok([...(await rolesOf(id)).values()].includes('owner'), `round ${round}`)
    }
  })

  test('the database itself keeps the last owner, whoever deletes the row', async () => {
    const { id, owner } = await makeStudio()
    await assert.rejects(
      t.platform.db.deleteFrom('organization_member').where('user_id', '=', owner.userId).execute(),
      /keeps at least one owner/,
    )
    assert.equal((await rolesOf(id)).get(owner.userId), 'owner')
  })

  test('ownership is handed over at once, after showing that it is really the owner', async () => {
    const { id, owner, admin, guest } = await makeStudio()
    const path = `/organizations/${id}/handover`
    assert.equal(await codeOf(admin, 'POST', path, { userId: admin.userId }), 403)
    await t.platform.db
      .updateTable('session')
      .set({ confirmed_at: new Date(Date.now() - 24 * 3_600_000) })
      .where('id', '=', owner.sessionId)
      .execute()
    const late = await as(owner, 'POST', path, { userId: guest.userId })
    assert.equal(late.json().type, 'urn:trove:problem:confirm-first')
    await t.platform.db
      .updateTable('session')
      .set({ confirmed_at: new Date() })
      .where('id', '=', owner.sessionId)
      .execute()
    assert.equal(await codeOf(owner, 'POST', path, { userId: owner.userId }), 409)
    const given = await as(owner, 'POST', path, { userId: guest.userId })
    assert.deepEqual([given.statusCode, given.json().role], [200, 'admin'])
    const roles = await rolesOf(id)
    assert.deepEqual([roles.get(owner.userId), roles.get(guest.userId)], ['admin', 'owner'])
    assert.equal(await codeOf(owner, 'POST', path, { userId: guest.userId }), 403)
  })

  test('whoever has no second factor where one is required is kept out, told why, and may leave', async () => {
    const { id, owner, member } = await makeStudio()
    const settings = { settings: { requiresSecondFactor: true } }
    const refused = await as(owner, 'PATCH', `/organizations/${id}`, settings)
    assert.equal(refused.json().type, 'urn:trove:problem:second-factor-required')
    await t.platform.db.updateTable('user').set({ has_second_factor: true }).where('id', '=', owner.userId).execute()
    assert.equal(await codeOf(owner, 'PATCH', `/organizations/${id}`, settings), 200)

    const kept = await as(member, 'GET', `/organizations/${id}/members`)
    assert.deepEqual([kept.statusCode, kept.json().type], [403, 'urn:trove:problem:second-factor-required'])
    const listed = (await as(member, 'GET', '/organizations')).json().items
    assert.deepEqual([listed[0].isBarred, listed[0].quota, listed[0].description], [true, undefined, undefined])
    await t.platform.db.updateTable('user').set({ has_second_factor: true }).where('id', '=', member.userId).execute()
    assert.equal(await codeOf(member, 'GET', `/organizations/${id}/members`), 200)
    await t.platform.db.updateTable('user').set({ has_second_factor: false }).where('id', '=', member.userId).execute()
    assert.equal(await codeOf(member, 'GET', `/organizations/${id}/members`), 403)
    assert.equal(await codeOf(member, 'POST', `/organizations/${id}/leave`), 204)
  })

  test('an admin does not say whether a second factor is required', async () => {
    const { id, admin } = await makeStudio()
    await t.platform.db.updateTable('user').set({ has_second_factor: true }).where('id', '=', admin.userId).execute()
    assert.equal(
      await codeOf(admin, 'PATCH', `/organizations/${id}`, { settings: { requiresSecondFactor: true } }),
      403,
    )
  })

  test('new ones get the persona of the organization, which an admin may change', async () => {
    const { id, owner, admin } = await makeStudio()
    const newcomer = await makeUser(t.platform)
    const { email } = await t.platform.db
      .selectFrom('user')
      .select('email')
      .where('id', '=', newcomer.userId)
      .executeTakeFirstOrThrow()
    assert.equal(await codeOf(admin, 'PATCH', `/organizations/${id}`, { settings: { persona: 'designer' } }), 200)
    const added = await as(owner, 'POST', `/organizations/${id}/members`, { email, role: 'guest' })
    assert.equal(added.json().persona, 'designer')
    const path = `/organizations/${id}/members/${newcomer.userId}`
    assert.equal((await as(admin, 'PATCH', path, { persona: null })).json().persona, undefined)
  })
})
