import type { UserActor } from '../../../platform/actor.ts'
import type { Tx } from '../../../platform/db/index.ts'
import type { Platform } from '../../../platform/platform.ts'
import { Problem } from '../../../platform/problem.ts'
import * as audit from '../../audit/index.ts'
import { revokeSessionsOf } from '../sessions/store.ts'
import * as administration from './administration/store.ts'
import { accountClosed } from './letters.ts'
import { placeOf } from './mailed.ts'
import * as store from './store.ts'

/**
 * A step of closing an account, after it has left every organization: it is nobody's any more.
 *
 * @returns ids of sessions and keys that have ended, to be told after the transaction
 * @throws last-administrator  while there are other accounts
 */
export async function closeAccountOf(tx: Tx, { mail }: Pick<Platform, 'mail'>, actor: UserActor): Promise<string[]> {
  const administrators = await administration.lockAdministrators(tx)
  const user = await store.lockActive(tx, actor.userId)
  if (user === undefined) throw new Problem('not-signed-in', 'This account is gone.')
  const isLast = administrators.length === 1 && administrators[0] === user.id
  if (isLast && (await store.hasOthers(tx, user.id)))
    throw new Problem('last-administrator', 'Make somebody else administrator first.')

  const keyIds = await store.revokeKeys(tx, user.id)
  const sessionIds = await revokeSessionsOf(tx, user.id, null, 'the account was closed')
  await mail.send(tx, { to: user.email, ...accountClosed(await placeOf(tx)) })
  await audit.recordSecurityEvent(tx, 'warning', 'account.closed', { userId: user.id, actor })
  await store.anonymize(tx, user.id)
  return [...sessionIds, ...keyIds]
}
