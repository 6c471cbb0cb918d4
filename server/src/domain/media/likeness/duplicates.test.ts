import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { DuplicateGroup } from '@trove/contract/duplicates'
import type { FastifyInstance } from 'fastify'
import { bearer, makeFile, makeGrant, makeLink, makeMember, makeOrganization, makeUser } from '../../../../test/make.ts'
import { startTestPlatform, type TestPlatform } from '../../../../test/platform.ts'
import type { UserActor } from '../../../platform/actor.ts'
import { newId } from '../../../platform/ids.ts'
import { setLook } from './store.ts'

const HASH = '1100101001110101'.repeat(4)
const NEAR = `00${HASH.slice(2)}`
const FAR = '0011001100110011'.repeat(4)

describe('duplicates', () => {
  let t: TestPlatform
  let app: FastifyInstance
  let owner: UserActor
  let member: UserActor
  let organizationId: string

  before(async () => {
    t = await startTestPlatform()
    app = (await t.api()).app
  })
  after(() => t.stop())

  async function start() {
    owner = await makeUser(t.platform)
    member = await makeUser(t.platform)
    organizationId = (await makeOrganization(t.platform, owner)).id
    await makeMember(t.platform, organizationId, member, 'member')
  }

  async function add(name: string, hash: string, uploader = owner) {
    const file = await makeFile(t.platform, { organizationId, uploader, name })
    await t.platform.db.updateTable('version').set({ status: 'ready' }).where('id', '=', file.versionId).execute()
    await t.platform.db
      .transaction()
      .execute((tx) => setLook(tx, { blobId: file.blobId, organizationId, hash, colours: ['teal'] }))
    return file.id
  }

  async function send(actor: UserActor, method: 'GET' | 'POST', path: string, body?: object) {
    const url = `/api/organizations/${organizationId}/${path}`
    const headers = await bearer(t.platform, actor)
    return app.inject({ method, url, headers, ...(body !== undefined && { payload: body }) })
  }

  const groups = async (actor: UserActor) =>
    ((await send(actor, 'GET', 'duplicates')).json().items as DuplicateGroup[]).map(({ files }) =>
      files.map(({ file }) => file.name),
    )

  test('are what looks nearly the same, of what one may read', async () => {
    await start()
    await add('a.jpg', HASH)
    const b = await add('b.jpg', NEAR)
    await add('other.jpg', FAR)
    assert.deepEqual(await groups(owner), [['a.jpg', 'b.jpg']])
    assert.deepEqual(await groups(member), [])
    const c = await add('c.jpg', HASH, member)
    assert.deepEqual(await groups(member), [], 'one alone is no duplicate of what may not be read')
    await makeGrant(t.platform, { organizationId, resourceId: b, to: { user: member.userId }, rights: ['read'] })
    assert.deepEqual(await groups(member), [['b.jpg', 'c.jpg']])
    await t.platform.db.updateTable('file').set({ trashed_at: new Date() }).where('id', '=', c).execute()
    assert.deepEqual(await groups(member), [])
    const found = await send(owner, 'GET', 'files?colour=teal')
    assert.equal(found.json().items.length, 3)
    assert.equal((await send(owner, 'GET', 'files?colour=%23189696')).json().items.length, 3)
    assert.equal((await send(owner, 'GET', 'files?colour=red')).json().items.length, 0)
  })

  test('are merged without losing tags, words, dates or places in events, and can be had back', async () => {
    await start()
    const { db } = t.platform
    const [kept, one, two] = [await add('kept.jpg', HASH), await add('one.jpg', HASH), await add('two.jpg', NEAR)]
    const tagId = newId()
    await db
      .insertInto('tag')
      .values({ id: tagId, organization_id: organizationId, name: 'Wound', created_by: owner.userId })
      .execute()
    await db.insertInto('file_tag').values({ file_id: two, tag_id: tagId, organization_id: organizationId }).execute()
    const happened = { happened_at: new Date('2019-05-17T10:00:00Z'), happened_from: 'camera' }
    await db
      .updateTable('file')
      .set({ description: 'Day two', ...happened })
      .where('id', '=', one)
      .execute()
    const events = [await makeSeries('both', [one, two]), await makeSeries('with kept', [kept, two])]
    await makeLink(t.platform, { organizationId, maker: owner, resourceId: two })
    await makeGrant(t.platform, { organizationId, resourceId: two, to: { user: member.userId } })
    const shown = (await send(owner, 'GET', 'duplicates')).json().items[0] as DuplicateGroup
    assert.deepEqual(
      shown.files.map(({ tags, usedCount, linkCount }) => [tags, usedCount, linkCount]),
      [
        [[], 1, 0],
        [[], 1, 0],
        [['Wound'], 2, 1],
      ],
    )
    const merged = await send(owner, 'POST', 'duplicates/merge', { keptId: kept, fileIds: [one, two] })
    assert.equal(merged.statusCode, 200, merged.body)
    assert.equal(merged.json().count, 2)
    const now = await db.selectFrom('file').selectAll().where('id', '=', kept).executeTakeFirstOrThrow()
    assert.deepEqual([now.description, now.happened_from, now.happened_at], ['Day two', 'camera', happened.happened_at])
    assert.equal((await send(owner, 'GET', `files?tagIds=${tagId}&q=kept`)).json().items.length, 1)
    const pictures = await db
      .selectFrom('event_picture')
      .select(['event_id', 'file_id', 'caption'])
      .where('organization_id', '=', organizationId)
      .orderBy('event_id')
      .execute()
    assert.deepEqual(
      pictures.map(({ event_id, file_id, caption }) => [event_id, file_id, caption]),
      [
        [events[0], kept, 'picture 0'],
        [events[1], kept, 'picture 0'],
      ],
    )
    assert.deepEqual(await groups(owner), [])
    const seen = await send(member, 'GET', 'files')
    assert.deepEqual(seen.json().items, [], 'whoever could see one that is gone does not come to see the kept one')
    await send(owner, 'POST', 'files/restore', { batchId: merged.json().batchId })
    assert.deepEqual(await groups(owner), [['kept.jpg', 'one.jpg', 'two.jpg']])
  })

  test('are merged only by whoever may change each of them, and only if they look the same', async () => {
    await start()
    const [kept, other, far] = [
      await add('kept.jpg', HASH, member),
      await add('other.jpg', HASH),
      await add('far.jpg', FAR),
    ]
    const merge = (actor: UserActor, fileIds: string[]) =>
      send(actor, 'POST', 'duplicates/merge', { keptId: kept, fileIds }).then(({ statusCode }) => statusCode)
    assert.equal(await merge(member, [other]), 404)
    await makeGrant(t.platform, { organizationId, resourceId: other, to: { user: member.userId }, rights: ['read'] })
    assert.equal(await merge(member, [other]), 403)
    assert.deepEqual(
      [await merge(owner, [far]), await merge(owner, [kept]), await merge(owner, [newId()])],
      [400, 200, 404],
    )
    const apart = await send(member, 'POST', 'duplicates/apart', { fileIds: [kept, other] })
    assert.equal(apart.statusCode, 403)
    assert.equal((await groups(owner)).length, 1)
  })

  test('are neither merged nor told apart in an organization that is frozen, not even by its owner', async () => {
    await start()
    const [kept, other] = [await add('kept.jpg', HASH), await add('other.jpg', HASH)]
    await t.platform.db
      .updateTable('organization')
      .set({ status: 'suspended' })
      .where('id', '=', organizationId)
      .execute()
    const merge = await send(owner, 'POST', 'duplicates/merge', { keptId: kept, fileIds: [other] })
    const apart = await send(owner, 'POST', 'duplicates/apart', { fileIds: [kept, other] })
    assert.deepEqual([merge.statusCode, apart.statusCode], [403, 403])
    assert.equal((await send(owner, 'POST', 'files/trash', { fileIds: [kept] })).json().count, 0)
    assert.deepEqual(await groups(owner), [['kept.jpg', 'other.jpg']])
    const listed = (await send(owner, 'GET', 'files')).json().items
    assert.deepEqual(listed[0].rights, ['read', 'download'])
  })

  test('tell of places that show them those alone that one may see', async () => {
    await start()
    const ids = [await add('one.jpg', HASH), await add('two.jpg', HASH)]
    for (const resourceId of ids)
      await makeGrant(t.platform, { organizationId, resourceId, to: { user: member.userId }, rights: ['read'] })
    const eventId = await makeSeries('Not theirs', ids)
    const used = async () =>
      ((await send(member, 'GET', 'duplicates')).json().items[0] as DuplicateGroup).files.map((one) => one.usedCount)
    assert.deepEqual(await used(), [0, 0])
    const given = { organizationId, resourceId: eventId, to: { user: member.userId }, rights: ['read'] as const }
    await makeGrant(t.platform, given)
    assert.deepEqual(await used(), [1, 1])
  })

  test('that are none are remembered as such, until another one comes', async () => {
    await start()
    const [one, two] = [await add('one.jpg', HASH), await add('two.jpg', HASH)]
    assert.equal((await send(owner, 'POST', 'duplicates/apart', { fileIds: [one, two] })).statusCode, 204)
    assert.deepEqual(await groups(owner), [])
    await add('three.jpg', HASH)
    assert.deepEqual(await groups(owner), [['one.jpg', 'two.jpg', 'three.jpg']])
  })

  async function makeSeries(title: string, fileIds: string[]): Promise<string> {
    const { db } = t.platform
    const id = newId()
    const common = { id, organization_id: organizationId, created_by: owner.userId }
    await db
      .insertInto('resource')
      .values({ ...common, kind: 'event' })
      .execute()
    await db
      .insertInto('timeline_event')
      .values({ ...common, kind: 'series', title })
      .execute()
    for (const [position, fileId] of fileIds.entries()) {
      const about = { file_id: fileId, organization_id: organizationId }
      await db
        .insertInto('file_use')
        .values({ ...about, used_by: id, kind: 'event', name: title })
        .execute()
      await db
        .insertInto('event_picture')
        .values({ ...about, event_id: id, position, caption: `picture ${position}`, created_by: owner.userId })
        .execute()
    }
    return id
  }
})
