import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { SharedFile, SharedLink } from '@trove/contract/shared'
import { openEventDesk, startEvents } from '../../../../test/events.ts'
import { makeGrant } from '../../../../test/make.ts'
import type { UserActor } from '../../../platform/actor.ts'

describe('a link of an event', () => {
  let world: Awaited<ReturnType<typeof startEvents>>
  before(async () => {
    world = await startEvents()
  })
  after(() => world.t.stop())

  async function openDesk() {
    const desk = await openEventDesk(world)
    const { as, owner, organizationId } = desk
    const make = (body: object, actor: UserActor = owner) =>
      as(actor, 'POST', `/organizations/${organizationId}/links`, { allows: ['view'], ...body })
    const open = async (body: object) => {
      const made = await make(body)
      assert.equal(made.statusCode, 201, made.body)
      const { id, token, of } = made.json()
      const payload = { token, ...('password' in body && { password: body.password }) }
      const opened = await world.app.inject({ method: 'POST', url: '/api/links/open', payload })
      const headers = { authorization: `Bearer ${opened.json().accessToken}` }
      const get = async <T>(path = ''): Promise<T> => {
        const answer = await world.app.inject({ method: 'GET', url: `/api/shared/${id}${path}`, headers })
        assert.equal(answer.statusCode, 200, answer.body)
        return answer.json()
      }
      const files = async (query = '') => (await get<{ items: SharedFile[]; next?: string }>(`/files${query}`)).items
      const listed = async () => (await files()).map((file) => file.id)
      return { id, of, get, files, listed }
    }
    const caption = (eventId: string, fileId: string, words: string) =>
      as(owner, 'PATCH', `/events/${eventId}/pictures/${fileId}`, { caption: words })
    const move = (eventId: string, fileId: string, afterFileId: string | null) =>
      as(owner, 'POST', `/events/${eventId}/pictures/${fileId}/move`, { afterFileId })
    return { ...desk, make, open, caption, move }
  }

  test('its guests see title, text, date, order and captions as they are now, and only the files of the link', async () => {
    const { as, owner, images, series, open, caption, move } = await openDesk()
    const ids = await images(4)
    const [first = '', second = '', third = '', other = ''] = ids
    const { id: eventId } = await series([second, first, third, other], {
      text: 'Three weeks of it',
      happenedAt: '2026-05-04T12:30:00+02:00',
    })
    await caption(eventId, first, 'After a week')
    await caption(eventId, other, 'not for guests')
    const { get, files, listed, of } = await open({ fileIds: [first, second, third], eventId })
    assert.deepEqual(of, { kind: 'selection', count: 3, event: { id: eventId, name: 'Ward round' } })
    const told = await get<SharedLink>()
    assert.deepEqual([told.title, told.kind, told.fileCount], ['Ward round', 'selection', 3])
    assert.deepEqual(told.event, {
      kind: 'series',
      title: 'Ward round',
      text: 'Three weeks of it',
      happenedAt: '2026-05-04T12:30:00.000+02:00',
    })
    assert.deepEqual(
      (await files()).map((file) => [file.id, file.caption]),
      [
        [second, undefined],
        [first, 'After a week'],
        [third, undefined],
      ],
    )
    assert.equal((await get<SharedFile>(`/files/${first}`)).caption, 'After a week')
    assert.ok(!JSON.stringify([told, await files()]).includes(owner.userId), 'who made it was told')

    await move(eventId, third, null)
    await caption(eventId, first, 'Later')
    await as(owner, 'PATCH', `/events/${eventId}`, { title: 'Healed' })
    assert.deepEqual(await listed(), [third, second, first])
    assert.equal((await files())[2]?.caption, 'Later')
    assert.equal((await get<SharedLink>()).title, 'Healed')
    // Taken out of the event it is still a file of the link, at its end and without words.
    await as(owner, 'DELETE', `/events/${eventId}/pictures/${third}`)
    assert.deepEqual(await listed(), [second, first, third])
    // What is added to the event is no file of the link.
    await as(owner, 'POST', `/events/${eventId}/pictures`, {
      pictures: (await images(1)).map((fileId) => ({ fileId })),
    })
    assert.equal((await listed()).length, 3)
  })

  test('is listed page by page in the order of the event, what it shows no more at the end', async () => {
    const { as, owner, images, series, open } = await openDesk()
    const ids = await images(7)
    const order = ids.toReversed()
    const { id: eventId } = await series(order)
    const { get } = await open({ fileIds: ids, eventId })
    for (const fileId of order.slice(0, 3)) await as(owner, 'DELETE', `/events/${eventId}/pictures/${fileId}`)
    const seen: string[] = []
    for (let cursor: string | undefined; ;) {
      const query = `?limit=2${cursor === undefined ? '' : `&cursor=${cursor}`}`
      const page = await get<{ items: SharedFile[]; next?: string }>(`/files${query}`)
      seen.push(...page.items.map(({ id }) => id))
      if (page.next === undefined) break
      cursor = page.next
    }
    assert.deepEqual(seen, [...order.slice(3), ...order.slice(0, 3)])
  })

  test('goes on as a plain selection while the event is in the trash, when it is gone, and when its maker may not share it any more', async () => {
    const { as, owner, organizationId, member, images, series, open, make, caption } = await openDesk()
    const ids = await images(2)
    const { id: eventId } = await series(ids)
    await caption(eventId, ids[0] ?? '', 'A secret')
    const { get, files, id } = await open({ fileIds: ids, eventId, password: 'under the mat', keepsNames: true })
    const isPlain = async () => {
      const told = await get<SharedLink>()
      assert.deepEqual([told.event, told.title, told.fileCount], [undefined, 'Shared files', 2])
      assert.deepEqual(
        (await files()).map((file) => [file.id, file.caption]),
        ids.toReversed().map((fileId) => [fileId, undefined]),
      )
    }
    const which = { eventIds: [eventId] }
    await as(owner, 'POST', `/organizations/${organizationId}/events/trash`, which)
    await isPlain()
    assert.equal((await make({ fileIds: ids, eventId })).statusCode, 404)
    await as(owner, 'POST', `/organizations/${organizationId}/events/restore`, which)
    assert.equal((await get<SharedLink>()).event?.title, 'Ward round')

    const admin = await member('admin')
    const { db } = world.t.platform
    await db.updateTable('organization_member').set({ role: 'owner' }).where('user_id', '=', admin.userId).execute()
    const role = (to: string) =>
      db.updateTable('organization_member').set({ role: to }).where('user_id', '=', owner.userId).execute()
    const author = (userId: string) =>
      db.updateTable('resource').set({ created_by: userId }).where('id', '=', eventId).execute()
    // Events and their resources say the same; both are asked.
    await author(admin.userId)
    await db.updateTable('timeline_event').set({ created_by: admin.userId }).where('id', '=', eventId).execute()
    await role('member')
    await isPlain()
    await role('owner')
    await db.deleteFrom('timeline_event').where('id', '=', eventId).execute()
    await isPlain()
    const link = (await as(owner, 'GET', `/links/${id}`)).json()
    assert.deepEqual(link.of, { kind: 'selection', count: 2 })
  })

  test('is made by whoever may share the event and each file, and listed for whoever may share the event', async () => {
    const { as, owner, organizationId, member, images, series, open, make } = await openDesk()
    const [friend, reader] = [await member(), await member()]
    const ids = await images(1)
    const { id: eventId } = await series(ids)
    const give = (resourceId: string, user: UserActor, rights: ('read' | 'share')[]) =>
      makeGrant(world.t.platform, { organizationId, resourceId, to: { user: user.userId }, rights })
    assert.equal((await make({ fileIds: await images(1, friend), eventId }, friend)).statusCode, 404)
    await give(eventId, reader, ['read'])
    assert.equal((await make({ fileIds: await images(1, reader), eventId }, reader)).statusCode, 403)
    await give(eventId, friend, ['read', 'share'])
    assert.equal((await make({ fileIds: ids, eventId }, friend)).statusCode, 404, 'a file that is not theirs')
    const { id } = await open({ fileIds: ids, eventId })
    const links = (await as(friend, 'GET', `/resources/${eventId}/links`)).json().items
    assert.deepEqual(
      links.map((link: { id: string }) => link.id),
      [id],
    )
    assert.equal((await as(reader, 'GET', `/resources/${eventId}/links`)).statusCode, 403)
    assert.equal((await as(reader, 'DELETE', `/links/${id}`)).statusCode, 404)
    assert.equal((await as(friend, 'DELETE', `/links/${id}`)).statusCode, 204)
    assert.equal((await as(owner, 'GET', `/links/${id}`)).json().status, 'revoked')
  })
})
