import type { UserActor } from '../../../platform/actor.ts'
import type { Db } from '../../../platform/db/index.ts'
import { isId } from '../../../platform/ids.ts'
import { Problem } from '../../../platform/problem.ts'
import * as access from '../../access/index.ts'
import * as store from './store.ts'

/**
 * One's own session, while still a member; those of all, the ones that strangers send by links too, for whoever owns or
 * administers the organization. An administrator of the installation is nobody here: names of files are not theirs.
 *
 * @throws not-found
 */
export async function requireSession(db: Db, actor: UserActor, sessionId: string): Promise<store.SessionRow> {
  const session = isId(sessionId) ? await store.getSession(db, sessionId) : undefined
  if (session === undefined) throw unknown(sessionId)
  await requireWatcher(db, actor, session)
  return session
}

/** @throws not-found, second-factor-required */
export async function requireWatcher(
  db: Db,
  actor: UserActor,
  session: { id: string; organizationId: string; createdBy: string; linkId: string | null },
): Promise<void> {
  // What strangers send by a user's link is none of that user's batches.
  const isOwn = session.createdBy === actor.userId && session.linkId === null
  // A key may upload, and is not for looking at what others do.
  if (!isOwn && actor.scopes !== undefined) throw unknown(session.id)
  await access.requireMember(db, actor, session.organizationId, isOwn ? 'guest' : 'admin').catch((error: unknown) => {
    const isHidden = error instanceof Problem && (error.kind === 'not-allowed' || error.kind === 'not-found')
    throw isHidden ? unknown(session.id) : error
  })
}

export const unknown = (sessionId: string) => new Problem('not-found', `No upload session ${sessionId}.`)
