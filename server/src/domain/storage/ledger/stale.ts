import { inTransaction } from '../../../platform/db/index.ts'
import type { Platform } from '../../../platform/platform.ts'
import { release } from './operations.ts'
import * as store from './store.ts'

const AT_ONCE = 500

/**
 * Gives back what is still set aside for uploads that have ended. Each of their ends gives it back itself, so there is
 * nothing to be found unless one was forgotten. Those of uploads that go on are looked at again after a day.
 *
 * @returns how many, and how many bytes
 */
export async function releaseStale(
  { db }: Pick<Platform, 'db'>,
  signal?: AbortSignal,
): Promise<{ count: number; bytes: number }> {
  const released = { count: 0, bytes: 0 }
  while (!signal?.aborted) {
    const stale = await store.listStale(db, AT_ONCE)
    if (stale.length === 0) break
    await inTransaction(db, async (tx) => {
      for (const { uploadId, isNeeded } of stale) if (!isNeeded) await release(tx, uploadId)
      const needed = stale.filter(({ isNeeded }) => isNeeded)
      await store.prolong(
        tx,
        needed.map(({ uploadId }) => uploadId),
      )
    })
    for (const { isNeeded, bytes } of stale) {
      if (isNeeded) continue
      released.count += 1
      released.bytes += bytes
    }
  }
  return released
}

/** What that would give back now. */
export async function countStale({ db }: Pick<Platform, 'db'>): Promise<{ count: number; bytes: number }> {
  const stale = (await store.listStale(db, MOST_COUNTED)).filter(({ isNeeded }) => !isNeeded)
  return { count: stale.length, bytes: stale.reduce((sum, { bytes }) => sum + bytes, 0) }
}
const MOST_COUNTED = 100_000
