import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { openWorld, quotaOf, type World } from '../../../../test/tenant.ts'
import { purgeNow } from '../../../../test/purge.ts'
import { sweep } from '../sweep.ts'
import { recount, recountAndCorrect } from './operations.ts'

describe('the recount', () => {
  let world: World
  before(async () => {
    world = await openWorld()
  })
  after(() => world.t.stop())
  const db = () => world.t.platform.db

  test('finds nothing where the books are right, also while everybody uploads and deletes', async () => {
    const tenant = await world.makeTenant()
    const { tus, organizationId } = tenant
    const bytes = randomBytes(5_000)
    let isOver = false
    const work = async () => {
      for (let round = 0; round < 12; round++) {
        const own = Math.random() < 0.5 ? bytes : randomBytes(3_000)
        const done = await tus.create({ length: own.length, organizationId }, own)
        const fileId = String(done.headers['trove-file-id'])
        await db()
          .updateTable('file')
          .set({ trashed_at: new Date(0), trash_batch_id: fileId })
          .where('id', '=', fileId)
          .execute()
        await purgeNow(world.t)
      }
    }
    const watch = async () => {
      let looks = 0
      while (!isOver) {
        const { differences } = await recount(world.t.platform)
        assert.deepEqual(differences, [])
        looks += 1
      }
      return looks
    }
    const watched = watch()
    await Promise.all([work(), work(), work(), work()]).finally(() => (isOver = true))
    assert.ok((await watched) > 5)
    assert.deepEqual(await quotaOf(world, tenant), { used: 0, reserved: 0, files: 0 })
  })

  test('tells how far books are off, changes nothing by itself, and puts them right when asked', async () => {
    const tenant = await world.makeTenant()
    const { tus, organizationId } = tenant
    await tus.create({ length: 500, organizationId }, randomBytes(500))
    await tus.create({ length: 70, organizationId })
    const wrong = { used_bytes: 900, reserved_bytes: 0, file_count: 5 }
    await db().updateTable('quota').set(wrong).where('organization_id', '=', organizationId).execute()
    const difference = { organizationId, usedBytes: -400, reservedBytes: 70, fileCount: -4, wrongMarks: 0 }
    assert.deepEqual((await recount(world.t.platform)).differences, [difference])
    assert.deepEqual((await recount(world.t.platform, { organizationId })).differences, [difference])
    assert.deepEqual(await quotaOf(world, tenant), { used: 900, reserved: 0, files: 5 })

    // Two at once correct once.
    await Promise.all([1, 2, 3].map(() => recountAndCorrect(world.t.platform)))
    assert.deepEqual(await quotaOf(world, tenant), { used: 500, reserved: 70, files: 1 })
    assert.deepEqual((await recount(world.t.platform)).differences, [])
    const told = await db()
      .selectFrom('security_event')
      .select(['kind', 'severity', 'facts'])
      .where('organization_id', '=', organizationId)
      .execute()
    const { organizationId: _, ...facts } = difference
    assert.deepEqual(told, [{ kind: 'quota.corrected', severity: 'warning', facts }])
  })

  test('marks bytes that nothing refers to and nobody has marked, so that the sweep finds them', async () => {
    const tenant = await world.makeTenant()
    const { tus, organizationId } = tenant
    await sweep(world.t.platform, { graceMs: 0 })
    for (const size of [100, 200]) await tus.create({ length: size, organizationId }, randomBytes(size))
    // A version that went past the program, and a mark on what is still referred to.
    await db().deleteFrom('file').where('organization_id', '=', organizationId).where('id', 'in', (q) =>
      q.selectFrom('version').select('file_id').where('size_bytes', '=', 100)).execute() // prettier-ignore
    await db()
      .updateTable('blob')
      .set({ unreferenced_at: new Date(0) })
      .where('organization_id', '=', organizationId)
      .where('size_bytes', '=', 200)
      .execute()
    const [found] = (await recountAndCorrect(world.t.platform)).differences
    assert.deepEqual([found?.wrongMarks, found?.usedBytes, found?.fileCount], [2, -100, -1])
    assert.deepEqual(await quotaOf(world, tenant), { used: 200, reserved: 0, files: 1 })
    const swept = await sweep(world.t.platform, { graceMs: 0 })
    assert.deepEqual([swept.blobsRemoved, swept.blobBytesRemoved, swept.missing], [1, 100, []])
    assert.deepEqual((await recount(world.t.platform)).differences, [])
  })
})
