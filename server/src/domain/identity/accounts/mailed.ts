import { randomBytes } from 'node:crypto'
import { inTransaction, type Db, type Tx } from '../../../platform/db/index.ts'
import type { Platform } from '../../../platform/platform.ts'
import { Problem } from '../../../platform/problem.ts'
import * as audit from '../../audit/index.ts'
import { getInstallation } from '../store.ts'
import { hashToken } from '../tokens.ts'
import * as letters from './letters.ts'
import { LINK_MS, type MailedPurpose } from './rules.ts'
import * as store from './store.ts'

const TOKEN_BYTES = 32

export const placeOf = async (db: Db): Promise<string> => (await getInstallation(db)).name

/** A step: makes a secret that is good once, and forgets the one before it. */
export async function makeMailedToken(
  tx: Tx,
  user: store.Addressee,
  purpose: MailedPurpose,
): Promise<{ token: string; expiresAt: Date }> {
  const token = randomBytes(TOKEN_BYTES).toString('base64url')
  const expiresAt = new Date(Date.now() + LINK_MS[purpose])
  await store.replaceMailedToken(tx, { hash: hashToken(token), userId: user.id, purpose, email: user.email, expiresAt })
  return { token, expiresAt }
}

/** A step of registering: the account exists, and its address is asked to show that it is theirs. */
export async function beginVerification(
  tx: Tx,
  { mail }: Pick<Platform, 'mail'>,
  user: store.Addressee,
): Promise<void> {
  const { token, expiresAt } = await makeMailedToken(tx, user, 'verify-email')
  await mail.send(tx, { to: user.email, expiresAt, ...letters.verifyAddress(await placeOf(tx), token) })
}

/** A step: mails the link that sets a new password. */
export async function mailReset(tx: Tx, { mail }: Pick<Platform, 'mail'>, user: store.Addressee): Promise<void> {
  const { token, expiresAt } = await makeMailedToken(tx, user, 'reset-password')
  await mail.send(tx, { to: user.email, expiresAt, ...letters.setNewPassword(await placeOf(tx), token) })
}

/** What the job does: nothing when nobody who may sign in has this address. */
export async function answerForgotten(
  platform: Pick<Platform, 'db' | 'mail'>,
  asked: { email: string; ip: string },
): Promise<void> {
  await inTransaction(platform.db, async (tx) => {
    const user = await store.getActiveByEmail(tx, asked.email)
    const about = { ip: asked.ip, ...(user && { userId: user.id }) }
    await audit.recordSecurityEvent(tx, 'info', 'password.reset-asked', about)
    if (user !== undefined) await mailReset(tx, platform, user)
  })
}

export const linkUsed = () =>
  new Problem('link-used', 'A link from a mail is good once and for a while. Ask for a new one.')
