import type { FileFilter } from '@trove/contract/file-filter'
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { newId } from '../../../platform/ids.ts'
import type { UserActor } from '../../../platform/actor.ts'
import { startTestPlatform, type TestPlatform } from '../../../../test/platform.ts'
import { untilSomebodyWaits } from '../../../../test/waiting.ts'
import { bearer, makeFile, makeGrant, makeMember, makeOrganization, makeUser } from '../../../../test/make.ts'
import { changeFiles } from '../changes/operations.ts'
import { mergeTag } from '../tags/operations.ts'
import { listFiles, trashFiles } from '../operations.ts'
import { searchFiles } from './operations.ts'
import { facetsOf } from './rules.ts'

describe('what a filter leaves', () => {
  let t: TestPlatform
  let owner: UserActor
  let member: UserActor
  let organizationId: string
  let beach: string
  let report: string
  let clip: string
  let tagId: string

  before(async () => {
    t = await startTestPlatform()
    const { platform } = t
    owner = await makeUser(platform)
    member = await makeUser(platform)
    organizationId = (await makeOrganization(platform, owner)).id
    await makeMember(platform, organizationId, member, 'member')
    const add = async (name: string, kind: string, about: Record<string, unknown>, seen: Record<string, unknown>) => {
      const uploader = kind === 'video' ? member : owner
      const file = await makeFile(platform, { organizationId, uploader, name, kind })
      await platform.db.updateTable('file').set(about).where('id', '=', file.id).execute()
      await platform.db.updateTable('version').set(seen).where('file_id', '=', file.id).execute()
      return file.id
    }
    beach = await add(
      'Beach.jpg',
      'image',
      {
        camera: 'NIKON D90',
        latitude: 60.39,
        longitude: 5.32,
        happened_at: new Date('2019-05-17T23:30:00Z'),
        offset_minutes: 120,
      },
      { width_pixels: 6000, height_pixels: 4000, size_bytes: 5_000_000 },
    )
    report = await add(
      'report.pdf',
      'document',
      { happened_at: new Date('2021-01-31T12:00:00Z') },
      { media_type: 'application/pdf', size_bytes: 200_000 },
    )
    clip = await add(
      'clip.mov',
      'video',
      { latitude: -17.8, longitude: 179.5, happened_at: new Date('2020-02-29T12:00:00Z') },
      { width_pixels: 1080, height_pixels: 1920, duration_ms: 61_000, size_bytes: 90_000_000, media_type: 'video/mp4' },
    )
    tagId = newId()
    await platform.db
      .insertInto('tag')
      .values({ id: tagId, organization_id: organizationId, name: 'Summer', created_by: owner.userId })
      .execute()
    await platform.db
      .insertInto('file_tag')
      .values({ file_id: beach, tag_id: tagId, organization_id: organizationId })
      .execute()
  })
  after(() => t.stop())

  async function found(filter: FileFilter, actor = owner): Promise<string[]> {
    const query = new URLSearchParams(Object.entries(filter).map(([name, value]) => [name, String(value)]))
    const headers = await bearer(t.platform, actor)
    const url = `/api/organizations/${organizationId}/files`
    const { app } = await t.api()
    const listed = await app.inject({ method: 'GET', url: `${url}?${query}`, headers })
    assert.equal(listed.statusCode, 200, listed.body)
    const names: string[] = listed.json().items.map(({ name }: { name: string }) => name)
    const summary = await app.inject({ method: 'GET', url: `${url}/summary?${query}`, headers })
    assert.equal(summary.json().count, names.length, 'the summary counts what the list lists')
    return names.toSorted()
  }

  test('is that which each member of it says', async () => {
    const [all, picture, document, video] = [
      ['Beach.jpg', 'clip.mov', 'report.pdf'],
      ['Beach.jpg'],
      ['report.pdf'],
      ['clip.mov'],
    ]
    const cases: [FileFilter, string[]][] = [
      [{}, all],
      [{ mediaType: 'application/pdf' }, document],
      [{ tagIds: tagId }, picture],
      [{ tagIds: `${tagId},${newId()}` }, []],
      [{ createdBy: member.userId }, video],
      [{ camera: 'nikon d90' }, picture],
      [{ camera: 'nikon' }, []],
      // 01:30 on the 18th, where it was taken.
      [{ from: '2019-05-18', to: '2019-05-18' }, picture],
      [{ to: '2019-05-17' }, []],
      [{ from: '2019-06-01', to: '2020-12-31' }, video],
      [{ from: '2020-02-29', to: '2020-02-29' }, video],
      [{ from: '2021-01-31' }, document],
      [{ from: '2022-01-01', to: '2021-01-01' }, []],
      [{ bounds: '5,60,6,61' }, picture],
      [{ bounds: '-20,35,30,70' }, picture],
      [{ bounds: '179,-20,-179,-10' }, video],
      [{ bounds: '-180,-90,180,90' }, ['Beach.jpg', 'clip.mov']],
      [{ bounds: '-999,-999,999,999' }, ['Beach.jpg', 'clip.mov']],
      [{ sizeFrom: 4_999_999, sizeTo: 5_000_000 }, picture],
      [{ sizeTo: 300_000 }, document],
      [{ sizeFrom: 90_000_001 }, []],
      [{ sideFrom: 1920, sideTo: 1920 }, video],
      [{ sideFrom: 4000 }, picture],
      [{ widthFrom: 1081 }, picture],
      [{ heightFrom: 1920, widthFrom: 1080 }, ['Beach.jpg', 'clip.mov']],
      [{ orientation: 'portrait' }, video],
      [{ durationFromMs: 60_000, durationToMs: 61_000 }, video],
      [{ durationFromMs: 61_001 }, []],
      [{ q: 'beach' }, picture],
      [{ q: 'BEACH jp' }, picture],
      [{ q: 'summ' }, picture],
      [{ q: 'nikon 2019' }, picture],
      [{ q: 'each' }, []],
      [{ kind: 'image', camera: 'NIKON D90', orientation: 'landscape', tagIds: tagId, q: 'beach' }, picture],
    ]
    for (const [filter, names] of cases) assert.deepEqual(await found(filter), names, JSON.stringify(filter))
  })

  test('is less for whoever may read less, by whichever member', async () => {
    assert.deepEqual(await found({ camera: 'nikon d90' }, member), [])
    assert.deepEqual(await found({ q: 'report' }, member), [])
    assert.deepEqual(await found({ sizeFrom: 1 }, member), ['clip.mov'])
    await makeGrant(t.platform, { organizationId, resourceId: report, to: { user: member.userId }, rights: ['read'] })
    assert.deepEqual(await found({ q: 'report' }, member), ['report.pdf'])
  })

  test('by place is for whoever may have the original: looking alone tells nobody where something was taken', async () => {
    const looker = await makeUser(t.platform)
    await makeMember(t.platform, organizationId, looker, 'member')
    const given = { organizationId, resourceId: beach, to: { user: looker.userId } }
    const grant = await makeGrant(t.platform, { ...given, rights: ['read'] })
    const bounds = '5,60,6,61'
    assert.deepEqual([await found({}, looker), await found({ bounds }, looker)], [['Beach.jpg'], []])
    const { app } = await t.api()
    const ask = async (path: string) => {
      const url = `/api/organizations/${organizationId}/${path}bounds=${bounds}`
      return (await app.inject({ method: 'GET', url, headers: await bearer(t.platform, looker) })).json()
    }
    const lists = ['search?', 'search?q=beach&', 'timeline/files?']
    for (const path of lists) assert.deepEqual((await ask(path)).items, [], path)
    assert.equal((await ask('timeline?')).count, 0)
    // To read and to download.
    await t.platform.db.updateTable('grant').set({ rights: 5 }).where('id', '=', grant.id).execute()
    assert.deepEqual(await found({ bounds }, looker), ['Beach.jpg'])
    for (const path of lists) assert.equal((await ask(path)).items.length, 1, path)
  })

  test('by place is nothing for an API key that may not download', async () => {
    const key: UserActor = { ...owner, scopes: ['read', 'write'] }
    const bounds = '5,60,6,61'
    const refused = { kind: 'not-allowed' }
    await assert.rejects(listFiles(t.platform.db, key, { organizationId, bounds }), refused)
    await assert.rejects(searchFiles(t.platform, key, { organizationId, bounds, q: 'beach' }), refused)
    await assert.rejects(trashFiles(t.platform, key, organizationId, { filter: { bounds } }), refused)
    const change = { kind: 'description', description: 'x' } as const
    const input = { organizationId, selection: { filter: { bounds } }, change }
    await assert.rejects(changeFiles(t.platform, key, input), refused)
    const able: UserActor = { ...owner, scopes: ['read', 'download'] }
    assert.equal((await listFiles(t.platform.db, able, { organizationId, bounds })).items.length, 1)
  })

  test('follows what is changed: names, dates, tags, and files that are gone', async () => {
    const { db } = t.platform
    await db.updateTable('file').set({ name: 'Strand.jpg', camera: 'LEICA M3' }).where('id', '=', beach).execute()
    assert.deepEqual([await found({ q: 'beach' }), await found({ q: 'strand' })], [[], ['Strand.jpg']])
    assert.deepEqual(await found({ camera: 'Leica M3' }), ['Strand.jpg'])
    await db.deleteFrom('file_tag').where('file_id', '=', beach).execute()
    assert.deepEqual([await found({ tagIds: tagId }), await found({ q: 'summer' })], [[], []])
    await db.updateTable('tag').set({ name: 'Winter' }).where('id', '=', tagId).execute()
    await db.insertInto('file_tag').values({ file_id: clip, tag_id: tagId, organization_id: organizationId }).execute()
    assert.deepEqual([await found({ q: 'winter' }), await found({ q: 'summer' })], [['clip.mov'], []])
  })

  test('is refused where it says nothing that can be', async () => {
    const { app } = await t.api()
    const headers = await bearer(t.platform, owner)
    for (const query of [
      'tagIds=x',
      'bounds=1,2,3',
      'colour=plaid',
      'from=2019-02-30',
      'from=0000-01-01',
      'to=0000-12-31',
      'orientation=up',
      'sizeFrom=-1',
      `q=${'x'.repeat(501)}`,
      'q=%00',
    ]) {
      const reply = await app.inject({
        method: 'GET',
        url: `/api/organizations/${organizationId}/files?${query}`,
        headers,
      })
      assert.equal(reply.statusCode, 400, query)
    }
  })

  test('covers whatever span is asked for', () => {
    const covers = (from: string, to: string, day: string) => {
      const [any = []] = facetsOf({ from, to })
      return (
        any.includes(`day:${day}`) ||
        any.includes(`month:${day.slice(0, 7)}`) ||
        any.includes(`year:${day.slice(0, 4)}`)
      )
    }
    const dayOf = (number: number) => new Date(Date.UTC(1990, 0, 1) + number * 86_400_000).toISOString().slice(0, 10)
    for (let round = 0; round < 300; round++) {
      const [first, length, probe] = [(round * 7919) % 12_000, (round * 104_729) % 2000, (round * 31) % 14_000]
      const [from, to, day] = [dayOf(first), dayOf(first + length), dayOf(probe)]
      if (day >= from && day <= to) assert.ok(covers(from, to, day), `${from} to ${to} has ${day}`)
    }
    assert.ok((facetsOf({ from: '1850-03-03' })[0]?.length ?? 0) < 450)
  })

  test('a file is found by all that two have said of it at once, and by what a tag was merged into', async () => {
    const { db } = t.platform
    const named = async (name: string) => {
      const id = newId()
      const tag = { id, organization_id: organizationId, name, created_by: owner.userId }
      await db.insertInto('tag').values(tag).execute()
      return id
    }
    const [frost, hail] = [await named('Frost'), await named('Hail')]
    const tagged = (tag_id: string) => ({ file_id: report, tag_id, organization_id: organizationId })
    let second: Promise<unknown> | undefined
    await db.transaction().execute(async (tx) => {
      await tx.insertInto('file_tag').values(tagged(frost)).execute()
      second = db.insertInto('file_tag').values(tagged(hail)).execute()
      await untilSomebodyWaits(db)
    })
    await second
    for (const tagIds of [frost, hail, `${frost},${hail}`])
      assert.deepEqual(await found({ tagIds, q: 'report' }), ['report.pdf'])
    const sleet = await named('Sleet')
    await mergeTag(t.platform, owner, { tagId: hail, intoId: sleet })
    assert.deepEqual(await found({ tagIds: sleet, q: 'report' }), ['report.pdf'])
  })
})
