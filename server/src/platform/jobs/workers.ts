import { setMaxListeners } from 'node:events'
import type { Job, JobWithMetadata, PgBoss } from 'pg-boss'
import { Counter, Histogram, register } from 'prom-client'
import { Check } from 'typebox/value'
import type { Platform } from '../platform.ts'
import { exhaustedQueue, openBoss, queueMaker, SCHEMA, type QueueOptions } from './queue.ts'
import type { Task } from './task.ts'

const POLL_S = 1
/** A job that waits for its next attempt is not announced, so it is polled for also where announcements work. */
const POLL_BESIDE_NOTIFY_S = 2
const HEARTBEAT_REFRESH_S = 3
/** How long an aborted job may take to let go before its place in the queue is given back over its head. */
const LET_GO_MS = 2_000
const CLOSE_WITHIN_MS = 5_000
/** How soon a worker that was not asked to do anything hears that a queue was paused, or goes on. */
const PAUSES_MS = 2_000

export type WorkerOptions = QueueOptions & {
  slots: number
  /**
   * Names of the tasks that are paused: asked every few seconds, and before each job. What runs of them is finished, and
   * nothing new begun.
   */
  paused?: () => Promise<ReadonlySet<string>>
}

export type Workers = {
  /** Aborts what runs, gives it back to the queue at once and closes; within 8 s. */
  stop(): Promise<void>
}

/**
 * The side of the queue that does the jobs of `tasks`, `slots` at a time for those that are parallel.
 *
 * A worker that is killed is missed after 10 s and its jobs run again, here or on another machine. While the
 * database is away it waits; jobs that were running then may run a second time.
 */
export async function startWorkers(
  platform: Platform,
  tasks: readonly Task[],
  options: WorkerOptions,
): Promise<Workers> {
  const boss = await openBoss(options, {
    max: 3 + options.slots,
    supervise: true,
    schedule: true,
    useListenNotify: true,
  })
  const ensure = queueMaker(boss)
  const stopping = new AbortController()
  setMaxListeners(0, stopping.signal)
  const benches: Bench[] = []
  for (const task of tasks) {
    await ensure(task)
    const { slots, paused } = options
    benches.push({ platform, boss, task, stopping: stopping.signal, slots, paused, workerIds: [] })
  }
  const stopLooking = await followPauses(benches, options)
  for (const task of tasks) {
    if (task.exhausted !== undefined)
      await boss.work(exhaustedQueue(task), { ...POLLING, includeMetadata: true }, ([job]: JobWithMetadata<object>[]) =>
        exhaust(platform, task, job),
      )
    if (task.cron !== undefined) await boss.schedule(task.name, task.cron, {}, { tz: 'UTC' })
  }
  return {
    async stop() {
      stopLooking()
      stopping.abort(new Error('the worker stops'))
      await Promise.race([boss.stop({ graceful: true, timeout: CLOSE_WITHIN_MS }), delay(CLOSE_WITHIN_MS + 1000)])
    },
  }
}

const POLLING = {
  pollingIntervalSeconds: POLL_S,
  notifyPollingIntervalSeconds: POLL_BESIDE_NOTIFY_S,
  heartbeatRefreshSeconds: HEARTBEAT_REFRESH_S,
}

/** Fills the slots of every task that is not paused, empties those of one that is, and looks again every few seconds. */
async function followPauses(benches: readonly Bench[], { paused, log }: WorkerOptions): Promise<() => void> {
  const look = async () => {
    const names = (await paused?.()) ?? new Set()
    for (const bench of benches) {
      if (bench.stopping.aborted) return
      if (names.has(bench.task.name)) await emptySlots(bench)
      else if (bench.workerIds.length === 0) await fillSlots(bench)
    }
  }
  await look()
  if (paused === undefined) return () => undefined
  let looking: Promise<void> | undefined
  const timer = setInterval(() => {
    looking ??= look()
      .catch((err: unknown) => log.warn({ err }, 'which queues are paused could not be asked'))
      .finally(() => (looking = undefined))
  }, PAUSES_MS)
  return () => clearInterval(timer)
}

type Bench = Context & { slots: number; workerIds: string[] }

async function fillSlots(bench: Bench): Promise<void> {
  const { task, slots, boss, workerIds } = bench
  const { atOnce, ofOneGroup } = task.atMost?.(slots) ?? { atOnce: slots, ofOneGroup: slots }
  const count = task.isParallel === true ? atOnce : 1
  if (ofOneGroup < count) {
    // These are counted together, so they are one worker of the queue; what takes long needs no waking in between.
    const limits = { localConcurrency: count, localGroupConcurrency: ofOneGroup }
    workerIds.push(await boss.work<object>(task.name, { ...POLLING, ...limits }, ([job]) => runJob(bench, job)))
    return
  }
  for (let slot = 0; slot < count; slot++) workerIds.push(await fillSlot(bench))
}

