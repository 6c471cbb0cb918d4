import type { Scope } from '@trove/contract/access'
import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db/index.ts'

const columns = [
  'id',
  'name',
  'scopes',
  'ending',
  'expires_at as expiresAt',
  'last_used_at as lastUsedAt',
  'last_used_ip as lastUsedIp',
  'created_at as createdAt',
] as const

export type KeyRow = {
  id: string
  name: string
  scopes: string[]
  ending: string
  expiresAt: Date | null
  lastUsedAt: Date | null
  lastUsedIp: string | null
  createdAt: Date
}

/** Newest first; those that have expired are told until they are revoked. */
export function listKeys(db: Db, userId: string): Promise<KeyRow[]> {
  return db
    .selectFrom('api_key')
    .select(columns)
    .where('user_id', '=', userId)
    .where('revoked_at', 'is', null)
    .orderBy('id', 'desc')
    .execute()
}

/** Held until the transaction ends, so that keys are counted and made one after another. */
export async function lockKeysOf(tx: Tx, userId: string): Promise<number> {
  await tx.selectFrom('user').select('id').where('id', '=', userId).forNoKeyUpdate().executeTakeFirst()
  const { count } = await tx
    .selectFrom('api_key')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('user_id', '=', userId)
    .where('revoked_at', 'is', null)
    .executeTakeFirstOrThrow()
  return Number(count)
}

export function insertKey(
  tx: Tx,
  key: {
    id: string
    userId: string
    name: string
    tokenHash: Buffer
    ending: string
    scopes: readonly string[]
    expiresAt: Date | null
  },
): Promise<KeyRow> {
  return tx
    .insertInto('api_key')
    .values({
      id: key.id,
      user_id: key.userId,
      name: key.name,
      token_hash: key.tokenHash,
      ending: key.ending,
      scopes: [...key.scopes],
      expires_at: key.expiresAt,
    })
    .returning(columns)
    .executeTakeFirstOrThrow()
}

/** Undefined when it is somebody else's, or has been revoked already. */
export function revokeKey(tx: Tx, userId: string, keyId: string): Promise<{ name: string } | undefined> {
  return tx
    .updateTable('api_key')
    .set({ revoked_at: sql`now()` })
    .where('id', '=', keyId)
    .where('user_id', '=', userId)
    .where('revoked_at', 'is', null)
    .returning('name')
    .executeTakeFirst()
}

/** Undefined when it never was, has expired or been revoked, or its user may not sign in any more. */
export async function getLiveKey(db: Db, tokenHash: Buffer) {
  const found = await db
    .selectFrom('api_key')
    .innerJoin('user', 'user.id', 'api_key.user_id')
    .select([
      'api_key.id',
      'user.id as userId',
      'user.is_administrator as isAdministrator',
      'api_key.scopes',
      'api_key.expires_at as expiresAt',
      'api_key.last_used_at as lastUsedAt',
    ])
    .where('api_key.token_hash', '=', tokenHash)
    .where('api_key.revoked_at', 'is', null)
    .where((eb) => eb.or([eb('api_key.expires_at', 'is', null), eb('api_key.expires_at', '>', sql<Date>`now()`)]))
    .where('user.suspended_at', 'is', null)
    .where('user.closed_at', 'is', null)
    .executeTakeFirst()
  return found === undefined ? undefined : { ...found, scopes: found.scopes as Scope[] }
}

export async function seeApiKey(tx: Tx, keyId: string, ip: string): Promise<void> {
  await tx
    .updateTable('api_key')
    .set({ last_used_at: sql`now()`, last_used_ip: ip })
    .where('id', '=', keyId)
    .execute()
}
