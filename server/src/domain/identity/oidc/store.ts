import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db/index.ts'

export function listLinkedSignIns(db: Db, userId: string) {
  return db
    .selectFrom('linked_sign_in')
    .select(['id', 'email', 'issuer', 'last_used_at as lastUsedAt', 'created_at as createdAt'])
    .where('user_id', '=', userId)
    .orderBy('id')
    .execute()
}

/** Who signs in as this, and that it was used now. */
export function useLinkedSignIn(tx: Tx, issuer: string, subject: string): Promise<{ userId: string } | undefined> {
  return tx
    .updateTable('linked_sign_in')
    .set({ last_used_at: sql`now()` })
    .where('issuer', '=', issuer)
    .where('subject', '=', subject)
    .returning('user_id as userId')
    .executeTakeFirst()
}

/** False when somebody signs in as this already: of two that link at once, one is the first. */
export async function insertLinkedSignIn(
  tx: Tx,
  link: { id: string; userId: string; issuer: string; subject: string; email: string | null },
): Promise<boolean> {
  const inserted = await tx
    .insertInto('linked_sign_in')
    .values({
      id: link.id,
      user_id: link.userId,
      issuer: link.issuer,
      subject: link.subject,
      email: link.email,
      last_used_at: sql`now()`,
    })
    .onConflict((conflict) => conflict.constraint('linked_sign_in_once').doNothing())
    .returning('id')
    .executeTakeFirst()
  return inserted !== undefined
}

export function deleteLinkedSignIn(tx: Tx, userId: string, id: string): Promise<{ email: string | null } | undefined> {
  return tx
    .deleteFrom('linked_sign_in')
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .returning('email')
    .executeTakeFirst()
}

/** The account with this address, locked, and whether its owner has shown that the address is theirs. */
export function lockAccountByEmail(tx: Tx, email: string) {
  return tx
    .selectFrom('user')
    .select(['id', 'email_verified_at as emailVerifiedAt', 'has_second_factor as hasSecondFactor'])
    .where(sql<string>`lower(email)`, '=', email)
    .forNoKeyUpdate()
    .executeTakeFirst()
}

export function getAccount(db: Db, userId: string) {
  return db
    .selectFrom('user')
    .select(['id', 'has_second_factor as hasSecondFactor'])
    .where('id', '=', userId)
    .executeTakeFirst()
}

/** What would still let the user in, were this link gone. Their row stays locked, so that two ways cannot go at once. */
export async function lockOtherWays(tx: Tx, userId: string, linkedSignInId: string) {
  const { password_hash: passwordHash } = await tx
    .selectFrom('user')
    .select('password_hash')
    .where('id', '=', userId)
    .forNoKeyUpdate()
    .executeTakeFirstOrThrow()
  const { rows } = await sql<{ others: number; passkeys: number }>`
    select (select count(*)::int from linked_sign_in where user_id = ${userId} and id <> ${linkedSignInId}) as others,
           (select count(*)::int from passkey where user_id = ${userId}) as passkeys`.execute(tx)
  return { passwordHash, others: rows[0]?.others ?? 0, passkeys: rows[0]?.passkeys ?? 0 }
}

/** An account that its owner has shown to be of this address, made without a password. */
export async function setEmailVerified(tx: Tx, userId: string): Promise<void> {
  await tx
    .updateTable('user')
    .set({ email_verified_at: sql`now()` })
    .where('id', '=', userId)
    .execute()
}
