import type { UpkeepRun, UpkeepTask } from '@trove/contract/upkeep'
import { Type } from 'typebox'
import type { UserActor } from '../../../platform/actor.ts'
import { inTransaction } from '../../../platform/db/index.ts'
import { newId } from '../../../platform/ids.ts'
import type { Report, Tally, Task, Upkeep } from '../../../platform/jobs/index.ts'
import type { Platform } from '../../../platform/platform.ts'
import { Problem } from '../../../platform/problem.ts'
import * as audit from '../../audit/index.ts'
import { nextDue, present, reasonOf } from './rules.ts'
import * as store from './store.ts'

/** How often one that runs says that it lives, and how far it has come. */
const BEAT_MS = 2_000

const Payload = Type.Object({ runId: Type.Optional(Type.String()), isDryRun: Type.Optional(Type.Boolean()) })
type Payload = { runId?: string; isDryRun?: boolean }

/** A task of upkeep whose runs are written down. */
export type RecordedTask = Task<typeof Payload> & { upkeep: Upkeep; cron: string }

/** Of the tasks of an installation those of upkeep, each with its runs written down; the others are left as they are. */
export function recordRuns(tasks: readonly Task[]): { tasks: Task[]; upkeep: RecordedTask[] } {
  const upkeep = tasks.flatMap((task) => recorded(task) ?? [])
  return { upkeep, tasks: tasks.map((task) => upkeep.find(({ name }) => name === task.name) ?? task) as Task[] }
}

function recorded(task: Task): RecordedTask | undefined {
  const { upkeep, cron } = task
  if (upkeep === undefined || cron === undefined) return undefined
  return {
    ...task,
    upkeep,
    cron,
    payload: Payload,
    run: (platform, { runId = newId(), isDryRun = false }, signal) =>
      record(platform, { id: runId, task: task.name, isDryRun }, async (report) =>
        isDryRun ? upkeep.rehearse(platform, signal, report) : ((await task.run(platform, {}, signal, report)) ?? []),
      ),
    ...(task.exhausted && {
      exhausted: (platform, _payload, cause) => task.exhausted?.(platform, {}, cause) ?? Promise.resolve(),
    }),
  }
}

/** Writes down that it begins, how far it is, and how it ended. What it throws is thrown on: the queue tries again. */
async function record(
  { db }: Pick<Platform, 'db'>,
  run: { id: string; task: string; isDryRun: boolean },
  work: (report: Report) => Promise<Tally>,
): Promise<void> {
  await inTransaction(db, (tx) => store.beginRun(tx, run))
  const progress: { doneCount: number | undefined; totalCount: number | undefined } = {
    doneCount: undefined,
    totalCount: undefined,
  }
  const report: Report = (doneCount, totalCount) => Object.assign(progress, { doneCount, totalCount })
  const beat = setInterval(() => {
    // What cannot be written now is written with the next beat, and its end in any case.
    inTransaction(db, (tx) => store.setProgress(tx, run.id, progress)).catch(() => undefined)
  }, BEAT_MS)
  const end = (how: Parameters<typeof store.endRun>[2]) =>
    inTransaction(db, async (tx) => {
      await store.endRun(tx, run.id, how)
      await store.forgetRuns(tx, run.task)
    })
  try {
    const tally = await work(report)
    await end({ state: 'done', tally })
  } catch (error) {
    await end({ state: 'failed', failure: reasonOf(error) }).catch(() => undefined)
    throw error
  } finally {
    clearInterval(beat)
  }
}

/** For the administrator of the installation alone: the door asks for that. */
export async function listUpkeep(
  { db }: Pick<Platform, 'db'>,
  tasks: readonly RecordedTask[],
  now = new Date(),
): Promise<{ items: UpkeepTask[] }> {
  const runs = await store.listLatest(
    db,
    tasks.map(({ name }) => name),
  )
  const items = tasks.map(({ name, upkeep, cron }) => {
    const own = runs.filter(({ task }) => task === name)
    const current = own.findLast(({ state }) => state === 'waiting' || state === 'running')
    const ended = own.filter(({ state }) => state === 'done' || state === 'failed')
    const last = ended.findLast(({ isDryRun }) => !isDryRun)
    const lastDryRun = ended.findLast(({ isDryRun }) => isDryRun)
    return {
      task: name,
      title: upkeep.title,
      lead: upkeep.lead,
      cron,
      nextAt: nextDue(cron, now).toISOString(),
      ...(current && { current: present(current) }),
      ...(last && { last: present(last) }),
      ...(lastDryRun && { lastDryRun: present(lastDryRun) }),
    }
  })
  return { items }
}

/** @throws not-found */
export async function listUpkeepRuns(
  { db }: Pick<Platform, 'db'>,
  tasks: readonly RecordedTask[],
  task: string,
): Promise<{ items: UpkeepRun[] }> {
  const rows = await store.listRuns(db, existing(tasks, task).name)
  return { items: rows.map(present) }
}

/**
 * Has it done as soon as a worker is free, or counted what it would do.
 *
 * @throws not-found
 * @throws wrong-state  it is under way
 */
export async function runUpkeep(
  { db, jobs }: Pick<Platform, 'db' | 'jobs'>,
  tasks: readonly RecordedTask[],
  actor: UserActor,
  input: { task: string; isDryRun: boolean },
): Promise<UpkeepRun> {
  const task = existing(tasks, input.task)
  const { isDryRun } = input
  const runId = newId()
  return inTransaction(db, async (tx) => {
    await store.lockTask(tx, task.name)
    if (await store.isUnderWay(tx, task.name))
      throw new Problem('wrong-state', `${task.upkeep.title}: a run is under way. Wait until it has ended.`)
    await store.insertRun(tx, { id: runId, task: task.name, isDryRun, askedBy: actor.userId })
    await jobs.enqueue(tx, task, { runId, isDryRun })
    const facts = { task: task.name, isDryRun }
    await audit.recordSecurityEvent(tx, 'info', 'upkeep.asked-for', { actor, facts })
    const row = await store.getRun(tx, runId)
    if (row === undefined) throw new Error('a run that was just written down is gone')
    return present(row)
  })
}

function existing(tasks: readonly RecordedTask[], name: string): RecordedTask {
  const task = tasks.find((each) => each.name === name)
  if (task === undefined) throw new Problem('not-found', `There is no upkeep named ${name}.`)
  return task
}
