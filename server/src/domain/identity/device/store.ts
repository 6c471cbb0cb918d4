import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db/index.ts'

/** False when another request has one of these codes. */
export async function insertRequest(
  tx: Tx,
  request: {
    id: string
    deviceCodeHash: Buffer
    userCodeHash: Buffer
    name: string
    scopes: readonly string[]
    ip: string
    userAgent: string | null
    expiresAt: Date
  },
): Promise<boolean> {
  const inserted = await tx
    .insertInto('device_request')
    .values({
      id: request.id,
      device_code_hash: request.deviceCodeHash,
      user_code_hash: request.userCodeHash,
      name: request.name,
      scopes: [...request.scopes],
      ip: request.ip,
      user_agent: request.userAgent,
      expires_at: request.expiresAt,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  return inserted !== undefined
}

/** Waiting for somebody to decide. */
export function getPending(db: Db, userCodeHash: Buffer) {
  return db
    .selectFrom('device_request')
    .select([
      'id',
      'name',
      'scopes',
      'ip',
      'user_agent as userAgent',
      'created_at as createdAt',
      'expires_at as expiresAt',
    ])
    .where('user_code_hash', '=', userCodeHash)
    .where('status', '=', 'pending')
    .where('expires_at', '>', sql<Date>`now()`)
    .executeTakeFirst()
}

/** False when it was decided meanwhile, or has expired. */
export async function decide(
  tx: Tx,
  requestId: string,
  userId: string,
  status: 'approved' | 'denied',
): Promise<boolean> {
  const decided = await tx
    .updateTable('device_request')
    .set({ status, user_id: userId })
    .where('id', '=', requestId)
    .where('status', '=', 'pending')
    .where('expires_at', '>', sql<Date>`now()`)
    .returning('id')
    .executeTakeFirst()
  return decided !== undefined
}

/** Of two that come for the same key, the second sees that it was taken. */
export function lockByDeviceCode(tx: Tx, deviceCodeHash: Buffer) {
  return tx
    .selectFrom('device_request')
    .select([
      'id',
      'name',
      'scopes',
      'status',
      'user_id as userId',
      'last_asked_at as lastAskedAt',
      'expires_at as expiresAt',
    ])
    .where('device_code_hash', '=', deviceCodeHash)
    .forUpdate()
    .executeTakeFirst()
}

export async function setAsked(tx: Tx, requestId: string, at: Date): Promise<void> {
  await tx.updateTable('device_request').set({ last_asked_at: at }).where('id', '=', requestId).execute()
}

export async function setTaken(tx: Tx, requestId: string): Promise<void> {
  await tx.updateTable('device_request').set({ status: 'taken' }).where('id', '=', requestId).execute()
}
