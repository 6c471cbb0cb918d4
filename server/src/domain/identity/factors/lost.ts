import type { Actor } from '../../../platform/actor.ts'
import { inTransaction } from '../../../platform/db/index.ts'
import type { Platform } from '../../../platform/platform.ts'
import * as audit from '../../audit/index.ts'
import { revokeSessionsOf } from '../sessions/store.ts'
import * as store from './store.ts'

/**
 * For somebody who has lost phone, passkeys and recovery codes, when whoever runs the installation is sure who asks:
 * the password alone lets them in again. Whoever has what was lost is signed out.
 */
export async function removeFactors(
  platform: Pick<Platform, 'db' | 'live'>,
  actor: Actor,
  userId: string,
): Promise<void> {
  const ended = await inTransaction(platform.db, async (tx) => {
    await store.lockUser(tx, userId)
    const passkeys = await store.deletePasskeys(tx, userId)
    const hadTotp = await store.deleteTotp(tx, userId)
    await store.deleteRecoveryCodes(tx, userId)
    await audit.recordSecurityEvent(tx, 'warning', 'factors.removed', { userId, actor, facts: { passkeys, hadTotp } })
    return revokeSessionsOf(tx, userId, null, 'the second factors were removed')
  })
  for (const sessionId of ended) await platform.live.sessionEnded(sessionId)
}
