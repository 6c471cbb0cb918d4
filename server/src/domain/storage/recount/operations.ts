import type { Actor } from '../../../platform/actor.ts'
import { inTransaction, type Db } from '../../../platform/db/index.ts'
import type { Report, Tally } from '../../../platform/jobs/index.ts'
import type { Platform } from '../../../platform/platform.ts'
import * as audit from '../../audit/index.ts'
import * as store from './store.ts'

const ACTOR: Actor = { kind: 'system', reason: 'recount' }
const AT_ONCE = 200

export type { Difference } from './store.ts'
export type Recounted = { organizations: number; differences: store.Difference[] }

/** Compares the books of every organization, or of one, with what there is. Changes nothing, and nobody waits for it. */
export async function recount(
  { db }: Pick<Platform, 'db'>,
  options: { organizationId?: string } = {},
  signal?: AbortSignal,
  report?: Report,
): Promise<Recounted> {
  return walk(db, options, { signal, report }, (organizationId) => store.measureDifference(db, organizationId))
}

/**
 * The same, and puts right what is wrong. Each difference is told to the trail and to those who look after security:
 * books go wrong only by a fault of this program, or by somebody who changed them past it.
 */
export async function recountAndCorrect(
  { db, log }: Pick<Platform, 'db' | 'log'>,
  options: { organizationId?: string } = {},
  signal?: AbortSignal,
  report?: Report,
): Promise<Recounted> {
  return walk(db, options, { signal, report }, async (organizationId) => {
    const seen = await store.measureDifference(db, organizationId)
    if (seen === undefined || isNothing(seen)) return seen
    const corrected = await correct(db, organizationId)
    if (corrected !== undefined)
      log.error({ ...corrected }, 'the books of an organization were wrong and were corrected')
    return corrected
  })
}

async function correct(db: Db, organizationId: string): Promise<store.Difference | undefined> {
  return inTransaction(db, async (tx) => {
    await store.lockBooks(tx, organizationId)
    const found = await store.measureDifference(tx, organizationId)
    if (found === undefined || isNothing(found)) return undefined
    if (found.wrongMarks > 0) await store.correctMarks(tx, organizationId)
    await store.correctQuota(tx, found)
    const { organizationId: _, ...facts } = found
    await audit.record(tx, ACTOR, 'quota.corrected', { organizationId, facts })
    await audit.recordSecurityEvent(tx, 'warning', 'quota.corrected', { actor: ACTOR, organizationId, facts })
    return found
  })
}

async function walk(
  db: Db,
  { organizationId }: { organizationId?: string },
  { signal, report }: { signal: AbortSignal | undefined; report: Report | undefined },
  visit: (organizationId: string) => Promise<store.Difference | undefined>,
): Promise<Recounted> {
  const recounted: Recounted = { organizations: 0, differences: [] }
  const total = organizationId === undefined ? await store.countOrganizations(db) : 1
  for (let after: string | undefined; !signal?.aborted;) {
    const ids = organizationId === undefined ? await store.listOrganizations(db, after, AT_ONCE) : [organizationId]
    for (const id of ids) {
      if (signal?.aborted) return recounted
      const difference = await visit(id)
      if (difference !== undefined && !isNothing(difference)) recounted.differences.push(difference)
      recounted.organizations += 1
      report?.(recounted.organizations, total)
    }
    after = ids.at(-1)
    if (ids.length < AT_ONCE) break
  }
  return recounted
}

const isNothing = (by: store.Difference): boolean =>
  by.usedBytes === 0 && by.reservedBytes === 0 && by.fileCount === 0 && by.wrongMarks === 0

export function tallyOf({ organizations, differences }: Recounted): Tally {
  const bytes = differences.reduce((sum, by) => sum + Math.abs(by.usedBytes) + Math.abs(by.reservedBytes), 0)
  return [
    { what: `of ${organizations} organizations wrong`, count: differences.length, isFault: true },
    { what: 'of difference', count: bytes, unit: 'bytes', isFault: true },
  ]
}
