import { purgeNow } from '../purge.ts'
import { bearer, makeMember, makeOrganization, makeUser } from '../make.ts'
import { plantPlace } from '../matrix/planted.ts'
import { jsonOf } from '../server.ts'
import { openWorld, type World } from '../tenant.ts'
import { ask, type Sent } from '../tus.ts'

/** What should not have happened while things were deleted that others were just downloading, sharing and processing. */
export async function deleteAmid(rounds: number): Promise<{ faults: string[]; refused: number; answered: number }> {
  const world = await openWorld({ TRASH_DAYS: '0', DOWNLOADS_PER_MINUTE: '1000000' })
  const sum = { faults: [] as string[], refused: 0, answered: 0 }
  try {
    for (let round = 0; round < rounds; round++) {
      const { faults, statuses } = await deleteOnce(world, round % 2 === 0 ? 'trash' : 'purge')
      sum.faults.push(...faults.map((fault) => `round ${round}: ${fault}`))
      sum.refused += statuses.filter((status) => status >= 400).length
      sum.answered += statuses.length
    }
    return sum
  } finally {
    await world.t.stop()
  }
}

async function deleteOnce(world: World, how: 'trash' | 'purge'): Promise<{ faults: string[]; statuses: number[] }> {
  const { t, origin } = world
  const owner = await makeUser(t.platform)
  const friend = await makeUser(t.platform)
  const { id: organizationId } = await makeOrganization(t.platform, owner)
  await makeMember(t.platform, organizationId, friend, 'member')
  const { fileId } = await plantPlace(t, { organizationId, owner })
  // What an event shows is left to whoever detaches it: here it is shown nowhere.
  await t.platform.db.deleteFrom('file_use').where('file_id', '=', fileId).execute()
  // Its bytes were planted beside the books, which are right in the end only if they were charged.
  await t.platform.db
    .updateTable('quota')
    .set({ used_bytes: 1_000, file_count: 1 })
    .where('organization_id', '=', organizationId)
    .execute()
  const { authorization } = await bearer(t.platform, owner)
  const of = (path: string): string => `/api/files/${fileId}${path}`
  const get = (path: string, range?: string): Sent => ({
    method: 'GET',
    path,
    headers: { authorization, ...(range && { range }) },
  })
  const post = (method: string, path: string, body?: unknown) => jsonOf(method, path, body, authorization)
  const principal = { kind: 'user', id: friend.userId }
  const amid: Sent[] = [
    ...[0, 1, 2].flatMap((at) => [
      get(of('/content')),
      get(of('/content'), `bytes=${at}-`),
      get(of('')),
      get(of('/variants/thumbnail')),
    ]),
    ...[['read'], ['read', 'write'], ['read', 'download']].map((rights) =>
      post('PUT', `/api/resources/${fileId}/grants`, { principal, rights }),
    ),
    post('POST', `/api/resources/${fileId}/links`, { allows: ['view'] }),
    post('POST', of('/download-tokens'), {}),
    post('PATCH', of(''), { name: 'renamed' }),
    post('POST', of('/process')),
    post('POST', `/api/organizations/${organizationId}/move`, { fileIds: [fileId], folderId: null }),
  ]
  const trash = post('DELETE', of(''))
  if (how === 'purge') await ask(origin, trash)
  const [replies] = await Promise.all([
    Promise.all(amid.map((sent) => ask(origin, sent))),
    how === 'trash' ? ask(origin, trash) : purgeNow(t),
  ])
  // A row that somebody held just then was left for the next night.
  if (how === 'purge') await purgeNow(t)
  const faults = replies.flatMap(({ status, body }, index) =>
    status >= 500 ? [`${amid[index]?.method} ${amid[index]?.path}: ${status} ${body.toString().slice(0, 200)}`] : [],
  )
  faults.push(...(await after(world, { fileId, how, doors: [get(of('/content')), get(of('/content'), 'bytes=0-1')] })))
  return { faults, statuses: replies.map(({ status }) => status) }
}

/** It is gone and stays so: no bytes once it has been said that it is not there, and nothing that points at what is not. */
async function after(
  { t, origin }: World,
  { fileId, how, doors }: { fileId: string; how: 'trash' | 'purge'; doors: Sent[] },
) {
  const faults: string[] = []
  for (let look = 0; look < 2; look++) {
    for (const door of doors) {
      const { status, body } = await ask(origin, door)
      if (status !== 404 || body.includes('planted'))
        faults.push(`after it was gone: ${status} ${body.toString().slice(0, 100)}`)
    }
  }
  const { db } = t.platform
  const file = await db.selectFrom('file').select('trashed_at').where('id', '=', fileId).executeTakeFirst()
  if (how === 'trash' && file?.trashed_at == null) faults.push('it came back from the trash by itself')
  if (how === 'purge' && file !== undefined) faults.push('it came back')
  if (how === 'purge')
    for (const table of ['grant', 'link', 'reach'] as const) {
      const left = await db.selectFrom(table).select('resource_id').where('resource_id', '=', fileId).execute()
      if (left.length > 0) faults.push(`${left.length} rows of ${table} point at what is gone`)
    }
  return faults
}
