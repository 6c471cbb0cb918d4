import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { TimelineEvent } from '@trove/contract/timeline-events'
import { openEventDesk, startEvents } from '../../../../test/events.ts'
import { makeFolder } from '../../../../test/make.ts'
import type { TestPlatform } from '../../../../test/platform.ts'
import { newId } from '../../../platform/ids.ts'
import { inWords, positionsIn, STEP } from './rules.ts'

describe('events', () => {
  let world: Awaited<ReturnType<typeof startEvents>>
  let t: TestPlatform
  before(async () => {
    world = await startEvents()
    t = world.t
  })
  after(() => t.stop())

  test('a photo shows one image, a series any number in the order given, each with what it is told', async () => {
    const { owner, organizationId, as, images, create, series, shownIn } = await openEventDesk(world)
    const ids = await images(3)
    const event = await series(ids, { text: 'Before and after' })
    assert.deepEqual(
      [event.kind, event.title, event.text, event.pictureCount],
      ['series', 'Ward round', 'Before and after', 3],
    )
    assert.deepEqual(
      event.cover.map(({ id }) => id),
      ids,
    )
    assert.deepEqual(await shownIn(event.id), ids)
    assert.equal(event.createdBy.id, owner.userId)
    assert.equal((await create(owner, { kind: 'photo', title: 'One', fileIds: [ids[0]] })).pictureCount, 1)
    const two = await as(owner, 'POST', `/organizations/${organizationId}/events`, {
      kind: 'photo',
      title: 'Two',
      fileIds: ids.slice(1),
    })
    assert.deepEqual([two.statusCode, two.json().type], [409, 'urn:trove:problem:limit-reached'])
    const pages = await as(owner, 'GET', `/events/${event.id}/pictures?limit=2`)
    const { items, next } = pages.json()
    assert.equal(items.length, 2)
    const rest = await as(owner, 'GET', `/events/${event.id}/pictures?limit=2&cursor=${next}`)
    assert.deepEqual([rest.json().items[0].file.id, rest.json().next], [ids[2], undefined])
  })

  test('a clip is as long as the organization says, and no longer; what is not known yet is waited for', async () => {
    const { owner, organizationId, as, member, images, video } = await openEventDesk(world)
    const clip = (fileId: string) =>
      as(owner, 'POST', `/organizations/${organizationId}/events`, { kind: 'clip', title: 'Clip', fileIds: [fileId] })
    assert.equal((await clip(await video(120_000))).statusCode, 201)
    const long = await clip(await video(120_400))
    assert.deepEqual([long.statusCode, long.json().type], [422, 'urn:trove:problem:clip-too-long'])
    assert.deepEqual([long.json().durationMs, long.json().limitSeconds], [120_400, 120])
    assert.match(long.json().detail, /2:01 long; a clip is at most 2:00/)
    assert.equal((await clip(await video(null, 'processing'))).json().type, 'urn:trove:problem:not-ready')
    assert.equal((await clip(await video(null, 'failed'))).json().type, 'urn:trove:problem:type-not-allowed')
    assert.equal((await clip((await images(1))[0] ?? '')).json().type, 'urn:trove:problem:type-not-allowed')
    const admin = await member('admin')
    const set = (actor: typeof owner, clipLimitSeconds: number) =>
      as(actor, 'PATCH', `/organizations/${organizationId}`, { settings: { clipLimitSeconds } })
    assert.equal((await set(await member(), 600)).statusCode, 403)
    for (const wrong of [0, 3_601, 1.5]) assert.equal((await set(admin, wrong)).statusCode, 400)
    assert.equal((await set(admin, 600)).json().clipLimitSeconds, 600)
    assert.equal((await clip(await video(600_000))).statusCode, 201)
    assert.equal((await clip(await video(600_001))).statusCode, 422)
  })

  test('an image is in any number of series and in each once; putting it there again says so and changes nothing', async () => {
    const { owner, as, images, series, shownIn, countOf } = await openEventDesk(world)
    const ids = await images(4)
    const [one, two] = [await series(ids.slice(0, 2)), await series(ids.slice(0, 2))]
    const add = async (eventId: string, body: object) =>
      (await as(owner, 'POST', `/events/${eventId}/pictures`, body)).json()
    const pictures = ids.map((fileId) => ({ fileId }))
    const added = await add(one.id, { pictures, afterFileId: ids[0] })
    assert.deepEqual([added.addedIds, added.alreadyIds.toSorted()], [ids.slice(2), ids.slice(0, 2).toSorted()])
    assert.deepEqual(await shownIn(one.id), [ids[0], ids[2], ids[3], ids[1]])
    assert.equal(await countOf(one.id), 4)
    assert.deepEqual((await add(one.id, { pictures })).addedIds, [])
    assert.equal(await countOf(two.id), 2)
    assert.equal((await as(owner, 'DELETE', `/events/${one.id}/pictures/${ids[0]}`)).statusCode, 204)
    assert.equal((await as(owner, 'DELETE', `/events/${one.id}/pictures/${ids[0]}`)).statusCode, 404)
    assert.deepEqual(await shownIn(two.id), ids.slice(0, 2))
    assert.equal((await as(owner, 'GET', `/files/${ids[0]}`)).statusCode, 200)
  })

  test('captions are kept, and come back when a removal is undone', async () => {
    const { owner, as, images, series } = await openEventDesk(world)
    const ids = await images(2)
    const { id } = await series(ids)
    const path = `/events/${id}/pictures/${ids[1]}`
    assert.equal((await as(owner, 'PATCH', path, { caption: 'After three weeks' })).statusCode, 204)
    const captions = async () =>
      (await as(owner, 'GET', `/events/${id}/pictures`)).json().items.map(({ caption }: { caption: string }) => caption)
    assert.deepEqual(await captions(), ['', 'After three weeks'])
    await as(owner, 'DELETE', path)
    await as(owner, 'POST', `/events/${id}/pictures`, {
      pictures: [{ fileId: ids[1], caption: 'After three weeks' }],
      afterFileId: ids[0],
    })
    assert.deepEqual(await captions(), ['', 'After three weeks'])
  })

  test('moving puts a picture exactly there, also when there is no room left between two', async () => {
    const { owner, as, images, series, shownIn } = await openEventDesk(world)
    const ids = await images(4)
    const { id } = await series(ids)
    const move = (fileId: string | undefined, afterFileId: string | null | undefined) =>
      as(owner, 'POST', `/events/${id}/pictures/${fileId}/move`, { afterFileId })
    await move(ids[3], null)
    assert.deepEqual(await shownIn(id), [ids[3], ids[0], ids[1], ids[2]])
    await move(ids[3], ids[1])
    assert.deepEqual(await shownIn(id), [ids[0], ids[1], ids[3], ids[2]])
    await move(ids[0], ids[0])
    for (let round = 0; round < 60; round++) {
      const order = await shownIn(id)
      assert.equal((await move(order[3], order[0])).statusCode, 204)
      assert.deepEqual(await shownIn(id), [order[0], order[3], order[1], order[2]], `round ${round}`)
    }
    assert.equal((await move(ids[0], newId())).statusCode, 404)
  })

  test('people who add, move and remove at once lose no picture, and the total stays right', async () => {
    const { owner, as, member, images, series, shownIn, countOf } = await openEventDesk(world)
    const ids = await images(16)
    const { id } = await series(ids.slice(0, 8))
    const others = await Promise.all([member('admin'), member('admin'), member('admin')])
    const deeds = Array.from({ length: 60 }, (_, i) => async () => {
      const actor = others[i % others.length] ?? owner
      const [first, second] = [ids[(i * 7) % 16] ?? '', ids[(i * 3 + 1) % 16] ?? '']
      const path = `/events/${id}/pictures`
      if (i % 3 === 0)
        return as(actor, 'POST', path, {
          pictures: [{ fileId: first }, { fileId: second }],
          afterFileId: i % 2 ? null : undefined,
        })
      if (i % 3 === 1)
        return as(actor, 'POST', `${path}/${first}/move`, { afterFileId: second === first ? null : second })
      return as(actor, 'DELETE', `${path}/${ids[8 + (i % 8)]}`)
    })
    const answers = await Promise.all(deeds.map((deed) => deed()))
    assert.deepEqual(
      answers.filter(({ statusCode }) => statusCode >= 500).map(({ body }) => body),
      [],
    )
    const shown = await shownIn(id)
    assert.equal(new Set(shown).size, shown.length)
    assert.equal(await countOf(id), shown.length)
    for (const fileId of ids.slice(0, 8)) assert.ok(shown.includes(fileId), 'one that nobody removed is gone')
    const moved = await Promise.all(
      shown.map((fileId, i) =>
        as(others[i % 3] ?? owner, 'POST', `/events/${id}/pictures/${fileId}/move`, { afterFileId: null }),
      ),
    )
    assert.ok(moved.every(({ statusCode }) => statusCode === 204))
    assert.deepEqual((await shownIn(id)).toSorted(), shown.toSorted())
  })

  test('it happened when the first of its pictures was taken, until somebody says otherwise', async () => {
    const { owner, as, images, series } = await openEventDesk(world)
    const ids = await images(2)
    const { id, happenedFrom } = await series(ids)
    assert.equal(happenedFrom, 'upload')
    const told = async () => {
      const { happenedAt, happenedFrom: from } = (await as(owner, 'GET', `/events/${id}`)).json()
      return [happenedAt, from]
    }
    const dated = (fileId: string | undefined, at: string) =>
      t.platform.db
        .updateTable('file')
        .set({ happened_at: at, offset_minutes: 120, happened_from: 'camera' })
        .where('id', '=', fileId ?? '')
        .execute()
    await dated(ids[1], '2026-05-04T10:30:00Z')
    assert.deepEqual(await told(), ['2026-05-04T12:30:00.000+02:00', 'camera'])
    await dated(ids[0], '2026-05-03T10:30:00Z')
    assert.deepEqual(await told(), ['2026-05-03T12:30:00.000+02:00', 'camera'])
    await as(owner, 'DELETE', `/events/${id}/pictures/${ids[0]}`)
    assert.deepEqual(await told(), ['2026-05-04T12:30:00.000+02:00', 'camera'])
    await as(owner, 'PATCH', `/events/${id}`, { happenedAt: '2020-01-02T03:04:05+05:30' })
    await dated(ids[1], '2026-05-01T10:30:00Z')
    assert.deepEqual(await told(), ['2020-01-02T03:04:05.000+05:30', 'hand'])
    await as(owner, 'PATCH', `/events/${id}`, { happenedAt: null })
    assert.deepEqual(await told(), ['2026-05-01T12:30:00.000+02:00', 'camera'])
    assert.equal((await as(owner, 'PATCH', `/events/${id}`, { happenedAt: '2026-02-31T00:00:00Z' })).statusCode, 400)
  })

  test('events are listed by when they happened, page by page, and by what a filter asks for', async () => {
    const { owner, organizationId, as, images, create } = await openEventDesk(world)
    const [fileId] = await images(1)
    const { id: folderId } = await makeFolder(t.platform, { organizationId, maker: owner })
    const tagId = newId()
    await t.platform.db
      .insertInto('tag')
      .values({ id: tagId, organization_id: organizationId, name: 'Knee', created_by: owner.userId })
      .execute()
    const at = (day: string) => ({ happenedAt: `2026-05-${day}T23:30:00-05:00` })
    const make = (day: string, about: object = {}) =>
      create(owner, { kind: 'photo', title: day, fileIds: [fileId], ...at(day), ...about })
    const third = await make('03')
    const first = await make('01', { folderId })
    const fifth = await make('05', { tagIds: [tagId] })
    const list = async (query: string) => {
      const { items, next } = (await as(owner, 'GET', `/organizations/${organizationId}/events?${query}`)).json()
      return { ids: items.map(({ id }: TimelineEvent) => id), next }
    }
    assert.deepEqual((await list('')).ids, [fifth.id, third.id, first.id])
    const page = await list('limit=2')
    assert.deepEqual((await list(`limit=2&cursor=${page.next}`)).ids, [first.id])
    assert.deepEqual((await list(`folderId=${folderId}`)).ids, [first.id])
    assert.deepEqual((await list(`tagId=${tagId}`)).ids, [fifth.id])
    assert.deepEqual((await list('kind=series')).ids, [])
    assert.deepEqual((await list(`authorId=${newId()}`)).ids, [])
    assert.deepEqual((await list('from=2026-05-03&to=2026-05-03')).ids, [third.id])
    assert.equal((await as(owner, 'GET', `/organizations/${organizationId}/events?cursor=none`)).statusCode, 400)
    const move = await as(owner, 'POST', `/organizations/${organizationId}/events/move`, {
      eventIds: [third.id],
      folderId,
    })
    assert.equal(move.json().count, 1)
    assert.deepEqual((await list(`folderId=${folderId}`)).ids, [third.id, first.id])
    const tag = (body: object) =>
      as(owner, 'POST', `/organizations/${organizationId}/events/tags`, { eventIds: [third.id, fifth.id], ...body })
    assert.deepEqual((await tag({ add: [tagId] })).json(), { count: 1, eventIds: [third.id] })
    assert.equal((await tag({ add: [newId()] })).statusCode, 404)
    assert.deepEqual((await as(owner, 'GET', `/events/${third.id}`)).json().tags, [{ id: tagId, name: 'Knee' }])
    assert.equal((await tag({ remove: [tagId] })).json().count, 2)
  })

  test('days, times and cursors that no calendar has are refused, not a fault', async () => {
    const { as, owner, organizationId, images, series } = await openEventDesk(world)
    const { id } = await series(await images(1))
    const place = (localAt: string) => Buffer.from(`${id}${localAt}`).toString('base64url')
    const before = (at: string) => encodeURIComponent(`${at}~${id}`)
    for (const path of [
      'events?from=0000-01-01',
      `events?cursor=${place('2026-02-30 00:00:00')}`,
      `events?cursor=${place('2026-99-99 99:99:99')}`,
      `events?cursor=${place('0000-01-01 00:00:00')}`,
      'timeline?to=0000-01-01',
      'timeline/files?until=0000-01-01',
      `timeline/files?cursor=${before('2026-02-30T00:00:00.000000')}`,
      'timeline/boxes?month=0000-01',
      `timeline/boxes?month=2026-01&cursor=${before('0000-01-01T00:00:00.000000')}`,
    ])
      assert.equal((await as(owner, 'GET', `/organizations/${organizationId}/${path}`)).statusCode, 400, path)
    for (const happenedAt of ['0000-01-01T00:00:00Z', '9999-12-31T23:59:59-18:00'])
      assert.equal((await as(owner, 'PATCH', `/events/${id}`, { happenedAt })).statusCode, 400, happenedAt)
    const cursor = place('2026-02-28 23:59:59.123456')
    assert.equal((await as(owner, 'GET', `/organizations/${organizationId}/events?cursor=${cursor}`)).statusCode, 200)
  })

  test('room between two pictures is halved until there is none, and lengths are said as clocks say them', () => {
    assert.deepEqual(positionsIn({ before: undefined, after: undefined }, 2), [STEP, 2 * STEP])
    assert.deepEqual(positionsIn({ before: undefined, after: 10 }, 1), [10 - STEP])
    assert.deepEqual(positionsIn({ before: 4, after: 8 }, 1), [6])
    assert.equal(positionsIn({ before: 4, after: 5 }, 1), undefined)
    assert.deepEqual(
      [inWords(120_000), inWords(120_001), inWords(3_725_000), inWords(900)],
      ['2:00', '2:01', '1:02:05', '0:01'],
    )
  })
})
