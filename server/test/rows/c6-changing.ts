import { sql } from 'kysely'
import { integerBetween, pick, randomFrom, type Random } from '../../src/app/demo/random.ts'
import { fileTasks, renewMedia } from '../../src/domain/files/index.ts'
import { setLook } from '../../src/domain/media/likeness/store.ts'
import { inTransaction } from '../../src/platform/db/index.ts'
import { Problem } from '../../src/platform/problem.ts'
import { bearer, makeEvent, makeFile, makeFolder, makeOrganization, makeUser } from '../make.ts'
import { startTestPlatform, type TestPlatform } from '../platform.ts'

const FILES = 8
const EVENTS = 3
const AT_ONCE = 16
const DEEDS = 80
const HASH = '1100101001110101'.repeat(4)

type Place = {
  t: TestPlatform
  organizationId: string
  files: { id: string; blobId: string }[]
  eventIds: string[]
  folderIds: string[]
  tagIds: string[]
  changeIds: string[]
  send(method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: object): Promise<Record<string, unknown>>
}
type Deed = (place: Place, random: Random) => Promise<unknown>

/**
 * What should not have happened while many changed the same few files, events and tags at once: faults of the server,
 * and books that are wrong in the end. The seed fixes who does what.
 */
export async function changeAmid(rounds: number, seed: number): Promise<{ faults: string[]; answered: number }> {
  const t = await startTestPlatform({ TRASH_DAYS: '0' })
  const sum = { faults: [] as string[], answered: 0 }
  try {
    const { app } = await t.api()
    for (let round = 0; round < rounds; round++) {
      const random = randomFrom(`${seed}-${round}`)
      const place = await open(t, app, sum, `${seed}-${round}`)
      const plan = Array.from({ length: DEEDS }, () => ({ deed: pick(random, deeds), seed: random() }))
      const run = async () => {
        for (let next = plan.shift(); next !== undefined; next = plan.shift()) {
          const name = next.deed[0]
          await next.deed[1](place, randomFrom(next.seed)).catch((error: unknown) => {
            if (!(error instanceof Problem)) sum.faults.push(`${seed}-${round} ${name}: ${String(error)}`)
          })
        }
      }
      await Promise.all(Array.from({ length: AT_ONCE }, run))
      sum.faults.push(...(await wrongIn(place)).map((fault) => `${seed}-${round}: ${fault}`))
    }
    return sum
  } finally {
    await t.stop()
  }
}

async function open(
  t: TestPlatform,
  app: Awaited<ReturnType<TestPlatform['api']>>['app'],
  sum: { faults: string[]; answered: number },
  name: string,
): Promise<Place> {
  const owner = await makeUser(t.platform)
  const { id: organizationId } = await makeOrganization(t.platform, owner)
  const headers = await bearer(t.platform, owner)
  const files: Place['files'] = []
  for (let n = 0; n < FILES; n++) files.push(await makeFile(t.platform, { organizationId, uploader: owner }))
  const fileIds = files.map(({ id }) => id)
  await sql`update version set status = 'ready' where file_id = any(${fileIds}::uuid[])`.execute(t.platform.db)
  for (const { blobId } of files)
    await inTransaction(t.platform.db, (tx) => setLook(tx, { blobId, organizationId, hash: HASH, colours: ['teal'] }))
  await sql`update quota set file_count = ${FILES}, used_bytes = ${FILES} where organization_id = ${organizationId}::uuid
    `.execute(t.platform.db)
  const eventIds: string[] = []
  // Each file is shown in two of three.
  for (let n = 0; n < EVENTS; n++)
    eventIds.push(
      await makeEvent(t.platform, {
        organizationId,
        author: owner,
        fileIds: fileIds.filter((_, at) => at % EVENTS !== n),
      }),
    )
  const place: Place = {
    t,
    organizationId,
    files,
    eventIds,
    folderIds: [
      (await makeFolder(t.platform, { organizationId, maker: owner })).id,
      (await makeFolder(t.platform, { organizationId, maker: owner })).id,
    ],
    tagIds: [],
    changeIds: [],
    async send(method, path, body) {
      const url = `/api${path.replace(':organization', `/organizations/${organizationId}`)}`
      const answer = await app.inject({ method, url, headers, ...(body && { payload: body }) })
      sum.answered++
      if (answer.statusCode >= 500) sum.faults.push(`${name} ${method} ${path}: ${answer.statusCode} ${answer.body}`)
      return answer.statusCode < 300 && answer.body !== '' ? answer.json() : {}
    },
  }
  for (const tag of ['larch', 'fir', 'pine']) await makeTag(place, tag)
  return place
}

