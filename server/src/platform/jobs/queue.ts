import { fromKysely, PgBoss } from 'pg-boss'
import { Gauge, register } from 'prom-client'
import { Assert } from 'typebox/value'
import type { Log } from '../platform.ts'
import type { Jobs, Task, Urgency } from './task.ts'
import { fairTurns } from './turns.ts'

export const SCHEMA = 'pgboss'
const REACHABLE_WITHIN_MS = 2_000
const CONNECT_TIMEOUT_MS = 5_000
const HOUR_S = 3_600
const DAY_S = 86_400

/** A worker that has said nothing for so long is taken for dead: 10 is the least that pg-boss takes. */
const HEARTBEAT_S = 10
const RETRY_DELAY_S = 1
const RETRY_DELAY_MAX_S = 60

/** Further apart than any turn: what is asked for in bulk takes nobody's turn who waits, nor its own group's. */
const BANDS: Readonly<Record<Urgency, number>> = { first: 1_000_000, usual: 0, last: -1_000_000 }

export type QueueOptions = {
  /** A direct connection: through a pooler in transaction mode jobs still run, but are polled for instead of announced. */
  connectionString: string
  log: Log
}

/** Makes or brings up to date the tables of the queue. Run at migration; safe to run by several at once. */
export async function prepareJobs(connectionString: string): Promise<void> {
  const boss = new PgBoss({ connectionString, schema: SCHEMA, max: 2, supervise: false, schedule: false })
  boss.on('error', () => undefined) // `start` rejects with the same
  await boss.start()
  await boss.stop({ graceful: false })
}

/** The side of the queue that takes jobs. The tables must be there: see `prepareJobs`. */
export async function createJobs(options: QueueOptions): Promise<Jobs> {
  const boss = await openBoss(options, { max: 2, supervise: false, schedule: false })
  const ensure = queueMaker(boss)
  const turns = fairTurns()
  countJobs(boss)
  return {
    async enqueue(tx, task, payload, { groupId, urgency = 'usual' } = {}) {
      Assert(task.payload, payload)
      await ensure(task)
      const id = await boss.send(task.name, payload as object, {
        db: fromKysely(tx),
        priority: BANDS[urgency] + turns.next(groupId === undefined ? undefined : `${urgency} ${groupId}`),
        ...(groupId !== undefined && { group: { id: groupId } }),
      })
      if (id === null) throw new Error(`the queue did not take a job of ${task.name}`)
    },
    waitingOf: (task) => countWaiting(boss, task),
    isReachable: () => isReachable(boss),
    close: () => boss.stop({ graceful: false }),
  }
}

export async function openBoss(
  { connectionString, log }: QueueOptions,
  more: { max: number; supervise: boolean; schedule: boolean; useListenNotify?: boolean },
): Promise<PgBoss> {
  const boss = new PgBoss({
    connectionString,
    schema: SCHEMA,
    migrate: false,
    createSchema: false,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    superviseIntervalSeconds: 3,
    monitorIntervalSeconds: 3,
    ...more,
  })
  boss.on('error', (err) => log.warn({ err }, 'the queue had a fault and goes on'))
  boss.on('warning', ({ message, data }) => log.debug({ message, facts: data }, 'the queue gives a warning'))
  await boss.start()
  return boss
}

/** Makes a task's queues the first time they are needed in this process. */
export function queueMaker(boss: PgBoss): (task: Task) => Promise<void> {
  const made = new Map<string, Promise<void>>()
  return (task) => {
    const pending = made.get(task.name) ?? makeQueues(boss, task)
    made.set(task.name, pending)
    return pending.catch((error: unknown) => {
      made.delete(task.name)
      throw error
    })
  }
}

/** Where a task's jobs go after their last attempt. */
export const exhaustedQueue = (task: Task): string => `${task.name}.exhausted`

async function makeQueues(boss: PgBoss, task: Task): Promise<void> {
  const options = {
    retryLimit: task.maxAttempts - 1,
    retryDelay: RETRY_DELAY_S,
    retryBackoff: true,
    retryDelayMax: task.retryDelayMaxSeconds ?? RETRY_DELAY_MAX_S,
    heartbeatSeconds: HEARTBEAT_S,
    expireInSeconds: Math.ceil(task.timeoutMs / 1000),
    retentionSeconds: 90 * DAY_S,
    deleteAfterSeconds: HOUR_S,
    notify: true,
  }
  if (task.exhausted === undefined) return makeQueue(boss, task.name, options)
  // An unsettled version would be seen as "processing" for ever: this one is tried for days.
  await makeQueue(boss, exhaustedQueue(task), { ...options, retryLimit: 10_000, expireInSeconds: 60 })
  await makeQueue(boss, task.name, { ...options, deadLetter: exhaustedQueue(task) })
}

type Options = NonNullable<Parameters<PgBoss['createQueue']>[1]>

async function makeQueue(boss: PgBoss, name: string, options: Options): Promise<void> {
  if ((await boss.getQueue(name)) === null) await boss.createQueue(name, options)
  else await boss.updateQueue(name, options)
}

async function isReachable(boss: PgBoss): Promise<boolean> {
  const late = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => late.resolve(false), REACHABLE_WITHIN_MS)
  const asked = boss.getDb().executeSql(`select version from ${SCHEMA}.version`)
  try {
    return await Promise.race([
      asked.then(
        ({ rows }) => rows.length > 0,
        () => false,
      ),
      late.promise,
    ])
  } finally {
    clearTimeout(timer)
  }
}

async function countWaiting(boss: PgBoss, task: Task): Promise<{ count: number; oldestAt?: Date | undefined }> {
  const { rows } = (await boss.getDb().executeSql(
    `select count(*)::int as count, min(created_on) as oldest from (
       select created_on from ${SCHEMA}.job where name = $1 and state < 'active' limit 10000) as waiting`,
    [task.name],
  )) as { rows: { count: number; oldest: Date | null }[] }
  return { count: rows[0]?.count ?? 0, oldestAt: rows[0]?.oldest ?? undefined }
}

/** Counted when somebody looks, in the database, so that every process tells the same. */
function countJobs(boss: PgBoss): void {
  register.removeSingleMetric(GAUGE)
  new Gauge({
    name: GAUGE,
    help: 'Jobs by task and state',
    labelNames: ['task', 'state'],
    async collect() {
      const counted = await boss
        .getDb()
        .executeSql(COUNT_JOBS)
        .catch(() => ({ rows: [] }))
      this.reset()
      for (const row of counted.rows as { task: string; state: string; count: number }[])
        this.set({ task: row.task, state: row.state }, row.count)
    },
  })
}

const GAUGE = 'trove_jobs'
const COUNT_JOBS = `
  select name as task, state::text as state, count(*)::int as count from ${SCHEMA}.job
  where state in ('created', 'retry', 'active', 'failed') and left(name, 2) <> '__' group by 1, 2`
