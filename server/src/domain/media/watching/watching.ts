import { stepNames, type ProcessingStep } from '@trove/contract/processing'
import type { UserActor } from '../../../platform/actor.ts'
import { inTransaction } from '../../../platform/db/index.ts'
import type { Task } from '../../../platform/jobs/index.ts'
import type { Platform } from '../../../platform/platform.ts'
import { Problem } from '../../../platform/problem.ts'
import * as access from '../../access/index.ts'
import { lookedAt, steps } from '../steps/tasks.ts'
import * as store from './store.ts'

type Machines = Pick<Platform, 'db' | 'jobs'>

/**
 * How far each step is with the current version of a file. Somebody looks at it: what waits of it goes before everything
 * else from here on, once.
 *
 * @throws not-found
 */
export async function lookAtSteps(
  platform: Machines,
  process: Task,
  actor: UserActor,
  fileId: string,
): Promise<{ items: ProcessingStep[] }> {
  await access.require(platform.db, actor, 'read', fileId)
  const version = await store.getVersion(platform.db, fileId)
  if (version === undefined) throw new Problem('not-found', `No file ${fileId}.`)
  const rows = await store.listSteps(platform.db, version.blobId)
  await raise(platform, process, version, rows)
  const items = rows.map(present)
  // From before steps were written down, or not begun yet: the version tells.
  if (!rows.some(({ name }) => name === 'variants')) items.push(presentVersion(version))
  return { items: items.toSorted((a, b) => stepNames.indexOf(a.name) - stepNames.indexOf(b.name)) }
}

async function raise(
  { db, jobs }: Machines,
  process: Task,
  version: store.VersionRow,
  rows: readonly store.StepRow[],
): Promise<void> {
  const { versionId, blobId, organizationId, status } = version
  const options = { groupId: organizationId, urgency: 'first' as const }
  if (status === 'pending') {
    if (rows.some(({ name, isRaised }) => name === 'variants' && isRaised)) return
    if (await store.isPaused(db, 'variants')) return
    return inTransaction(db, async (tx) => {
      if (await store.raiseVersion(tx, version)) await jobs.enqueue(tx, process, { versionId }, options)
    })
  }
  if (status !== 'ready') return
  const waiting = rows.filter((row) => row.status === 'waiting' && !row.isRaised && !row.isPaused)
  const names = waiting.map(({ name }) => name).filter((name) => steps.some(({ step }) => step.name === name))
  if (names.length === 0) return
  await inTransaction(db, async (tx) => {
    for (const step of await store.raise(tx, blobId, names)) await jobs.enqueue(tx, lookedAt, { blobId, step }, options)
  })
}

function present(row: store.StepRow): ProcessingStep {
  const { name, status, progress, attempts, reason, failure, beganAt, endedAt, isPaused } = row
  return {
    name,
    status,
    progress,
    attempts,
    ...(reason !== null && { reason }),
    ...(failure !== null && { failure }),
    ...(beganAt !== null && { beganAt: beganAt.toISOString() }),
    ...(endedAt !== null && { endedAt: endedAt.toISOString() }),
    ...(isPaused && status === 'waiting' && { isPaused }),
  }
}

const STATES = {
  pending: 'waiting',
  processing: 'running',
  ready: 'done',
  failed: 'failed',
  infected: 'skipped',
} as const

function presentVersion({ status, failure }: store.VersionRow): ProcessingStep {
  return {
    name: 'variants',
    status: STATES[status],
    progress: status === 'ready' ? 1 : 0,
    attempts: 0,
    ...(status === 'failed' && failure !== null && { reason: 'fault' as const, failure }),
  }
}