async function makeTag(place: Place, name: string): Promise<void> {
  const { id } = await place.send('POST', ':organization/tags', { name })
  if (typeof id === 'string') place.tagIds.push(id)
}

/** Some of them, at least one, in any order. */
function some<T>(random: Random, all: readonly T[]): T[] {
  const rest = [...all]
  const count = integerBetween(random, 1, rest.length)
  return Array.from({ length: count }, () => rest.splice(integerBetween(random, 0, rest.length - 1), 1)).flat()
}

const idsOf = ({ files }: Place): string[] => files.map(({ id }) => id)
const anyFolder = ({ folderIds }: Place, random: Random): string | null => pick(random, [null, ...folderIds])

async function change(place: Place, random: Random, what: object): Promise<void> {
  const selection = pick(random, [{ fileIds: some(random, idsOf(place)) }, { filter: {} }])
  const { changeId } = await place.send('POST', ':organization/files/changes', { selection, change: what })
  if (typeof changeId === 'string') place.changeIds.push(changeId)
}

const deeds: readonly (readonly [name: string, deed: Deed])[] = [
  ['trash', (at, r) => at.send('POST', ':organization/files/trash', { fileIds: some(r, idsOf(at)) })],
  ['trash all', (at) => at.send('POST', ':organization/files/trash', { filter: {} })],
  ['restore', (at, r) => at.send('POST', ':organization/files/restore', { fileIds: some(r, idsOf(at)) })],
  ['restore all', (at) => at.send('POST', ':organization/files/restore', { filter: { trashed: true } })],
  ['trash one', (at, r) => at.send('DELETE', `/files/${pick(r, idsOf(at))}`)],
  ['restore one', (at, r) => at.send('POST', `/files/${pick(r, idsOf(at))}/restore`)],
  [
    'purge',
    (at, r) => at.send('POST', ':organization/files/purge', { fileIds: some(r, idsOf(at)).slice(0, 2), detach: true }),
  ],
  ['purge in the night', purgeAll],
  ['date', (at, r) => change(at, r, { kind: 'happened', happened: { shiftMinutes: integerBetween(r, -9999, 9999) } })],
  ['date by camera', (at, r) => change(at, r, { kind: 'happened', happened: { from: 'camera' } })],
  ['describe', (at, r) => change(at, r, { kind: 'description', description: `said ${r()}` })],
  ['tag', (at, r) => change(at, r, { kind: 'tags', add: some(r, at.tagIds), remove: some(r, at.tagIds) })],
  ['put into', (at, r) => change(at, r, { kind: 'folder', folderId: anyFolder(at, r) })],
  [
    'undo',
    (at, r) => at.send('POST', `:organization/files/changes/${pick(r, [...at.changeIds, at.organizationId])}/undo`),
  ],
  [
    'move',
    (at, r) => at.send('POST', ':organization/move', { fileIds: some(r, idsOf(at)), folderId: anyFolder(at, r) }),
  ],
  ['trash folder', (at, r) => at.send('DELETE', `/folders/${pick(r, at.folderIds)}`)],
  ['restore folder', (at, r) => at.send('POST', `/folders/${pick(r, at.folderIds)}/restore`)],
  [
    'add to an event',
    (at, r) =>
      at.send('POST', `/events/${pick(r, at.eventIds)}/pictures`, {
        pictures: some(r, idsOf(at)).map((fileId) => ({ fileId })),
      }),
  ],
  [
    'take out of an event',
    (at, r) => at.send('DELETE', `/events/${pick(r, at.eventIds)}/pictures/${pick(r, idsOf(at))}`),
  ],
  ['name an event', (at, r) => at.send('PATCH', `/events/${pick(r, at.eventIds)}`, { title: `Named ${r()}` })],
  [
    'date an event',
    (at, r) =>
      at.send('PATCH', `/events/${pick(r, at.eventIds)}`, { happenedAt: pick(r, [null, '2020-02-02T02:02:02Z']) }),
  ],
  [
    'tag events',
    (at, r) =>
      at.send('POST', ':organization/events/tags', {
        eventIds: some(r, at.eventIds),
        add: some(r, at.tagIds),
        remove: some(r, at.tagIds),
      }),
  ],
  ['trash events', (at, r) => at.send('POST', ':organization/events/trash', { eventIds: some(r, at.eventIds) })],
  ['restore events', (at, r) => at.send('POST', ':organization/events/restore', { eventIds: some(r, at.eventIds) })],
  [
    'move events',
    (at, r) =>
      at.send('POST', ':organization/events/move', { eventIds: some(r, at.eventIds), folderId: anyFolder(at, r) }),
  ],
  [
    'make an event',
    async (at, r) => {
      const { id } = await at.send('POST', ':organization/events', {
        kind: 'series',
        title: 'New',
        fileIds: some(r, idsOf(at)),
        tagIds: some(r, at.tagIds),
      })
      if (typeof id === 'string') at.eventIds.push(id)
    },
  ],
  [
    'merge duplicates',
    (at, r) => {
      const [keptId = '', ...fileIds] = some(r, idsOf(at)).slice(0, 3)
      return fileIds.length === 0
        ? Promise.resolve()
        : at.send('POST', ':organization/duplicates/merge', { keptId, fileIds })
    },
  ],
  ['make a tag', (at, r) => makeTag(at, `tag ${r()}`)],
  ['merge tags', (at, r) => at.send('POST', `/tags/${pick(r, at.tagIds)}/merge`, { intoId: pick(r, at.tagIds) })],
  ['delete a tag', (at, r) => at.send('DELETE', `/tags/${pick(r, at.tagIds)}`)],
  ['made anew', ({ t, files }, r) => inTransaction(t.platform.db, (tx) => renewMedia(tx, pick(r, files).blobId))],
  [
    'looked at anew',
    ({ t, files, organizationId }, r) =>
      inTransaction(t.platform.db, (tx) =>
        setLook(tx, {
          blobId: pick(r, files).blobId,
          organizationId,
          hash: HASH,
          colours: [pick(r, ['teal', 'red'] as const)],
        }),
      ),
  ],
]

