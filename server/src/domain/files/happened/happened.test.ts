import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { bearer, makeFile, makeGrant, makeMember, makeOrganization, makeUser } from '../../../../test/make.ts'
import { startTestPlatform, type TestPlatform } from '../../../../test/platform.ts'
import type { UserActor } from '../../../platform/actor.ts'
import { inTransaction } from '../../../platform/db/index.ts'
import { renewMedia, settle } from '../steps.ts'
import { cameraOf, happenedOf, parseInstant, placeOf } from './rules.ts'
import { dateFiles } from './tasks.ts'

const told = (claims: object, timeZone: string | null, uploadedAt = '2026-11-01T00:00:00Z') => {
  const { at, offsetMinutes, from } = happenedOf(claims, { at: new Date(uploadedAt), timeZone })
  return [at.toISOString(), offsetMinutes, from]
}

describe('when files happened', () => {
  test('the clock of a camera is read in the zone it told, else in that of the uploader on that day', () => {
    const taken = (takenAt: string, more: object = {}) => ({ takenAt, ...more })
    const zurich = 'Europe/Zurich'
    assert.deepEqual(told(taken('2026-05-04T12:30:00'), zurich), ['2026-05-04T10:30:00.000Z', 120, 'camera'])
    assert.deepEqual(told(taken('2026-01-04T12:30:00'), zurich), ['2026-01-04T11:30:00.000Z', 60, 'camera'])
    assert.deepEqual(told(taken('2026-05-04T12:30:00.25'), null), ['2026-05-04T12:30:00.250Z', 0, 'camera'])
    assert.deepEqual(told(taken('2026-05-04T12:30:00', { offsetMinutes: -570 }), zurich), [
      '2026-05-04T22:00:00.000Z',
      -570,
      'camera',
    ])
    assert.deepEqual(told(taken('2026-05-04T12:30'), 'Asia/Kathmandu'), ['2026-05-04T06:45:00.000Z', 345, 'camera'])
    assert.deepEqual(told(taken('2026-05-04T12:30:00'), 'No/Where'), ['2026-05-04T12:30:00.000Z', 0, 'camera'])
  })

  test('the hour that is shown twice is the first, the one that is left out that before the change', () => {
    const at = (takenAt: string) => told({ takenAt }, 'Europe/Berlin').slice(0, 2)
    assert.deepEqual(at('2025-10-26T02:30:00'), ['2025-10-26T00:30:00.000Z', 120])
    assert.deepEqual(at('2025-10-26T03:30:00'), ['2025-10-26T02:30:00.000Z', 60])
    assert.deepEqual(at('2026-03-29T02:30:00'), ['2026-03-29T01:30:00.000Z', 60])
    assert.deepEqual(at('2026-03-29T03:30:00'), ['2026-03-29T01:30:00.000Z', 120])
  })

  test('what cannot be is not believed: the file happened when it came', () => {
    for (const takenAt of [
      '0000-00-00T00:00:00',
      '2026-02-31T10:00:00',
      '2026-05-04T24:00:00',
      '1799-01-01T00:00:00',
      '2027-01-01T00:00:00',
      'yesterday',
      '',
      7,
      null,
    ])
      assert.deepEqual(told({ takenAt }, 'Europe/Zurich'), ['2026-11-01T00:00:00.000Z', 60, 'upload'], String(takenAt))
    assert.deepEqual(told({ takenAt: '2026-05-04T12:00:00', offsetMinutes: 99_999 }, null)[1], 0)
  })

  test('camera and place are taken as they are, or not at all', () => {
    assert.equal(cameraOf({ cameraMake: 'Canon', cameraModel: 'Canon EOS R5' }), 'Canon EOS R5')
    assert.equal(cameraOf({ cameraMake: 'Apple', cameraModel: 'iPhone 15' }), 'Apple iPhone 15')
    assert.equal(cameraOf({ cameraModel: ' X100 \0' }), 'X100 ')
    assert.equal(cameraOf({}), null)
    assert.deepEqual(placeOf({ place: { latitude: 47.4, longitude: 8.5 } }), { latitude: 47.4, longitude: 8.5 })
    for (const place of [
      { latitude: 0, longitude: 0 },
      { latitude: 91, longitude: 0 },
      { latitude: Number.NaN, longitude: 1 },
      'here',
      null,
    ])
      assert.equal(placeOf({ place }), null)
  })

  test('an instant is read with its offset, or not at all', () => {
    assert.deepEqual(parseInstant('2026-05-04T12:30:00+02:00'), {
      at: new Date('2026-05-04T10:30:00Z'),
      offsetMinutes: 120,
    })
    assert.equal(parseInstant('2026-05-04T12:30:00-03:30')?.offsetMinutes, -210)
    assert.equal(Object.is(parseInstant('2026-05-04T12:30:00-00:00')?.offsetMinutes, 0), true)
    for (const written of ['2026-05-04T12:30:00', '2026-02-30T00:00:00Z', '2026-05-04T12:30:00+19:00', 'x'])
      assert.equal(parseInstant(written), undefined, written)
  })

  describe('of stored files', () => {
    let t: TestPlatform
    let app: FastifyInstance
    let uploader: UserActor
    let organizationId: string
    before(async () => {
      t = await startTestPlatform()
      app = (await t.api()).app
      uploader = await makeUser(t.platform)
      organizationId = (await makeOrganization(t.platform, uploader)).id
      await t.platform.db
        .updateTable('user')
        .set({ time_zone: 'America/New_York' })
        .where('id', '=', uploader.userId)
        .execute()
    })
    after(() => t.stop())

    const get = async (actor: UserActor, fileId: string) =>
      (
        await app.inject({ method: 'GET', url: `/api/files/${fileId}`, headers: await bearer(t.platform, actor) })
      ).json()
    const insertFacts = (blobId: string, facts: object) =>
      t.platform.db
        .insertInto('media')
        .values({ blob_id: blobId, facts: JSON.stringify(facts) })
        .execute()
    const facts = {
      takenAt: '2026-05-04T12:30:00',
      cameraMake: 'Leica',
      cameraModel: 'M11',
      place: { latitude: 47.37, longitude: 8.54, altitude: 408 },
    }

    test('they are taken when it settles, and where it was is told to whoever may have the original', async () => {
      const { id, versionId, blobId } = await makeFile(t.platform, { organizationId, uploader })
      await insertFacts(blobId, facts)
      await inTransaction(t.platform.db, (tx) => settle(tx, versionId, { status: 'ready' }))
      const file = await get(uploader, id)
      assert.deepEqual(
        [file.happenedAt, file.happenedFrom, file.place],
        ['2026-05-04T12:30:00.000-04:00', 'camera', facts.place],
      )
      const row = await t.platform.db.selectFrom('file').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
      assert.deepEqual([row.camera, row.latitude, row.longitude, row.is_dated], ['Leica M11', 47.37, 8.54, true])
      const guest = await makeUser(t.platform)
      await makeMember(t.platform, organizationId, guest, 'guest')
      await makeGrant(t.platform, { organizationId, resourceId: id, to: { user: guest.userId }, rights: ['read'] })
      const seen = await get(guest, id)
      assert.equal(seen.place, undefined)
      assert.ok(!JSON.stringify(seen).includes('47.37'))
      assert.equal(seen.happenedAt, '2026-05-04T12:30:00.000-04:00')
    })

    test('what was said by hand stays when it is read anew, and what it says itself is renewed', async () => {
      const { id, versionId, blobId } = await makeFile(t.platform, { organizationId, uploader })
      await insertFacts(blobId, {})
      await inTransaction(t.platform.db, (tx) => settle(tx, versionId, { status: 'ready' }))
      assert.equal((await get(uploader, id)).happenedFrom, 'upload')
      await t.platform.db
        .updateTable('media')
        .set({ facts: JSON.stringify(facts) })
        .where('blob_id', '=', blobId)
        .execute()
      await inTransaction(t.platform.db, (tx) => renewMedia(tx, blobId))
      assert.equal((await get(uploader, id)).happenedFrom, 'camera')
      const url = `/api/files/${id}/details`
      const payload = { happened: { at: '2001-01-01T00:00:00+05:30' } }
      const headers = await bearer(t.platform, uploader)
      assert.equal((await app.inject({ method: 'PATCH', url, headers, payload })).statusCode, 200)
      await inTransaction(t.platform.db, (tx) => renewMedia(tx, blobId))
      const { happenedAt, happenedFrom } = await get(uploader, id)
      assert.deepEqual([happenedAt, happenedFrom], ['2001-01-01T00:00:00.000+05:30', 'hand'])
    })

    test('files from before are asked in the night, each once', async () => {
      const { id, versionId, blobId } = await makeFile(t.platform, { organizationId, uploader })
      await insertFacts(blobId, facts)
      await t.platform.db.updateTable('version').set({ status: 'ready' }).where('id', '=', versionId).execute()
      const run = () => dateFiles.run(t.platform, {}, new AbortController().signal)
      assert.deepEqual(await run(), [{ what: 'files dated', count: 1 }])
      assert.equal((await get(uploader, id)).happenedFrom, 'camera')
      assert.deepEqual(await run(), [{ what: 'files dated', count: 0 }])
    })
  })
})
