import type { Db } from '../../../platform/db/index.ts'
import { Problem } from '../../../platform/problem.ts'
import * as store from './store.ts'

/**
 * Bytes of a session are taken, unless somebody has paused it. Asked with the turn at an upload in hand: a pause that
 * commits later interrupts that turn.
 *
 * @throws wrong-state  with `pausedBy`
 */
export async function requireGoingOn(db: Db, sessionId: string): Promise<void> {
  const pause = await store.getPause(db, sessionId)
  if (pause === undefined) return
  throw new Problem('wrong-state', `${pause.byName} has paused this upload session; resume it to go on.`, {
    from: 'paused',
    to: 'active',
    pausedBy: { id: pause.byId, name: pause.byName },
  })
}
