import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { Type } from 'typebox'
import { connect, inTransaction, type Db } from '../db/index.ts'
import type { Log, Platform } from '../platform.ts'
import { createJobs, defineTask, prepareJobs, startWorkers, type Jobs, type Task } from './index.ts'
import { fairTurns } from './turns.ts'

const log: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const payload = Type.Object({ n: Type.Integer() })
const MINUTE_MS = 60_000

let connectionString: string
let db: Db
let jobs: Jobs
let platform: Platform
const name = `jobs_${randomBytes(6).toString('hex')}`
const admin = new pg.Client({ connectionString: process.env['TEST_DATABASE_URL'] })

before(async () => {
  await admin.connect()
  await admin.query(`create database ${name}`)
  const url = new URL(process.env['TEST_DATABASE_URL'] ?? '')
  url.pathname = `/${name}`
  connectionString = url.href
  await Promise.all([prepareJobs(connectionString), prepareJobs(connectionString)])
  db = connect(connectionString, { poolSize: 4, prepare: true, onIdleError: () => {} })
  jobs = await createJobs({ connectionString, log })
  platform = { db, jobs, log } as Partial<Platform> as Platform
})

after(async () => {
  await jobs.close()
  await db.destroy()
  await admin.query(`drop database ${name} with (force)`)
  await admin.end()
})

const enqueue = (task: Task<typeof payload>, n: number) => inTransaction(db, (tx) => jobs.enqueue(tx, task, { n }))
const work = (...tasks: Task[]) => startWorkers(platform, tasks, { connectionString, log, slots: 2 })

