import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Type } from 'typebox'
import { startTestPlatform, type TestPlatform } from '../../../../test/platform.ts'
import { newId } from '../../../platform/ids.ts'
import { defineTask, type Task } from '../../../platform/jobs/index.ts'
import { listUpkeep, recordRuns } from './operations.ts'

const signal = () => new AbortController().signal

describe('a task of upkeep', () => {
  let t: TestPlatform
  before(async () => {
    t = await startTestPlatform()
  })
  after(() => t.stop())

  /** A task that does what the test says, as one of upkeep. */
  function madeUp(name: string, run: Task['run'], about: Partial<Task> = {}) {
    const defined = defineTask({
      name,
      payload: Type.Object({}),
      maxAttempts: 1,
      timeoutMs: 60_000,
      cron: '0 0 1 1 *',
      upkeep: { title: 'Made up', lead: 'For a test.', rehearse: async () => [{ what: 'things', count: 5 }] },
      run,
      ...about,
    })
    const { tasks: wrapped, upkeep: kept } = recordRuns([defined as Task])
    const [task] = wrapped
    assert.ok(task)
    return { task, kept, latest: async () => (await listUpkeep(t.platform, kept)).items[0] }
  }

  test('one that fails says why, in red, and the queue still hears of it', async () => {
    const { task, latest } = madeUp('test.fails', () => Promise.reject(new Error('the disk is full\n    at somewhere')))
    await assert.rejects(task.run(t.platform, {}, signal()), /the disk is full/)
    const { last } = (await latest()) ?? {}
    assert.deepEqual([last?.state, last?.failure], ['failed', 'the disk is full'])
  })

  test('one that was killed is told to have failed when it has been silent, and does not stand in the way', async () => {
    const { task, latest } = madeUp('test.killed', async () => [{ what: 'things', count: 1 }])
    await t.platform.db
      .insertInto('upkeep_run')
      .values({
        id: newId(),
        task: 'test.killed',
        is_dry_run: false,
        state: 'running',
        began_at: new Date(0),
        heard_at: new Date(0),
      })
      .execute()
    const dead = await latest()
    assert.deepEqual(
      [dead?.current, dead?.last?.state, dead?.last?.failure],
      [undefined, 'failed', 'The server was interrupted.'],
    )
    await task.run(t.platform, {}, signal())
    assert.equal((await latest())?.last?.state, 'done')
  })

  test('a long one says how far it is while it goes on', async () => {
    const through = Promise.withResolvers<void>()
    const { task, latest } = madeUp('test.long', async (_platform, _payload, _signal, report) => {
      report?.(30, 120)
      await through.promise
      return [{ what: 'things', count: 120 }]
    })
    const running = task.run(t.platform, {}, signal())
    const deadline = Date.now() + 10_000
    while ((await latest())?.current?.progress === undefined && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 50))
    const { current } = (await latest()) ?? {}
    assert.deepEqual([current?.state, current?.progress], ['running', { doneCount: 30, totalCount: 120 }])
    through.resolve()
    await running
    assert.deepEqual([(await latest())?.current, (await latest())?.last?.tally[0]?.count], [undefined, 120])
  })
})
