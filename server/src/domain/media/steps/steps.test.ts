import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { makeOrganization, makeUser } from '../../../../test/make.ts'
import { startTestPlatform, type TestPlatform } from '../../../../test/platform.ts'
import { makeStoredFile } from '../../../../test/stored.ts'
import type { UserActor } from '../../../platform/actor.ts'
import { inTransaction } from '../../../platform/db/index.ts'
import { giveUpStep, runStep } from './running.ts'
import type { Outcome, Step } from './step.ts'
import * as store from './store.ts'
import { placesOf } from './tasks.ts'

const never = new AbortController().signal

describe('a step', () => {
  let t: TestPlatform
  let uploader: UserActor
  let organizationId: string
  before(async () => {
    t = await startTestPlatform()
    uploader = await makeUser(t.platform)
    organizationId = (await makeOrganization(t.platform, uploader)).id
  })
  after(() => t.stop())

  let count = 0
  const stored = async (step: Step) => {
    const bytes = Buffer.from(`bytes ${count++}`)
    const about = { organizationId, uploader, name: 'a.txt', bytes, isEnqueued: false }
    const file = await makeStoredFile(t.platform, about)
    const { blobId } = file
    await inTransaction(t.platform.db, (tx) =>
      store.ask(tx, { name: step.name, revision: step.revision, blobId, organizationId }),
    )
    return file
  }
  const step = (run: Step['run'], more: Partial<Step> = {}): Step => ({
    name: 'hash',
    revision: 1,
    appliesTo: () => true,
    timeoutMs: 10_000,
    run,
    ...more,
  })
  const row = (blobId: string) =>
    t.platform.db.selectFrom('step').selectAll().where('blob_id', '=', blobId).executeTakeFirstOrThrow()
  const done: Outcome = { status: 'done' }

  test('is done once, and its files are told', async () => {
    let runs = 0
    const own = step(async () => (runs++, done))
    const { id, blobId } = await stored(own)
    await runStep(t.platform, own, { blobId }, never)
    await runStep(t.platform, own, { blobId }, never)
    const { status, progress, attempts, began_at, ended_at } = await row(blobId)
    assert.deepEqual([runs, status, progress, attempts], [1, 'done', 1, 1])
    assert.ok(began_at !== null && ended_at !== null)
    const events = await t.platform.db.selectFrom('event').select('body').where('resource_id', '=', id).execute()
    const told = events.map(({ body }) => body as { type: string; step?: string; status?: string })
    assert.deepEqual(
      told.filter(({ type }) => type === 'file.step-ended').map((event) => [event.step, event.status]),
      [['hash', 'done']],
    )
  })

  test('tells how far it is while it runs', async () => {
    const goOn = Promise.withResolvers<void>()
    const own = step(async (_platform, _subject, { report }) => {
      report(0.25)
      await goOn.promise
      return done
    })
    const { blobId } = await stored(own)
    const running = runStep(t.platform, own, { blobId }, never)
    for (let waited = 0; (await row(blobId)).progress !== 0.25 && waited < 5_000; waited += 50) await delay(50)
    assert.deepEqual([(await row(blobId)).status, (await row(blobId)).progress], ['running', 0.25])
    goOn.resolve()
    await running
  })

  test('is never run by two at once: who waits for it leaves it to whoever is at it', async () => {
    const goOn = Promise.withResolvers<void>()
    let runs = 0
    const own = step(async () => {
      runs++
      await goOn.promise
      return done
    })
    const { blobId } = await stored(own)
    const first = runStep(t.platform, own, { blobId }, never)
    while ((await row(blobId)).status !== 'running') await delay(20)
    await runStep(t.platform, own, { blobId, isUrgent: true }, never)
    const second = runStep(t.platform, own, { blobId }, never)
    goOn.resolve()
    await Promise.all([first, second])
    assert.deepEqual([runs, (await row(blobId)).status], [1, 'done'])
  })

  test('of a worker that was killed is taken up by another', async () => {
    const own = step(async () => done)
    const { blobId } = await stored(own)
    const silent = new Date(Date.now() - 10_000)
    await t.platform.db
      .updateTable('step')
      .set({ status: 'running', attempts: 1, heard_at: silent })
      .where('blob_id', '=', blobId)
      .execute()
    await runStep(t.platform, own, { blobId }, never)
    assert.deepEqual([(await row(blobId)).status, (await row(blobId)).attempts], ['done', 2])
  })

  test('that was cut short by a worker that stops waits again, and no attempt is counted', async () => {
    const stopping = new AbortController()
    const own = step(async (_platform, _subject, { signal }) => {
      setTimeout(() => stopping.abort(new Error('the worker stops')), 20)
      await delay(10_000, undefined, { signal })
      return done
    })
    const { blobId } = await stored(own)
    await assert.rejects(runStep(t.platform, own, { blobId }, stopping.signal))
    assert.deepEqual([(await row(blobId)).status, (await row(blobId)).attempts], ['waiting', 0])
  })

  test('that takes too long is an attempt that failed, also when it does not let go', async () => {
    const own = step(() => new Promise(() => undefined), { timeoutMs: 100 })
    const { blobId } = await stored(own)
    await assert.rejects(runStep(t.platform, own, { blobId }, never), /timed out/)
    assert.deepEqual([(await row(blobId)).status, (await row(blobId)).attempts], ['waiting', 1])
    await giveUpStep(t.platform, own, blobId, new Error('it took too long'))
    const { status, reason, failure } = await row(blobId)
    assert.deepEqual([status, reason], ['failed', 'too-slow'])
    assert.equal(failure, 'It could not be processed: it took too long.')
  })

  test('is not begun any more after so many attempts, however often it is asked for', async () => {
    let runs = 0
    const own = step(async () => {
      runs++
      throw new Error('poison')
    })
    const { blobId } = await stored(own)
    for (let i = 0; i < 15; i++) await runStep(t.platform, own, { blobId }, never).catch(() => undefined)
    const { status, reason } = await row(blobId)
    assert.deepEqual([runs, status, reason], [10, 'failed', 'fault'])
  })

  test('that fails for what the file is says why and is not tried again', async () => {
    let runs = 0
    const own = step(async () => (runs++, { status: 'failed', reason: 'damaged', failure: 'It is damaged.' }))
    const { blobId } = await stored(own)
    await runStep(t.platform, own, { blobId }, never)
    await runStep(t.platform, own, { blobId }, never)
    const { status, reason, failure } = await row(blobId)
    assert.deepEqual([runs, status, reason, failure], [1, 'failed', 'damaged', 'It is damaged.'])
  })

  test('does not touch what is in quarantine', async () => {
    let runs = 0
    const own = step(async () => (runs++, done))
    const { blobId } = await stored(own)
    await t.platform.db
      .updateTable('blob')
      .set({ scan_status: 'infected', scan_signature: 'Test', scanned_at: new Date() })
      .where('id', '=', blobId)
      .execute()
    await runStep(t.platform, own, { blobId }, never)
    const rows = await t.platform.db.selectFrom('step').select('name').where('blob_id', '=', blobId).execute()
    assert.deepEqual([runs, rows], [0, []])
  })

  test('that takes long has half of the places, and one more that no one organization has alone', () => {
    assert.deepEqual(placesOf({ weight: 'heavy' }, 1), { atOnce: 2, ofOneGroup: 1 })
    assert.deepEqual(placesOf({ weight: 'heavy' }, 8), { atOnce: 5, ofOneGroup: 4 })
    assert.deepEqual(placesOf({}, 1), { atOnce: 1, ofOneGroup: 1 })
    assert.deepEqual(placesOf({}, 8), { atOnce: 4, ofOneGroup: 4 })
  })
})