async function purgeAll({ t }: Place): Promise<void> {
  const [purge] = fileTasks
  await purge?.run(t.platform, {} as never, AbortSignal.timeout(10_000))
}

/** The books against what there is. */
async function wrongIn({ t, organizationId: of }: Place): Promise<string[]> {
  const { rows } = await sql<{ fault: string }>`
    select 'an event counts pictures that it does not show' as fault from timeline_event as event
    where event.organization_id = ${of}::uuid
      and picture_count <> (select count(*) from event_picture where event_id = event.id)
    union all
    select 'a file is used where it is not shown' from file_use left join event_picture as picture
      on picture.file_id = file_use.file_id and picture.event_id = file_use.used_by
    where file_use.organization_id = ${of}::uuid and picture.file_id is null
    union all
    select 'a day counts ' || coalesce(counted.count, 0) || ' of ' || coalesce(there.count, 0) from (
      select day, sum(count)::int as count from (
        select day, count from timeline_day where organization_id = ${of}::uuid
        union all select day, change from timeline_change where organization_id = ${of}::uuid
      ) as told group by 1
    ) as counted full join (
      select local_at::date as day, count(*)::int as count from file
      where organization_id = ${of}::uuid and trashed_at is null and kind in ('image', 'video') group by 1
    ) as there using (day) where coalesce(counted.count, 0) <> coalesce(there.count, 0)
    union all
    select 'a folder counts ' || coalesce(counted.count, 0) || ' of ' || coalesce(there.count, 0) from (
      select folder_id, sum(count)::int as count from (
        select folder_id, (select sum(n) from unnest(counts) as n) as count
        from timeline_folder_month where organization_id = ${of}::uuid
        union all select folder_id, change from timeline_folder_change where organization_id = ${of}::uuid
      ) as told group by 1
    ) as counted full join (
      select coalesce(parent_id, file.organization_id) as folder_id, count(*)::int as count
      from file join resource on resource.id = file.id
      where file.organization_id = ${of}::uuid and trashed_at is null and file.kind in ('image', 'video') group by 1
    ) as there using (folder_id) where coalesce(counted.count, 0) <> coalesce(there.count, 0)
    union all
    select 'a file is found by other tags than it has' from file join finding on finding.file_id = file.id
    where file.organization_id = ${of}::uuid and
      coalesce((select array_agg(lexeme order by lexeme) from unnest(tsvector_to_array(told)) as lexeme where lexeme like 'tag:%'), '{}')
      <> coalesce((select array_agg('tag:' || tag_id order by 'tag:' || tag_id) from file_tag where file_id = file.id), '{}')
    union all
    select 'the quota counts ' || file_count from quota where organization_id = ${of}::uuid
      and file_count <> (select count(*) from file where organization_id = ${of}::uuid)
    union all
    select 'a resource is left of a file' from resource left join file on file.id = resource.id
    where resource.organization_id = ${of}::uuid and resource.kind = 'file' and file.id is null
    `.execute(t.platform.db)
  return rows.map(({ fault }) => fault)
}
