import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import sharp from 'sharp'
import { bearer, makeGrant, makeMember, makeOrganization, makeUser } from '../../../test/make.ts'
import { startTestPlatform, type TestPlatform } from '../../../test/platform.ts'
import { makeStoredFile } from '../../../test/stored.ts'
import type { UserActor } from '../../platform/actor.ts'

const PRIVATE = 'Ada Lovelace at home'

const photo = (hue = 90) =>
  sharp({ create: { width: 64, height: 48, channels: 3, background: { r: hue, g: 90, b: 60 } } })
    .jpeg()
    .withExif({ IFD0: { Artist: PRIVATE }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 0/1' } })
    .toBuffer()

type Made = { id: string; token: string; url: string; [name: string]: unknown }

describe('links', () => {
  let t: TestPlatform
  let app: FastifyInstance
  let owner: UserActor
  let member: UserActor
  let organizationId: string
  let headers: Record<string, string>
  let fileId: string
  let bytes: Buffer

  before(async () => {
    t = await startTestPlatform({ LOGIN_FAILURES_PER_MINUTE: '1000' })
    app = (await t.api()).app
    owner = await makeUser(t.platform)
    member = await makeUser(t.platform)
    organizationId = (await makeOrganization(t.platform, owner)).id
    await makeMember(t.platform, organizationId, member, 'member')
    headers = await bearer(t.platform, owner)
    bytes = await photo()
    fileId = await put('Ada at home.jpg', bytes)
  })
  after(() => t.stop())

  const put = async (name: string, content: Buffer, uploader = owner) =>
    (await makeStoredFile(t.platform, { organizationId, uploader, name, bytes: content, isEnqueued: false })).id
  const post = (url: string, payload: object, as: Record<string, string> = headers) =>
    app.inject({ method: 'POST', url: `/api${url}`, headers: as, payload })
  const get = (url: string, as: Record<string, string>) => app.inject({ method: 'GET', url: `/api${url}`, headers: as })
  const link = async (payload: object, resourceId = fileId): Promise<Made> => {
    const made = await post(`/resources/${resourceId}/links`, payload)
    assert.equal(made.statusCode, 201, made.body)
    return made.json()
  }
  const open = (payload: object) => post('/links/open', payload, {})
  const visit = async (made: Made, more: object = {}): Promise<Record<string, string>> => {
    const opened = await open({ token: made.token, ...more })
    assert.equal(opened.json().status, 'opened', opened.body)
    return { authorization: `Bearer ${opened.json().accessToken}` }
  }
  const content = (made: Made, as: Record<string, string>, id = fileId) =>
    get(`/shared/${made.id}/files/${id}/content`, as)

  test('a link gives its file without metadata and without its name', async () => {
    const made = await link({ allows: ['download'] })
    assert.deepEqual(made['allows'], ['view', 'download'])
    assert.equal(made.url, `/s#${made.id}.${made.token}`)
    const pass = await visit(made)
    const shared = await get(`/shared/${made.id}`, pass)
    assert.equal(shared.json().title, 'A shared file', shared.body)
    const files = await get(`/shared/${made.id}/files`, pass)
    const [file] = files.json().items
    assert.match(file.name, /^photo-[a-z0-9]{6}\.jpg$/)
    for (const body of [shared.body, files.body])
      assert.doesNotMatch(body, new RegExp(`Ada|sha256|organization|created|${owner.userId}|${organizationId}`))
    const got = await content(made, pass)
    assert.equal(got.statusCode, 200, got.body)
    assert.ok(!got.rawPayload.includes(PRIVATE) && bytes.includes(PRIVATE))
    assert.equal((await sharp(got.rawPayload).metadata()).exif, undefined)
    assert.ok(String(got.headers['content-disposition']).includes(file.name))
    const [before, after] = await Promise.all([bytes, got.rawPayload].map((each) => sharp(each).raw().toBuffer()))
    assert.ok(before?.equals(after ?? Buffer.alloc(0)), 'the picture is exactly the same')
  })

  test('its maker may let metadata and names go with it', async () => {
    const made = await link({ allows: ['download'], keepsMetadata: true, keepsNames: true })
    const pass = await visit(made)
    assert.equal((await get(`/shared/${made.id}/files`, pass)).json().items[0].name, 'Ada at home.jpg')
    const got = await content(made, pass)
    assert.ok(got.rawPayload.equals(bytes))
  })

  test('one download is one: a second is refused, in this visit and in others', async () => {
    const made = await link({ allows: ['download'] })
    const pass = await visit(made)
    assert.equal((await content(made, pass)).statusCode, 200)
    const again = await content(made, pass)
    assert.equal(again.statusCode, 403)
    assert.match(again.json().type, /download-limit$/)
    assert.equal((await content(made, await visit(made))).statusCode, 403)
    const told = await get(`/links/${made.id}`, headers)
    assert.deepEqual([told.json().downloads, told.json().status, told.json().visits], [1, 'used-up', 2])
  })

  test('revoking ends it at once, for those inside too', async () => {
    const made = await link({ allows: ['view'] })
    const pass = await visit(made)
    assert.equal((await get(`/shared/${made.id}/files/${fileId}`, pass)).statusCode, 200)
    const revoked = await app.inject({ method: 'DELETE', url: `/api/links/${made.id}`, headers })
    assert.equal(revoked.statusCode, 204)
    assert.equal((await get(`/shared/${made.id}/files/${fileId}`, pass)).statusCode, 401)
    assert.equal((await open({ token: made.token })).statusCode, 404)
  })

  test('a password is asked for, and a wrong one is refused', async () => {
    const made = await link({ allows: ['view'], password: 'open sesame' })
    assert.equal((await open({ token: made.token })).json().status, 'password')
    assert.equal((await open({ token: made.token, password: 'open barley' })).statusCode, 403)
    assert.equal((await open({ token: 'x'.repeat(43), password: 'open sesame' })).statusCode, 404)
    await visit(made, { password: 'open sesame' })
  })

  test('a link is bound to an address that must prove itself by a mailed code', async () => {
    const made = await link({ allows: ['view'], boundEmail: 'Guest@Example.org' })
    assert.equal((await open({ token: made.token })).json().status, 'email')
    assert.equal((await open({ token: made.token, email: 'other@example.org' })).json().status, 'code')
    assert.equal((await open({ token: made.token, email: 'guest@example.org' })).json().status, 'code')
    const mails = await t.platform.db
      .selectFrom('mail')
      .selectAll()
      .where('recipient', '=', 'guest@example.org')
      .execute()
    assert.equal(mails.length, 1)
    const [code = ''] = /^\d{8}$/m.exec(mails[0]?.body ?? '') ?? []
    assert.equal((await open({ token: made.token, email: 'guest@example.org', code: '00000000' })).statusCode, 403)
    assert.equal((await open({ token: made.token, email: 'other@example.org', code })).statusCode, 403)
    await visit(made, { email: 'guest@example.org', code })
    assert.equal((await open({ token: made.token, email: 'guest@example.org', code })).statusCode, 403, 'once only')
  })

  test('a link is bound to a network: elsewhere there is none', async () => {
    const here = await link({ allows: ['view'], boundNetwork: '127.0.0.0/8' })
    await visit(here)
    const there = await link({ allows: ['view'], boundNetwork: '192.0.2.0/24' })
    assert.equal((await open({ token: there.token })).statusCode, 404)
    assert.equal(
      (await post(`/resources/${fileId}/links`, { allows: ['view'], boundNetwork: '1.2.3' })).statusCode,
      400,
    )
  })

  test('a pass opens its own link, its own files and nothing else of the API', async () => {
    const made = await link({ allows: ['download'] })
    const other = await link({ allows: ['download'] })
    const secret = await put('other.jpg', await photo(20))
    const pass = await visit(made)
    assert.equal((await get(`/shared/${other.id}`, pass)).statusCode, 404)
    assert.equal((await get(`/shared/${made.id}/files/${secret}`, pass)).statusCode, 404)
    assert.equal((await content(made, pass, secret)).statusCode, 404)
    assert.equal((await get(`/shared/${made.id}/files?folderId=${secret}`, pass)).statusCode, 404)
    for (const url of [
      `/files/${fileId}`,
      `/files/${fileId}/content`,
      '/me',
      `/links/${made.id}`,
      `/links/${made.id}/visits`,
    ])
      assert.equal((await get(url, pass)).statusCode, 401, url)
    assert.equal((await get(`/shared/${made.id}`, headers)).statusCode, 401, 'an account is no visit')
  })

  test('nobody gives more than they hold, and what a maker loses their links lose', async () => {
    const as = await bearer(t.platform, member)
    assert.equal((await post(`/resources/${fileId}/links`, { allows: ['view'] }, as)).statusCode, 404)
    const { id: grantId } = await makeGrant(t.platform, {
      organizationId,
      resourceId: fileId,
      to: { user: member.userId },
      rights: ['read', 'share'],
    })
    assert.equal((await post(`/resources/${fileId}/links`, { allows: ['download'] }, as)).statusCode, 403)
    const made = (await post(`/resources/${fileId}/links`, { allows: ['view'] }, as)).json() as Made
    const pass = await visit(made)
    assert.equal((await content(made, pass)).statusCode, 403, 'it shows and gives nothing')
    assert.equal((await get(`/shared/${made.id}/files`, pass)).json().items.length, 1)
    await app.inject({ method: 'DELETE', url: `/api/resources/${fileId}/grants/${grantId}`, headers })
    assert.equal((await get(`/shared/${made.id}/files/${fileId}`, pass)).statusCode, 404)
    assert.equal((await get(`/shared/${made.id}`, pass)).statusCode, 404)
  })

  test('the links of somebody who is suspended or has left are over for as long', async () => {
    const leaver = await makeUser(t.platform)
    await makeMember(t.platform, organizationId, leaver, 'member')
    const own = await put('own.jpg', await photo(10), leaver)
    const made = (
      await post(`/resources/${own}/links`, { allows: ['view'] }, await bearer(t.platform, leaver))
    ).json() as Made
    const pass = await visit(made)
    const suspend = (at: Date | null) =>
      t.platform.db.updateTable('user').set({ suspended_at: at }).where('id', '=', leaver.userId).execute()
    await suspend(new Date())
    assert.equal((await get(`/shared/${made.id}/files`, pass)).statusCode, 401)
    assert.equal((await open({ token: made.token })).statusCode, 404)
    await suspend(null)
    assert.equal((await get(`/shared/${made.id}/files`, pass)).json().items.length, 1)
    await t.platform.db.deleteFrom('organization_member').where('user_id', '=', leaver.userId).execute()
    assert.equal((await get(`/shared/${made.id}/files`, pass)).statusCode, 404)
    assert.equal((await get(`/shared/${made.id}/files/${own}`, pass)).statusCode, 404)
  })

  test('who may control a link: its maker, owners and admins; who may share its file sees and ends it', async () => {
    const [maker, sharer, stranger] = [
      await makeUser(t.platform),
      await makeUser(t.platform),
      await makeUser(t.platform),
    ]
    for (const person of [maker, sharer]) await makeMember(t.platform, organizationId, person, 'member')
    const own = await put('mine.jpg', await photo(11), maker)
    await makeGrant(t.platform, {
      organizationId,
      resourceId: own,
      to: { user: sharer.userId },
      rights: ['read', 'share'],
    })
    const made = (
      await post(`/resources/${own}/links`, { allows: ['view'] }, await bearer(t.platform, maker))
    ).json() as Made
    const as = async (who: UserActor, method: 'GET' | 'PATCH' | 'DELETE', url: string, payload?: object) =>
      (
        await app.inject({
          method,
          url: `/api${url}`,
          headers: await bearer(t.platform, who),
          ...(payload && { payload }),
        })
      ).statusCode
    const one = `/links/${made.id}`
    assert.deepEqual(
      [await as(maker, 'GET', one), await as(owner, 'GET', one), await as(sharer, 'GET', one)],
      [200, 200, 200],
    )
    assert.equal(await as(sharer, 'GET', `${one}/visits`), 403)
    assert.equal(await as(sharer, 'PATCH', one, { label: 'x' }), 403)
    for (const who of [member, stranger])
      for (const method of ['GET', 'PATCH', 'DELETE'] as const)
        assert.equal(await as(who, method, one, method === 'PATCH' ? { label: 'x' } : undefined), 404, method)
    for (const field of [
      'allows',
      'resourceId',
      'downloads',
      'createdBy',
      'organizationId',
      'token',
      'keepsEverything',
    ])
      assert.equal(await as(maker, 'PATCH', one, { [field]: 'x' }), 400, field)
    assert.equal(await as(maker, 'GET', `/organizations/${organizationId}/links?everyone=true`), 403)
    assert.equal(await as(sharer, 'DELETE', one), 204)
    assert.equal((await open({ token: made.token })).statusCode, 404)
  })
})
