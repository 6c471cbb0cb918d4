import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db/index.ts'

export function getTotp(db: Db, userId: string) {
  return db
    .selectFrom('totp')
    .select(['confirmed_at as confirmedAt', 'created_at as createdAt'])
    .where('user_id', '=', userId)
    .executeTakeFirst()
}

/** Of two codes that come at once, the second sees what the first left. */
export function lockTotp(tx: Tx, userId: string) {
  return tx
    .selectFrom('totp')
    .select(['sealed_secret as sealedSecret', 'last_step as lastStep', 'confirmed_at as confirmedAt'])
    .where('user_id', '=', userId)
    .forUpdate()
    .executeTakeFirst()
}

/** Takes the place of one that was never confirmed. False when a confirmed one is there. */
export async function insertTotp(tx: Tx, userId: string, sealedSecret: Buffer): Promise<boolean> {
  const { rows } = await sql`
    insert into totp (user_id, sealed_secret) values (${userId}, ${sealedSecret})
    on conflict (user_id) do update set sealed_secret = excluded.sealed_secret, last_step = 0, created_at = now()
      where totp.confirmed_at is null
    returning user_id`.execute(tx)
  return rows.length === 1
}

export async function setTotpStep(tx: Tx, userId: string, step: number): Promise<void> {
  await tx.updateTable('totp').set({ last_step: step }).where('user_id', '=', userId).execute()
}

export async function confirmTotp(tx: Tx, userId: string): Promise<void> {
  await tx
    .updateTable('totp')
    .set({ confirmed_at: sql`now()` })
    .where('user_id', '=', userId)
    .execute()
}

/** False when there was none. */
export async function deleteTotp(tx: Tx, userId: string): Promise<boolean> {
  const deleted = await tx.deleteFrom('totp').where('user_id', '=', userId).returning('user_id').executeTakeFirst()
  return deleted !== undefined
}

/** @returns how many there were */
export async function deletePasskeys(tx: Tx, userId: string): Promise<number> {
  return (await tx.deleteFrom('passkey').where('user_id', '=', userId).returning('id').execute()).length
}

export async function countRecoveryCodes(db: Db, userId: string): Promise<number> {
  const { count } = await db
    .selectFrom('recovery_code')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('user_id', '=', userId)
    .where('used_at', 'is', null)
    .executeTakeFirstOrThrow()
  return Number(count)
}

export async function deleteRecoveryCodes(tx: Tx, userId: string): Promise<void> {
  await tx.deleteFrom('recovery_code').where('user_id', '=', userId).execute()
}

export async function insertRecoveryCodes(tx: Tx, userId: string, hashes: readonly Buffer[]): Promise<void> {
  await tx
    .insertInto('recovery_code')
    .values(hashes.map((hash) => ({ code_hash: hash, user_id: userId })))
    .execute()
}

/** False when it is no code of theirs, or has been used: of many at once, one is the first. */
export async function useRecoveryCode(tx: Tx, userId: string, hash: Buffer): Promise<boolean> {
  const used = await tx
    .updateTable('recovery_code')
    .set({ used_at: sql`now()` })
    .where('code_hash', '=', hash)
    .where('user_id', '=', userId)
    .where('used_at', 'is', null)
    .returning('code_hash')
    .executeTakeFirst()
  return used !== undefined
}

/** Locked: factors of one account are added and removed one after another. */
export function lockUser(tx: Tx, userId: string) {
  return tx
    .selectFrom('user')
    .select(['email', 'password_hash as passwordHash', 'has_second_factor as hasSecondFactor'])
    .where('id', '=', userId)
    .forNoKeyUpdate()
    .executeTakeFirstOrThrow()
}

export function getAccount(db: Db, userId: string) {
  return db
    .selectFrom('user')
    .select(['email', 'password_hash as passwordHash', 'has_second_factor as hasSecondFactor'])
    .where('id', '=', userId)
    .executeTakeFirstOrThrow()
}
