import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import sharp from 'sharp'
import { bearer, makeGrant, makeMember, makeOrganization, makeUser } from '../../../../test/make.ts'
import { startTestPlatform, type TestPlatform } from '../../../../test/platform.ts'
import { startProcessing, type Processing } from '../../../../test/processing.ts'
import { FILE_MAX_BYTES, MARKER, startClamd, withoutClamd, type Clamd } from '../../../../test/services/clamav.ts'
import { makeStoredFile } from '../../../../test/stored.ts'
import type { UserActor } from '../../../platform/actor.ts'
import { giveUp, renderVersion } from '../operations.ts'
import { mediaTasks, processVersion } from '../tasks.ts'
import { scanDue } from './rescanning.ts'

const never = new AbortController().signal
const BUDGET = { process: processVersion, budgetMs: 20_000 }
const picture = (hue: number) =>
  sharp({ create: { width: 300, height: 200, channels: 3, background: { r: hue, g: 90, b: 60 } } })
    .jpeg()
    .toBuffer()
/** A picture that is shown everywhere, with what our signature knows behind its end. */
const infectedPicture = async (hue: number) => Buffer.concat([await picture(hue), Buffer.from(MARKER)])

describe('scanning', { skip: withoutClamd }, () => {
  let clamd: Clamd
  let t: TestPlatform
  let app: FastifyInstance
  let processing: Processing
  let owner: UserActor
  let uploader: UserActor
  let reader: UserActor
  let organizationId: string

  before(async () => {
    clamd = await startClamd()
    t = await startTestPlatform({ CLAMAV_URL: clamd.url, MEDIA_TIMEOUT_SECONDS: '20' })
    app = (await t.api()).app
    const people = await Promise.all([makeUser(t.platform), makeUser(t.platform), makeUser(t.platform)])
    ;[owner, uploader, reader] = people
    organizationId = (await makeOrganization(t.platform, owner)).id
    for (const member of [uploader, reader]) await makeMember(t.platform, organizationId, member, 'member')
    // Without the job that goes by the clock: it is called where a test is about it.
    const tasks = mediaTasks.filter(({ name }) => name !== 'media.scan-due')
    processing = await startProcessing(t, tasks)
  })
  after(async () => {
    await processing.stop()
    await t.stop()
    await clamd.stop()
  })

  const put = async (bytes: Buffer, { isEnqueued = true, name = 'a.jpg', by = uploader } = {}) => {
    const file = await makeStoredFile(t.platform, { organizationId, uploader: by, name, bytes, isEnqueued })
    await makeGrant(t.platform, {
      organizationId,
      resourceId: file.id,
      to: { user: reader.userId },
      rights: ['read', 'download'],
    })
    return file
  }
  const ask = async (user: UserActor, method: 'GET' | 'POST' | 'DELETE', url: string) =>
    app.inject({ method, url: `/api${url}`, headers: await bearer(t.platform, user) })
  const content = (user: UserActor, fileId: string) => ask(user, 'GET', `/files/${fileId}/content`)
  const kindOf = (response: Awaited<ReturnType<typeof ask>>) =>
    response.statusCode < 300 ? 'given' : String(response.json().type).split(':').at(-1)
  const blob = (blobId: string) =>
    t.platform.db.selectFrom('blob').selectAll().where('id', '=', blobId).executeTakeFirstOrThrow()
  const statusOf = async (versionId: string) =>
    (await t.platform.db.selectFrom('version').select('status').where('id', '=', versionId).executeTakeFirstOrThrow())
      .status
  async function until<T>(look: () => Promise<T>, isRight: (seen: T) => boolean, withinMs = 20_000): Promise<T> {
    for (const end = Date.now() + withinMs; ; await delay(50)) {
      const seen = await look()
      if (isRight(seen)) return seen
      if (Date.now() > end) assert.fail(`still ${JSON.stringify(seen)} after ${withinMs} ms`)
    }
  }
  const variantCount = async (blobId: string) =>
    (await t.platform.db.selectFrom('variant').select('id').where('blob_id', '=', blobId).execute()).length
  const eventsOf = (kind: string, fileId: string) =>
    t.platform.db
      .selectFrom('security_event')
      .select(['severity', 'user_id', 'facts'])
      .where('kind', '=', kind)
      .execute()
      .then((events) => events.filter(({ facts }) => JSON.stringify(facts).includes(fileId)))

  test('what is clean is shown to others, and the same bytes are scanned once', async () => {
    const bytes = await picture(10)
    const file = await put(bytes)
    await until(
      () => statusOf(file.versionId),
      (status) => status === 'ready',
    )
    const { scan_status, scan_engine, scanned_at } = await blob(file.blobId)
    assert.deepEqual([scan_status, scan_engine?.startsWith('ClamAV')], ['clean', true])
    assert.equal(kindOf(await content(reader, file.id)), 'given')
    const again = await put(bytes, { by: owner })
    await until(
      () => statusOf(again.versionId),
      (status) => status === 'ready',
    )
    assert.deepEqual((await blob(again.blobId)).scanned_at, scanned_at)
    const told = (await ask(reader, 'GET', `/files/${file.id}`)).json().scan
    assert.deepEqual([told.status, told.engine], ['clean', scan_engine])
  })

  test('what is infected is quarantined before a decoder opens it, and everybody concerned is told', async () => {
    const file = await put(await infectedPicture(20))
    await until(
      () => statusOf(file.versionId),
      (status) => status === 'infected',
    )
    assert.equal(await variantCount(file.blobId), 0)
    for (const who of [owner, uploader, reader]) assert.equal(kindOf(await content(who, file.id)), 'infected')
    const [event, ...others] = await eventsOf('upload.infected', file.id)
    assert.deepEqual([event?.severity, event?.user_id, others.length], ['critical', uploader.userId, 0])
    const told = (await ask(uploader, 'GET', `/files/${file.id}`)).json()
    assert.match(told.failure, /^Infected: Trove\.Test\.Marker/)
    assert.equal(told.scan.status, 'infected')
    const listed = (await ask(reader, 'GET', `/organizations/${organizationId}/files`)).json().items
    assert.equal(listed.find(({ id }: { id: string }) => id === file.id).scan.signature, told.scan.signature)
    const trail = await t.platform.db
      .selectFrom('activity')
      .select('action')
      .where('resource_id', '=', file.id)
      .where('action', '=', 'file.quarantined')
      .execute()
    assert.equal(trail.length, 1)
    assert.equal(kindOf(await ask(uploader, 'POST', `/files/${file.id}/process`)), 'wrong-state', 'no way round it')

    const again = await put(await infectedPicture(20), { by: owner, isEnqueued: false })
    assert.equal(kindOf(await content(owner, again.id)), 'infected', 'the same bytes, before any job')
    await renderVersion(t.platform, again.versionId, never)
    assert.equal(await statusOf(again.versionId), 'infected')
    assert.equal((await eventsOf('upload.infected', again.id)).length, 1)
  })

  test('what waits is for its uploader alone, and can be deleted', async () => {
    const file = await put(await picture(30), { isEnqueued: false })
    assert.deepEqual(
      [kindOf(await content(uploader, file.id)), kindOf(await content(reader, file.id))],
      ['given', 'being-checked'],
    )
    const listed = (await ask(reader, 'GET', `/files/${file.id}`)).json()
    assert.deepEqual([listed.scan.status, listed.variants], ['waiting', []])
    assert.equal((await ask(uploader, 'DELETE', `/files/${file.id}`)).statusCode, 204)
  })

  test('what a stranger sent by a link waits for everybody, the maker of the link too', async () => {
    const file = await put(await picture(35), { isEnqueued: false })
    await t.platform.db.updateTable('version').set({ is_from_link: true }).where('id', '=', file.versionId).execute()
    for (const who of [owner, uploader, reader]) assert.equal(kindOf(await content(who, file.id)), 'being-checked')
    await renderVersion(t.platform, file.versionId, never)
    assert.equal(kindOf(await content(reader, file.id)), 'given')
  })

  test('what is larger than the scanner takes is held, and says why', async () => {
    const file = await put(randomBytes(FILE_MAX_BYTES + 1), { name: 'a.bin' })
    const held = await until(
      () => blob(file.blobId),
      ({ scan_status }) => scan_status !== 'waiting',
    )
    assert.deepEqual([held.scan_status, held.scan_reason], ['skipped', 'too-large'])
    await until(
      () => statusOf(file.versionId),
      (status) => status === 'pending',
    )
    assert.deepEqual(
      [kindOf(await content(uploader, file.id)), kindOf(await content(reader, file.id))],
      ['given', 'held'],
    )
    const told = (await ask(reader, 'GET', `/files/${file.id}`)).json().scan
    assert.deepEqual([told.status, told.reason], ['held', 'too-large'])
  })

  test('while the scanner is away uploads go on, are held, and are taken up when it is back', async () => {
    await clamd.kill()
    const [file, other] = [
      await put(await picture(40), { isEnqueued: false }),
      await put(await infectedPicture(41), { isEnqueued: false }),
    ]
    for (const { versionId } of [file, other]) {
      await assert.rejects(renderVersion(t.platform, versionId, never), /scanner cannot be reached/)
      await giveUp(t.platform, versionId, new Error('it was tried often enough'))
      assert.equal(await statusOf(versionId), 'pending')
    }
    assert.equal((await blob(file.blobId)).scan_reason, 'unreachable')
    assert.equal(kindOf(await content(reader, file.id)), 'held')
    assert.equal(kindOf(await content(uploader, file.id)), 'given')
    assert.equal((await ask(owner, 'GET', `/organizations/${organizationId}/scanning`)).json().scanner, 'silent')
    assert.equal(await scanDue(t.platform, BUDGET, never), 0)
    const readiness = await app.inject({ url: '/readyz' })
    assert.deepEqual([readiness.statusCode, readiness.json().scanner], [200, false])

    await clamd.start()
    await scanDue(t.platform, BUDGET, never)
    await until(
      () => statusOf(file.versionId),
      (status) => status === 'ready',
    )
    assert.equal(await statusOf(other.versionId), 'infected')
    assert.equal(kindOf(await content(reader, file.id)), 'given')
    assert.ok((await variantCount(file.blobId)) > 0)
  })

  test('one that hangs in the middle of a job costs a bounded time, and the job is done when it goes on', async () => {
    const file = await put(await picture(50), { isEnqueued: false })
    clamd.freeze()
    try {
      const began = Date.now()
      await assert.rejects(renderVersion(t.platform, file.versionId, never), /scanner cannot be reached/)
      assert.ok(Date.now() - began < 8_000)
    } finally {
      clamd.thaw()
    }
    // Nobody waits for it again so soon: other work goes on meanwhile.
    const again = Date.now()
    await assert.rejects(renderVersion(t.platform, file.versionId, never), /scanner cannot be reached/)
    assert.ok(Date.now() - again < 1_000)
    await delay(3_100)
    await renderVersion(t.platform, file.versionId, never)
    assert.equal(await statusOf(file.versionId), 'ready')
  })

  test('what was there before the scanner stays open until it has been looked at, and infected ones do not', async () => {
    const [good, bad] = [await put(await picture(60)), await put(await picture(61))]
    for (const { versionId } of [good, bad])
      await until(
        () => statusOf(versionId),
        (status) => status === 'ready',
      )
    const infected = await put(await infectedPicture(62), { isEnqueued: false })
    const before = { scan_status: 'unscanned', scanned_at: null, scan_engine: null }
    const ids = [good.blobId, bad.blobId, infected.blobId]
    await t.platform.db.updateTable('blob').set(before).where('id', 'in', ids).execute()
    // As if it had been rendered then: its variants are there.
    await t.platform.db
      .updateTable('variant')
      .set({ blob_id: infected.blobId })
      .where('blob_id', '=', bad.blobId)
      .execute()
    const look = { blob_id: infected.blobId, organization_id: organizationId, colours: ['red'] }
    await t.platform.db.insertInto('look').values(look).execute()
    assert.equal(kindOf(await content(reader, infected.id)), 'given')
    assert.equal((await ask(reader, 'GET', `/files/${infected.id}/variants/thumbnail`)).statusCode, 200)

    await scanDue(t.platform, BUDGET, never)
    assert.equal((await blob(good.blobId)).scan_status, 'clean')
    assert.equal(kindOf(await content(reader, good.id)), 'given')
    assert.equal(kindOf(await content(reader, infected.id)), 'infected')
    assert.equal((await ask(reader, 'GET', `/files/${infected.id}/variants/thumbnail`)).statusCode, 404)
    assert.equal(await variantCount(infected.blobId), 0)
    const looks = await t.platform.db.selectFrom('look').where('blob_id', '=', infected.blobId).selectAll().execute()
    assert.deepEqual(looks, [], 'nothing tells what it looked like')
  })

  test('newer signatures look again at what was clean, after so many days and not before', async () => {
    const file = await put(await infectedPicture(70), { isEnqueued: false })
    const set = (scanned_at: Date) =>
      t.platform.db
        .updateTable('blob')
        .set({ scan_status: 'clean', scan_engine: 'ClamAV 0.1/1', scanned_at })
        .where('id', '=', file.blobId)
        .execute()
    await set(new Date(Date.now() - 3_600_000))
    await scanDue(t.platform, BUDGET, never)
    assert.equal((await blob(file.blobId)).scan_status, 'clean')
    await set(new Date(Date.now() - 8 * 86_400_000))
    await scanDue(t.platform, BUDGET, never)
    assert.equal((await blob(file.blobId)).scan_status, 'infected')
  })

  test('a false finding is released by an administrator alone, after a fresh confirmation, and told', async () => {
    const file = await put(await infectedPicture(80))
    await until(
      () => statusOf(file.versionId),
      (status) => status === 'infected',
    )
    const quarantine = `/organizations/${organizationId}/quarantine`
    const listed = (await ask(owner, 'GET', quarantine)).json().items
    const row = listed.find((one: { blobId: string }) => one.blobId === file.blobId)
    assert.deepEqual(
      [row.scan.status, row.files[0].name, row.files[0].uploadedBy.id],
      ['infected', 'a.jpg', uploader.userId],
    )
    const release = `${quarantine}/${file.blobId}/release`
    assert.equal((await ask(uploader, 'POST', release)).statusCode, 403)
    assert.equal((await ask(await makeUser(t.platform), 'POST', release)).statusCode, 404)
    const headers = await bearer(t.platform, owner)
    const long = new Date(Date.now() - 86_400_000)
    await t.platform.db.updateTable('session').set({ confirmed_at: long }).where('user_id', '=', owner.userId).execute()
    const refused = await app.inject({ method: 'POST', url: `/api${release}`, headers })
    assert.equal(kindOf(refused), 'confirm-first')
    await t.platform.db
      .updateTable('session')
      .set({ confirmed_at: new Date() })
      .where('user_id', '=', owner.userId)
      .execute()
    assert.equal((await app.inject({ method: 'POST', url: `/api${release}`, headers })).statusCode, 204)
    await until(
      () => statusOf(file.versionId),
      (status) => status === 'ready',
    )
    assert.equal(kindOf(await content(reader, file.id)), 'given')
    assert.equal((await eventsOf('quarantine.released', file.blobId))[0]?.severity, 'critical')
    assert.equal(kindOf(await ask(owner, 'POST', release)), 'wrong-state')
  })

  test('an administrator deletes what is infected at once, and its bytes are left to the sweep', async () => {
    const file = await put(await infectedPicture(90))
    await until(
      () => statusOf(file.versionId),
      (status) => status === 'infected',
    )
    const path = `/organizations/${organizationId}/quarantine/${file.blobId}`
    assert.equal((await ask(reader, 'DELETE', path)).statusCode, 403)
    assert.equal((await ask(owner, 'DELETE', path)).statusCode, 204)
    assert.equal((await ask(owner, 'GET', `/files/${file.id}`)).statusCode, 404)
    assert.notEqual((await blob(file.blobId)).unreferenced_at, null)
    assert.equal((await ask(owner, 'DELETE', path)).statusCode, 404)
  })

  test('whoever may change a file can have it scanned again', async () => {
    const file = await put(await picture(100))
    await until(
      () => statusOf(file.versionId),
      (status) => status === 'ready',
    )
    const before = (await blob(file.blobId)).scanned_at
    assert.equal((await ask(reader, 'POST', `/files/${file.id}/scan`)).statusCode, 403)
    assert.equal((await ask(uploader, 'POST', `/files/${file.id}/scan`)).statusCode, 204)
    await until(
      () => blob(file.blobId),
      ({ scanned_at }) => Number(scanned_at) > Number(before),
    )
    assert.equal(kindOf(await content(reader, file.id)), 'given')
  })
})
