import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { after, before, beforeEach, describe, test } from 'node:test'
import { sql } from 'kysely'
import { makeFile } from '../../../test/make.ts'
import type { TestPlatform } from '../../../test/platform.ts'
import { openWorld, type Tenant, type World } from '../../../test/tenant.ts'
import { pathOf } from '../../../test/tus.ts'
import { newId } from '../../platform/ids.ts'
import { newObjectKey } from '../../platform/objects/index.ts'
import { ARRIVING_TABLES, OBJECT_TABLES } from './store.ts'
import { sweep } from './sweep.ts'

const HOUR_MS = 3_600_000
let world: World
let t: TestPlatform
let tenant: Tenant

before(async () => {
  world = await openWorld()
  t = world.t
})
beforeEach(async () => {
  tenant = await world.makeTenant()
})
after(() => t.stop())

async function plantObject(): Promise<string> {
  const key = newObjectKey('files', 'originals', 'bin')
  await t.platform.objects.put(key, Readable.from([randomBytes(10)]), tenant)
  return key
}
async function plantStaging(id = newId()): Promise<string> {
  const staged = await t.platform.objects.staging.open(id, {
    ...tenant,
    lengthBytes: 10,
    key: () => newObjectKey('files', 'originals', 'bin'),
  })
  await staged.write(randomBytes(10), 0)
  await staged.close()
  return id
}

describe('the sweep', () => {
  test('removes objects and staged bytes that no row mentions, once they are old enough', async () => {
    const key = await plantObject()
    const id = await plantStaging()
    const early = await sweep(t.platform, { graceMs: HOUR_MS })
    assert.deepEqual([early.objectsRemoved, early.stagingRemoved], [0, 0])
    assert.ok(await t.platform.objects.head(key))

    const late = await sweep(t.platform, { graceMs: 0 })
    assert.deepEqual([late.objectsRemoved, late.stagingRemoved, late.missing], [1, 1, []])
    assert.equal(await t.platform.objects.head(key), undefined)
    assert.equal(await t.platform.objects.staging.sizeBytes(id), undefined)
  })

  test('tells in a dry run what it would remove, and removes nothing', async () => {
    const { tus, organizationId } = tenant
    const key = await plantObject()
    await plantStaging()
    const bytes = randomBytes(321)
    const done = await tus.create({ length: 321, organizationId }, bytes)
    await t.platform.db.deleteFrom('file').where('id', '=', String(done.headers['trove-file-id'])).execute()
    await t.platform.db
      .updateTable('blob')
      .set({ unreferenced_at: new Date(0) })
      .where('organization_id', '=', organizationId)
      .execute()
    const isDryRun = true
    const counted = await sweep(t.platform, { graceMs: 0, isDryRun })
    assert.deepEqual(await sweep(t.platform, { graceMs: 0, isDryRun }), counted)
    assert.ok(await t.platform.objects.head(key))
    const { objectsRemoved, bytesRemoved, blobsRemoved, blobBytesRemoved, stagingRemoved } = counted
    assert.deepEqual([objectsRemoved, bytesRemoved, blobsRemoved, blobBytesRemoved, stagingRemoved], [1, 10, 1, 321, 1])
    const swept = await sweep(t.platform, { graceMs: 0 })
    assert.deepEqual({ ...swept, objectsKept: swept.objectsKept + 1 }, counted)
    assert.equal(await t.platform.objects.head(key), undefined)
  })

  test('knows every table that says where an object is', async () => {
    const { rows } = await sql<{ name: string }>`
      select table_name as name from information_schema.columns
      where table_schema = 'public' and column_name = 'object_key'`.execute(t.platform.db)
    // What has been copied to another store: of both that are compared, neither is looked for there.
    const others = ['moved_object']
    assert.deepEqual(rows.map(({ name }) => name).sort(), [...OBJECT_TABLES, ...ARRIVING_TABLES, ...others].sort())
  })

  test('keeps what belongs to a file or to an upload that goes on', async () => {
    const { tus, organizationId } = tenant
    const done = await tus.create({ length: 10, organizationId }, randomBytes(10))
    const path = pathOf(await tus.create({ length: 20, organizationId }))
    await tus.patch(path, 0, randomBytes(10))
    const swept = await sweep(t.platform, { graceMs: 0 })
    assert.deepEqual([swept.objectsRemoved, swept.stagingRemoved, swept.stagingKept], [0, 0, 1])
    assert.equal((await tus.content(String(done.headers['trove-file-id']))).status, 200)
    assert.ok((await tus.patch(path, 10, randomBytes(10))).headers['trove-file-id'])
  })

  test('keeps an object that an upload has been moved to and not yet recorded', async () => {
    const { tus, organizationId } = tenant
    const path = pathOf(await tus.create({ length: 10, organizationId }))
    const { object_key: key } = await t.platform.db
      .selectFrom('upload')
      .select('object_key')
      .where('id', '=', path.slice(-36))
      .executeTakeFirstOrThrow()
    await t.platform.objects.put(key ?? '', Readable.from([randomBytes(10)]), tenant)
    await sweep(t.platform, { graceMs: 0 })
    assert.ok(await t.platform.objects.head(key ?? ''))
    await tus.delete(path)
    await sweep(t.platform, { graceMs: 0 })
    assert.equal(await t.platform.objects.head(key ?? ''), undefined)
  })

  test('tells of rows whose object is gone, and removes none of them', async () => {
    const { organizationId, owner } = tenant
    const { blobId } = await makeFile(t.platform, { organizationId, uploader: owner })
    const key = newObjectKey('photos', 'originals', 'jpg')
    await t.platform.db.updateTable('blob').set({ object_key: key }).where('id', '=', blobId).execute()
    assert.deepEqual((await sweep(t.platform, { graceMs: 0 })).missing, [key])
    assert.deepEqual((await sweep(t.platform, { graceMs: 0 })).missing, [key])
  })

  test('leaves a blob alone that is referred to again although it was marked', async () => {
    const { tus, organizationId } = tenant
    const done = await tus.create({ length: 10, organizationId }, randomBytes(10))
    await t.platform.db
      .updateTable('blob')
      .set({ unreferenced_at: new Date(0) })
      .where('organization_id', '=', organizationId)
      .execute()
    assert.equal((await sweep(t.platform, { graceMs: 0 })).blobsRemoved, 0)
    assert.equal((await tus.content(String(done.headers['trove-file-id']))).status, 200)
  })
})
