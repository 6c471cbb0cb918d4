import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { bearer, makeFile, makeMember, makeOrganization, makeUser } from '../../../../test/make.ts'
import { startTestPlatform, type TestPlatform } from '../../../../test/platform.ts'
import type { UserActor } from '../../../platform/actor.ts'
import { newId } from '../../../platform/ids.ts'

describe('folders', () => {
  let t: TestPlatform
  let app: FastifyInstance
  let owner: UserActor
  let member: UserActor
  let guest: UserActor
  let organizationId: string
  before(async () => {
    t = await startTestPlatform()
    app = (await t.api()).app
    owner = await makeUser(t.platform)
    member = await makeUser(t.platform)
    guest = await makeUser(t.platform)
    organizationId = (await makeOrganization(t.platform, owner)).id
    await makeMember(t.platform, organizationId, member, 'member')
    await makeMember(t.platform, organizationId, guest, 'guest')
  })
  after(() => t.stop())

  type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  const as = async (actor: UserActor, method: Method, url: string, payload?: object) =>
    app.inject({ method, url: `/api${url}`, headers: await bearer(t.platform, actor), ...(payload && { payload }) })
  const make = async (by: UserActor, name: string, parentId?: string): Promise<string> =>
    (await as(by, 'POST', `/organizations/${organizationId}/folders`, { name, ...(parentId && { parentId }) })).json()
      .id
  const names = async (by: UserActor, query = '') =>
    (await as(by, 'GET', `/organizations/${organizationId}/folders${query}`))
      .json()
      .items.map(({ name }: { name: string }) => name)
  const give = (resourceId: string, to: UserActor, rights: string[]) =>
    as(owner, 'PUT', `/resources/${resourceId}/grants`, { principal: { kind: 'user', id: to.userId }, rights })
  const files = async (by: UserActor, query: string) =>
    (await as(by, 'GET', `/organizations/${organizationId}/files?${query}`))
      .json()
      .items.map(({ id }: { id: string }) => id)

  test('hold folders and files; the way to one is told from where the reader may begin', async () => {
    const a = await make(owner, 'A')
    const b = await make(owner, 'B', a)
    const c = await make(owner, 'C', b)
    const { id } = await makeFile(t.platform, { organizationId, uploader: owner, folderId: c })
    assert.deepEqual(await files(owner, `folderId=${c}`), [id])
    assert.deepEqual(await files(owner, `folderId=${b}`), [])
    await give(b, member, ['read'])
    const way = async (by: UserActor) =>
      (await as(by, 'GET', `/folders/${c}`)).json().path.map(({ name }: { name: string }) => name)
    assert.deepEqual(await way(owner), ['A', 'B', 'C'])
    assert.deepEqual(await way(member), ['B', 'C'])
    assert.equal((await as(member, 'GET', `/folders/${b}`)).json().parentId, undefined)
    assert.ok((await names(member)).includes('B'), 'what lies in a folder that one may not see is at the top')
    assert.deepEqual(await names(member, `?parentId=${b}`), ['C'])
    assert.equal((await as(member, 'GET', `/organizations/${organizationId}/folders?parentId=${a}`)).statusCode, 404)
    assert.equal((await as(member, 'GET', `/organizations/${organizationId}/files?folderId=${a}`)).statusCode, 404)
  })

  test('a single file that was shared out of a folder lies at the top for its reader', async () => {
    const folder = await make(owner, 'Closed')
    const { id } = await makeFile(t.platform, { organizationId, uploader: owner, folderId: folder })
    await give(id, guest, ['read'])
    assert.deepEqual(await files(guest, 'folderId=top'), [id])
    assert.ok(!(await files(owner, 'folderId=top')).includes(id))
    const told = (await as(guest, 'GET', `/files/${id}`)).json()
    assert.equal(told.folderId, undefined)
  })

  test('are made by members, at the top, and by whoever may change the folder around it', async () => {
    const own = await make(member, 'Mine')
    assert.equal((await as(member, 'PATCH', `/folders/${own}`, { name: 'Ours' })).json().name, 'Ours')
    const post = (by: UserActor, body: object) => as(by, 'POST', `/organizations/${organizationId}/folders`, body)
    assert.equal((await post(guest, { name: 'G' })).statusCode, 403)
    assert.equal((await post(guest, { name: 'G', parentId: own })).statusCode, 404)
    await as(member, 'PUT', `/resources/${own}/grants`, {
      principal: { kind: 'user', id: guest.userId },
      rights: ['write'],
    })
    assert.equal((await post(guest, { name: 'G', parentId: own })).statusCode, 201)
    assert.equal((await post(member, { name: '../x' })).statusCode, 400)
    assert.equal((await post(member, { name: 'X', parentId: newId() })).statusCode, 404)
    assert.equal((await post(member, { name: 'X', ownerId: owner.userId })).statusCode, 400)
  })

  test('go to the trash with all that is in them and come back so; what was trashed before stays', async () => {
    const a = await make(owner, 'Trashed')
    const b = await make(owner, 'Inside', a)
    const one = await makeFile(t.platform, { organizationId, uploader: owner, folderId: a })
    const two = await makeFile(t.platform, { organizationId, uploader: owner, folderId: b })
    const before = await makeFile(t.platform, { organizationId, uploader: owner, folderId: b })
    await as(owner, 'DELETE', `/files/${before.id}`)
    assert.equal((await as(owner, 'DELETE', `/folders/${a}`)).json().count, 2)
    assert.ok(!(await names(owner)).includes('Trashed'))
    assert.ok((await names(owner, '?trashed=true')).includes('Trashed'))
    assert.ok(!(await names(owner, '?trashed=true')).includes('Inside'), 'it is told once, by its outermost folder')
    const trashed = await files(owner, 'trashed=true')
    for (const { id } of [one, two, before]) assert.ok(trashed.includes(id))
    assert.equal((await as(owner, 'POST', `/folders/${a}/restore`)).statusCode, 200)
    assert.deepEqual(await names(owner, `?parentId=${a}`), ['Inside'])
    assert.deepEqual(await files(owner, `folderId=${b}`), [two.id])
  })

  test('a file that is taken back out of a trashed folder comes back at the top', async () => {
    const a = await make(owner, 'Going')
    const { id } = await makeFile(t.platform, { organizationId, uploader: owner, folderId: a })
    await as(owner, 'DELETE', `/folders/${a}`)
    assert.equal((await as(owner, 'POST', `/files/${id}/restore`)).statusCode, 200)
    assert.ok((await files(owner, 'folderId=top')).includes(id))
    const body = { name: 'X', parentId: a }
    assert.equal((await as(owner, 'POST', `/organizations/${organizationId}/folders`, body)).statusCode, 404)
  })

  test('are listed by name, a page at a time', async () => {
    const parent = await make(owner, 'Many')
    const all = ['ä', 'B', 'a', 'b2', 'B', 'zz', '%']
    for (const name of all) await make(owner, name, parent)
    const seen: string[] = []
    for (let cursor = ''; ;) {
      const query = `?parentId=${parent}&limit=2${cursor && `&cursor=${encodeURIComponent(cursor)}`}`
      const page = (await as(owner, 'GET', `/organizations/${organizationId}/folders${query}`)).json()
      seen.push(...page.items.map(({ name }: { name: string }) => name))
      if (page.next === undefined) break
      cursor = page.next
    }
    assert.deepEqual(seen.toSorted(), all.toSorted())
    const broken = await as(owner, 'GET', `/organizations/${organizationId}/folders?cursor=abc`)
    assert.equal(broken.statusCode, 400)
  })
})
