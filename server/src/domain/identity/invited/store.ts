import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db/index.ts'

/** Undefined when the account was closed or is suspended. */
export function getAddress(db: Db, userId: string) {
  return db
    .selectFrom('user')
    .select(['email', 'name', sql<boolean>`email_verified_at is not null`.as('isVerified')])
    .where('id', '=', userId)
    .where('closed_at', 'is', null)
    .where('suspended_at', 'is', null)
    .executeTakeFirst()
}

export async function setVerified(tx: Tx, userId: string): Promise<void> {
  await tx
    .updateTable('user')
    .set({ email_verified_at: sql`now()` })
    .where('id', '=', userId)
    .where('email_verified_at', 'is', null)
    .execute()
}
