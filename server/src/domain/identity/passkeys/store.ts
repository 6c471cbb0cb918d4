import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db/index.ts'

const columns = [
  'id',
  'name',
  'is_synced as isSynced',
  'last_used_at as lastUsedAt',
  'created_at as createdAt',
] as const

export type PasskeyRow = { id: string; name: string; isSynced: boolean; lastUsedAt: Date | null; createdAt: Date }

export function listPasskeys(db: Db, userId: string): Promise<PasskeyRow[]> {
  return db.selectFrom('passkey').select(columns).where('user_id', '=', userId).orderBy('id').execute()
}

/** What a browser is told, so that it offers the right ones. */
export function listCredentials(db: Db, userId: string): Promise<{ id: string; transports: string[] }[]> {
  return db
    .selectFrom('passkey')
    .select(['credential_id as id', 'transports'])
    .where('user_id', '=', userId)
    .orderBy('id')
    .execute()
}

export function getCredential(db: Db, credentialId: string) {
  return db
    .selectFrom('passkey')
    .select([
      'id',
      'user_id as userId',
      'credential_id as credentialId',
      'public_key as publicKey',
      'sign_count as signCount',
      'transports',
    ])
    .where('credential_id', '=', credentialId)
    .executeTakeFirst()
}

/** Undefined when the authenticator's credential is kept already. */
export function insertPasskey(
  tx: Tx,
  passkey: {
    id: string
    userId: string
    credentialId: string
    publicKey: Uint8Array
    signCount: number
    transports: readonly string[]
    name: string
    isSynced: boolean
  },
): Promise<PasskeyRow | undefined> {
  return tx
    .insertInto('passkey')
    .values({
      id: passkey.id,
      user_id: passkey.userId,
      credential_id: passkey.credentialId,
      public_key: Buffer.from(passkey.publicKey),
      sign_count: passkey.signCount,
      transports: [...passkey.transports],
      name: passkey.name,
      is_synced: passkey.isSynced,
    })
    .onConflict((conflict) => conflict.column('credential_id').doNothing())
    .returning(columns)
    .executeTakeFirst()
}

/** False when the count has moved on meanwhile, or the passkey is gone: two answers cannot carry the same count. */
export async function setSignCount(tx: Tx, passkeyId: string, from: number, to: number): Promise<boolean> {
  const moved = await tx
    .updateTable('passkey')
    .set({ sign_count: to, last_used_at: sql`now()` })
    .where('id', '=', passkeyId)
    .where('sign_count', '=', from)
    .returning('id')
    .executeTakeFirst()
  return moved !== undefined
}

export function setName(tx: Tx, userId: string, passkeyId: string, name: string): Promise<PasskeyRow | undefined> {
  return tx
    .updateTable('passkey')
    .set({ name })
    .where('id', '=', passkeyId)
    .where('user_id', '=', userId)
    .returning(columns)
    .executeTakeFirst()
}

export function deletePasskey(tx: Tx, userId: string, passkeyId: string): Promise<{ name: string } | undefined> {
  return tx
    .deleteFrom('passkey')
    .where('id', '=', passkeyId)
    .where('user_id', '=', userId)
    .returning('name')
    .executeTakeFirst()
}
