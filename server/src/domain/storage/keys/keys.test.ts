import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, beforeEach, describe, test } from 'node:test'
import type { TestPlatform } from '../../../../test/platform.ts'
import { openWorld, type World } from '../../../../test/tenant.ts'
import { inTransaction } from '../../../platform/db/index.ts'
import { destroyKey, keysStatus, requireMasterKeys, rotateKeys } from './operations.ts'
import { createKeyRing, type Encryption } from './ring.ts'
import { masterKeyOf, unwrapKey, wrapKey } from './wrapping.ts'

const ACTOR = { kind: 'system', reason: 'a test' } as const

describe('the keys of organizations', () => {
  let world: World
  let t: TestPlatform
  let organizationId: string
  before(async () => {
    world = await openWorld()
    t = world.t
  })
  beforeEach(async () => {
    await t.platform.db.deleteFrom('organization_key').execute()
    organizationId = (await world.makeTenant()).organizationId
  })
  after(() => t.stop())

  const withKey = (masterKey: Uint8Array | undefined, oldMasterKey?: Uint8Array): Encryption => ({
    masterKey,
    oldMasterKey,
    isOn: masterKey !== undefined,
  })
  const rowsOf = (action: string) =>
    t.platform.db
      .selectFrom('activity')
      .select('id')
      .where('action', '=', action)
      .where('organization_id', '=', organizationId)
      .execute()

  test('are made once on first use, whoever comes first, and are told to the trail', async () => {
    const encryption = withKey(randomBytes(32))
    const rings = Array.from({ length: 12 }, () => createKeyRing(t.platform.db, encryption))
    const keys = await Promise.all(
      rings.flatMap((ring) => [ring.forWriting(organizationId), ring.forWriting(organizationId)]),
    )
    assert.equal(new Set(keys.map((key) => Buffer.from(key).toString('hex'))).size, 1)
    assert.equal(keys[0]?.length, 32)
    assert.equal((await rowsOf('organization.key-made')).length, 1)
    const [other] = [await world.makeTenant()]
    assert.notDeepEqual(await rings[0]?.forWriting(other.organizationId), keys[0])
  })

  test('are there for whoever has just made one, although others asked a moment before', async () => {
    const encryption = withKey(randomBytes(32))
    for (let round = 0; round < 30; round++) {
      await t.platform.db.deleteFrom('organization_key').execute()
      const ring = createKeyRing(t.platform.db, encryption)
      const use = async () => {
        const made = await ring.forWriting(organizationId)
        assert.deepEqual(await ring.forReading(organizationId), made)
      }
      const asking = Array.from({ length: 12 }, async (_, number) => {
        await new Promise((resolve) => setTimeout(resolve, number % 4))
        await use()
      })
      await Promise.all(asking)
    }
  })

  test('lie in the database wrapped: without the master key, or for another organization, they are of no use', async () => {
    const master = masterKeyOf(randomBytes(32))
    const key = randomBytes(32)
    const wrapped = wrapKey(master, organizationId, key)
    assert.deepEqual(unwrapKey(master, organizationId, wrapped), key)
    assert.ok(!wrapped.includes(key.subarray(0, 8)))
    const other = masterKeyOf(randomBytes(32))
    assert.throws(() => unwrapKey(other, organizationId, wrapped))
    assert.throws(() => unwrapKey(master, crypto.randomUUID(), wrapped))
    for (const at of [0, 20, 59]) {
      const changed = Buffer.from(wrapped)
      changed.writeUInt8((changed[at] ?? 0) ^ 1, at)
      assert.throws(() => unwrapKey(master, organizationId, changed))
    }
  })

  test('are found again by another process, and none is made by reading', async () => {
    const encryption = withKey(randomBytes(32))
    assert.equal(await createKeyRing(t.platform.db, encryption).forReading(organizationId), undefined)
    const made = await createKeyRing(t.platform.db, encryption).forWriting(organizationId)
    assert.deepEqual(await createKeyRing(t.platform.db, encryption).forReading(organizationId), made)
  })

  test('are wrapped anew by another master key without being changed, also when it is done twice at once', async () => {
    const [before, next] = [randomBytes(32), randomBytes(32)]
    const key = await createKeyRing(t.platform.db, withKey(before)).forWriting(organizationId)
    const [second] = [await world.makeTenant()]
    const secondKey = await createKeyRing(t.platform.db, withKey(before)).forWriting(second.organizationId)
    // Both are given while some keys are wrapped by the one and some by the other.
    const between = createKeyRing(t.platform.db, withKey(next, before))
    assert.deepEqual(await between.forReading(organizationId), key)
    const both = await Promise.all([1, 2].map(() => rotateKeys(t.platform.db, withKey(next, before), ACTOR)))
    assert.equal(
      both.reduce((sum, { rewrapped }) => sum + rewrapped, 0),
      2,
    )
    const later = createKeyRing(t.platform.db, withKey(next))
    assert.deepEqual(await later.forReading(organizationId), key)
    assert.deepEqual(await later.forReading(second.organizationId), secondKey)
    await assert.rejects(createKeyRing(t.platform.db, withKey(before)).forReading(organizationId), /not here/)
    const told = await t.platform.db
      .selectFrom('security_event')
      .select('facts')
      .where('kind', '=', 'keys.rotated')
      .execute()
    assert.ok(told.length > 0)
    assert.ok(!JSON.stringify(told).includes(next.toString('hex')))
  })

  test('that cannot be opened keep Trove from starting, in words that give no key away', async () => {
    const [right, wrong] = [randomBytes(32), randomBytes(32)]
    await requireMasterKeys(t.platform.db, withKey(undefined))
    await createKeyRing(t.platform.db, withKey(right)).forWriting(organizationId)
    await requireMasterKeys(t.platform.db, withKey(right))
    await requireMasterKeys(t.platform.db, withKey(wrong, right))
    for (const given of [withKey(wrong), withKey(undefined)])
      await assert.rejects(requireMasterKeys(t.platform.db, given), (error: Error) => {
        assert.match(error.message, new RegExp(`master key ${masterKeyOf(right).id}`))
        for (const key of [right, wrong])
          for (const text of [key.toString('hex'), key.toString('base64')]) assert.ok(!error.message.includes(text))
        return true
      })
    const { uses } = await keysStatus(t.platform.db, withKey(wrong))
    assert.deepEqual(uses, [{ masterKeyId: masterKeyOf(right).id, organizations: 1, is: 'not given' }])
  })

  test('are gone for good once destroyed, and are not made again for an organization that is being erased', async () => {
    const encryption = withKey(randomBytes(32))
    await createKeyRing(t.platform.db, encryption).forWriting(organizationId)
    await t.platform.db
      .updateTable('organization')
      .set({ status: 'erasing' })
      .where('id', '=', organizationId)
      .execute()
    await inTransaction(t.platform.db, (tx) => destroyKey(tx, ACTOR, organizationId))
    await inTransaction(t.platform.db, (tx) => destroyKey(tx, ACTOR, organizationId))
    assert.equal((await rowsOf('organization.key-destroyed')).length, 1)
    const ring = createKeyRing(t.platform.db, encryption)
    assert.equal(await ring.forReading(organizationId), undefined)
    await assert.rejects(ring.forWriting(organizationId), /being erased/)
    assert.equal(await ring.forReading(organizationId), undefined)
  })
})
