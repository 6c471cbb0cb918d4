import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { purgeNow } from '../purge.ts'
import { openWorld, quotaOf, type Tenant, type World } from '../tenant.ts'
import { ask, pathOf } from '../tus.ts'

describe('the room of an organization', () => {
  let world: World
  before(async () => {
    world = await openWorld({ UPLOADS_PER_MINUTE: '10000' })
  })
  after(() => world.t.stop())

  const send = ({ tus, organizationId }: Tenant, length: number) =>
    tus.create({ length, organizationId, filename: `${length}.bin` }, randomBytes(length))
  async function call(tenant: Tenant, method: string, path: string): Promise<void> {
    const { authorization } = tenant
    const { status, body } = await ask(world.origin, { method, path: `/api${path}`, headers: { authorization } })
    assert.ok(status >= 200 && status < 300, `${method} ${path}: ${status} ${body.toString()}`)
  }

  test('is not widened by the trash: what is in it counts, coming back takes none, and only purging gives it back', async () => {
    const tenant = await world.makeTenant(10_000)
    const first = String((await send(tenant, 6_000)).headers['trove-file-id'])
    await call(tenant, 'DELETE', `/files/${first}`)
    assert.equal((await send(tenant, 4_001)).status, 413, 'the trash is no way round the limit')
    const second = String((await send(tenant, 4_000)).headers['trove-file-id'])
    await call(tenant, 'POST', `/files/${first}/restore`)
    assert.deepEqual(await quotaOf(world, tenant), { used: 10_000, reserved: 0, files: 2 })
    assert.equal((await send(tenant, 1)).status, 413)
    await call(tenant, 'DELETE', `/files/${second}`)
    await world.t.platform.db
      .updateTable('file')
      .set({ trashed_at: new Date(0) })
      .where('id', '=', second)
      .execute()
    await purgeNow(world.t)
    assert.equal((await quotaOf(world, tenant)).used, 6_000)
    assert.equal((await send(tenant, 4_001)).status, 413)
    assert.equal((await send(tenant, 4_000)).status, 201)
  })

  test('that lacks one byte takes none of fifty at once, and that has room for one takes one', async () => {
    const tenant = await world.makeTenant(999)
    for (const [limit, taken] of [
      [999, 0],
      [1_000, 1],
      [1_999, 1],
    ] as const) {
      await world.t.platform.db
        .updateTable('quota')
        .set({ limit_bytes: limit })
        .where('organization_id', '=', tenant.organizationId)
        .execute()
      const { tus, organizationId } = tenant
      const replies = await Promise.all(Array.from({ length: 50 }, () => tus.create({ length: 1_000, organizationId })))
      const accepted = replies.filter(({ status }) => status === 201)
      assert.equal(accepted.length, taken, `of ${limit}`)
      await Promise.all(accepted.map((reply) => tus.delete(pathOf(reply))))
      assert.deepEqual(await quotaOf(world, tenant), { used: 0, reserved: 0, files: 0 })
    }
  })

  test('nor the disk is filled by what is refused, however it is refused and however often', async () => {
    const tenant = await world.makeTenant(2_000_000)
    const { tus, organizationId } = tenant
    const { storage } = world.t.config
    if (storage.kind !== 'disk') throw new Error('these objects are files')
    const before = await weigh(storage.folder)
    const pdf = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(200_000)])
    const metadata = { length: pdf.length, organizationId, filename: 'photo.jpg' }
    for (let round = 0; round < 10; round++) {
      // What its name does not say, at once and in pieces; more than was said; more than there is room for.
      assert.equal((await tus.create(metadata, pdf)).status, 422)
      const path = pathOf(await tus.create(metadata))
      assert.equal((await tus.patch(path, 0, pdf.subarray(0, 30_000))).status, 204)
      assert.equal((await tus.patch(path, 30_000, pdf.subarray(30_000))).status, 422)
      assert.equal((await tus.create({ ...metadata, length: 100 }, pdf)).status, 413)
      assert.equal((await tus.create({ ...metadata, length: 2_000_001 }, pdf)).status, 413)
    }
    assert.deepEqual(await quotaOf(world, tenant), { used: 0, reserved: 0, files: 0 })
    assert.equal(await weigh(storage.folder), before, 'bytes of what was refused are left')
    assert.deepEqual(await Array.fromAsync(world.t.platform.objects.staging.list()), [])
  })
})

/** All that is in a folder, in bytes. */
async function weigh(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true })
  const stats = await Promise.all(names.map((name) => stat(join(folder, name))))
  return stats.reduce((sum, each) => sum + (each.isFile() ? each.size : 0), 0)
}
