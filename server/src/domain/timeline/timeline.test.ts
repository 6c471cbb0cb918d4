import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { File } from '@trove/contract/files'
import { BOX_STRIDE, type TimelineBoxes, type TimelineSummary } from '@trove/contract/timeline'
import { sql } from 'kysely'
import pg from 'pg'
import { inTransaction } from '../../platform/db/index.ts'
import type { UserActor } from '../../platform/actor.ts'
import { bearer, makeFile, makeFolder, makeGrant, makeMember, makeOrganization, makeUser } from '../../../test/make.ts'
import { startTestPlatform, type TestPlatform } from '../../../test/platform.ts'
import { countTimeline, seedFiles } from '../../../test/seed.ts'
import { foldChanges } from './timeline/kept/store.ts'

type Listed = { items: File[]; next?: string }

describe('the timeline', () => {
  let t: TestPlatform
  let api: Awaited<ReturnType<TestPlatform['api']>>
  let owner: UserActor
  let member: UserActor
  let organizationId: string

  before(async () => {
    t = await startTestPlatform()
    api = await t.api()
    ;[owner, member] = await Promise.all([makeUser(t.platform), makeUser(t.platform)])
    organizationId = (await makeOrganization(t.platform, owner)).id
    await makeMember(t.platform, organizationId, member, 'member')
  })
  after(() => t.stop())

  async function get<T>(actor: UserActor, path: string, status = 200): Promise<T> {
    const url = `/api/organizations/${organizationId}/timeline${path}`
    const response = await api.app.inject({ url, headers: await bearer(t.platform, actor) })
    assert.equal(response.statusCode, status, response.body)
    return response.json() as T
  }

  /** A file with what a camera would have said of it. */
  async function add(
    uploader: UserActor,
    about: { at: string; kind?: string; folderId?: string; place?: [latitude: number, longitude: number] },
  ): Promise<string> {
    const { at, place, ...rest } = about
    const { id, versionId } = await makeFile(t.platform, { organizationId, uploader, ...rest })
    await sql`update file set happened_at = ${`${at}Z`}::timestamptz, happened_from = 'camera',
      latitude = ${place?.[0] ?? null}, longitude = ${place?.[1] ?? null} where id = ${id}`.execute(t.platform.db)
    await sql`update version set width_pixels = 300, height_pixels = 200 where id = ${versionId}`.execute(t.platform.db)
    return id
  }

  async function everything(actor: UserActor, query = ''): Promise<string[]> {
    const ids: string[] = []
    for (let cursor = ''; ;) {
      const page: Listed = await get(actor, `/files?limit=200${query}${cursor}`)
      ids.push(...page.items.map(({ id }) => id))
      if (page.next === undefined) return ids
      cursor = `&cursor=${encodeURIComponent(page.next)}`
    }
  }

  test('shows images and videos by when they happened, whatever the order they came in', async () => {
    const [second, first, , third] = [
      await add(owner, { at: '2020-05-02T10:00:00' }),
      await add(owner, { at: '2021-01-01T00:00:00', kind: 'video' }),
      await add(owner, { at: '2021-01-02T00:00:00', kind: 'document' }),
      await add(owner, { at: '2020-05-02T09:00:00' }),
    ]
    assert.deepEqual(await everything(owner), [first, second, third])
    assert.deepEqual(await everything(owner, '&kind=video'), [first])
    assert.deepEqual(await everything(owner, '&until=2020-12-31'), [second, third])
    await get(owner, '/files?until=2020-02-31', 400)
    await get(owner, '/files?cursor=nonsense', 400)
    const { months, count } = await get<TimelineSummary>(owner, '')
    assert.deepEqual(
      { months, count },
      {
        count: 3,
        months: [
          { month: '2021-01', days: [1] },
          { month: '2020-05', days: [0, 2] },
        ],
      },
    )
  })

  test('keeps its numbers right when files are trashed, restored, dated anew and deleted', async () => {
    const id = await add(owner, { at: '2015-03-03T12:00:00' })
    const onDay = async () => {
      const { months } = await get<TimelineSummary>(owner, '')
      return months.filter(({ month }) => month < '2016').map(({ month, days }) => `${month} ${days.at(-1)}`)
    }
    const { db } = t.platform
    assert.deepEqual(await onDay(), ['2015-03 1'])
    await inTransaction(db, foldChanges)
    assert.deepEqual(await onDay(), ['2015-03 1'])
    await sql`update file set trashed_at = now() where id = ${id}`.execute(db)
    assert.deepEqual(await onDay(), [])
    await sql`update file set trashed_at = null, offset_minutes = -900 where id = ${id}`.execute(db)
    assert.deepEqual(await onDay(), ['2015-03 1'], 'on the day before')
    await sql`update file set happened_at = '2014-01-01T23:30:00Z', offset_minutes = 60 where id = ${id}`.execute(db)
    assert.deepEqual(await onDay(), ['2014-01 1'])
    await inTransaction(db, foldChanges)
    await sql`delete from file where id = ${id}`.execute(db)
    assert.deepEqual(await onDay(), [])
    await inTransaction(db, foldChanges)
    const { rows } = await sql`select from timeline_day where day < '2016-01-01'`.execute(db)
    assert.equal(rows.length, 0, 'nothing is kept of a day on which nothing is')
  })

  test('shows and counts for a member what is theirs and what was granted, and no more from the moment it is taken', async () => {
    assert.deepEqual(await everything(member), [])
    assert.equal((await get<TimelineSummary>(member, '')).count, 0)
    const { id: folderId } = await makeFolder(t.platform, { organizationId, maker: owner })
    const granted = await add(owner, { at: '2012-06-06T06:06:06', folderId })
    const own = await add(member, { at: '2013-06-06T06:06:06' })
    const { id: grantId } = await makeGrant(t.platform, {
      organizationId,
      resourceId: folderId,
      to: { user: member.userId },
      rights: ['read'],
    })
    assert.deepEqual(await everything(member), [own, granted])
    assert.equal((await get<TimelineSummary>(member, '')).count, 2)
    await sql`delete from "grant" where id = ${grantId}`.execute(t.platform.db)
    assert.deepEqual(await everything(member), [own])
    assert.equal((await get<TimelineSummary>(member, '')).count, 1, 'nothing is remembered beyond the grant')
    assert.equal((await get<TimelineBoxes>(member, '/boxes?month=2012-06')).ids, '')
  })

  test('tells places to those alone who may have the original, and tells nobody else by a filter', async () => {
    const placed = await add(owner, { at: '2011-01-01T00:00:00', place: [48.2, 16.4] })
    const bounds = 'south=48&west=16&north=49&east=17'
    const within = '&bounds=16,48,17,49'
    const seen = async (actor: UserActor) => {
      const { clusters } = await get<{ clusters: { count: number; sample: File }[] }>(actor, `/places?${bounds}`)
      return clusters.map(({ count, sample }) => [count, sample.id])
    }
    assert.deepEqual(await seen(owner), [[1, placed]])
    const grant = { organizationId, resourceId: placed, to: { user: member.userId } }
    const { id: grantId } = await makeGrant(t.platform, { ...grant, rights: ['read'] })
    assert.deepEqual(await seen(member), [])
    assert.deepEqual(await everything(member, within), [])
    assert.equal((await get<TimelineSummary>(member, `?${within}`)).count, 0)
    assert.equal((await get<TimelineBoxes>(member, `/boxes?month=2011-01${within}`)).ids, '')
    await sql`update "grant" set rights = 5 where id = ${grantId}`.execute(t.platform.db)
    assert.deepEqual(await seen(member), [[1, placed]])
    assert.deepEqual(await everything(member, within), [placed])
    const acrossDateLine = await add(owner, { at: '2011-01-02T00:00:00', place: [-17, 179.5] })
    const { clusters } = await get<{ clusters: { sample: File }[] }>(
      owner,
      '/places?south=-20&west=170&north=-10&east=-170',
    )
    assert.deepEqual(
      clusters.map(({ sample }) => sample.id),
      [acrossDateLine],
    )
  })

  describe('with 20,000 at one instant', () => {
    const COUNT = 20_000
    let many: UserActor
    let guest: UserActor
    let grantedId: string

    before(async () => {
      many = await makeUser(t.platform)
      guest = await makeUser(t.platform)
      organizationId = (await makeOrganization(t.platform, many)).id
      await makeMember(t.platform, organizationId, guest, 'guest')
      await seedFiles({ databaseUrl: t.config.databaseUrl, organizationId, userId: many.userId, count: COUNT })
      const { db } = t.platform
      const client = new pg.Client({ connectionString: t.config.databaseUrl })
      await client.connect()
      await countTimeline(client, organizationId)
      await client.end()
      await sql`update file set happened_at = '2024-07-14T12:00:00Z', offset_minutes = 0
        where organization_id = ${organizationId}`.execute(db)
      const { rows } = await sql<{ id: string }>`
        select id from file where organization_id = ${organizationId} order by id offset 9999 limit 1`.execute(db)
      grantedId = rows[0]?.id ?? ''
      await makeGrant(t.platform, {
        organizationId,
        resourceId: grantedId,
        to: { user: guest.userId },
        rights: ['read'],
      })
    })

    test('pages through all of them without skipping or repeating one', async () => {
      const ids = await everything(many)
      assert.equal(ids.length, COUNT)
      assert.equal(new Set(ids).size, COUNT)
      assert.deepEqual(await get<TimelineSummary>(many, ''), {
        count: COUNT,
        months: [{ month: '2024-07', days: [...Array.from({ length: 13 }, () => 0), COUNT] }],
      })
    })

    test('gives every box its place, and a cursor for every so many', async () => {
      const first: TimelineBoxes = await get(many, '/boxes?month=2024-07')
      const second: TimelineBoxes = await get(
        many,
        `/boxes?month=2024-07&cursor=${encodeURIComponent(first.next ?? '')}`,
      )
      assert.deepEqual(
        [first, second].map(({ ratios, days }) => [ratios.length, days]),
        [
          [10_000, [[14, 10_000]]],
          [10_000, [[14, 10_000]]],
        ],
      )
      assert.equal(second.next, undefined)
      const ids = [first, second].flatMap((page) => unpack(page.ids))
      assert.equal(new Set(ids).size, COUNT)
      for (const [page, at] of [
        [first, 0],
        [first, 37],
        [second, 0],
        [second, 99],
      ] as const) {
        const listed: Listed = await get(many, `/files?limit=3&cursor=${encodeURIComponent(page.cursors[at] ?? '')}`)
        const from = (page === first ? 0 : 10_000) + at * BOX_STRIDE
        assert.deepEqual(
          listed.items.map(({ id }) => id),
          ids.slice(from, from + 3),
        )
      }
    })

    test('finds the one of them that a guest may see', async () => {
      assert.deepEqual(await everything(guest), [grantedId])
      assert.deepEqual(unpack((await get<TimelineBoxes>(guest, '/boxes?month=2024-07')).ids), [grantedId])
    })
  })
})

const unpack = (ids: string): string[] =>
  (Buffer.from(ids, 'base64url').toString('hex').match(/.{32}/g) ?? []).map((hex) =>
    hex.replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
  )
