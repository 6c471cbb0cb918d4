import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db/index.ts'

/** Newest first. */
export function listSessions(db: Db, userId: string, page: { limit: number; after: string | undefined }) {
  let query = db
    .selectFrom('session')
    .select([
      'id',
      'ip',
      'user_agent as userAgent',
      'signed_in_by as signedInBy',
      'created_at as createdAt',
      'last_used_at as lastUsedAt',
    ])
    .where('user_id', '=', userId)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', sql<Date>`now()`)
  if (page.after !== undefined) query = query.where('id', '<', page.after)
  return query.orderBy('id', 'desc').limit(page.limit).execute()
}

/** The sessions of a user that live, but one; locked by being ended. @returns their ids */
export async function revokeSessionsOf(tx: Tx, userId: string, but: string | null, because: string): Promise<string[]> {
  const revoked = await tx
    .updateTable('session')
    .set({ revoked_at: sql`now()`, revoked_because: because })
    .where('user_id', '=', userId)
    .where('revoked_at', 'is', null)
    .where(sql<boolean>`id is distinct from ${but}::uuid`)
    .returning('id')
    .execute()
  return revoked.map(({ id }) => id)
}

/** False when it is somebody else's, or has ended. */
export async function revokeOwnSession(tx: Tx, userId: string, sessionId: string): Promise<boolean> {
  const revoked = await tx
    .updateTable('session')
    .set({ revoked_at: sql`now()`, revoked_because: 'revoked from another session' })
    .where('id', '=', sessionId)
    .where('user_id', '=', userId)
    .where('revoked_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return revoked !== undefined
}