/** Waits until `seen` holds, and says how long that took, in milliseconds. */
async function until(seen: () => boolean, withinMs: number): Promise<number> {
  const began = performance.now()
  while (!seen()) {
    assert.ok(performance.now() - began < withinMs, `not within ${withinMs} ms`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return performance.now() - began
}

async function killWhileWorking(task: Task): Promise<void> {
  const fixture = fileURLToPath(new URL('jobs.test-worker.ts', import.meta.url))
  const child = spawn(process.execPath, [fixture, connectionString, task.name, String(task.maxAttempts)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  child.kill('SIGKILL')
}

describe('jobs', () => {
  test('a job is done soon after its transaction commits, and never when that is rolled back', async () => {
    const done: number[] = []
    const task = defineTask({
      name: 'test.commit',
      payload,
      maxAttempts: 2,
      timeoutMs: MINUTE_MS,
      run: async (_, { n }) => void done.push(n),
    })
    const workers = await work(task)
    await assert.rejects(
      inTransaction(db, async (tx) => {
        await jobs.enqueue(tx, task, { n: 1 })
        throw new Error('changed my mind')
      }),
    )
    await enqueue(task, 2)
    assert.ok((await until(() => done.length > 0, 5_000)) < 2_000)
    await workers.stop()
    assert.deepEqual(done, [2])
    await assert.rejects(inTransaction(db, (tx) => jobs.enqueue(tx, task, { n: 'x' as unknown as number })))
  })

  test('a job that always fails is tried a bounded number of times and then told to be exhausted, once', async () => {
    const attempts: number[] = []
    const told: string[] = []
    const task = defineTask({
      name: 'test.poison',
      payload,
      maxAttempts: 2,
      timeoutMs: MINUTE_MS,
      run: (_, { n }) => (attempts.push(n), Promise.reject(new Error('no luck with /a/path'))),
      exhausted: async (_, { n }, cause) => void told.push(`${n}: ${cause.message}`),
    })
    const workers = await work(task)
    await enqueue(task, 7)
    await until(() => told.length > 0, 20_000)
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    await workers.stop()
    assert.deepEqual([attempts, told], [[7, 7], ['7: the server failed each time it tried']])
  })

  test('a worker that stops gives its jobs back at once, also one that does not listen, and no attempt is counted', async () => {
    const begun: number[] = []
    const hang = (signal: AbortSignal) =>
      new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
    const task = defineTask({
      name: 'test.stop',
      payload,
      maxAttempts: 1,
      timeoutMs: MINUTE_MS,
      isParallel: true,
      async run(_, { n }, signal) {
        begun.push(n)
        if (begun.length <= 2) await (n === 1 ? hang(signal) : new Promise(() => {}))
      },
    })
    const first = await work(task)
    await enqueue(task, 1)
    await enqueue(task, 2)
    await until(() => begun.length === 2, 5_000)
    const began = performance.now()
    await first.stop()
    assert.ok(performance.now() - began < 8_000)
    const second = await work(task)
    await until(() => begun.length === 4, 5_000)
    await second.stop()
    assert.deepEqual(begun.slice(2).toSorted(), [1, 2])
  })

  test('the job of a worker that is killed runs again within 30 s, and one that had no attempts left is told to be exhausted', async () => {
    let ran = false
    const told: string[] = []
    const again = defineTask({
      name: 'test.kill',
      payload,
      maxAttempts: 3,
      timeoutMs: MINUTE_MS,
      run: async () => void (ran = true),
    })
    const last = defineTask({
      name: 'test.kill-last',
      payload,
      maxAttempts: 1,
      timeoutMs: MINUTE_MS,
      run: async () => void told.push('ran again'),
      exhausted: async (_, __, cause) => void told.push(cause.message),
    })
    for (const task of [again, last]) {
      await enqueue(task, 1)
      await killWhileWorking(task)
    }
    const workers = await work(again, last)
    await until(() => ran && told.length > 0, 30_000)
    await workers.stop()
    assert.deepEqual(told, ['the server was interrupted each time it tried'])
  })

  test('a worker outlives the loss of all its connections', async () => {
    const done: number[] = []
    const task = defineTask({
      name: 'test.outage',
      payload,
      maxAttempts: 3,
      timeoutMs: MINUTE_MS,
      run: async (_, { n }) => void done.push(n),
    })
    const workers = await work(task)
    await admin.query(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`)
    await new Promise((resolve) => setTimeout(resolve, 500))
    await enqueue(task, 1)
    await until(() => done.length === 1, 10_000)
    assert.equal(await jobs.isReachable(), true)
    await workers.stop()
  })

  test('jobs that wait are done one right after the other', async () => {
    let done = 0
    const task = defineTask({
      name: 'test.queue',
      payload,
      maxAttempts: 3,
      timeoutMs: MINUTE_MS,
      isParallel: true,
      run: async () => void done++,
    })
    for (let n = 0; n < 40; n++) await enqueue(task, n)
    const workers = await work(task)
    await until(() => done === 40, 8_000)
    await workers.stop()
  })

  test('the one job of a group does not wait behind the many of another', async () => {
    const order: number[] = []
    const task = defineTask({
      name: 'test.fair',
      payload,
      maxAttempts: 3,
      timeoutMs: MINUTE_MS,
      run: async (_, { n }) => void order.push(n),
    })
    const many = Array.from({ length: 20 }, (_, n) => n)
    for (const n of many) await inTransaction(db, (tx) => jobs.enqueue(tx, task, { n }, { groupId: 'a' }))
    await inTransaction(db, (tx) => jobs.enqueue(tx, task, { n: 100 }, { groupId: 'b' }))
    const workers = await work(task)
    await until(() => order.length === 21, 8_000)
    await workers.stop()
    assert.ok(order.indexOf(100) < 3, `it came as number ${order.indexOf(100)}`)
  })

  test('whoever asks for much waits behind those who ask for little, and is forgiven after a while', () => {
    let now = 0
    const turns = fairTurns(() => now)
    assert.deepEqual(
      [turns.next('a'), turns.next('a'), turns.next('a'), turns.next('b'), turns.next(undefined)],
      [0, -1, -2, 0, 0],
    )
    now = 3_600_000
    assert.equal(turns.next('a'), 0)
  })
})
