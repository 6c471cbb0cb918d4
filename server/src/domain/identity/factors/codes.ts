import type { Tx } from '../../../platform/db/index.ts'
import type { Keys } from '../../../platform/keys.ts'
import { newRecoveryCodes, recoveryHash } from './recovery-codes.ts'
import * as store from './store.ts'
import { stepOf, unseal } from './totp.ts'

/** A step: takes a code of the app or a recovery code, once. @returns which it was; undefined when it was neither. */
export async function takeCode(
  tx: Tx,
  keys: Keys,
  userId: string,
  typed: string,
): Promise<'totp' | 'recovery-code' | undefined> {
  const code = typed.replace(/\s/g, '')
  if (/^\d{6}$/.test(code)) return (await takeTotp(tx, keys, userId, code)) ? 'totp' : undefined
  const hash = recoveryHash(code)
  return hash !== undefined && (await store.useRecoveryCode(tx, userId, hash)) ? 'recovery-code' : undefined
}

async function takeTotp(tx: Tx, keys: Keys, userId: string, code: string): Promise<boolean> {
  const totp = await store.lockTotp(tx, userId)
  if (totp === undefined || totp.confirmedAt === null) return false
  const secret = unseal(keys, userId, totp.sealedSecret)
  const step = secret === undefined ? undefined : stepOf(secret, code, totp.lastStep)
  if (step === undefined) return false
  await store.setTotpStep(tx, userId, step)
  return true
}

/** A step: recovery codes for an account that has none left; empty when it has some. */
export async function ensureRecoveryCodes(tx: Tx, userId: string): Promise<string[]> {
  return (await store.countRecoveryCodes(tx, userId)) > 0 ? [] : replaceRecoveryCodes(tx, userId)
}

/** A step: new ones; those before are void. */
export async function replaceRecoveryCodes(tx: Tx, userId: string): Promise<string[]> {
  const codes = newRecoveryCodes()
  await store.deleteRecoveryCodes(tx, userId)
  await store.insertRecoveryCodes(
    tx,
    userId,
    codes.flatMap((code) => recoveryHash(code) ?? []),
  )
  return codes
}

/** A step after a factor was removed: codes that nothing asks for any more would only be lost somewhere. */
export async function dropIdleRecoveryCodes(tx: Tx, userId: string): Promise<void> {
  const { hasSecondFactor } = await store.lockUser(tx, userId)
  if (!hasSecondFactor) await store.deleteRecoveryCodes(tx, userId)
}