/** What runs in them is finished. */
async function emptySlots({ boss, task, workerIds }: Bench): Promise<void> {
  for (const id of workerIds.splice(0)) await boss.offWork(task.name, { id, wait: false })
}

/** One job after the other: who has done one asks for the next at once, and polls only when there was none. */
async function fillSlot(context: Context): Promise<string> {
  const { boss, task } = context
  const workerId = await boss.work<object>(task.name, POLLING, async ([job]) => {
    await runJob(context, job).finally(() => boss.notifyWorker(workerId))
  })
  return workerId
}

type Context = {
  paused: WorkerOptions['paused']
  platform: Platform
  boss: PgBoss
  task: Task
  stopping: AbortSignal
}

/** Ends normally when the job is done or has been given back; rejects when this attempt has failed. */
async function runJob(context: Context, job: Job | undefined): Promise<void> {
  if (job === undefined) return
  const { platform, task, stopping } = context
  if (!Check(task.payload, job.data)) throw new Error(`a job of ${task.name} does not carry what the task needs`)
  if (stopping.aborted) return giveBack(context, job)
  // It may have been paused since the slots were filled; they are empty by the time it could come again.
  if ((await context.paused?.())?.has(task.name) === true) return giveBack(context, job, PAUSES_MS)

  const began = performance.now()
  const patience = Promise.withResolvers<'still running'>()
  const onStop = () => void delay(LET_GO_MS).then(() => patience.resolve('still running'))
  stopping.addEventListener('abort', onStop, { once: true })
  try {
    const work = task.run(platform, job.data, AbortSignal.any([job.signal, stopping]))
    work.catch(() => undefined) // heard below, unless it outlives its patience
    if ((await Promise.race([work, patience.promise])) === 'still running') return await giveBack(context, job)
    count(task, 'done', began)
  } catch (err) {
    if (stopping.aborted) return await giveBack(context, job)
    count(task, 'failed', began)
    platform.log.warn(
      { err, task: task.name, jobId: job.id, attempt: job.retryCount + 1 },
      'an attempt at a job has failed',
    )
    throw err
  } finally {
    stopping.removeEventListener('abort', onStop)
  }
}

/**
 * Another worker may take it then, and the attempt that was cut short is not counted. Fenced to that attempt: a job
 * that has moved on is left alone. While the database is away nothing is said, and the heartbeat that stops gives it back.
 */
async function giveBack({ boss, platform }: Context, job: Job, notBeforeMs = 0): Promise<void> {
  const given = boss.getDb().executeSql(
    `update ${SCHEMA}.job
        set state = 'retry', retry_limit = retry_limit + 1, start_after = now() + $4 * interval '1 millisecond', heartbeat_on = null
      where name = $1 and id = $2 and retry_count = $3 and state = 'active'`,
    [job.name, job.id, job.retryCount, notBeforeMs],
  )
  await given.catch((err: unknown) =>
    platform.log.warn({ err, jobId: job.id }, 'a job could not be given back and will be missed'),
  )
}

async function exhaust(platform: Platform, task: Task, job: JobWithMetadata<object> | undefined): Promise<void> {
  if (job === undefined) return
  const cause = causeOf(job.sourceOutput)
  platform.log.error({ task: task.name, jobId: job.id, cause }, 'a job has failed for good')
  await task.exhausted?.(platform, job.data, new Error(plainly(cause)))
}

/** What the last attempt ended with, as the queue keeps it. */
function causeOf(output: object | null): string {
  const said: unknown =
    output !== null && 'message' in output
      ? output.message
      : (output as { value?: { message?: unknown } } | null)?.value?.message
  return typeof said === 'string' ? said : ''
}

/** In words for the person whose file it was: what a fault says of paths, tables and machines is for the log alone. */
function plainly(cause: string): string {
  if (cause === 'job heartbeat timeout') return 'the server was interrupted each time it tried'
  if (cause === 'job timed out' || cause.startsWith('handler execution exceeded')) return 'it took too long'
  return 'the server failed each time it tried'
}

const delay = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds).unref())

function count(task: Task, outcome: 'done' | 'failed', began: number): void {
  attempts.inc({ task: task.name, outcome })
  seconds.observe({ task: task.name }, (performance.now() - began) / 1000)
}
const attempts = new Counter({
  name: 'trove_job_attempts_total',
  help: 'Attempts at jobs by how they ended',
  labelNames: ['task', 'outcome'],
  registers: [register],
})
const seconds = new Histogram({
  name: 'trove_job_seconds',
  help: 'Wall time of an attempt at a job',
  labelNames: ['task'],
  buckets: [0.01, 0.05, 0.2, 0.5, 1, 2, 5, 15, 60, 120],
})
