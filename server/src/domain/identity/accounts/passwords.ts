import type { UserActor } from '../../../platform/actor.ts'
import { inTransaction } from '../../../platform/db/index.ts'
import { networkOf } from '../../../platform/http/address.ts'
import type { Limiter } from '../../../platform/http/limiter.ts'
import { hashPassword, isPassword } from '../../../platform/password.ts'
import type { Platform } from '../../../platform/platform.ts'
import { Problem } from '../../../platform/problem.ts'
import type { Settings } from '../../../platform/settings.ts'
import { isBreached } from '../../../platform/strength/breached.ts'
import { judgeStrength } from '../../../platform/strength/index.ts'
import * as audit from '../../audit/index.ts'
import { counted, createAttempts } from '../attempts.ts'
import { requireUsablePassword } from '../rules.ts'
import { revokeSessionsOf } from '../sessions/store.ts'
import { hashToken } from '../tokens.ts'
import * as letters from './letters.ts'
import { linkUsed, placeOf } from './mailed.ts'
import { LEAST_SCORE } from './rules.ts'
import * as store from './store.ts'

/** Counts wrong answers of signed-in users, so that an open page is no place to guess. */
export type PasswordCheck = { failuresOfPassword: Limiter }
export type PasswordMachines = Pick<Platform, 'db' | 'settings'> & PasswordCheck

export const createPasswordCheck = ({ loginFailuresPerMinute }: Settings): PasswordCheck => ({
  failuresOfPassword: createAttempts(loginFailuresPerMinute, 'wrong passwords'),
})

/**
 * Asked wherever a password is set.
 *
 * @param known  what others could guess of whose it is
 * @throws invalid-request  it is longer than can be kept
 * @throws weak-password    it is guessed easily, or known to thieves; says why
 */
export async function requireGoodPassword(
  { settings }: Pick<Platform, 'settings'>,
  password: string,
  known: { email: string; name?: string },
): Promise<void> {
  requireUsablePassword(password)
  const { score, reason } = await judgeStrength(password, [known.email, ...known.email.split('@'), known.name ?? ''])
  if (score < LEAST_SCORE)
    throw new Problem(
      'weak-password',
      reason ?? 'It could be guessed. Longer is better: a few words that nobody would put together.',
    )
  const { breachedPasswordsFile } = settings
  if (breachedPasswordsFile !== undefined && (await isBreached(breachedPasswordsFile, password)))
    throw new Problem(
      'weak-password',
      'This password is on a list of stolen ones, wherever it was stolen. Choose another.',
    )
}

/**
 * Asks the signed-in user for their password once more.
 *
 * @throws wrong-password, too-many-requests
 */
export async function requireOwnPassword(
  { db, failuresOfPassword }: Pick<PasswordMachines, 'db' | 'failuresOfPassword'>,
  actor: UserActor,
  password: string,
): Promise<void> {
  const isRight = await counted([[failuresOfPassword, actor.userId]], async () =>
    (await isPassword(password, await store.getPasswordHash(db, actor.userId))) ? true : undefined,
  )
  if (isRight) return
  await inTransaction(db, (tx) => audit.recordSecurityEvent(tx, 'warning', 'password.refused', { actor }))
  throw new Problem('wrong-password', 'That is not the password of this account.')
}

/**
 * Ends the other sessions of the account, and tells its address.
 *
 * @throws wrong-password, weak-password, too-many-requests, invalid-request
 */
export async function changePassword(
  platform: PasswordMachines & Pick<Platform, 'mail' | 'live'>,
  actor: UserActor,
  input: { password: string; newPassword: string },
): Promise<void> {
  await requireOwnPassword(platform, actor, input.password)
  const known = await store.getAddressee(platform.db, actor.userId)
  if (known === undefined) throw new Problem('not-signed-in', 'This account is gone.')
  await requireGoodPassword(platform, input.newPassword, known)
  const passwordHash = await hashPassword(input.newPassword)
  const ended = await inTransaction(platform.db, async (tx) => {
    const user = await store.lockActive(tx, actor.userId)
    if (user === undefined) throw new Problem('not-signed-in', 'This account is gone.')
    await store.setPasswordHash(tx, user.id, passwordHash)
    await store.deleteMailedToken(tx, user.id, 'reset-password')
    await platform.mail.send(tx, { to: user.email, ...letters.passwordChanged(await placeOf(tx)) })
    await audit.recordSecurityEvent(tx, 'info', 'password.changed', { userId: user.id, actor })
    return revokeSessionsOf(tx, user.id, actor.sessionId, 'the password was changed')
  })
  for (const sessionId of ended) await platform.live.sessionEnded(sessionId)
}

/**
 * Sets a password with the secret from a mail, and ends every session of the account. Whoever has the mail has the
 * address, so it counts as verified.
 *
 * @throws link-used, weak-password, too-many-requests, invalid-request
 */
export async function resetPassword(
  platform: Pick<Platform, 'db' | 'mail' | 'live' | 'settings'> & { linksOfAddress: Limiter },
  ip: string,
  input: { token: string; password: string },
): Promise<void> {
  await platform.linksOfAddress.take(networkOf(ip))
  requireUsablePassword(input.password)
  const hash = hashToken(input.token)
  // Looked at before it is used, so that a password that is refused does not cost the link.
  const known = await store.getMailedToken(platform.db, hash, 'reset-password')
  if (known === undefined) throw linkUsed()
  await requireGoodPassword(platform, input.password, known)
  const passwordHash = await hashPassword(input.password)
  const ended = await inTransaction(platform.db, async (tx) => {
    const taken = await store.takeMailedToken(tx, hash, 'reset-password')
    const user = taken && (await store.lockActive(tx, taken.userId))
    if (user === undefined || user.email !== taken?.email) throw linkUsed()
    await store.setPasswordHash(tx, user.id, passwordHash)
    await store.setEmailVerified(tx, user.id)
    await store.deleteMailedTokensOf(tx, user.id)
    await platform.mail.send(tx, { to: user.email, ...letters.passwordWasReset(await placeOf(tx)) })
    await audit.recordSecurityEvent(tx, 'warning', 'password.reset', { userId: user.id, ip })
    return revokeSessionsOf(tx, user.id, null, 'a new password was set')
  })
  for (const sessionId of ended) await platform.live.sessionEnded(sessionId)
}
