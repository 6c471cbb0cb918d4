import type { Scope } from '@trove/contract/access'
import type { ApiKey, MadeApiKey } from '@trove/contract/api-keys'
import type { UserActor } from '../../../platform/actor.ts'
import { inTransaction, type Db, type Tx } from '../../../platform/db/index.ts'
import { newId } from '../../../platform/ids.ts'
import type { Platform } from '../../../platform/platform.ts'
import { Problem } from '../../../platform/problem.ts'
import * as audit from '../../audit/index.ts'
import { requireConfirmed } from '../confirmation.ts'
import { hashToken } from '../tokens.ts'
import * as store from './store.ts'
import { endingOf, newKeyToken } from './tokens.ts'

/** One list on one page; nobody keeps track of more. */
const MAX_KEYS = 50

export async function listApiKeys(db: Db, actor: UserActor): Promise<{ items: ApiKey[] }> {
  return { items: (await store.listKeys(db, actor.userId)).map(present) }
}

/**
 * @throws confirm-first, limit-reached
 * @throws not-allowed      a scope that the user could not use themselves
 * @throws invalid-request  it would have expired already
 */
export async function createApiKey(
  platform: Pick<Platform, 'db'>,
  actor: UserActor,
  input: { name: string; scopes: readonly Scope[]; expiresAt?: string },
): Promise<MadeApiKey> {
  await requireConfirmed(platform.db, actor)
  requireUsableScopes(actor, input.scopes)
  const expiresAt = input.expiresAt === undefined ? null : new Date(input.expiresAt)
  if (expiresAt !== null && !(expiresAt > new Date()))
    throw new Problem('invalid-request', 'The key would have expired already; choose a time to come.')
  return inTransaction(platform.db, (tx) => addApiKey(tx, actor, { ...input, expiresAt }))
}

/**
 * A step of whatever makes a key.
 *
 * @throws limit-reached
 */
export async function addApiKey(
  tx: Tx,
  whose: { userId: string; ip: string },
  about: { name: string; scopes: readonly string[]; expiresAt: Date | null },
): Promise<MadeApiKey> {
  if ((await store.lockKeysOf(tx, whose.userId)) >= MAX_KEYS)
    throw new Problem('limit-reached', `You have ${MAX_KEYS} API keys. Revoke one that is no longer used.`)
  const token = newKeyToken()
  const { userId, ip } = whose
  const { name, scopes, expiresAt } = about
  const kept = { id: newId(), userId, name: name.trim(), scopes, expiresAt }
  const row = await store.insertKey(tx, { ...kept, tokenHash: hashToken(token), ending: endingOf(token) })
  const facts = { apiKeyId: row.id, name: row.name, scopes }
  await audit.recordSecurityEvent(tx, 'warning', 'api-key.created', { userId, ip, facts })
  return { apiKey: present(row), token }
}

/**
 * Refused everywhere within a second, its live connections closed.
 *
 * @throws not-found
 */
export async function revokeApiKey(platform: Pick<Platform, 'db' | 'live'>, actor: UserActor, keyId: string) {
  await inTransaction(platform.db, async (tx) => {
    const revoked = await store.revokeKey(tx, actor.userId, keyId)
    if (revoked === undefined) throw new Problem('not-found', 'You have no such API key.')
    const facts = { apiKeyId: keyId, name: revoked.name }
    await audit.recordSecurityEvent(tx, 'info', 'api-key.revoked', { userId: actor.userId, actor, facts })
  })
  await platform.live.sessionEnded(keyId)
  return null
}

/** @throws not-allowed  a key never does what its maker could not */
export function requireUsableScopes(actor: UserActor, scopes: readonly Scope[]) {
  if (scopes.includes('administer') && !actor.isAdministrator)
    throw new Problem('not-allowed', 'Only the administrator of this installation may give a key the scope administer.')
}

function present(row: store.KeyRow): ApiKey {
  const { id, name, ending, lastUsedIp } = row
  return {
    id,
    name,
    scopes: row.scopes as Scope[],
    ending,
    expiresAt: row.expiresAt?.toISOString() ?? null,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    lastUsedIp,
    createdAt: row.createdAt.toISOString(),
  }
}
