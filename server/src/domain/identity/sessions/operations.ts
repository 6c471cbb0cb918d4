import type { Session } from '@trove/contract/sign-in'
import type { UserActor } from '../../../platform/actor.ts'
import { inTransaction, type Db, type Tx } from '../../../platform/db/index.ts'
import { networkOf } from '../../../platform/http/address.ts'
import { isId } from '../../../platform/ids.ts'
import type { Platform } from '../../../platform/platform.ts'
import { Problem } from '../../../platform/problem.ts'
import * as audit from '../../audit/index.ts'
import type { SignedInBy } from '../opening.ts'
import { deviceNamed } from './devices.ts'
import * as store from './store.ts'

const DEFAULT_LIMIT = 50

/** @throws invalid-request  the cursor is none of ours */
export async function listSessions(db: Db, actor: UserActor, page: { limit?: number; cursor?: string }) {
  const { limit = DEFAULT_LIMIT, cursor } = page
  if (cursor !== undefined && !isId(cursor))
    throw new Problem('invalid-request', 'The cursor must be the `next` of a page before.')
  const rows = await store.listSessions(db, actor.userId, { limit: limit + 1, after: cursor })
  const items = rows.slice(0, limit).map((row): Session => {
    const { id, ip, userAgent, signedInBy, createdAt, lastUsedAt } = row
    return {
      id,
      device: deviceNamed(userAgent),
      ip,
      isHere: ip !== null && networkOf(ip) === networkOf(actor.ip),
      isCurrent: id === actor.sessionId,
      signedInBy: signedInBy as SignedInBy,
      createdAt: createdAt.toISOString(),
      lastUsedAt: lastUsedAt.toISOString(),
    }
  })
  const last = items.at(-1)
  return rows.length > limit && last !== undefined ? { items, next: last.id } : { items }
}

/**
 * Refused everywhere within a second, its live connections closed.
 *
 * @throws not-found
 */
export async function revokeSession(platform: Pick<Platform, 'db' | 'live'>, actor: UserActor, sessionId: string) {
  await inTransaction(platform.db, async (tx) => {
    if (!(await store.revokeOwnSession(tx, actor.userId, sessionId)))
      throw new Problem('not-found', 'You have no such session; it may have ended already.')
    await recordRevoked(tx, actor, [sessionId])
  })
  await platform.live.sessionEnded(sessionId)
  return null
}

export async function revokeOtherSessions(platform: Pick<Platform, 'db' | 'live'>, actor: UserActor) {
  const ended = await inTransaction(platform.db, async (tx) => {
    const because = 'revoked from another session'
    const sessionIds = await store.revokeSessionsOf(tx, actor.userId, actor.sessionId, because)
    if (sessionIds.length > 0) await recordRevoked(tx, actor, sessionIds)
    return sessionIds
  })
  for (const sessionId of ended) await platform.live.sessionEnded(sessionId)
  return { revoked: ended.length }
}

const recordRevoked = (tx: Tx, actor: UserActor, sessionIds: readonly string[]) =>
  audit.recordSecurityEvent(tx, 'info', 'session.revoked', { userId: actor.userId, actor, facts: { sessionIds } })
