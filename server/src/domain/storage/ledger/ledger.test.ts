import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { sql } from 'kysely'
import { expireNow } from '../../../../test/expire.ts'
import { bearer, makeMember, makeUser } from '../../../../test/make.ts'
import { openWorld, quotaOf, type Tenant, type World } from '../../../../test/tenant.ts'
import { pathOf, tusClient } from '../../../../test/tus.ts'
import { inTransaction } from '../../../platform/db/index.ts'
import { newId } from '../../../platform/ids.ts'
import { Problem } from '../../../platform/problem.ts'
import { extendReservation, release, reserve, settle } from './operations.ts'
import { countStale, releaseStale } from './stale.ts'

describe('the ledger of reservations', () => {
  let world: World
  before(async () => {
    world = await openWorld()
  })
  after(() => world.t.stop())

  const db = () => world.t.platform.db
  const entries = ({ organizationId }: Tenant) =>
    db().selectFrom('reservation').selectAll().where('organization_id', '=', organizationId).execute()
  /** The sum beside the limit and the sum of the rows: always the same. */
  async function reserved(tenant: Tenant): Promise<number> {
    const { reserved: sum } = await quotaOf(world, tenant)
    assert.equal(
      (await entries(tenant)).reduce((total, { bytes }) => total + bytes, 0),
      sum,
    )
    return sum
  }

  test('has a row for each upload that has set room aside, until it ends', async () => {
    const tenant = await world.makeTenant(1_000)
    const { tus, organizationId } = tenant
    const path = pathOf(await tus.create({ length: 300, organizationId }))
    assert.deepEqual(
      (await entries(tenant)).map(({ upload_id, bytes }) => [upload_id, bytes]),
      [[path.slice(-36), 300]],
    )
    await tus.patch(path, 0, randomBytes(300))
    assert.equal(await reserved(tenant), 0)
    assert.deepEqual(await quotaOf(world, tenant), { used: 300, reserved: 0, files: 1 })
  })

  test('is left by every door: cancelled, expired, refused for its type, its person removed', async () => {
    const tenant = await world.makeTenant(10_000)
    const { tus, organizationId } = tenant
    const cancelled = pathOf(await tus.create({ length: 100, organizationId }))
    await tus.delete(cancelled)
    assert.equal(await reserved(tenant), 0)

    await tus.create({ length: 100, organizationId })
    assert.equal(await reserved(tenant), 100)
    await expireNow(world.t)
    assert.equal(await reserved(tenant), 0)

    const bytes = Buffer.concat([Buffer.from('not a picture'), randomBytes(100)])
    const refused = await tus.create({ length: bytes.length, organizationId, filename: 'a.png' }, bytes)
    assert.equal(refused.status, 422)
    assert.equal(await reserved(tenant), 0)

    // Whoever is removed can go on with nothing: what they began ends with its time.
    const member = await makeUser(world.t.platform)
    await makeMember(world.t.platform, organizationId, member, 'member')
    const theirs = tusClient(world.origin, (await bearer(world.t.platform, member)).authorization)
    const path = pathOf(await theirs.create({ length: 100, organizationId }))
    await db().deleteFrom('organization_member').where('user_id', '=', member.userId).execute()
    assert.equal((await theirs.patch(path, 0, randomBytes(100))).status, 404)
    assert.equal(await reserved(tenant), 100)
    await expireNow(world.t)
    assert.equal(await reserved(tenant), 0)
  })

  test('may be extended when a length becomes known, within the limit and not beyond', async () => {
    const tenant = await world.makeTenant(1_000)
    const { organizationId } = tenant
    const uploadId = newId()
    const step = <T>(work: Parameters<typeof inTransaction<T>>[1]) => inTransaction(db(), work)
    await step((tx) => reserve(tx, organizationId, 0, uploadId))
    await step((tx) => extendReservation(tx, uploadId, 400))
    assert.equal(await reserved(tenant), 400)
    await assert.rejects(
      step((tx) => extendReservation(tx, uploadId, 1_001)),
      (error) => error instanceof Problem && error.kind === 'quota-exceeded',
    )
    assert.equal(await reserved(tenant), 400)
    await step((tx) => extendReservation(tx, uploadId, 1_000))
    await step((tx) => extendReservation(tx, uploadId, 250))
    assert.equal(await reserved(tenant), 250)
    await step((tx) => settle(tx, organizationId, { uploadId, sizeBytes: 250, isCharged: true }))
    assert.deepEqual(await quotaOf(world, tenant), { used: 250, reserved: 0, files: 1 })
    await step((tx) => release(tx, uploadId))
    await assert.rejects(
      step((tx) => extendReservation(tx, uploadId, 1)),
      (error) => error instanceof Problem && error.kind === 'gone',
    )
    assert.deepEqual(await quotaOf(world, tenant), { used: 250, reserved: 0, files: 1 })
  })

  test('never gives away more than there is, whoever reserves, extends, releases and settles at once', async () => {
    const tenant = await world.makeTenant(10_000)
    const { organizationId } = tenant
    const one = async (): Promise<void> => {
      const uploadId = newId()
      try {
        await inTransaction(db(), (tx) => reserve(tx, organizationId, 100, uploadId))
        await inTransaction(db(), (tx) => extendReservation(tx, uploadId, Math.random() < 0.5 ? 50 : 900))
        if (Math.random() < 0.3)
          return await inTransaction(db(), (tx) =>
            settle(tx, organizationId, { uploadId, sizeBytes: 50, isCharged: false }),
          )
      } catch (error) {
        if (!(error instanceof Problem) || error.kind !== 'quota-exceeded') throw error
      }
      // Twice, as after an answer that was lost.
      await Promise.all([1, 2].map(() => inTransaction(db(), (tx) => release(tx, uploadId))))
    }
    const watch = async () => {
      for (let look = 0; look < 40; look++) {
        const { rows } = await sql<{ sum: number; rows: number; limit: number }>`
          select reserved_bytes as sum, limit_bytes as limit,
            (select coalesce(sum(bytes), 0)::bigint from reservation r where r.organization_id = q.organization_id) as rows
          from quota q where organization_id = ${organizationId}`.execute(db())
        assert.equal(rows[0]?.sum, rows[0]?.rows)
        assert.ok((rows[0]?.sum ?? 0) <= (rows[0]?.limit ?? 0))
      }
    }
    await Promise.all([watch(), ...Array.from({ length: 200 }, one)])
    assert.equal(await reserved(tenant), 0)
  })

  test('over the limit means read-only: nothing is added, everything can be read and deleted', async () => {
    const tenant = await world.makeTenant(1_000)
    const { tus, organizationId, owner } = tenant
    const kept = await tus.create({ length: 600, organizationId }, randomBytes(600))
    const fileId = String(kept.headers['trove-file-id'])
    await db().updateTable('quota').set({ limit_bytes: 500 }).where('organization_id', '=', organizationId).execute()
    const refused = await tus.create({ length: 1, organizationId })
    assert.equal(refused.status, 413)
    assert.match(String(refused.json()['detail']), /holds 600 bytes and may hold 500.*can be read and deleted/)
    assert.equal((await tus.content(fileId)).status, 200)
    const trashed = await fetch(`${world.origin}/api/files/${fileId}`, {
      method: 'DELETE',
      headers: await bearer(world.t.platform, owner),
    })
    assert.ok(trashed.ok, String(trashed.status))
  })

  test('finds what was left in it and gives that back; what goes on is kept', async () => {
    const tenant = await world.makeTenant(10_000)
    const { tus, organizationId } = tenant
    await tus.create({ length: 700, organizationId })
    await inTransaction(db(), (tx) => reserve(tx, organizationId, 200, newId()))
    await db()
      .updateTable('reservation')
      .set({ expires_at: new Date(0) })
      .execute()
    assert.deepEqual(await countStale(world.t.platform), { count: 1, bytes: 200 })
    assert.equal(await reserved(tenant), 900)
    assert.deepEqual(await releaseStale(world.t.platform), { count: 1, bytes: 200 })
    assert.equal(await reserved(tenant), 700)
    assert.deepEqual(await releaseStale(world.t.platform), { count: 0, bytes: 0 })
    assert.deepEqual(
      (await entries(tenant)).map(({ expires_at }) => expires_at > new Date()),
      [true],
    )
  })
})
