import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { TimelineEvent } from '@trove/contract/timeline-events'
import { openEventDesk, startEvents } from '../../../../test/events.ts'
import { makeFile, makeFolder, makeGrant } from '../../../../test/make.ts'
import type { TestPlatform } from '../../../../test/platform.ts'
import { purgeNow } from '../../../../test/purge.ts'
import { inTransaction } from '../../../platform/db/index.ts'
import { newId } from '../../../platform/ids.ts'
import { purgeFilesOf } from '../../files/index.ts'
import { timelineEventTasks } from './tasks.ts'

const DAY_MS = 86_400_000

describe('what events show', () => {
  let world: Awaited<ReturnType<typeof startEvents>>
  let t: TestPlatform
  before(async () => {
    world = await startEvents()
    t = world.t
  })
  after(() => t.stop())

  test('showing a file gives nobody a right on it: others are told and counted only what they may see', async () => {
    const { owner, organizationId, as, member, images, series, shownIn } = await openEventDesk(world)
    const { id: folderId } = await makeFolder(t.platform, { organizationId, maker: owner })
    const [seen, hidden] = await images(2)
    const event = await series([seen ?? '', hidden ?? ''], { folderId })
    const reader = await member()
    assert.equal((await as(reader, 'GET', `/events/${event.id}`)).statusCode, 404)
    await makeGrant(t.platform, { organizationId, resourceId: folderId, to: { user: reader.userId }, rights: ['read'] })
    await makeGrant(t.platform, {
      organizationId,
      resourceId: seen ?? '',
      to: { user: reader.userId },
      rights: ['read'],
    })
    // What comes to a folder is reached by the grants on it.
    const told = (await as(reader, 'GET', `/events/${event.id}`)).json()
    assert.deepEqual([told.pictureCount, told.cover.length, told.rights, told.folderId], [1, 1, ['read'], undefined])
    assert.deepEqual(await shownIn(event.id, reader), [seen])
    const listed = (await as(reader, 'GET', `/organizations/${organizationId}/events`)).json().items
    assert.deepEqual(
      listed.map(({ id, pictureCount }: TimelineEvent) => [id, pictureCount]),
      [[event.id, 1]],
    )
    assert.equal((await as(reader, 'GET', `/files/${hidden}`)).statusCode, 404)
    for (const [method, path, body] of [
      ['PATCH', `/events/${event.id}`, { title: 'Mine' }],
      ['POST', `/events/${event.id}/pictures`, { pictures: [{ fileId: seen }] }],
      ['DELETE', `/events/${event.id}/pictures/${seen}`, undefined],
    ] as const)
      assert.equal((await as(reader, method, path, body)).statusCode, 403, path)
    const trashed = await as(reader, 'POST', `/organizations/${organizationId}/events/trash`, { eventIds: [event.id] })
    assert.equal(trashed.json().count, 0)
  })

  test('whoever may change an event puts into it only what they may read', async () => {
    const { owner, organizationId, as, member, images, series, inTrash } = await openEventDesk(world)
    const { id: folderId } = await makeFolder(t.platform, { organizationId, maker: owner })
    const [first, hidden] = await images(2)
    const event = await series([first ?? ''], { folderId })
    const writer = await member('guest')
    await makeGrant(t.platform, {
      organizationId,
      resourceId: folderId,
      to: { user: writer.userId },
      rights: ['read', 'write'],
    })
    const add = (fileId: string | undefined) =>
      as(writer, 'POST', `/events/${event.id}/pictures`, { pictures: [{ fileId }] })
    assert.equal((await add(hidden)).statusCode, 404)
    assert.equal((await add(newId())).statusCode, 404)
    const own = (await images(1, writer))[0]
    assert.equal((await add(own)).statusCode, 200)
    assert.equal((await as(writer, 'DELETE', `/events/${event.id}/pictures/${first}`)).statusCode, 404)
    await inTrash(own ?? '')
    assert.equal(
      (
        await as(writer, 'POST', `/organizations/${organizationId}/events`, {
          kind: 'photo',
          title: 'x',
          folderId,
          fileIds: [own],
        })
      ).statusCode,
      404,
    )
    assert.equal(
      (
        await as(writer, 'POST', `/organizations/${organizationId}/events`, {
          kind: 'photo',
          title: 'x',
          fileIds: [own],
        })
      ).statusCode,
      403,
    )
  })

  test('a guest gives an event no tag but of files that they may read: of others they learn no name', async () => {
    const { as, owner, organizationId, member, images, series } = await openEventDesk(world)
    const guest = await member('guest')
    const [theirs = '', other = ''] = [...(await images(1, guest)), ...(await images(1))]
    const made = async (name: string) =>
      (await as(owner, 'POST', `/organizations/${organizationId}/tags`, { name })).json().id as string
    const [known, secret] = [await made('Known'), await made('Secret')]
    const tagged = (fileId: string, tagId: string) =>
      as(owner, 'POST', `/organizations/${organizationId}/files/changes`, {
        selection: { fileIds: [fileId] },
        change: { kind: 'tags', add: [tagId] },
      })
    await tagged(theirs, known)
    await tagged(other, secret)
    const event = await series([theirs])
    await makeGrant(t.platform, { organizationId, resourceId: event.id, to: { user: guest.userId } })
    const give = (tagId: string) =>
      as(guest, 'POST', `/organizations/${organizationId}/events/tags`, { eventIds: [event.id], add: [tagId] })
    assert.equal((await give(secret)).statusCode, 404)
    assert.equal((await give(known)).statusCode, 200)
    assert.deepEqual(
      (await as(guest, 'GET', `/events/${event.id}`)).json().tags.map(({ name }: { name: string }) => name),
      ['Known'],
    )
  })

  test('in an organization that is frozen nobody touches an event, not even its owner', async () => {
    const { as, owner, organizationId, images, series } = await openEventDesk(world)
    const event = await series(await images(1))
    await t.platform.db
      .updateTable('organization')
      .set({ status: 'suspended' })
      .where('id', '=', organizationId)
      .execute()
    const trashed = await as(owner, 'POST', `/organizations/${organizationId}/events/trash`, { eventIds: [event.id] })
    assert.equal(trashed.json().count, 0)
    const { items } = (await as(owner, 'GET', `/organizations/${organizationId}/events`)).json()
    assert.deepEqual(items[0].rights, ['read', 'download'])
  })

  test('a file that an event shows is not removed for good without a word; detaching is said', async () => {
    const { owner, organizationId, as, member, images, series, countOf, inTrash } = await openEventDesk(world)
    const [used, plain] = await images(2)
    const event = await series([used ?? ''], { title: 'Wound, week 1' })
    const trash = await as(owner, 'POST', `/organizations/${organizationId}/files/trash`, { fileIds: [used, plain] })
    assert.deepEqual([trash.json().count, trash.json().usedCount], [2, 1])
    const purge = (body: object, actor = owner) =>
      as(actor, 'POST', `/organizations/${organizationId}/files/purge`, body)
    const refused = await purge({ fileIds: [used, plain] })
    assert.deepEqual([refused.statusCode, refused.json().type], [409, 'urn:trove:problem:in-use'])
    assert.deepEqual(refused.json().uses, [{ fileId: used, kind: 'event', id: event.id, name: 'Wound, week 1' }])
    assert.match(refused.json().detail, /“Wound, week 1”/)
    for (const fileId of [used, plain]) await inTrash(fileId ?? '', new Date(Date.now() - 40 * DAY_MS))
    await purgeNow(t)
    assert.equal((await as(owner, 'GET', `/files/${plain}`)).statusCode, 404)
    assert.equal((await as(owner, 'GET', `/files/${used}`)).statusCode, 200)
    await as(owner, 'PATCH', `/events/${event.id}`, { title: 'Wound' })
    const uses = (await as(owner, 'GET', `/files/${used}/uses`)).json()
    assert.deepEqual(uses, { items: [{ kind: 'event', id: event.id, name: 'Wound' }], hasOthers: false })
    assert.equal((await purge({ fileIds: [used], detach: true }, await member())).json().count, 0)
    assert.equal((await purge({ fileIds: [used], detach: true })).json().count, 1)
    assert.equal((await as(owner, 'GET', `/files/${used}`)).statusCode, 404)
    assert.equal(await countOf(event.id), 0)
    const told = await t.platform.db
      .selectFrom('activity')
      .select('facts')
      .where('action', '=', 'file.detached')
      .where('resource_id', '=', used ?? '')
      .executeTakeFirstOrThrow()
    assert.equal((told.facts as { usedBy: string }).usedBy, event.id)
  })

  test('where a file is used is told as far as one may see', async () => {
    const { organizationId, as, member, images, series, inTrash } = await openEventDesk(world)
    const uploader = await member()
    const [fileId] = await images(1, uploader)
    const event = await series([fileId ?? ''], { title: 'Not for everybody' })
    const told = await as(uploader, 'GET', `/files/${fileId}/uses`)
    assert.deepEqual(told.json(), { items: [], hasOthers: true })
    await inTrash(fileId ?? '')
    const refused = await as(uploader, 'POST', `/organizations/${organizationId}/files/purge`, { fileIds: [fileId] })
    assert.equal(refused.statusCode, 409)
    assert.ok(!refused.body.includes('Not for everybody') && !refused.body.includes(event.id))
    const reader = await member()
    await makeGrant(t.platform, {
      organizationId,
      resourceId: fileId ?? '',
      to: { user: reader.userId },
      rights: ['read'],
    })
    assert.deepEqual((await as(reader, 'GET', `/files/${fileId}/uses`)).json(), { items: [], hasOthers: false })
  })

  test('deleting an event deletes no file, and undoing brings it back whole', async () => {
    const { owner, organizationId, as, images, series, shownIn } = await openEventDesk(world)
    const ids = await images(2)
    const [event, other] = [await series(ids), await series(ids)]
    await as(owner, 'PATCH', `/events/${event.id}/pictures/${ids[0]}`, { caption: 'One' })
    const trash = await as(owner, 'POST', `/organizations/${organizationId}/events/trash`, { eventIds: [event.id] })
    const list = async (query = '') =>
      (await as(owner, 'GET', `/organizations/${organizationId}/events${query}`))
        .json()
        .items.map(({ id }: TimelineEvent) => id)
    assert.deepEqual(await list(), [other.id])
    assert.deepEqual(await list('?trashed=true'), [event.id])
    assert.equal(
      (await as(owner, 'PATCH', `/events/${event.id}`, { title: 'x' })).json().type,
      'urn:trove:problem:wrong-state',
    )
    const restored = await as(owner, 'POST', `/organizations/${organizationId}/events/restore`, {
      batchId: trash.json().batchId,
    })
    assert.equal(restored.json().count, 1)
    const { items } = (await as(owner, 'GET', `/events/${event.id}/pictures`)).json()
    assert.deepEqual(
      items.map(({ caption }: { caption: string }) => caption),
      ['One', ''],
    )
    await as(owner, 'POST', `/organizations/${organizationId}/events/trash`, { eventIds: [event.id] })
    const long = new Date(Date.now() - 40 * DAY_MS)
    await t.platform.db.updateTable('timeline_event').set({ trashed_at: long }).where('id', '=', event.id).execute()
    await timelineEventTasks[0]?.run(t.platform, {} as never, new AbortController().signal)
    assert.equal((await as(owner, 'GET', `/events/${event.id}`)).statusCode, 404)
    for (const fileId of ids) assert.equal((await as(owner, 'GET', `/files/${fileId}`)).statusCode, 200)
    assert.deepEqual(await shownIn(other.id), ids)
  })

  test('an event in a folder goes out of sight with it, and what is purged with it lets go of its files', async () => {
    const { owner, organizationId, as, series, inTrash } = await openEventDesk(world)
    const { id: folderId } = await makeFolder(t.platform, { organizationId, maker: owner })
    const { id: fileId } = await makeFile(t.platform, { organizationId, uploader: owner, folderId })
    const event = await series([fileId], { folderId })
    assert.equal((await as(owner, 'DELETE', `/folders/${folderId}`)).json().usedCount, 1)
    const listed = (await as(owner, 'GET', `/organizations/${organizationId}/events`)).json().items
    assert.deepEqual(listed, [])
    assert.ok((await as(owner, 'GET', `/events/${event.id}`)).json().trashedAt)
    const long = new Date(Date.now() - 40 * DAY_MS)
    await t.platform.db.updateTable('folder').set({ trashed_at: long }).where('id', '=', folderId).execute()
    await inTrash(fileId, long)
    await purgeNow(t)
    assert.equal((await as(owner, 'GET', `/files/${fileId}`)).statusCode, 200)
    await timelineEventTasks[0]?.run(t.platform, {} as never, new AbortController().signal)
    await purgeNow(t)
    for (const path of [`/files/${fileId}`, `/events/${event.id}`, `/folders/${folderId}`])
      assert.equal((await as(owner, 'GET', path)).statusCode, 404, path)
  })

  test('what is deleted out of quarantine goes from wherever it was shown, and that is written down', async () => {
    const { owner, organizationId, as, series, countOf, images } = await openEventDesk(world)
    const file = await makeFile(t.platform, { organizationId, uploader: owner, name: 'bad.jpg' })
    const [kept = ''] = await images(1)
    const [one, two] = [await series([kept, file.id]), await series([file.id])]
    await inTransaction(t.platform.db, (tx) => purgeFilesOf(tx, { kind: 'system', reason: 'test' }, file.blobId))
    assert.equal((await as(owner, 'GET', `/files/${file.id}`)).statusCode, 404)
    assert.deepEqual([await countOf(one.id), await countOf(two.id)], [1, 0])
    const rows = await t.platform.db
      .selectFrom('activity')
      .select('facts')
      .where('action', '=', 'file.detached')
      .where('resource_id', '=', file.id)
      .execute()
    assert.deepEqual(
      rows.map(({ facts }) => (facts as { usedBy: string }).usedBy).toSorted(),
      [one.id, two.id].toSorted(),
    )
  })
})
