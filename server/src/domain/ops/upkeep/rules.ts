import type { UpkeepRun } from '@trove/contract/upkeep'
import { CronExpressionParser } from 'cron-parser'
import { Problem } from '../../../platform/problem.ts'
import type { RunRow } from './store.ts'

const MOST_CHARACTERS = 300

/** When the clock starts it next; read by the same reader as the queue's. */
export const nextDue = (cron: string, now: Date): Date =>
  CronExpressionParser.parse(cron, { currentDate: now, tz: 'UTC' }).next().toDate()

/** Why a run failed, for administrators: the first line of what was thrown; the log has the rest. */
export function reasonOf(error: unknown): string {
  if (error instanceof Problem) return error.message
  const said = error instanceof Error ? error.message : String(error)
  const line = said.split('\n', 1)[0]?.trim() ?? ''
  return line === '' ? 'The server failed.' : line.slice(0, MOST_CHARACTERS)
}

export function present(row: RunRow): UpkeepRun {
  const { doneCount, totalCount, askedById, askedByName } = row
  return {
    id: row.id,
    isDryRun: row.isDryRun,
    state: row.state,
    ...(askedById !== null && askedByName !== null && { askedBy: { id: askedById, name: askedByName } }),
    askedAt: row.askedAt.toISOString(),
    ...(row.beganAt !== null && { beganAt: row.beganAt.toISOString() }),
    ...(row.endedAt !== null && { endedAt: row.endedAt.toISOString() }),
    ...(doneCount !== null && { progress: { doneCount, ...(totalCount !== null && { totalCount }) } }),
    tally: [...row.tally],
    ...(row.failure !== null && { failure: row.failure }),
  }
}
