import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { Processing } from '@trove/contract/processing-console'
import type { FastifyInstance } from 'fastify'
import { bearer, makeOrganization, makeUser } from '../../../../test/make.ts'
import { startTestPlatform, type TestPlatform } from '../../../../test/platform.ts'
import { makeStoredFile } from '../../../../test/stored.ts'
import type { UserActor } from '../../../platform/actor.ts'
import { inTransaction } from '../../../platform/db/index.ts'
import { startWorkers, type Workers } from '../../../platform/jobs/index.ts'
import { askOverOldFiles } from '../old-files/asking.ts'
import { askForSteps } from '../steps/asking.ts'
import { mediaTasks, processVersion } from '../tasks.ts'
import { pausedTasks } from './pauses.ts'
import { retryFailedSteps } from './retrying.ts'

const never = new AbortController().signal

describe('the console of processing', () => {
  let t: TestPlatform
  let app: FastifyInstance
  let [owner, administrator]: UserActor[] = []
  let organizationId: string
  before(async () => {
    t = await startTestPlatform()
    ;({ app } = await t.api())
    owner = await makeUser(t.platform)
    administrator = await makeUser(t.platform, { isAdministrator: true })
    organizationId = (await makeOrganization(t.platform, owner)).id
  })
  after(async () => {
    await Promise.all(working.map((workers) => workers.stop()))
    await t.stop()
  })

  const ask = async (who: UserActor | undefined, method: 'GET' | 'POST' | 'DELETE', path: string, body?: object) => {
    assert.ok(who)
    const headers = await bearer(t.platform, who)
    return app.inject({ method, url: `/api${path}`, headers, ...(body && { payload: body }) })
  }
  let count = 0
  /** A text whose steps have been asked for, or not yet. */
  const text = async ({ isAsked = true, of = organizationId } = {}) => {
    assert.ok(owner)
    const bytes = Buffer.from(`words ${count++}`)
    const about = { organizationId: of, uploader: owner, name: `${count}.txt`, bytes, isEnqueued: false }
    const file = await makeStoredFile(t.platform, about)
    await t.platform.db.updateTable('version').set({ status: 'ready' }).where('id', '=', file.versionId).execute()
    const subject = { blobId: file.blobId, organizationId: of, mediaType: 'text/plain' }
    if (isAsked) await inTransaction(t.platform.db, (tx) => askForSteps(tx, t.platform.jobs, subject))
    return file
  }
  const stepOf = (blobId: string) =>
    t.platform.db
      .selectFrom('step')
      .selectAll()
      .where('blob_id', '=', blobId)
      .where('name', '=', 'text')
      .executeTakeFirst()
  const queue = async () => {
    const { steps } = (await ask(administrator, 'GET', '/processing')).json<Processing>()
    return steps.find(({ name }) => name === 'text')
  }
  const jobsOf = async (name: string) =>
    (
      await t.platform.db
        .selectFrom('pgboss.job' as never)
        .selectAll()
        .where('name' as never, '=', name as never)
        .execute()
    ).length
  /** Stopped at the latest at the end, however the test goes. */
  const working: Workers[] = []
  const work = async () => {
    const workers = await startWorkers(t.platform, mediaTasks, {
      connectionString: t.config.databaseUrl,
      log: t.platform.log,
      slots: 2,
      paused: () => pausedTasks(t.platform.db),
    })
    working.push(workers)
    return workers
  }
  const until = async (seen: () => Promise<boolean>) => {
    for (let waited = 0; !(await seen()); waited += 50) {
      assert.ok(waited < 15_000, 'it did not come about')
      await delay(50)
    }
  }
  const told = async (kind: string) =>
    (await t.platform.db.selectFrom('security_event').select('facts').where('kind', '=', kind).execute()).length

  test('what somebody looks at gets a job that goes first, once', async () => {
    const { id } = await text()
    const before = await jobsOf('media.looked-at')
    for (let i = 0; i < 3; i++) {
      const { items } = (await ask(owner, 'GET', `/files/${id}/steps`)).json()
      assert.equal(items.find((step: { name: string }) => step.name === 'text').status, 'waiting')
    }
    assert.equal(await jobsOf('media.looked-at'), before + 1)
    assert.equal((await ask(await makeUser(t.platform), 'GET', `/files/${id}/steps`)).statusCode, 404)
  })

  test('a file that was not begun is begun before others when somebody looks', async () => {
    const { id, versionId } = await text({ isAsked: false })
    await t.platform.db.updateTable('version').set({ status: 'pending' }).where('id', '=', versionId).execute()
    const before = await jobsOf(processVersion.name)
    for (let i = 0; i < 2; i++) await ask(owner, 'GET', `/files/${id}/steps`)
    assert.equal(await jobsOf(processVersion.name), before + 1)
  })

  test('a step that is paused is begun by no worker, neither by one that has not heard of it nor by one that starts later, and goes on when it is resumed', async () => {
    const early = await work()
    assert.equal((await ask(administrator, 'POST', '/processing/steps/text/pause')).statusCode, 204)
    assert.equal((await ask(administrator, 'POST', '/processing/steps/text/pause')).statusCode, 409)
    assert.equal((await ask(administrator, 'POST', '/processing/steps/scan/pause')).statusCode, 409)
    const { id, blobId } = await text()
    const late = await work()
    await delay(2_500)
    assert.equal((await stepOf(blobId))?.status, 'waiting')
    const { items } = (await ask(owner, 'GET', `/files/${id}/steps`)).json()
    assert.equal(items.find((step: { name: string }) => step.name === 'text').isPaused, true)
    assert.equal((await queue())?.paused?.by?.id, administrator?.userId)
    assert.equal((await ask(administrator, 'POST', '/processing/steps/text/resume')).statusCode, 204)
    await until(async () => (await stepOf(blobId))?.status === 'done')
    await Promise.all([early.stop(), late.stop()])
    assert.deepEqual([await told('processing.paused'), await told('processing.resumed')], [1, 1])
  })

  test('draining says how many it would be, and throws them away', async () => {
    const { blobId } = await text()
    const dry = (await ask(administrator, 'POST', '/processing/steps/text/drain', { isDryRun: true })).json()
    assert.ok(dry.count >= 1)
    assert.ok(await stepOf(blobId))
    const drained = (await ask(administrator, 'POST', '/processing/steps/text/drain', { isDryRun: false })).json()
    assert.equal(drained.count, dry.count)
    assert.equal(await stepOf(blobId), undefined)
    assert.ok((await queue())?.paused)
    assert.equal(
      (await ask(administrator, 'POST', '/processing/steps/variants/drain', { isDryRun: true })).statusCode,
      409,
    )
    await ask(administrator, 'POST', '/processing/steps/text/resume')
    assert.equal(await told('processing.drained'), 1)
  })

  test('a step is asked for over old files batch by batch, and not again over those it was done for', async () => {
    const old = await text({ isAsked: false })
    const infected = await text({ isAsked: false })
    await t.platform.db
      .updateTable('blob')
      .set({ scan_status: 'infected', scan_signature: 'Test', scanned_at: new Date() })
      .where('id', '=', infected.blobId)
      .execute()
    const path = '/processing/steps/text/again'
    const { count: would } = (await ask(administrator, 'POST', path, { isDryRun: true })).json()
    assert.ok(would >= 1)
    assert.equal((await queue())?.again, undefined)
    assert.equal((await ask(administrator, 'POST', path, { isDryRun: false })).statusCode, 200)
    assert.equal((await ask(administrator, 'POST', path, { isDryRun: false })).statusCode, 409)
    const asked = await askOverOldFiles(t.platform, { budgetMs: 10_000 }, never)
    assert.equal(asked, would)
    const step = await stepOf(old.blobId)
    assert.deepEqual([step?.status, step?.is_old], ['waiting', true])
    assert.equal(await stepOf(infected.blobId), undefined)
    const { again } = (await queue()) ?? {}
    assert.ok(again?.endedAt !== undefined && again.askedCount === would && again.seenCount === again.totalCount)
    assert.equal((await ask(administrator, 'POST', path, { isDryRun: true })).json().count, 0)
    assert.equal(
      (await ask(administrator, 'POST', '/processing/steps/probe/again', { isDryRun: true })).statusCode,
      409,
    )
  })

  test('failures are told by step and reason, without names of files that the administrator may not read, and retried', async () => {
    const { id, blobId } = await text({ isAsked: false })
    const failed = { status: 'failed', reason: 'crashed', failure: 'Its decoder crashed.', ended_at: new Date() }
    const row = { blob_id: blobId, organization_id: organizationId, name: 'text', revision: 1, attempts: 4 }
    await t.platform.db
      .insertInto('step')
      .values({ ...row, ...failed })
      .execute()
    const listed = await ask(administrator, 'GET', '/processing/failures')
    const [group] = listed.json().items
    assert.deepEqual([group.step, group.reason, group.count], ['text', 'crashed', 1])
    assert.deepEqual([group.examples[0].failure, group.examples[0].file], ['Its decoder crashed.', undefined])
    assert.equal((await ask(owner, 'GET', '/processing/failures')).statusCode, 403)
    const retried = await ask(administrator, 'POST', '/processing/failures/retry', { step: 'text', reason: 'crashed' })
    assert.equal(retried.json().count, 1)
    await retryFailedSteps(t.platform, processVersion, { step: 'text', before: new Date() }, never)
    assert.deepEqual([(await stepOf(blobId))?.status, (await stepOf(blobId))?.attempts], ['waiting', 0])

    // The owner tries one file again: only what failed of it.
    await t.platform.db.updateTable('step').set(failed).where('blob_id', '=', blobId).execute()
    assert.equal((await ask(owner, 'POST', `/files/${id}/process`)).statusCode, 200)
    assert.equal((await stepOf(blobId))?.status, 'waiting')
    assert.equal((await ask(owner, 'POST', `/files/${id}/process`)).statusCode, 409)
  })
})
