import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { bearer, makeFile, makeMember, makeOrganization, makeUser } from '../../../test/make.ts'
import { startTestPlatform, type TestPlatform } from '../../../test/platform.ts'
import type { UserActor } from '../../platform/actor.ts'
import { newId } from '../../platform/ids.ts'
import { isFileName } from './rules.ts'

describe('files', () => {
  let t: TestPlatform
  let app: FastifyInstance
  before(async () => {
    t = await startTestPlatform()
    app = (await t.api()).app
  })
  after(() => t.stop())

  type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'
  const as = async (actor: UserActor, method: Method, url: string, payload?: object) =>
    app.inject({ method, url: `/api${url}`, headers: await bearer(t.platform, actor), ...(payload && { payload }) })

  /** An organization with an owner, an admin, two members and a stranger; a file by the first member. */
  async function makeStudio() {
    const [owner, admin, member, other, stranger] = await Promise.all(
      Array.from({ length: 5 }, () => makeUser(t.platform)),
    )
    if (!owner || !admin || !member || !other || !stranger) throw new Error('unreachable')
    const organization = await makeOrganization(t.platform, owner)
    await makeMember(t.platform, organization.id, admin, 'admin')
    await makeMember(t.platform, organization.id, member, 'member')
    await makeMember(t.platform, organization.id, other, 'member')
    const file = await makeFile(t.platform, { organizationId: organization.id, uploader: member, name: 'Cut 1.jpg' })
    return { owner, admin, member, other, stranger, organization, file }
  }

  describe('who may see a file', () => {
    test('its uploader, owners and admins; for everybody else it does not exist', async () => {
      const { file, ...who } = await makeStudio()
      const seen = async (actor: UserActor) => (await as(actor, 'GET', `/files/${file.id}`)).statusCode
      assert.deepEqual(
        [
          await seen(who.owner),
          await seen(who.admin),
          await seen(who.member),
          await seen(who.other),
          await seen(who.stranger),
        ],
        [200, 200, 200, 404, 404],
      )
    })

    test('what one may not see is told exactly as what is not there', async () => {
      const { file, stranger } = await makeStudio()
      const { instance: _a, detail: hidden, ...told } = (await as(stranger, 'GET', `/files/${file.id}`)).json()
      const absent = newId()
      const { instance: _b, detail: missing, ...toldToo } = (await as(stranger, 'GET', `/files/${absent}`)).json()
      assert.deepEqual(told, toldToo)
      assert.equal(hidden.replace(file.id, absent), missing)
    })

    test("the uploader's right ends with membership", async () => {
      const { file, owner, member, organization } = await makeStudio()
      assert.equal(
        (await as(owner, 'DELETE', `/organizations/${organization.id}/members/${member.userId}`)).statusCode,
        204,
      )
      assert.equal((await as(member, 'GET', `/files/${file.id}`)).statusCode, 404)
      assert.equal((await as(member, 'PATCH', `/files/${file.id}`, { name: 'x.jpg' })).statusCode, 404)
    })

    test("the installation's administrator sees no files", async () => {
      const { file, organization } = await makeStudio()
      const administrator = await makeUser(t.platform, { isAdministrator: true })
      assert.equal((await as(administrator, 'GET', `/files/${file.id}`)).statusCode, 404)
      assert.equal((await as(administrator, 'GET', `/organizations/${organization.id}/files`)).statusCode, 404)
    })
  })

  describe('a list of files', () => {
    test('goes newest first, page by page, and each member gets their own', async () => {
      const { owner, member, other, organization, file } = await makeStudio()
      const own = [file.id]
      for (let i = 0; i < 4; i += 1)
        own.unshift(
          (await makeFile(t.platform, { organizationId: organization.id, uploader: member, name: `${i}.jpg` })).id,
        )
      await makeFile(t.platform, { organizationId: organization.id, uploader: other })

      const walked: string[] = []
      let cursor: string | undefined
      do {
        const page = (
          await as(member, 'GET', `/organizations/${organization.id}/files?limit=2${cursor ? `&cursor=${cursor}` : ''}`)
        ).json()
        walked.push(...page.items.map((item: { id: string }) => item.id))
        cursor = page.next
      } while (cursor !== undefined)

      assert.deepEqual(walked, own)
      assert.equal((await as(owner, 'GET', `/organizations/${organization.id}/files`)).json().items.length, 6)
      assert.equal((await as(other, 'GET', `/organizations/${organization.id}/files`)).json().items.length, 1)
    })

    test('finds part of a name whatever its case, and takes percent signs as they are', async () => {
      const { owner, organization } = await makeStudio()
      const named = (name: string) => makeFile(t.platform, { organizationId: organization.id, uploader: owner, name })
      await named('100% Final_v2.JPG')
      await named('100x Final.jpg')
      const search = async (name: string) =>
        (await as(owner, 'GET', `/organizations/${organization.id}/files?name=${encodeURIComponent(name)}`))
          .json()
          .items.map((item: { name: string }) => item.name)
      assert.deepEqual(await search('final_V'), ['100% Final_v2.JPG'])
      assert.deepEqual(await search('100%'), ['100% Final_v2.JPG'])
      assert.deepEqual(await search('cut'), ['Cut 1.jpg'])
    })

    test('refuses a cursor or a limit that is none', async () => {
      const { owner, organization } = await makeStudio()
      for (const query of [
        'cursor=x',
        'limit=0',
        'limit=201',
        'limit=x',
        'kind=film',
        'name=%00',
        `cursor=${'9'.repeat(300)}`,
      ]) {
        assert.equal(
          (await as(owner, 'GET', `/organizations/${organization.id}/files?${query}`)).statusCode,
          400,
          query,
        )
      }
    })

    test('is summed up with a cursor for every 500th file', async () => {
      const owner = await makeUser(t.platform)
      const organization = await makeOrganization(t.platform, owner)
      for (let i = 0; i < 520; i += 1) await makeFile(t.platform, { organizationId: organization.id, uploader: owner })
      const summary = (await as(owner, 'GET', `/organizations/${organization.id}/files/summary`)).json()
      assert.deepEqual([summary.count, summary.stride, summary.anchors.length, summary.months.length], [520, 500, 1, 1])
      const rest = (
        await as(owner, 'GET', `/organizations/${organization.id}/files?limit=200&cursor=${summary.anchors[0]}`)
      ).json()
      assert.equal(rest.items.length, 20)
    })
  })

  describe('the trash', () => {
    test('takes a file and gives it back; its bytes are not served meanwhile', async () => {
      const { member, organization, file } = await makeStudio()
      assert.equal((await as(member, 'DELETE', `/files/${file.id}`)).statusCode, 204)
      assert.equal((await as(member, 'DELETE', `/files/${file.id}`)).statusCode, 204)
      assert.equal((await as(member, 'GET', `/files/${file.id}/content`)).statusCode, 404)
      assert.equal((await as(member, 'GET', `/organizations/${organization.id}/files`)).json().items.length, 0)
      assert.equal(
        (await as(member, 'GET', `/organizations/${organization.id}/files?trashed=true`)).json().items.length,
        1,
      )
      assert.equal((await as(member, 'POST', `/files/${file.id}/restore`)).statusCode, 200)
      assert.equal((await as(member, 'GET', `/organizations/${organization.id}/files`)).json().items.length, 1)
    })

    test('takes all that match, and undoing gives back just those', async () => {
      const { owner, organization } = await makeStudio()
      const kept = await makeFile(t.platform, { organizationId: organization.id, uploader: owner })
      const before = await makeFile(t.platform, { organizationId: organization.id, uploader: owner })
      await as(owner, 'DELETE', `/files/${before.id}`)
      const batch = (
        await as(owner, 'POST', `/organizations/${organization.id}/files/trash`, { filter: {}, exceptIds: [kept.id] })
      ).json()
      assert.equal(batch.count, 1)
      const undone = (
        await as(owner, 'POST', `/organizations/${organization.id}/files/restore`, { batchId: batch.batchId })
      ).json()
      assert.equal(undone.count, 1)
      const trashed = (await as(owner, 'GET', `/organizations/${organization.id}/files?trashed=true`)).json().items
      assert.deepEqual(
        trashed.map((item: { id: string }) => item.id),
        [before.id],
      )
    })

    test("leaves alone what the caller may not change, in this organization and in others'", async () => {
      const one = await makeStudio()
      const two = await makeStudio()
      const theirs = [one.file.id, two.file.id]
      const asOther = await as(one.other, 'POST', `/organizations/${one.organization.id}/files/trash`, {
        fileIds: theirs,
      })
      assert.equal(asOther.json().count, 0)
      const asOwner = await as(one.owner, 'POST', `/organizations/${one.organization.id}/files/trash`, {
        fileIds: theirs,
      })
      assert.equal(asOwner.json().count, 1)
      assert.equal((await as(two.member, 'GET', `/organizations/${two.organization.id}/files`)).json().items.length, 1)
    })
  })

  describe('a name', () => {
    test('is kept exactly as given, and each change is told to the trail', async () => {
      const { member, file } = await makeStudio()
      const name = 'Ünïcödé e\u0301 \u202egpj.👩‍👩‍👧 %2e%2e <b>\'"`.jpg'
      assert.equal((await as(member, 'PATCH', `/files/${file.id}`, { name })).json().name, name)
      assert.equal((await as(member, 'GET', `/files/${file.id}`)).json().name, name)
      const trail = await t.platform.db
        .selectFrom('activity')
        .select('action')
        .where('resource_id', '=', file.id)
        .execute()
      assert.deepEqual(trail, [{ action: 'file.renamed' }])
    })

    test('that is none is refused with the rule', async () => {
      const { member, file } = await makeStudio()
      for (const name of ['', '.', '..', 'a/b', 'a\\b', 'a\0b', 'a\nb', 'x'.repeat(256), '   ', '\ud800.jpg']) {
        assert.equal(isFileName(name), false, JSON.stringify(name))
        assert.equal((await as(member, 'PATCH', `/files/${file.id}`, { name })).statusCode, 400, JSON.stringify(name))
      }
      assert.equal(isFileName('👍'.repeat(255)), true)
    })

    test('takes no other field along', async () => {
      const { member, file } = await makeStudio()
      for (const extra of ['organizationId', 'createdBy', 'id', 'sha256', 'status', 'rights', 'trashedAt']) {
        assert.equal(
          (await as(member, 'PATCH', `/files/${file.id}`, { name: 'b.jpg', [extra]: newId() })).statusCode,
          400,
          extra,
        )
      }
    })
  })
})
