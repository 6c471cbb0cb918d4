import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { after, before, describe, test } from 'node:test'
import type { Space, SpaceShare } from '@trove/contract/space'
import { bearer, makeMember, makeUser } from '../../../../test/make.ts'
import { purgeNow } from '../../../../test/purge.ts'
import { openWorld, type Tenant, type World } from '../../../../test/tenant.ts'
import { pathOf, tusClient } from '../../../../test/tus.ts'
import type { UserActor } from '../../../platform/actor.ts'
import { newId } from '../../../platform/ids.ts'
import { newObjectKey } from '../../../platform/objects/index.ts'
import { sweep } from '../sweep.ts'

describe('space', () => {
  let world: World
  before(async () => {
    world = await openWorld({ TRASH_DAYS: '0' })
  })
  after(() => world.t.stop())
  const db = () => world.t.platform.db

  async function get<T>(actor: UserActor, path: string, method = 'GET'): Promise<{ status: number; body: T }> {
    const headers = await bearer(world.t.platform, actor)
    const answer = await fetch(`${world.origin}/api${path}`, { method, headers })
    return { status: answer.status, body: (await answer.json()) as T }
  }
  const measured = async ({ owner, organizationId }: Tenant) =>
    (await get<Space>(owner, `/organizations/${organizationId}/space/measure`, 'POST')).body
  const shares = async (actor: UserActor, organizationId: string, dimension: string, query = '') =>
    (
      await get<{ items: SpaceShare[]; next?: string }>(
        actor,
        `/organizations/${organizationId}/space/shares?by=${dimension}${query}`,
      )
    ).body

  async function upload(
    { tus, organizationId }: Pick<Tenant, 'tus' | 'organizationId'>,
    bytes: Buffer,
    filename = 'a.bin',
  ) {
    const done = await tus.create({ length: bytes.length, organizationId, filename }, bytes)
    assert.equal(done.status, 201)
    return String(done.headers['trove-file-id'])
  }
  async function plant({ organizationId }: Tenant, sizeBytes: number): Promise<string> {
    const key = newObjectKey('photos', 'thumbnails', 'webp')
    await world.t.platform.objects.put(key, Readable.from([randomBytes(sizeBytes)]), { organizationId })
    return key
  }
  const versionOf = (fileId: string) =>
    db().selectFrom('version').selectAll().where('file_id', '=', fileId).executeTakeFirstOrThrow()

  /** Something in every part. */
  async function fill(tenant: Tenant): Promise<{ live: string; trashed: string }> {
    const { organizationId, tus } = tenant
    const live = await upload(tenant, randomBytes(1_000))
    const twice = randomBytes(2_000)
    await upload(tenant, twice)
    await upload(tenant, twice)
    // A version that came after the first one of a file: the first is an older one from then on.
    const older = await versionOf(await upload(tenant, randomBytes(400)))
    const newer = await upload(tenant, randomBytes(450))
    const { blob_id, ...rest } = await versionOf(newer)
    const id = newId()
    const version = { ...rest, id, blob_id, file_id: older.file_id, number: 2, variants: '[]' }
    await db().insertInto('version').values(version).execute()
    await db().updateTable('file').set({ current_version_id: id }).where('id', '=', older.file_id).execute()
    const trashed = await upload(tenant, randomBytes(700))
    await tus.send('DELETE', `/api/files/${trashed}`)
    const gone = await upload(tenant, randomBytes(90))
    await tus.send('DELETE', `/api/files/${gone}`)
    await db()
      .updateTable('file')
      .set({ trashed_at: new Date(0) })
      .where('id', '=', gone)
      .execute()
    await db()
      .updateTable('file')
      .set({ trashed_at: new Date(Date.now() + 3_600_000) })
      .where('id', '=', trashed)
      .execute()
    await purgeNow(world.t)
    const made = (await versionOf(live)).blob_id
    await db()
      .insertInto('variant')
      .values({
        ...{ id: newId(), blob_id: made, name: 'thumbnail', media_type: 'image/webp' },
        ...{ width_pixels: 1, height_pixels: 1, size_bytes: 33, object_key: await plant(tenant, 33) },
      })
      .execute()
    await db()
      .insertInto('bare_copy')
      .values({ blob_id: made, object_key: await plant(tenant, 55), media_type: 'image/jpeg', size_bytes: 55 })
      .execute()
    const path = pathOf(await tus.create({ length: 5_000, organizationId }))
    await tus.patch(path, 0, randomBytes(1_200))
    return { live, trashed }
  }

  test('explains every byte that the store holds for an organization', async () => {
    const tenant = await world.makeTenant()
    await fill(tenant)
    const space = await measured(tenant)
    assert.deepEqual(Object.fromEntries((space.parts ?? []).map(({ part, bytes, count }) => [part, [bytes, count]])), {
      live: [1_000 + 2_000 + 450, 3],
      older: [400, 1],
      trash: [700, 1],
      variants: [33, 1],
      'bare-copies': [55, 1],
      unfinished: [1_200, 1],
      waiting: [90, 1],
    })
    let held = 0
    for await (const { sizeBytes } of world.t.platform.objects.list()) held += sizeBytes
    for await (const { sizeBytes } of world.t.platform.objects.staging.list()) held += sizeBytes
    assert.equal(
      space.parts?.reduce((sum, { bytes }) => sum + bytes, 0),
      held,
    )
    assert.equal(space.usedBytes, 3_450 + 400 + 700)
    assert.equal(space.reservedBytes, 5_000)
    assert.deepEqual(space.notes, [
      { note: 'deduplicated', bytes: 2_000 + 450, count: 2 },
      { note: 'cold', bytes: 0, count: 0 },
    ])
    const kinds = await shares(tenant.owner, tenant.organizationId, 'kind')
    assert.equal(
      kinds.items.reduce((sum, { bytes }) => sum + bytes, 0),
      space.usedBytes + 2_450,
    )
    await sweep(world.t.platform, { graceMs: 0 })
    const swept = await measured(tenant)
    assert.equal(swept.parts?.find(({ part }) => part === 'waiting')?.bytes, 0)
  })

  test('names the biggest files, people and folders, a page at a time, and the folders with all below them', async () => {
    const tenant = await world.makeTenant()
    const { owner, organizationId, authorization } = tenant
    const member = await makeUser(world.t.platform)
    await makeMember(world.t.platform, organizationId, member, 'member')
    const theirs = tusClient(world.origin, (await bearer(world.t.platform, member)).authorization)
    for (const size of [300, 100, 200]) await upload(tenant, randomBytes(size), `${size}.bin`)
    const own = await upload({ tus: theirs, organizationId }, randomBytes(50), 'theirs.bin')
    const folder = async (name: string, parentId?: string) => {
      const answer = await fetch(`${world.origin}/api/organizations/${organizationId}/folders`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify({ name, ...(parentId && { parentId }) }),
      })
      return ((await answer.json()) as { id: string }).id
    }
    const outer = await folder('Outer')
    const inner = await folder('Inner', outer)
    await db().updateTable('resource').set({ parent_id: inner }).where('id', '=', own).execute()
    await measured(tenant)

    const first = await shares(owner, organizationId, 'file', '&limit=3')
    const rest = await shares(owner, organizationId, 'file', `&limit=3&cursor=${first.next}`)
    assert.deepEqual(
      [...first.items, ...rest.items].map(({ name, bytes }) => [name, bytes]),
      [
        ['300.bin', 300],
        ['200.bin', 200],
        ['100.bin', 100],
        ['theirs.bin', 50],
      ],
    )
    assert.equal(rest.next, undefined)
    assert.deepEqual(
      (await shares(owner, organizationId, 'person')).items.map(({ key, bytes, fileCount }) => [key, bytes, fileCount]),
      [
        [owner.userId, 600, 3],
        [member.userId, 50, 1],
      ],
    )
    const folders = (await shares(owner, organizationId, 'folder')).items
    assert.deepEqual(Object.fromEntries(folders.map(({ key, name, bytes }) => [name ?? key, bytes])), {
      top: 600,
      Outer: 50,
      Inner: 50,
    })

    // A member sees the books, and of the rest what is theirs.
    const seen = (await get<Space>(member, `/organizations/${organizationId}/space`)).body
    assert.deepEqual(
      [seen.usedBytes, seen.parts, seen.notes, seen.own],
      [650, undefined, undefined, { bytes: 50, fileCount: 1 }],
    )
    assert.deepEqual(
      (await shares(member, organizationId, 'file')).items.map(({ name }) => name),
      ['theirs.bin'],
    )
    for (const dimension of ['kind', 'person', 'folder'])
      assert.equal((await get(member, `/organizations/${organizationId}/space/shares?by=${dimension}`)).status, 403)
    assert.equal((await get(member, `/organizations/${organizationId}/space/measure`, 'POST')).status, 403)
    const stranger = await makeUser(world.t.platform)
    assert.equal((await get(stranger, `/organizations/${organizationId}/space`)).status, 404)
  })

  test('of the whole installation is the administrator’s, with what is free on the disk and no name of a file', async () => {
    const tenant = await world.makeTenant(100)
    await upload(tenant, randomBytes(60))
    await db()
      .updateTable('quota')
      .set({ limit_bytes: 50 })
      .where('organization_id', '=', tenant.organizationId)
      .execute()
    await measured(tenant)
    const administrator = await makeUser(world.t.platform, { isAdministrator: true })
    const { body } = await get<{
      items: { organizationId: string; isReadOnly: boolean; heldBytes: number }[]
      disk?: { freeBytes: number }
      usedBytes: number
    }>(administrator, '/space')
    const row = body.items.find(({ organizationId }) => organizationId === tenant.organizationId)
    assert.deepEqual([row?.isReadOnly, row?.heldBytes], [true, 60])
    assert.ok((body.disk?.freeBytes ?? 0) > 0)
    assert.ok(body.usedBytes >= 60)
    assert.equal((await get(tenant.owner, '/space')).status, 403)
  })

  test('is measured by many at once without anybody being refused', async () => {
    const tenant = await world.makeTenant()
    await upload(tenant, randomBytes(10))
    const spaces = await Promise.all(Array.from({ length: 12 }, () => measured(tenant)))
    assert.ok(spaces.every(({ usedBytes, measuredAt }) => usedBytes === 10 && measuredAt !== undefined))
  })
})
