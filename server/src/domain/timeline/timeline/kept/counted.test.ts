import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { TimelineSummary } from '@trove/contract/timeline'
import { sql } from 'kysely'
import type { UserActor } from '../../../../platform/actor.ts'
import { inTransaction } from '../../../../platform/db/index.ts'
import {
  bearer,
  makeFile,
  makeFolder,
  makeGrant,
  makeMember,
  makeOrganization,
  makeTeam,
  makeUser,
} from '../../../../../test/make.ts'
import { startTestPlatform, type TestPlatform } from '../../../../../test/platform.ts'
import { seedFiles, countTimeline } from '../../../../../test/seed.ts'
import { moveInto } from '../../../access/index.ts'
import { foldChanges } from './store.ts'
import pg from 'pg'

const STEPS = 160

describe('the numbers of the timeline that are kept', () => {
  let t: TestPlatform
  let api: Awaited<ReturnType<TestPlatform['api']>>
  let owner: UserActor
  let member: UserActor
  let guest: UserActor
  let organizationId: string

  before(async () => {
    t = await startTestPlatform()
    api = await t.api()
    ;[owner, member, guest] = await Promise.all([makeUser(t.platform), makeUser(t.platform), makeUser(t.platform)])
    organizationId = (await makeOrganization(t.platform, owner)).id
    await makeMember(t.platform, organizationId, member, 'member')
    await makeMember(t.platform, organizationId, guest, 'guest')
  })
  after(() => t.stop())

  /** By day, as the page is told. */
  async function told(actor: UserActor): Promise<Record<string, number>> {
    const url = `/api/organizations/${organizationId}/timeline`
    const response = await api.app.inject({ url, headers: await bearer(t.platform, actor) })
    assert.equal(response.statusCode, 200, response.body)
    const { months, count } = response.json() as TimelineSummary
    const days = months.flatMap(({ month, days: counts }) =>
      counts.flatMap((number, i) => (number > 0 ? [[`${month}-${String(i + 1).padStart(2, '0')}`, number]] : [])),
    ) as [string, number][]
    assert.equal(
      count,
      days.reduce((sum, [, number]) => sum + number, 0),
    )
    return Object.fromEntries(days)
  }

  /** By day, of each file that the one question of `access` lets them read. */
  async function readable(actor: UserActor): Promise<Record<string, number>> {
    const days: Record<string, number> = {}
    for (let cursor = ''; ;) {
      const url = `/api/organizations/${organizationId}/timeline/files?limit=200${cursor}`
      const response = await api.app.inject({ url, headers: await bearer(t.platform, actor) })
      const page = response.json() as { items: { happenedAt: string }[]; next?: string }
      for (const { happenedAt } of page.items) days[happenedAt.slice(0, 10)] = (days[happenedAt.slice(0, 10)] ?? 0) + 1
      if (page.next === undefined) return days
      cursor = `&cursor=${encodeURIComponent(page.next)}`
    }
  }

  test('are those of the files that each may read, whatever is done to files, folders and grants', async () => {
    const { platform } = t
    const { db } = platform
    const { id: teamId } = await makeTeam(platform, { organizationId, maker: owner, members: [member] })
    const folders: string[] = []
    for (const parentId of [undefined, undefined, 0, 1, 2])
      folders.push(
        (
          await makeFolder(platform, {
            organizationId,
            maker: owner,
            ...(parentId !== undefined && { parentId: folders[parentId] ?? '' }),
          })
        ).id,
      )
    const files: string[] = []
    const random = randomBy(7)
    const any = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)] as T
    const move = (id: string, folderId: string | null) =>
      inTransaction(db, (tx) =>
        moveInto(tx, { kind: 'system', reason: 'test' }, [id], { organizationId, folderId }),
      ).catch(() => undefined) // a folder into itself
    const deeds: (() => Promise<unknown>)[] = [
      async () => {
        const uploader = any([owner, member, guest])
        const folderId = any([undefined, ...folders])
        const kind = any(['image', 'image', 'video', 'document'])
        const { id } = await makeFile(platform, { organizationId, uploader, kind, ...(folderId && { folderId }) })
        files.push(id)
      },
      () =>
        sql`update file set trashed_at = case when trashed_at is null then now() end
        where id = any(${[any(files), any(files)]}::uuid[])`.execute(db),
      () =>
        sql`update file set happened_at = ${`20${10 + Math.floor(random() * 5)}-0${1 + Math.floor(random() * 9)}-03T12:00Z`}::timestamptz,
        offset_minutes = 0 where id = ${any(files)}`.execute(db),
      () =>
        sql`update file set created_by = ${any([owner, member, guest]).userId} where id = ${any(files)}`.execute(db),
      () => move(any(files), any([null, ...folders])),
      () => move(any(folders), any([null, ...folders])),
      () =>
        makeGrant(platform, {
          organizationId,
          resourceId: any([...folders, ...files]),
          to: any([
            { user: member.userId },
            { user: guest.userId },
            { team: teamId },
            { organization: organizationId },
          ]),
          rights: ['read'],
          expiresAt: new Date(Date.now() + any([-3_600_000, 3_600_000, 3_600_000])),
        }).catch(() => undefined), // there is one already
      () =>
        sql`delete from "grant" where id = (select id from "grant" where organization_id = ${organizationId}
        order by md5(id::text || ${random()}) limit 1)`.execute(db),
      () => inTransaction(db, foldChanges),
    ]
    for (let n = 0; n < 12; n++) await deeds[0]?.()
    for (let step = 0; step < STEPS; step++) {
      await any(deeds)()
      if (step % 8 !== 0) continue
      for (const actor of [owner, member, guest])
        assert.deepEqual(await told(actor), await readable(actor), `step ${step}`)
    }
    // `resource.created_by` says whose a file is to those who ask; that of `file` was changed alone.
    assert.ok(Object.keys(await told(member)).length > 0)
  })

  test('stay right when one moves a file that another trashes', async () => {
    const { platform } = t
    const { db } = platform
    const { id: from } = await makeFolder(platform, { organizationId, maker: owner })
    const { id: to } = await makeFolder(platform, { organizationId, maker: owner })
    for (const resourceId of [from, to])
      await makeGrant(platform, { organizationId, resourceId, to: { user: guest.userId }, rights: ['read'] })
    const before = await told(guest)
    for (let round = 0; round < 20; round++) {
      const { id } = await makeFile(platform, { organizationId, uploader: owner, folderId: from })
      await Promise.all([
        inTransaction(db, (tx) =>
          moveInto(tx, { kind: 'system', reason: 'test' }, [id], { organizationId, folderId: to }),
        ),
        sql`update file set trashed_at = now() where id = ${id}`.execute(db),
      ])
    }
    assert.deepEqual(await told(guest), before)
    const { rows } = await sql<{ folderId: string }>`
      select folder_id as "folderId" from timeline_folder_change
      where folder_id in (${from}::uuid, ${to}::uuid) group by folder_id having sum(change) <> 0`.execute(db)
    assert.deepEqual(rows, [])
  })

  test('are what counting anew finds', async () => {
    const { id } = await makeOrganization(t.platform, owner)
    const client = new pg.Client({ connectionString: t.config.databaseUrl })
    await client.connect()
    await seedFiles({ databaseUrl: t.config.databaseUrl, organizationId: id, userId: owner.userId, count: 500 })
    await countTimeline(client, id)
    await client.query('select fold_timeline_folders()')
    const kept = async () =>
      (await client.query('select month, counts from timeline_folder_month where organization_id = $1', [id])).rows
    await client.query(`update file set happened_at = happened_at - interval '40 days' where organization_id = $1`, [
      id,
    ])
    await client.query('select fold_timeline_folders()')
    const byTriggers = await kept()
    await countTimeline(client, id)
    assert.deepEqual(byTriggers, await kept())
    await client.query('delete from file where organization_id = $1', [id])
    await client.query('select fold_timeline_folders()')
    assert.deepEqual(await kept(), [], 'nothing is kept of a month in which nothing is')
    await client.end()
  })
})

/** Numbers from 0 to 1, the same each time (mulberry32). */
function randomBy(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let z = Math.imul(state ^ (state >>> 15), 1 | state)
    z = (z + Math.imul(z ^ (z >>> 7), 61 | z)) ^ z
    return ((z ^ (z >>> 14)) >>> 0) / 4294967296
  }
}
