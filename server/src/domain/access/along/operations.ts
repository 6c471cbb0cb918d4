import { MOST_GIVEN_AT_ONCE, MOST_PEOPLE_COUNTED, type Unshared } from '@trove/contract/event-sharing'
import type { Grant } from '@trove/contract/grants'
import type { Actor, UserActor } from '../../../platform/actor.ts'
import type { Db, Tx } from '../../../platform/db/index.ts'
import * as events from '../../../platform/events.ts'
import { newId } from '../../../platform/ids.ts'
import * as audit from '../../audit/index.ts'
import { narrow, require } from '../decision/operations.ts'
import { giveOn, type GrantInput } from '../grants/operations.ts'
import { present } from '../grants/present.ts'
import { getGrant, listGrants, listPeopleOf, lockTree, type PrincipalRef } from '../grants/store.ts'
import { rightsIn, sumOf } from '../rules.ts'
import * as store from './store.ts'

/** As many people are told at once that what they may see has changed; of more, each page asks when it is next used. */
const TOLD_AT_ONCE = 500

type Shown = { resourceId: string; fileIds: readonly string[] }

/**
 * Which of the files that a resource shows those cannot see whom it was given to: of files that the actor may share.
 *
 * @throws not-found, not-allowed  the actor may not share the resource
 */
export async function listUnshared(db: Db, actor: UserActor, { resourceId, fileIds }: Shown): Promise<Unshared> {
  await require(db, actor, 'share', resourceId)
  const { userId } = actor
  const pairs = await store.listUnseen(db, { resourceId, userId, fileIds }, fileIds.length * MOST_LISTED)
  if (pairs.length === 0) return { pictures: 0, people: 0, principals: [] }
  const missing = new Set(pairs.map(({ grantId }) => grantId))
  const [people, grants] = await Promise.all([
    store.countPeople(db, pairs, MOST_PEOPLE_COUNTED),
    listGrants(db, resourceId),
  ])
  const told = new Map(
    grants.flatMap((row) => {
      const { id, principal } = present(row)
      return missing.has(id) ? [[principal.id, principal] as const] : []
    }),
  )
  return { pictures: new Set(pairs.map(({ fileId }) => fileId)).size, people, principals: [...told.values()] }
}

/** Grants that can reach one resource and be looked at; nobody gives so many. */
const MOST_LISTED = 100

/**
 * A step of whatever shows files: gives those of them that somebody whom it was given to cannot see, by the grant that
 * they have on it: no more rights than that has or the actor holds, and no longer.
 *
 * @throws not-found, not-allowed  the actor may not share the resource
 */
export async function giveUnseen(
  tx: Tx,
  actor: UserActor,
  { resourceId, fileIds, organizationId }: Shown & { organizationId: string },
): Promise<{ fileIds: string[]; grantIds: string[] }> {
  await require(tx, actor, 'share', resourceId)
  await lockTree(tx, organizationId, [resourceId, ...fileIds])
  const pairs = await store.listUnseen(tx, { resourceId, userId: actor.userId, fileIds }, MOST_GIVEN_AT_ONCE)
  const grantIds = await give(tx, actor, pairs, organizationId)
  return { fileIds: [...new Set(pairs.map(({ fileId }) => fileId))], grantIds }
}

/**
 * A step of whatever shows files: a grant on it, and along with that on those of the files that the actor may share.
 *
 * @throws as `setGrant`
 */
export async function giveWith(
  tx: Tx,
  actor: UserActor,
  input: GrantInput,
  fileIds: readonly string[],
): Promise<{ grant: Grant; pictures: number }> {
  const { resourceId } = input
  const { grant, organizationId } = await giveOn(tx, actor, input)
  await lockTree(tx, organizationId, fileIds)
  const pairs = await store.listGivable(tx, { resourceId, userId: actor.userId, fileIds, grantId: grant.id })
  await give(tx, actor, pairs, organizationId)
  return { grant, pictures: pairs.length }
}

async function give(tx: Tx, actor: UserActor, pairs: readonly store.Pair[], organizationId: string): Promise<string[]> {
  const given = pairs.map(({ grantId, fileId, rights, ownRights }) => ({
    id: newId(),
    grantId,
    fileId,
    rights: rights & sumOf(narrow(actor, rightsIn(ownRights))),
  }))
  if (given.length === 0) return []
  const fresh = await store.insertAlong(tx, given, actor.userId)
  for (const [grantId, ones] of Map.groupBy(given, (one) => one.grantId)) {
    const fileIds = ones.map(({ fileId }) => fileId)
    await recordAndTell(tx, actor, 'grant.set', { organizationId, grantId, fileIds })
  }
  return fresh
}

/**
 * A step of whatever shows files: takes back what the actor has given along with grants that reach it.
 *
 * @throws not-found, not-allowed  the actor may not share the resource
 */
export async function ungive(
  tx: Tx,
  actor: UserActor,
  about: { resourceId: string; organizationId: string; grantIds: readonly string[] },
): Promise<void> {
  const { resourceId, organizationId, grantIds } = about
  await require(tx, actor, 'share', resourceId)
  await lockTree(tx, organizationId, [resourceId])
  const gone = await store.deleteOwn(tx, { resourceId, createdBy: actor.userId, grantIds })
  await tellGone(tx, actor, organizationId, gone)
}

/**
 * A step of whatever shows files, when it shows some no more, or has gone elsewhere: what was given on them along with
 * it goes, as what is taken out of a folder loses its readers. The caller has asked whether the actor may.
 */
export async function ungiveUnshown(
  tx: Tx,
  actor: Actor,
  about: { organizationId: string; fileIds: readonly string[] },
): Promise<void> {
  await tellGone(tx, actor, about.organizationId, await store.deleteUnshown(tx, about))
}

async function tellGone(
  tx: Tx,
  actor: Actor,
  organizationId: string,
  gone: readonly { fileId: string; baseId: string }[],
): Promise<void> {
  for (const [grantId, ones] of Map.groupBy(gone, ({ baseId }) => baseId)) {
    const fileIds = ones.map(({ fileId }) => fileId)
    await recordAndTell(tx, actor, 'grant.removed', { organizationId, grantId, fileIds })
  }
}

/** Once for all of them: whoever is told asks for everything again. */
async function recordAndTell(
  tx: Tx,
  actor: Actor,
  action: 'grant.set' | 'grant.removed',
  about: { organizationId: string; grantId: string; fileIds: readonly string[] },
): Promise<void> {
  const { organizationId, grantId, fileIds } = about
  const base = await getGrant(tx, grantId)
  if (base === undefined) throw new Error(`grant ${grantId} was there a moment ago`)
  const principal: PrincipalRef = { kind: base.principalKind, id: base.principalId }
  const facts = {
    principal,
    rights: rightsIn(base.rights),
    ...(base.expiresAt !== null && { expiresAt: base.expiresAt }),
    alongWith: base.resourceId,
  }
  await audit.recordMany(tx, actor, action, fileIds, { organizationId, facts })
  const event = { type: 'access.changed', organizationId } as const
  await events.publish(tx, { resourceId: base.resourceId }, { ...event, resourceId: base.resourceId })
  for (const userId of await listPeopleOf(tx, principal, TOLD_AT_ONCE)) await events.publish(tx, { userId }, event)
}
