import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Right } from '@trove/contract/access'
import type { FastifyInstance } from 'fastify'
import { bearer, makeFile, makeMember, makeOrganization, makeTeam, makeUser } from '../../../test/make.ts'
import { startTestPlatform, type TestPlatform } from '../../../test/platform.ts'
import type { UserActor } from '../../platform/actor.ts'
import { newId } from '../../platform/ids.ts'

describe('grants', () => {
  let t: TestPlatform
  let app: FastifyInstance
  before(async () => {
    t = await startTestPlatform()
    app = (await t.api()).app
  })
  after(() => t.stop())

  type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  const as = async (actor: UserActor, method: Method, url: string, payload?: object) =>
    app.inject({ method, url: `/api${url}`, headers: await bearer(t.platform, actor), ...(payload && { payload }) })

  async function makeWard() {
    const [owner, nurse, doctor, guest, stranger] = (await Promise.all(
      Array.from({ length: 5 }, () => makeUser(t.platform)),
    )) as [UserActor, UserActor, UserActor, UserActor, UserActor]
    const { id: organizationId } = await makeOrganization(t.platform, owner)
    await makeMember(t.platform, organizationId, nurse, 'member')
    await makeMember(t.platform, organizationId, doctor, 'member')
    await makeMember(t.platform, organizationId, guest, 'guest')
    const folder = async (name: string, parentId?: string, by = owner) =>
      (await as(by, 'POST', `/organizations/${organizationId}/folders`, { name, ...(parentId && { parentId }) })).json()
        .id as string
    const outer = await folder('Ward 3')
    const inner = await folder('Bed 7', outer)
    const { id: fileId } = await makeFile(t.platform, { organizationId, uploader: owner, folderId: inner })
    return { owner, nurse, doctor, guest, stranger, organizationId, outer, inner, fileId, folder }
  }
  type Kind = 'user' | 'team' | 'organization'
  // oxlint-disable-next-line max-params -- who gives what to whom, as one says it
  const grant = (by: UserActor, resourceId: string, kind: Kind, id: string, rights: Right[], expiresAt?: Date) =>
    as(by, 'PUT', `/resources/${resourceId}/grants`, {
      principal: { kind, id },
      rights,
      ...(expiresAt && { expiresAt: expiresAt.toISOString() }),
    })
  const rightsOf = async (actor: UserActor, fileId: string): Promise<Right[]> =>
    (await as(actor, 'GET', `/files/${fileId}`)).json().rights ?? []
  const listed = async (actor: UserActor, organizationId: string, query = '') =>
    (await as(actor, 'GET', `/organizations/${organizationId}/files${query}`))
      .json()
      .items.map(({ id, rights }: { id: string; rights: Right[] }) => [id, rights])

  test('flow down from a folder, to one and to lists alike', async () => {
    const { owner, nurse, doctor, outer, fileId, organizationId } = await makeWard()
    assert.deepEqual(await rightsOf(nurse, fileId), [])
    assert.equal((await grant(owner, outer, 'user', nurse.userId, ['download'])).statusCode, 200)
    assert.deepEqual(await rightsOf(nurse, fileId), ['read', 'download'])
    assert.deepEqual(await listed(nurse, organizationId), [[fileId, ['read', 'download']]])
    assert.deepEqual(await listed(doctor, organizationId), [])
  })

  test('come by a team, and go with it, with membership of it, and with membership of the organization', async () => {
    const ward = await makeWard()
    const { owner, nurse, doctor, guest, inner, fileId, organizationId } = ward
    const team = await makeTeam(t.platform, { organizationId, maker: owner, members: [nurse, doctor, guest] })
    await grant(owner, inner, 'team', team.id, ['read', 'comment'])
    for (const one of [nurse, doctor, guest]) assert.deepEqual(await rightsOf(one, fileId), ['read', 'comment'])
    await t.platform.db.deleteFrom('team_member').where('user_id', '=', nurse.userId).execute()
    assert.deepEqual(await rightsOf(nurse, fileId), [])
    await t.platform.db.deleteFrom('organization_member').where('user_id', '=', doctor.userId).execute()
    await makeMember(t.platform, organizationId, doctor, 'member')
    assert.deepEqual(await rightsOf(doctor, fileId), [], 'whoever comes back does not find old grants')
    await t.platform.db.deleteFrom('team').where('id', '=', team.id).execute()
    assert.deepEqual(await rightsOf(guest, fileId), [])
    assert.deepEqual(await listed(guest, organizationId), [])
  })

  test('to the organization are for its members, and not for its guests', async () => {
    const { owner, nurse, guest, outer, fileId, organizationId } = await makeWard()
    await grant(owner, outer, 'organization', organizationId, ['read'])
    assert.deepEqual(await rightsOf(nurse, fileId), ['read'])
    assert.deepEqual(await rightsOf(guest, fileId), [])
    assert.deepEqual(await listed(guest, organizationId), [])
  })

  test('end at their time, in one and in lists', async () => {
    const { owner, nurse, outer, fileId, organizationId } = await makeWard()
    await grant(owner, outer, 'user', nurse.userId, ['read'], new Date(Date.now() + 3_600_000))
    assert.deepEqual(await rightsOf(nurse, fileId), ['read'])
    await t.platform.db
      .updateTable('grant')
      .set({ expires_at: new Date(Date.now() - 1) })
      .where('user_id', '=', nurse.userId)
      .execute()
    assert.deepEqual(await rightsOf(nurse, fileId), [])
    assert.deepEqual(await listed(nurse, organizationId), [])
    const past = await grant(owner, outer, 'user', nurse.userId, ['read'], new Date(Date.now() - 1))
    assert.equal(past.statusCode, 400)
  })

  test('nobody passes on what they do not hold, nor takes it from others', async () => {
    const { owner, nurse, doctor, outer } = await makeWard()
    await grant(owner, outer, 'user', nurse.userId, ['read', 'share'])
    assert.equal((await grant(nurse, outer, 'user', doctor.userId, ['read'])).statusCode, 200)
    assert.equal((await grant(nurse, outer, 'user', doctor.userId, ['download'])).statusCode, 403)
    await grant(owner, outer, 'user', doctor.userId, ['write'])
    assert.equal((await grant(nurse, outer, 'user', doctor.userId, ['read'])).statusCode, 403)
    const grants = (await as(nurse, 'GET', `/resources/${outer}/grants`)).json().items
    const doctors = grants.find((one: { principal: { id: string } }) => one.principal.id === doctor.userId)
    assert.equal((await as(nurse, 'DELETE', `/resources/${outer}/grants/${doctors.id}`)).statusCode, 403)
    assert.equal((await grant(doctor, outer, 'user', doctor.userId, ['share'])).statusCode, 403)
  })

  test('are made to those of the organization only, and a grant of one thing is none of another', async () => {
    const { owner, nurse, stranger, outer, inner, fileId } = await makeWard()
    assert.equal((await grant(owner, outer, 'user', stranger.userId, ['read'])).statusCode, 404)
    assert.equal((await grant(owner, outer, 'team', newId(), ['read'])).statusCode, 404)
    assert.equal((await grant(owner, outer, 'organization', newId(), ['read'])).statusCode, 404)
    const { id } = (await grant(owner, outer, 'user', nurse.userId, ['read'])).json()
    assert.equal((await as(owner, 'DELETE', `/resources/${inner}/grants/${id}`)).statusCode, 404)
    assert.equal((await as(owner, 'DELETE', `/resources/${outer}/grants/${id}`)).statusCode, 204)
    assert.deepEqual(await rightsOf(nurse, fileId), [])
  })

  test('change with the place: moved out of a folder, its readers are gone; moved in, they come', async () => {
    const ward = await makeWard()
    const { owner, nurse, doctor, outer, inner, fileId, organizationId } = ward
    const archive = await ward.folder('Archive')
    await grant(owner, outer, 'user', nurse.userId, ['read'])
    await grant(owner, archive, 'user', doctor.userId, ['read'])
    await grant(owner, inner, 'organization', organizationId, ['comment'])
    const move = (by: UserActor, what: object) => as(by, 'POST', `/organizations/${organizationId}/move`, what)
    assert.equal((await move(owner, { folderIds: [inner], folderId: archive })).statusCode, 200)
    assert.deepEqual(await rightsOf(nurse, fileId), ['read', 'comment'], 'the grant of the folder itself goes with it')
    assert.deepEqual(await listed(doctor, organizationId), [[fileId, ['read', 'comment']]])
    assert.equal((await move(owner, { fileIds: [fileId], folderId: null })).statusCode, 200)
    assert.deepEqual(await rightsOf(doctor, fileId), [])
    assert.deepEqual(await rightsOf(nurse, fileId), [])
    assert.equal((await move(owner, { folderIds: [archive], folderId: inner })).statusCode, 400, 'into itself')
  })

  test('a move is no way to give what one may not give', async () => {
    const ward = await makeWard()
    const { owner, nurse, organizationId, inner, fileId } = ward
    const open = await ward.folder('Open to all')
    await grant(owner, open, 'organization', organizationId, ['read', 'write', 'download'])
    await grant(owner, inner, 'user', nurse.userId, ['write'])
    const moved = await as(nurse, 'POST', `/organizations/${organizationId}/move`, {
      fileIds: [fileId],
      folderId: open,
    })
    assert.equal(moved.statusCode, 403)
  })

  test('what comes into a folder is reached by the grants on it, however they race', async () => {
    const { owner, nurse, outer, inner, organizationId } = await makeWard()
    const made = Array.from({ length: 12 }, () =>
      as(owner, 'POST', `/organizations/${organizationId}/folders`, { name: 'New', parentId: inner }),
    )
    await Promise.all([...made, grant(owner, outer, 'user', nurse.userId, ['read'])])
    for (const one of made) {
      const { id } = (await one).json()
      assert.equal((await as(nurse, 'GET', `/folders/${id}`)).statusCode, 200)
    }
  })

  test('who can see it, and why', async () => {
    const { owner, nurse, doctor, guest, outer, fileId, organizationId } = await makeWard()
    const team = await makeTeam(t.platform, { organizationId, maker: owner, name: 'Nurses', members: [nurse] })
    await grant(owner, outer, 'team', team.id, ['download'])
    await grant(owner, fileId, 'user', guest.userId, ['read'])
    const { items } = (await as(owner, 'GET', `/resources/${fileId}/access`)).json()
    const of = (actor: UserActor) => items.find((one: { person: { id: string } }) => one.person.id === actor.userId)
    assert.deepEqual(
      of(owner).reasons.map(({ kind }: { kind: string }) => kind),
      ['role', 'uploader', 'grant', 'grant'],
    )
    assert.equal(of(nurse).reasons[0].principal.name, 'Nurses')
    assert.deepEqual(of(nurse).reasons[0].on, { id: outer, kind: 'folder', name: 'Ward 3' })
    assert.deepEqual(of(guest).rights, ['read'])
    assert.equal(of(doctor), undefined)
    const own = (await as(guest, 'GET', `/resources/${fileId}/access`)).json().items
    assert.deepEqual(
      own.map((one: { person: { id: string } }) => one.person.id),
      [guest.userId],
    )
    assert.equal((await as(doctor, 'GET', `/resources/${fileId}/access`)).statusCode, 404)
  })

  test('what would change is told, and nothing has changed', async () => {
    const { owner, nurse, doctor, inner, fileId, organizationId } = await makeWard()
    const preview = (change: object) => as(owner, 'POST', `/resources/${fileId}/access/preview`, change)
    const set = { principal: { kind: 'organization', id: organizationId }, rights: ['read'] }
    const told = (await preview({ set })).json()
    assert.equal(told.count, 2)
    assert.deepEqual(
      told.changes.map((one: { person: { id: string } }) => one.person.id).toSorted(),
      [nurse.userId, doctor.userId].toSorted(),
    )
    assert.deepEqual(await rightsOf(nurse, fileId), [])
    await grant(owner, inner, 'user', nurse.userId, ['read'])
    const moved = (await preview({ moveTo: null })).json()
    assert.deepEqual(
      moved.changes.map((one: { after: Right[] }) => one.after),
      [[]],
    )
    assert.deepEqual(await rightsOf(nurse, fileId), ['read'])
  })

  test('what a person can see, for those who run the organization', async () => {
    const { owner, nurse, outer, organizationId } = await makeWard()
    await grant(owner, outer, 'user', nurse.userId, ['read'])
    const url = `/organizations/${organizationId}/members/${nurse.userId}/access`
    const told = (await as(owner, 'GET', url)).json()
    assert.deepEqual([told.role, told.uploadedCount, told.visibleCount], ['member', 0, 1])
    assert.equal(told.items[0].on.name, 'Ward 3')
    assert.equal((await as(nurse, 'GET', url)).statusCode, 403)
  })

  test('a member who is barred holds nothing, whatever was granted', async () => {
    const { owner, nurse, outer, fileId, organizationId } = await makeWard()
    await grant(owner, outer, 'user', nurse.userId, ['read'])
    const requires = (requires_second_factor: boolean) =>
      t.platform.db
        .updateTable('organization')
        .set({ requires_second_factor })
        .where('id', '=', organizationId)
        .execute()
    await requires(true)
    assert.deepEqual(await rightsOf(nurse, fileId), [])
    await t.platform.db.updateTable('user').set({ has_second_factor: true }).where('id', '=', nurse.userId).execute()
    assert.deepEqual(await rightsOf(nurse, fileId), ['read'])
  })

  test('whoever is suspended holds nothing, and gets it back', async () => {
    const { owner, nurse, outer, fileId } = await makeWard()
    await grant(owner, outer, 'user', nurse.userId, ['read'])
    const { require } = await import('./index.ts')
    const suspend = (suspended_at: Date | null) =>
      t.platform.db.updateTable('user').set({ suspended_at }).where('id', '=', nurse.userId).execute()
    await suspend(new Date())
    await assert.rejects(require(t.platform.db, nurse, 'read', fileId), { kind: 'not-found' })
    await suspend(null)
    assert.deepEqual(await require(t.platform.db, nurse, 'read', fileId), ['read'])
  })

  test('in an organization that is suspended what can be read can be read, and nothing is changed', async () => {
    const { owner, nurse, outer, fileId, organizationId } = await makeWard()
    await grant(owner, outer, 'user', nurse.userId, ['write', 'share'])
    const setStatus = (status: string) =>
      t.platform.db.updateTable('organization').set({ status }).where('id', '=', organizationId).execute()
    await setStatus('suspended')
    assert.deepEqual(await rightsOf(nurse, fileId), ['read'])
    assert.deepEqual(await rightsOf(owner, fileId), ['read', 'download'])
    assert.equal((await grant(owner, outer, 'user', nurse.userId, ['read'])).statusCode, 403)
    const made = await as(owner, 'POST', `/organizations/${organizationId}/folders`, { name: 'New' })
    assert.equal(made.json().type, 'urn:trove:problem:read-only')
    await setStatus('active')
    assert.deepEqual(await rightsOf(nurse, fileId), ['read', 'write', 'share'])
  })

  test('an API key holds of its user what it was given', async () => {
    const { owner, fileId } = await makeWard()
    const { require } = await import('./index.ts')
    const key: UserActor = { ...owner, scopes: ['read', 'upload'] }
    assert.deepEqual(await require(t.platform.db, key, 'read', fileId), ['read'])
    await assert.rejects(require(t.platform.db, key, 'download', fileId), { kind: 'not-allowed' })
    await assert.rejects(require(t.platform.db, { ...owner, scopes: ['download'] }, 'download', fileId), {
      kind: 'not-found',
    })
  })
})
