import { setTimeout as delay } from 'node:timers/promises'
import * as rows from '../store.ts'
import type { Machines } from './operations.ts'
import type { Fault } from './rules.ts'

const AT_ONCE = 500
/** A variant has its object first and its row a moment after; an object that is older than this has waited for none. */
const SETTLED_MS = 10_000

/** Objects that no row mentions: each was asked about twice, the second time when it could not be on its way any more. */
export async function findOrphans(
  { db, objects }: Machines,
  { mostTold, settledMs = SETTLED_MS }: { mostTold: number; settledMs?: number | undefined },
  signal?: AbortSignal,
): Promise<{ count: number; faults: Fault[] }> {
  const faults: Fault[] = []
  let count = 0
  let page: { key: string; sizeBytes: number; modifiedAt: Date }[] = []

  async function look(): Promise<void> {
    const byKey = new Map(page.map((object) => [object.key, object]))
    page = []
    const suspects = await rows.listOrphans(db, [...byKey.keys()])
    if (suspects.length === 0) return
    const youngest = Math.max(...suspects.map((key) => byKey.get(key)?.modifiedAt.getTime() ?? 0))
    const waitMs = Math.min(youngest + settledMs - Date.now(), settledMs)
    if (waitMs > 0) await delay(waitMs, undefined, { signal }).catch(() => undefined)
    for (const key of await rows.listOrphans(db, suspects)) {
      if (await hasGone(objects, key)) continue
      count += 1
      const sizeBytes = byKey.get(key)?.sizeBytes ?? 0
      if (faults.length < mostTold) faults.push({ kind: 'orphan', of: 'nothing', objectKey: key, sizeBytes })
    }
  }

  for await (const object of objects.list()) {
    if (signal?.aborted === true) break
    page.push(object)
    if (page.length >= AT_ONCE) await look()
  }
  await look()
  return { count, faults }
}

/** What has been removed meanwhile is no orphan. What has no name of ours was put there by somebody else, and is one. */
async function hasGone(objects: Machines['objects'], key: string): Promise<boolean> {
  try {
    return (await objects.head(key)) === undefined
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}
