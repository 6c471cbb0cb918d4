import { stepNames, type StepName } from '@trove/contract/processing'
import type { FailedStep, FailureGroup, Processing, StepQueue } from '@trove/contract/processing-console'
import type { UserActor } from '../../../platform/actor.ts'
import type { Task } from '../../../platform/jobs/index.ts'
import type { Platform } from '../../../platform/platform.ts'
import * as access from '../../access/index.ts'
import * as oldFiles from '../old-files/store.ts'
import { steps } from '../steps/tasks.ts'
import * as store from './store.ts'

const EXAMPLES = 3

/** What makes the pictures of a new version: its queue is that of the steps before a file can be seen. */
export type Process = Task

/** For the administrator of the installation alone: the door asks for that. */
export async function getProcessing(
  { db, jobs }: Pick<Platform, 'db' | 'jobs'>,
  process: Process,
): Promise<Processing> {
  const names = stepNames.filter((name) => isFirst(name) || steps.some(({ step }) => step.name === name))
  const [counted, running, pauses, runs, before] = await Promise.all([
    store.countSteps(db, names),
    store.listRunning(db),
    store.listPauses(db),
    oldFiles.listRuns(db),
    jobs.waitingOf(process),
  ])
  const about = { counted, pauses, runs, before }
  return {
    steps: names.map((name) => queueOf(name, about)),
    running: running.map(({ organizationId, organization, beganAt, ...step }) => ({
      ...step,
      organization: { id: organizationId, name: organization },
      beganAt: beganAt.toISOString(),
    })),
  }
}

const isFirst = (name: StepName): boolean => name === 'scan' || name === 'probe' || name === 'variants'

type About = {
  counted: readonly store.CountedStep[]
  pauses: readonly store.PauseRow[]
  runs: readonly oldFiles.RunRow[]
  before: Awaited<ReturnType<Platform['jobs']['waitingOf']>>
}

function queueOf(name: StepName, { counted, pauses, runs, before }: About): StepQueue {
  const known = steps.find(({ step }) => step.name === name)?.step
  const own = counted.find((each) => each.name === name)
  const pause = pauses.find((each) => each.name === name)
  const run = runs.find((each) => each.name === name)
  // Before it is begun, a new version is a job and nothing else.
  const waiting = isFirst(name) ? (name === 'variants' ? before.count : 0) : (own?.waiting ?? 0)
  const oldestAt = isFirst(name) ? (name === 'variants' ? before.oldestAt : undefined) : own?.oldestAt
  return {
    name,
    weight: known?.weight ?? 'light',
    revision: known?.revision ?? 1,
    isLater: known !== undefined,
    waiting,
    waitingOld: own?.waitingOld ?? 0,
    running: own?.running ?? 0,
    ...(oldestAt && { oldestAt: oldestAt.toISOString() }),
    doneInMinute: own?.doneInMinute ?? 0,
    failedInMinute: own?.failedInMinute ?? 0,
    doneInHour: own?.doneInHour ?? 0,
    failedInHour: own?.failedInHour ?? 0,
    failed: own?.failed ?? 0,
    ...(pause && { paused: { at: pause.pausedAt.toISOString(), ...personOf('by', pause.byId, pause.byName) } }),
    ...(run && { again: presentRun(run) }),
  }
}

function personOf<K extends string>(key: K, id: string | null, name: string | null) {
  return id === null || name === null ? {} : ({ [key]: { id, name } } as Record<K, { id: string; name: string }>)
}

function presentRun({ askedById, askedByName, askedAt, endedAt, seenCount, askedCount, totalCount }: oldFiles.RunRow) {
  return {
    ...personOf('askedBy', askedById, askedByName),
    askedAt: askedAt.toISOString(),
    ...(endedAt && { endedAt: endedAt.toISOString() }),
    seenCount,
    askedCount,
    totalCount: Math.max(totalCount, seenCount),
  }
}

/** For the administrator of the installation alone. Names are told of those files that they may read themselves. */
export async function listProcessingFailures(
  { db }: Pick<Platform, 'db'>,
  actor: UserActor,
): Promise<{ items: FailureGroup[] }> {
  const items: FailureGroup[] = []
  for (const { step, reason, count, newestAt } of await store.listFailureGroups(db)) {
    const rows = await store.listFailures(db, { step, reason, limit: EXAMPLES })
    const examples = await Promise.all(rows.map((row) => presentFailure(db, actor, row)))
    items.push({ step, reason, count, newestAt: newestAt.toISOString(), examples })
  }
  return { items }
}

async function presentFailure(db: Platform['db'], actor: UserActor, row: store.FailureRow): Promise<FailedStep> {
  const { organizationId, organization, mediaType, sizeBytes, failure, endedAt, fileId, fileName } = row
  const isReadable = fileId !== null && (await access.rightsOf(db, actor, fileId)).includes('read')
  return {
    organization: { id: organizationId, name: organization },
    mediaType,
    sizeBytes,
    failure,
    endedAt: endedAt.toISOString(),
    ...(isReadable && fileName !== null && { file: { id: fileId, name: fileName } }),
  }
}
