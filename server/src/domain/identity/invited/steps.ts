import type { Db, Tx } from '../../../platform/db/index.ts'
import { newId } from '../../../platform/ids.ts'
import { hashPassword } from '../../../platform/password.ts'
import type { Platform } from '../../../platform/platform.ts'
import * as audit from '../../audit/index.ts'
import { requireGoodPassword } from '../accounts/passwords.ts'
import * as accounts from '../store.ts'
import * as store from './store.ts'

/**
 * Done before the transaction, because it takes a third of a second.
 *
 * @param known  what others could guess of whose it is
 * @throws invalid-request, weak-password
 */
export async function hashNewPassword(
  platform: Pick<Platform, 'settings'>,
  password: string,
  known: { email: string; name: string },
): Promise<string> {
  await requireGoodPassword(platform, password, known)
  return hashPassword(password)
}

/**
 * A step of `organizations`: an account for somebody who has shown by a mailed token that they read this mailbox.
 *
 * @param email  as it was invited, in the form that accounts have
 * @throws email-taken
 */
export async function addInvitedAccount(
  tx: Tx,
  account: { email: string; name: string; passwordHash: string; ip: string },
): Promise<string> {
  const { email, name, passwordHash, ip } = account
  const { id } = await accounts.insertUser(tx, { id: newId(), email, name, passwordHash, isAdministrator: false })
  await store.setVerified(tx, id)
  await audit.recordSecurityEvent(tx, 'info', 'account.created', { userId: id, ip, facts: { isInvited: true } })
  return id
}

/** The address of a user who may act, and whether they have shown that it is theirs. */
export const getAddress: (
  db: Db,
  userId: string,
) => Promise<{ email: string; name: string; isVerified: boolean } | undefined> = store.getAddress

/** A step: a secret that was mailed to the address of this user has come back. */
export const markVerified: (tx: Tx, userId: string) => Promise<void> = store.setVerified
