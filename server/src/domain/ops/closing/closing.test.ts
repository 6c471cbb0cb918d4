import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { bearer, makeFile, makeMember, makeOrganization, makeUser } from '../../../../test/make.ts'
import { startTestPlatform, type TestPlatform } from '../../../../test/platform.ts'
import { until } from '../../../../test/server.ts'
import type { UserActor } from '../../../platform/actor.ts'
import { hashPassword } from '../../../platform/password.ts'

const PASSWORD = 'correct horse battery'

describe('closing an account', () => {
  let t: TestPlatform
  let app: FastifyInstance
  let passwordHash: string
  before(async () => {
    t = await startTestPlatform()
    app = (await t.api()).app
    passwordHash = await hashPassword(PASSWORD)
    await makeUser(t.platform, { isAdministrator: true })
  })
  after(() => t.stop())

  const as = async (who: UserActor, method: 'GET' | 'POST', url: string, payload?: object) =>
    app.inject({ method, url: `/api${url}`, headers: await bearer(t.platform, who), ...(payload && { payload }) })
  const close = (who: UserActor, files: string, password = PASSWORD) =>
    as(who, 'POST', '/me/closing', { password, files })
  const kindOf = (response: { json(): { type?: string } }) => response.json().type?.replace('urn:trove:problem:', '')
  async function makeAccount(about: { isAdministrator?: boolean } = {}): Promise<UserActor> {
    const user = await makeUser(t.platform, about)
    await t.platform.db.updateTable('user').set({ password_hash: passwordHash }).where('id', '=', user.userId).execute()
    return user
  }
  async function makeStudio() {
    const [owner, user] = await Promise.all([makeAccount(), makeAccount()])
    const organization = await makeOrganization(t.platform, owner)
    await makeMember(t.platform, organization.id, user, 'member')
    const file = await makeFile(t.platform, { organizationId: organization.id, uploader: user })
    return { owner, user, organization, file }
  }
  const fileOf = (id: string) =>
    t.platform.db.selectFrom('file').select(['created_by', 'trashed_at']).where('id', '=', id).executeTakeFirstOrThrow()

  test('hands its files to an owner, and leaves a row without a name so that the trail stays', async () => {
    const { owner, user, organization, file } = await makeStudio()
    const preview = (await as(user, 'GET', '/me/closing')).json().organizations
    assert.deepEqual([preview[0].fileCount, preview[0].isBlocking, preview[0].id], [1, false, organization.id])
    assert.ok(preview[0].heir.startsWith('User '))
    assert.equal(kindOf(await close(user, 'hand-over', 'wrong')), 'wrong-password')
    const closed = await close(user, 'hand-over')
    assert.equal(closed.statusCode, 204, closed.body)
    assert.ok(await until(async () => (await as(user, 'GET', '/me')).statusCode === 401, 1_000, 20))
    assert.deepEqual(await fileOf(file.id), { created_by: owner.userId, trashed_at: null })
    assert.equal((await as(owner, 'GET', `/files/${file.id}`)).statusCode, 200)
    const row = await t.platform.db
      .selectFrom('user')
      .selectAll()
      .where('id', '=', user.userId)
      .executeTakeFirstOrThrow()
    assert.equal(row.email, `${user.userId}@closed.invalid`)
    assert.equal(row.name, 'Closed account')
    assert.ok(row.closed_at)
    const trail = await t.platform.db
      .selectFrom('security_event')
      .select('kind')
      .where('user_id', '=', user.userId)
      .execute()
    assert.ok(trail.some(({ kind }) => kind === 'account.closed'))
    const email = `${user.userId}@example.org`
    const again = await app.inject({
      method: 'POST',
      url: '/api/auth/register',
      payload: { email, password: 'a new life begins' },
    })
    assert.equal(again.statusCode, 201, 'the address is free again')
    assert.notEqual(again.json().user.id, user.userId)
  })

  test('or puts them into the trash', async () => {
    const { user, file } = await makeStudio()
    assert.equal((await close(user, 'trash')).statusCode, 204)
    assert.notEqual((await fileOf(file.id)).trashed_at, null)
    const trail = await t.platform.db
      .selectFrom('activity')
      .select('action')
      .where('resource_id', '=', file.id)
      .execute()
    assert.deepEqual(trail, [{ action: 'file.trashed' }])
  })

  test('is refused to the last owner of an organization with other members, and says which', async () => {
    const { owner, user, organization } = await makeStudio()
    const refused = await close(owner, 'hand-over')
    assert.equal(kindOf(refused), 'last-owner')
    assert.deepEqual(refused.json().organizations, [{ id: organization.id, name: 'Organization' }])
    await makeMember(t.platform, organization.id, await makeAccount(), 'owner')
    assert.equal((await close(owner, 'hand-over')).statusCode, 204)
    assert.equal((await as(user, 'GET', '/me')).statusCode, 200)
  })

  test('of two owners who close at once, one stays', async () => {
    for (let round = 0; round < 5; round++) {
      const { owner, user, organization } = await makeStudio()
      await t.platform.db
        .updateTable('organization_member')
        .set({ role: 'owner' })
        .where('user_id', '=', user.userId)
        .execute()
      await makeMember(t.platform, organization.id, await makeAccount(), 'member')
      const both = await Promise.all([close(owner, 'hand-over'), close(user, 'trash')])
      assert.deepEqual(both.map(({ statusCode }) => statusCode).toSorted(), [204, 409])
    }
  })

  test('an organization that nobody else is in is erased after the delay', async () => {
    const user = await makeAccount()
    const organization = await makeOrganization(t.platform, user)
    assert.equal((await close(user, 'hand-over')).statusCode, 204)
    const { status } = await t.platform.db
      .selectFrom('organization')
      .select('status')
      .where('id', '=', organization.id)
      .executeTakeFirstOrThrow()
    assert.equal(status, 'closing')
    const erasure = await t.platform.db
      .selectFrom('organization_erasure')
      .select('erase_at')
      .where('organization_id', '=', organization.id)
      .executeTakeFirstOrThrow()
    assert.ok((erasure.erase_at?.getTime() ?? 0) > Date.now())
  })

  test('is refused to the last administrator while there are others', async () => {
    await t.platform.db.updateTable('user').set({ is_administrator: false }).execute()
    const admin = await makeAccount({ isAdministrator: true })
    assert.equal(kindOf(await close(admin, 'trash')), 'last-administrator')
  })

  test('closing it ten times at once closes it once', async () => {
    const { user } = await makeStudio()
    const codes = (await Promise.all(Array.from({ length: 8 }, () => close(user, 'trash')))).map((r) => r.statusCode)
    assert.equal(codes.filter((code) => code === 204).length, 1)
    for (const code of codes) assert.ok([204, 401, 403].includes(code), String(code))
  })
})
