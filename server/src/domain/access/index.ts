import { rights as allRights, type Right, type Rights } from '@trove/contract/access'
import type { Actor } from '../../platform/actor.ts'
import type { Db } from '../../platform/db/index.ts'
import { isId } from '../../platform/ids.ts'
import { Problem } from '../../platform/problem.ts'
import * as store from './store.ts'

export { requireMember } from '../organizations/index.ts'
export { deleteResources, holdsRights, insertResource, listSupervisors, readersAmong } from './store.ts'

/**
 * Lets the operation go on, or throws. Asked by every operation before anything is changed or told.
 *
 * @returns all that the actor may do with the resource, for the response to carry
 * @throws  not-found    the actor may not even read it, or it is not there: the two are told alike
 * @throws  not-allowed  the actor may read it but not do this
 */
export async function require(db: Db, actor: Actor, right: Right, resourceId: string): Promise<Rights> {
  const held = await rightsOf(db, actor, resourceId)
  if (!held.includes('read')) throw new Problem('not-found', `No file ${resourceId}.`)
  if (!held.includes(right)) throw new Problem('not-allowed', `This needs the right to ${right}.`)
  return held
}

function rightsOf(db: Db, actor: Actor, resourceId: string): Promise<Rights> {
  switch (actor.kind) {
    case 'user':
      return isId(resourceId) ? store.rightsOn(db, actor.userId, resourceId) : Promise.resolve([])
    case 'system':
      return Promise.resolve([...allRights])
    case 'anyone':
    case 'link':
      return Promise.resolve([])
  }
}
