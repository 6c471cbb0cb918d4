import type { UserActor } from '../../../platform/actor.ts'
import { inTransaction } from '../../../platform/db/index.ts'
import { networkOf } from '../../../platform/http/address.ts'
import type { Limiter } from '../../../platform/http/limiter.ts'
import type { Platform } from '../../../platform/platform.ts'
import { Problem } from '../../../platform/problem.ts'
import * as audit from '../../audit/index.ts'
import { normalizeEmail } from '../rules.ts'
import { hashToken } from '../tokens.ts'
import * as letters from './letters.ts'
import { beginVerification, linkUsed, makeMailedToken, placeOf } from './mailed.ts'
import { requireOwnPassword, type PasswordMachines } from './passwords.ts'
import * as store from './store.ts'

/**
 * @throws too-many-requests
 * @throws wrong-state  the address is verified already
 */
export async function sendVerification(
  platform: Pick<Platform, 'db' | 'mail'> & { mailsOfAccount: Limiter },
  actor: UserActor,
): Promise<void> {
  await platform.mailsOfAccount.take(actor.userId)
  await inTransaction(platform.db, async (tx) => {
    const user = await store.lockActive(tx, actor.userId)
    if (user === undefined) throw new Problem('not-signed-in', 'This account is gone.')
    if (user.emailVerifiedAt !== null) throw new Problem('wrong-state', 'This address is verified already.')
    await beginVerification(tx, platform, user)
    await audit.recordSecurityEvent(tx, 'info', 'email.verification-sent', { userId: user.id, actor })
  })
}

type Guarded = Pick<Platform, 'db'> & { linksOfAddress: Limiter }

/** @throws link-used  it was used, has expired, or was sent to an address that the account no longer has */
export async function verifyEmail(platform: Guarded, ip: string, token: string): Promise<{ email: string }> {
  await platform.linksOfAddress.take(networkOf(ip))
  return inTransaction(platform.db, async (tx) => {
    const taken = await store.takeMailedToken(tx, hashToken(token), 'verify-email')
    const user = taken && (await store.lockActive(tx, taken.userId))
    if (user === undefined || user.email !== taken?.email) throw linkUsed()
    await store.setEmailVerified(tx, user.id)
    await audit.recordSecurityEvent(tx, 'info', 'email.verified', { userId: user.id, ip })
    return { email: user.email }
  })
}

/**
 * The new address becomes the account's when its link is used.
 *
 * @throws wrong-password, too-many-requests
 * @throws invalid-request  it is the present one
 */
export async function changeEmail(
  platform: PasswordMachines & Pick<Platform, 'mail'> & { mailsOfAccount: Limiter },
  actor: UserActor,
  input: { password: string; email: string },
): Promise<void> {
  await platform.mailsOfAccount.take(actor.userId)
  await requireOwnPassword(platform, actor, input.password)
  const email = normalizeEmail(input.email)
  await inTransaction(platform.db, async (tx) => {
    const user = await store.lockActive(tx, actor.userId)
    if (user === undefined) throw new Problem('not-signed-in', 'This account is gone.')
    if (user.email === email) throw new Problem('invalid-request', 'This is the address that your account has.')
    const { token, expiresAt } = await makeMailedToken(tx, { ...user, email }, 'change-email')
    await platform.mail.send(tx, { to: email, expiresAt, ...letters.confirmAddress(await placeOf(tx), token) })
    await audit.recordSecurityEvent(tx, 'info', 'email.change-asked', { userId: user.id, actor })
  })
}

/**
 * Links that went to the old address open nothing any more, and the old address is told.
 *
 * @throws link-used
 * @throws email-taken  somebody made an account with this address meanwhile
 */
export async function confirmEmail(
  platform: Guarded & Pick<Platform, 'mail'>,
  ip: string,
  token: string,
): Promise<{ email: string }> {
  await platform.linksOfAddress.take(networkOf(ip))
  return inTransaction(platform.db, async (tx) => {
    const taken = await store.takeMailedToken(tx, hashToken(token), 'change-email')
    const user = taken && (await store.lockActive(tx, taken.userId))
    if (user === undefined || taken === undefined) throw linkUsed()
    await store.setEmail(tx, user.id, taken.email)
    await store.deleteMailedTokensOf(tx, user.id)
    await platform.mail.send(tx, { to: user.email, ...letters.addressChanged(await placeOf(tx), taken.email) })
    await audit.recordSecurityEvent(tx, 'warning', 'email.changed', { userId: user.id, ip })
    return { email: taken.email }
  })
}
