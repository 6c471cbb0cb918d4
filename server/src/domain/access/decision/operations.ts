import { rights as allRights, type Right, type Rights } from '@trove/contract/access'
import type { Actor } from '../../../platform/actor.ts'
import type { Db } from '../../../platform/db/index.ts'
import { isId } from '../../../platform/ids.ts'
import { Problem } from '../../../platform/problem.ts'
import { rightsIn } from '../rules.ts'
import * as store from './store.ts'

/**
 * Lets the operation go on, or throws. Asked by every operation before anything is changed or told.
 *
 * @returns all that the actor may do with the resource, for the response to carry
 * @throws  not-found    the actor may not even read it, or it is not there: the two are told alike
 * @throws  not-allowed  the actor may read it but not do this
 */
export async function require(db: Db, actor: Actor, right: Right, resourceId: string): Promise<Rights> {
  return requireAmong(await rightsOf(db, actor, resourceId), right, resourceId)
}

/** All that an actor may do with a resource; nothing when it is not there. */
export async function rightsOf(db: Db, actor: Actor, resourceId: string): Promise<Rights> {
  if (!isId(resourceId)) return []
  switch (actor.kind) {
    case 'user':
      return narrow(actor, rightsIn(await store.rightsOfUser(db, actor.userId, resourceId)))
    case 'link':
      return rightsIn(await store.rightsOfLink(db, actor.linkId, resourceId))
    case 'system':
      return [...allRights]
    case 'anyone':
      return []
  }
}

/** The same for somebody who is not asking now: whoever sent an upload, whoever made a link. */
export async function rightsOfUser(db: Db, userId: string, resourceId: string): Promise<Rights> {
  return rightsIn(await store.rightsOfUser(db, userId, resourceId))
}

/** An API key holds of its user's rights those that it was given. */
export function narrow(actor: Actor, rights: Rights): Rights {
  const scopes = actor.kind === 'user' ? actor.scopes : undefined
  return scopes === undefined ? rights : rights.filter((right) => scopes.includes(right))
}

/** By a clock that nobody can set back, an answer is believed so long; a change is felt everywhere after that, whoever made it and wherever. */
const BELIEVED_MS = 1_000
const MOST_REMEMBERED = 50_000

/**
 * The same question for doors that are asked many times a second about the same: ranges of a video, a wall of
 * thumbnails. The key holds all that the answer depends on but time and the database, and those are believed for a
 * second.
 */
export function createDecisions(db: Db): { require: (actor: Actor, right: Right, id: string) => Promise<Rights> } {
  const known = new Map<string, { rights: Promise<Rights>; until: number }>()

  function ask(actor: Actor, resourceId: string): Promise<Rights> {
    const key = keyOf(actor, resourceId)
    const believed = known.get(key)
    if (believed !== undefined && believed.until > performance.now()) return believed.rights
    if (known.size >= MOST_REMEMBERED) known.clear()
    const rights = rightsOf(db, actor, resourceId)
    rights.catch(() => known.delete(key)) // a database that was away is asked again
    known.set(key, { rights, until: performance.now() + BELIEVED_MS })
    return rights
  }

  return {
    async require(actor, right, resourceId) {
      return requireAmong(await ask(actor, resourceId), right, resourceId)
    },
  }
}

function keyOf(actor: Actor, resourceId: string): string {
  switch (actor.kind) {
    case 'user':
      return `user ${actor.userId} ${actor.scopes?.toSorted().join() ?? '*'} ${resourceId}`
    case 'link':
      return `link ${actor.linkId} ${resourceId}`
    case 'system':
    case 'anyone':
      return `${actor.kind} ${resourceId}`
  }
}

function requireAmong(held: Rights, right: Right, resourceId: string): Rights {
  if (!held.includes('read')) throw new Problem('not-found', `There is nothing with the id ${resourceId}.`)
  if (!held.includes(right)) throw new Problem('not-allowed', `This needs the right to ${right}.`)
  return held
}
