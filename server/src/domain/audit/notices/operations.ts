import type { Tx } from '../../../platform/db/index.ts'
import type { SecurityRow } from '../reading/store.ts'
import * as store from './store.ts'

/** At most this often, however much happens: an alert is no place for a flood. */
const TELL_EVERY_MS = 5 * 60_000

/**
 * Critical events that nobody was told of, once, and none while the last telling was a short time ago. Only what is
 * sealed is taken: a line with a lower number may still be on its way.
 *
 * @returns how many there are, and the newest of them
 */
export async function takeUntold(tx: Tx, now: Date): Promise<{ count: number; newest: SecurityRow[] }> {
  const notice = await store.lockNotice(tx)
  if (notice.toldAt !== null && now.getTime() - notice.toldAt.getTime() < TELL_EVERY_MS) return { count: 0, newest: [] }
  const untold = await store.getUntold(tx, notice.toldNumber)
  if (untold.count > 0) await store.setTold(tx, { number: untold.upto, at: now })
  return untold
}
