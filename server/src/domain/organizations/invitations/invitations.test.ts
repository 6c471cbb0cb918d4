import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { bearer, makeMember, makeOrganization, makeTeam, makeUser } from '../../../../test/make.ts'
import { startTestPlatform, type TestPlatform } from '../../../../test/platform.ts'
import type { UserActor } from '../../../platform/actor.ts'
import { newId } from '../../../platform/ids.ts'

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'PUT'
const PASSWORD = 'correct horse battery staple'

describe('invitations', () => {
  let t: TestPlatform
  let app: FastifyInstance
  before(async () => {
    t = await startTestPlatform()
    app = (await t.api()).app
  })
  after(() => t.stop())

  const as = async (actor: UserActor | undefined, method: Method, url: string, payload?: object, ip = '127.0.0.1') =>
    app.inject({
      method,
      url: `/api${url}`,
      remoteAddress: ip,
      headers: actor === undefined ? {} : await bearer(t.platform, actor),
      ...(payload && { payload }),
    })
  const newAddress = () => `${newId()}@example.org`
  const kindOf = (answer: { json(): { type: string } }) => answer.json().type.replace('urn:trove:problem:', '')

  async function makeStudio() {
    const [owner, admin, member] = [await makeUser(t.platform), await makeUser(t.platform), await makeUser(t.platform)]
    const { id } = await makeOrganization(t.platform, owner)
    await makeMember(t.platform, id, admin, 'admin')
    await makeMember(t.platform, id, member, 'member')
    const path = `/organizations/${id}/invitations`
    /** Invites and reads the token where the invited person would: in the letter. */
    const invite = async (
      actor: UserActor,
      body: { email: string; role: string; teamIds?: string[]; message?: string },
    ) => {
      const answer = await as(actor, 'POST', path, body)
      assert.equal(answer.statusCode, 201, answer.body)
      return { ...answer.json(), token: await tokenFor(body.email) } as { id: string; token: string }
    }
    return { id, owner, admin, member, path, invite }
  }
  async function tokenFor(email: string): Promise<string> {
    const { link_path } = await t.platform.db
      .selectFrom('mail')
      .select('link_path')
      .where('recipient', '=', email)
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirstOrThrow()
    return link_path?.split('#')[1] ?? ''
  }
  const standingOf = async (organizationId: string, email: string) =>
    t.platform.db
      .selectFrom('organization_member as m')
      .innerJoin('user', 'user.id', 'm.user_id')
      .select(['m.role', 'user.email_verified_at as verifiedAt'])
      .where('m.organization_id', '=', organizationId)
      .where('user.email', '=', email)
      .executeTakeFirst()

  test('lead to an account, a role and teams, and show that the address is theirs; also where registration is closed', async () => {
    const { id, owner, invite } = await makeStudio()
    const teamId = (await makeTeam(t.platform, { organizationId: id, maker: owner })).id
    const email = newAddress()
    const { token } = await invite(owner, { email, role: 'guest', teamIds: [teamId], message: 'Come in' })
    await t.platform.db.updateTable('installation').set({ registration_is_open: false }).execute()
    const offer = (await as(undefined, 'POST', '/invitations/read', { token })).json()
    assert.deepEqual(
      [offer.organization.name, offer.role, offer.email, offer.message, offer.hasAccount],
      ['Organization', 'guest', email, 'Come in', false],
    )
    const made = await as(undefined, 'POST', '/invitations/register', { token, name: 'Grace', password: PASSWORD })
    await t.platform.db.updateTable('installation').set({ registration_is_open: true }).execute()
    assert.deepEqual([made.statusCode, made.json()], [201, { email, organizationId: id }])
    const standing = await standingOf(id, email)
    assert.equal(standing?.role, 'guest')
    assert.ok(standing?.verifiedAt)
    const { rows } = {
      rows: await t.platform.db.selectFrom('team_member').select('team_id').where('team_id', '=', teamId).execute(),
    }
    assert.equal(rows.length, 1)
    const login = await as(undefined, 'POST', '/auth/login', { email, password: PASSWORD })
    assert.equal(login.statusCode, 200, login.body)
    assert.equal((await as(undefined, 'POST', '/invitations/read', { token })).statusCode, 404)
  })

  test('are accepted by the address that was invited and by no other', async () => {
    const { id, admin, invite } = await makeStudio()
    const email = newAddress()
    const [invited, other] = [await makeUser(t.platform, { email }), await makeUser(t.platform)]
    const { token } = await invite(admin, { email: email.toUpperCase().toLowerCase(), role: 'member' })
    const wrong = await as(other, 'POST', '/invitations/accept', { token })
    assert.equal(kindOf(wrong), 'not-allowed')
    assert.match(wrong.json().detail, new RegExp(email))
    const accepted = await as(invited, 'POST', '/invitations/accept', { token })
    assert.deepEqual([accepted.statusCode, accepted.json().id, accepted.json().role], [200, id, 'member'])
    assert.ok((await standingOf(id, email))?.verifiedAt)
    assert.equal((await as(invited, 'POST', '/invitations/accept', { token })).statusCode, 404)
  })

  test('wait for a verified address only', async () => {
    const { admin, invite } = await makeStudio()
    const email = newAddress()
    const invited = await makeUser(t.platform, { email })
    const stranger = await makeUser(t.platform)
    const { id } = await invite(admin, { email, role: 'member' })
    const waiting = async () => (await as(invited, 'GET', '/me/invitations')).json().items.length
    const setVerified = (verifiedAt: Date | null) =>
      t.platform.db.updateTable('user').set({ email_verified_at: verifiedAt }).where('email', '=', email).execute()
    await setVerified(null)
    assert.equal(await waiting(), 0)
    assert.equal((await as(invited, 'POST', `/me/invitations/${id}/accept`)).statusCode, 404)
    await setVerified(new Date())
    assert.equal(await waiting(), 1)
    assert.equal((await as(stranger, 'POST', `/me/invitations/${id}/accept`)).statusCode, 404)
    assert.equal((await as(stranger, 'POST', `/me/invitations/${id}/decline`)).statusCode, 404)
    assert.equal((await as(invited, 'POST', `/me/invitations/${id}/accept`)).statusCode, 200)
    assert.equal(await waiting(), 0)
  })

  test('are used once, of fifty who try at the same moment', async () => {
    const { id, owner, invite } = await makeStudio()
    for (let round = 0; round < 3; round += 1) {
      const email = newAddress()
      const invited = await makeUser(t.platform, { email })
      const { token } = await invite(owner, { email, role: 'member' })
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, i) =>
          as(invited, 'POST', '/invitations/accept', { token }, `10.${round}.${i}.1`),
        ),
      )
      assert.equal(answers.filter(({ statusCode }) => statusCode === 200).length, 1)
      assert.ok(answers.every(({ statusCode }) => [200, 404].includes(statusCode)))
    }
    const email = newAddress()
    const { token } = await invite(owner, { email, role: 'guest' })
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        as(undefined, 'POST', '/invitations/register', { token, name: 'Grace', password: PASSWORD }, `10.9.${i}.1`),
      ),
    )
    assert.equal(answers.filter(({ statusCode }) => statusCode === 201).length, 1)
    assert.ok(answers.every(({ statusCode }) => [201, 404, 409].includes(statusCode)))
    assert.equal((await standingOf(id, email))?.role, 'guest')
  })

  test('are declined, withdrawn or sent again, after which the token before opens nothing', async () => {
    const { owner, path, invite } = await makeStudio()
    const email = newAddress()
    const first = await invite(owner, { email, role: 'guest' })
    assert.equal(kindOf(await as(owner, 'POST', path, { email, role: 'member' })), 'already-invited')
    assert.equal((await as(undefined, 'POST', '/invitations/decline', { token: first.token })).statusCode, 204)
    assert.equal((await as(undefined, 'POST', '/invitations/decline', { token: first.token })).statusCode, 404)

    const second = await invite(owner, { email, role: 'guest' })
    const resent = await as(owner, 'POST', `${path}/${second.id}/resend`)
    assert.equal(resent.statusCode, 200, resent.body)
    assert.equal((await as(undefined, 'POST', '/invitations/read', { token: second.token })).statusCode, 404)
    const token = await tokenFor(email)
    assert.equal((await as(undefined, 'POST', '/invitations/read', { token })).statusCode, 200)
    assert.equal((await as(owner, 'DELETE', `${path}/${second.id}`)).statusCode, 204)
    assert.equal((await as(owner, 'DELETE', `${path}/${second.id}`)).statusCode, 409)
    assert.equal((await as(owner, 'POST', `${path}/${second.id}/resend`)).statusCode, 409)
    assert.equal((await as(undefined, 'POST', '/invitations/read', { token })).statusCode, 404)
    const listed = (await as(owner, 'GET', path)).json().items
    assert.deepEqual(
      listed.map(({ status }: { status: string }) => status),
      ['withdrawn', 'declined'],
    )
  })

  test('that have expired open nothing, make room for another, and come to life when sent again', async () => {
    const { owner, path, invite } = await makeStudio()
    const email = newAddress()
    const expire = (id: string) =>
      t.platform.db
        .updateTable('invitation')
        .set({ expires_at: new Date(Date.now() - 1_000) })
        .where('id', '=', id)
        .execute()
    const first = await invite(owner, { email, role: 'guest' })
    await expire(first.id)
    assert.equal((await as(undefined, 'POST', '/invitations/read', { token: first.token })).statusCode, 404)
    assert.equal((await as(owner, 'GET', `${path}?status=pending`)).json().items.length, 0)
    assert.equal((await as(owner, 'GET', `${path}?status=settled`)).json().items[0].status, 'expired')
    const second = await invite(owner, { email, role: 'member' })
    assert.equal((await as(owner, 'POST', `${path}/${first.id}/resend`)).statusCode, 409)
    assert.equal((await as(undefined, 'POST', '/invitations/read', { token: second.token })).statusCode, 200)
  })

  test('offer no role above the one who invites, and end when they lose it', async () => {
    const { id, owner, admin, member, path, invite } = await makeStudio()
    assert.equal((await as(admin, 'POST', path, { email: newAddress(), role: 'owner' })).statusCode, 403)
    assert.equal((await as(member, 'POST', path, { email: newAddress(), role: 'guest' })).statusCode, 403)
    const byOwner = await invite(owner, { email: newAddress(), role: 'owner' })
    assert.equal((await as(admin, 'DELETE', `${path}/${byOwner.id}`)).statusCode, 403)
    assert.equal((await as(admin, 'POST', `${path}/${byOwner.id}/resend`)).statusCode, 403)
    const byAdmin = await invite(admin, { email: newAddress(), role: 'admin' })
    await as(owner, 'PATCH', `/organizations/${id}/members/${admin.userId}`, { role: 'member' })
    assert.equal((await as(undefined, 'POST', '/invitations/read', { token: byAdmin.token })).statusCode, 404)
    assert.equal((await as(undefined, 'POST', '/invitations/read', { token: byOwner.token })).statusCode, 200)
    const second = await makeUser(t.platform)
    await makeMember(t.platform, id, second, 'owner')
    await t.platform.db.deleteFrom('organization_member').where('user_id', '=', owner.userId).execute()
    assert.equal((await as(undefined, 'POST', '/invitations/read', { token: byOwner.token })).statusCode, 404)
  })

  test('find no way into another organization, nor with a token that is none', async () => {
    const [here, there] = [await makeStudio(), await makeStudio()]
    const { id } = await here.invite(here.owner, { email: newAddress(), role: 'guest' })
    assert.equal((await as(there.owner, 'DELETE', `${there.path}/${id}`)).statusCode, 404)
    assert.equal((await as(there.owner, 'POST', `${here.path}/${id}/resend`)).statusCode, 404)
    const foreign = await makeTeam(t.platform, { organizationId: there.id, maker: there.owner })
    const body = { email: newAddress(), role: 'guest', teamIds: [foreign.id] }
    assert.equal((await as(here.owner, 'POST', here.path, body)).statusCode, 404)
    for (const token of ['x'.repeat(43), id, `${'a'.repeat(42)}%`])
      assert.equal((await as(undefined, 'POST', '/invitations/read', { token })).statusCode, 404)
    for (const token of ['', 'x', 'x'.repeat(101), null, 7, ['x'.repeat(43)]])
      assert.equal((await as(undefined, 'POST', '/invitations/read', { token })).statusCode, 400)
  })

  test('take no field that is not their own', async () => {
    const { owner, path, invite } = await makeStudio()
    for (const extra of [{ status: 'accepted' }, { invitedBy: newId() }, { organizationId: newId() }, { token: 'x' }])
      assert.equal((await as(owner, 'POST', path, { email: newAddress(), role: 'guest', ...extra })).statusCode, 400)
    for (const email of ['', 'x', 'a@b\n', 'a b@c', '"x"@example.org', 'a@b,c@d'])
      assert.equal((await as(owner, 'POST', path, { email, role: 'guest' })).statusCode, 400, email)
    const { token } = await invite(owner, { email: newAddress(), role: 'guest' })
    for (const extra of [{ email: newAddress() }, { role: 'owner' }, { isAdministrator: true }]) {
      const body = { token, name: 'Grace', password: PASSWORD, ...extra }
      assert.equal((await as(undefined, 'POST', '/invitations/register', body)).statusCode, 400)
    }
  })

  test('keep their token out of every answer, and in the database only as its hash', async () => {
    const { owner, path, invite } = await makeStudio()
    const { id, token } = await invite(owner, { email: newAddress(), role: 'guest' })
    assert.ok(Buffer.from(token, 'base64url').length >= 32)
    assert.ok(!(await as(owner, 'GET', path)).body.includes(token))
    const row = await t.platform.db.selectFrom('invitation').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
    assert.ok(!JSON.stringify(row).includes(token))
    const trail = await t.platform.db.selectFrom('activity').select('facts').execute()
    assert.ok(!JSON.stringify(trail).includes(token))
  })

  test('find room in the plan, or are refused', async () => {
    const { id, owner, path, invite } = await makeStudio()
    await t.platform.db.updateTable('organization').set({ tier: 'free' }).where('id', '=', id).execute()
    const offered = [
      await invite(owner, { email: newAddress(), role: 'guest' }),
      await invite(owner, { email: newAddress(), role: 'guest' }),
    ]
    assert.equal(kindOf(await as(owner, 'POST', path, { email: newAddress(), role: 'guest' })), 'limit-reached')
    await makeMember(t.platform, id, await makeUser(t.platform), 'guest')
    const answers = await Promise.all(
      offered.map(({ token }, i) =>
        as(undefined, 'POST', '/invitations/register', { token, name: 'Grace', password: PASSWORD }, `10.7.${i}.1`),
      ),
    )
    assert.deepEqual(answers.map(({ statusCode }) => statusCode).sort(), [201, 409])
  })

  test('are so many a minute', async () => {
    const { owner, path } = await makeStudio()
    const answers = await Promise.all(
      Array.from({ length: 40 }, () => as(owner, 'POST', path, { email: newAddress(), role: 'guest' })),
    )
    assert.equal(answers.filter(({ statusCode }) => statusCode === 201).length, 30)
    assert.equal(answers.filter(({ statusCode }) => statusCode === 429).length, 10)
  })
})
