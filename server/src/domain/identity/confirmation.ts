import type { UserActor } from '../../platform/actor.ts'
import type { Db } from '../../platform/db/index.ts'
import { Problem } from '../../platform/problem.ts'
import * as rules from './rules.ts'
import * as store from './store.ts'

/**
 * Asked before anything that would let whoever found an open page keep the account: a sign-in, or a confirmation since,
 * must be recent.
 *
 * @throws confirm-first
 */
export async function requireConfirmed(db: Db, actor: UserActor): Promise<void> {
  if (await isConfirmed(db, actor)) return
  throw new Problem(
    'confirm-first',
    'Some time has passed since you signed in. Confirm that it is you, then try again.',
  )
}

export async function isConfirmed(db: Db, actor: UserActor): Promise<boolean> {
  const session = await store.getLiveSession(db, actor.sessionId)
  return session !== undefined && rules.isRecent(session.confirmedAt, new Date())
}
