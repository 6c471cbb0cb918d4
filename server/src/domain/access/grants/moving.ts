import type { Actor } from '../../../platform/actor.ts'
import type { Tx } from '../../../platform/db/index.ts'
import { Problem } from '../../../platform/problem.ts'
import { require, rightsOf } from '../decision/operations.ts'
import { isWithin, sumOf } from '../rules.ts'
import * as store from './store.ts'

/** Where things go: a folder, or the top of an organization. */
export type Destination = { organizationId: string; folderId: string | null }

/**
 * A step of `files`: puts resources into a folder, or at the top. What flows down to them changes with the place, so
 * to give them to people who do not have them needs what granting would need.
 *
 * @throws not-found        one of them, or the folder, is none that the actor can see, or is of another organization
 * @throws not-allowed      the actor may not change one of them or the folder, or would pass on what they do not hold
 * @throws invalid-request  a folder would come to lie in itself
 */
export async function moveInto(
  tx: Tx,
  actor: Actor,
  resourceIds: readonly string[],
  { organizationId, folderId }: Destination,
): Promise<void> {
  await lockMoving(tx, resourceIds, { organizationId, folderId })
  if (folderId !== null) await requireFolder(tx, actor, organizationId, folderId)
  for (const resourceId of resourceIds) await requireMovable(tx, actor, resourceId, { organizationId, folderId })
  if (folderId !== null && (await store.isAbove(tx, resourceIds, folderId))) {
    const detail = 'A folder cannot be moved into itself or into a folder below it.'
    throw new Problem('invalid-request', detail, { errors: [{ pointer: '#/body/folderId', detail }] })
  }
  await store.moveResources(tx, resourceIds, folderId)
}

/**
 * The same with files of which some may stay where they are: those that the actor may not move.
 *
 * @throws not-found, not-allowed  of the folder
 */
export async function moveSome(
  tx: Tx,
  actor: Actor,
  fileIds: readonly string[],
  { organizationId, folderId }: Destination,
): Promise<{ moved: string[]; refused: { resourceId: string; kind: 'not-found' | 'not-allowed' }[] }> {
  await lockMoving(tx, fileIds, { organizationId, folderId })
  if (folderId !== null) await requireFolder(tx, actor, organizationId, folderId)
  const moved: string[] = []
  const refused: { resourceId: string; kind: 'not-found' | 'not-allowed' }[] = []
  for (const resourceId of fileIds) {
    try {
      await requireMovable(tx, actor, resourceId, { organizationId, folderId })
      moved.push(resourceId)
    } catch (error) {
      if (!(error instanceof Problem) || (error.kind !== 'not-found' && error.kind !== 'not-allowed')) throw error
      refused.push({ resourceId, kind: error.kind })
    }
  }
  if (moved.length > 0) await store.moveResources(tx, moved, folderId)
  return { moved, refused }
}

/** What is moved is locked in order and at once as firmly as moving it needs: a lock that is raised later meets others halfway. */
async function lockMoving(tx: Tx, resourceIds: readonly string[], { organizationId, folderId }: Destination) {
  await store.lockTree(tx, organizationId, [])
  await store.lockMoved(tx, organizationId, resourceIds)
  await store.lockTree(tx, organizationId, folderId === null ? resourceIds : [...resourceIds, folderId])
}

async function requireFolder(tx: Tx, actor: Actor, organizationId: string, folderId: string): Promise<void> {
  await require(tx, actor, 'write', folderId)
  const folder = await store.getResource(tx, folderId)
  if (folder?.kind !== 'folder' || folder.organizationId !== organizationId)
    throw new Problem('not-found', `There is no folder ${folderId} in this organization.`)
}

async function requireMovable(tx: Tx, actor: Actor, resourceId: string, to: Destination): Promise<void> {
  const held = await require(tx, actor, 'write', resourceId)
  const resource = await store.getResource(tx, resourceId)
  if (resource?.organizationId !== to.organizationId)
    throw new Problem('not-found', `There is nothing with the id ${resourceId} in this organization.`)
  // Taking something out of a folder changes the folder too.
  if (resource.parentId !== null && resource.createdBy !== userOf(actor))
    await requireOutOf(tx, actor, resource.parentId)
  const given = await store.listNewlyGiven(tx, [resourceId], to.folderId)
  if (given.length === 0) return
  if (!held.includes('share') || !given.every((rights) => isWithin(rights, sumOf(held)))) {
    throw new Problem(
      'not-allowed',
      'People who can see the folder could then see this too. To give them that, you need the right to share it, and every right that the folder gives.',
    )
  }
}

/** Who may read the folder must be able to change it; whoever cannot see it is not told that there is one. */
async function requireOutOf(tx: Tx, actor: Actor, folderId: string): Promise<void> {
  const held = await rightsOf(tx, actor, folderId)
  if (held.includes('read') && !held.includes('write'))
    throw new Problem('not-allowed', 'To take something out of this folder you need the right to change the folder.')
}

const userOf = (actor: Actor): string | undefined => (actor.kind === 'user' ? actor.userId : undefined)
