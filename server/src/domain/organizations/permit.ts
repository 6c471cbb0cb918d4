import type { Role } from '@trove/contract/access'
import type { Kind } from '@trove/contract/media-types'
import type { Actor, UserActor } from '../../platform/actor.ts'
import type { Db, Tx } from '../../platform/db/index.ts'
import * as events from '../../platform/events.ts'
import { Problem } from '../../platform/problem.ts'
import { isAtLeast, isOpen, limitsOf } from './rules.ts'
import * as store from './store.ts'

/**
 * The caller's role, if it is strong enough.
 *
 * @throws not-found              the caller is not in it: for them the organization does not exist
 * @throws second-factor-required the organization keeps out who has none
 * @throws not-allowed            the role is weaker than needed
 */
export async function requireMember(db: Db, actor: Actor, organizationId: string, needed: Role): Promise<Role> {
  if (actor.kind === 'system') return 'owner'
  const standing = actor.kind === 'user' ? await store.getStanding(db, organizationId, actor.userId) : undefined
  if (standing === undefined) throw unknownOrganization(organizationId)
  if (standing.isBarred) throw needsSecondFactor()
  if (!isAtLeast(standing.role, needed))
    throw new Problem('not-allowed', `This needs the role ${needed}; yours is ${standing.role}.`)
  return standing.role
}

/**
 * Lets something be added or changed, or throws. Reading needs no such question.
 *
 * @throws not-found, read-only
 */
export async function requireOpen(db: Db, organizationId: string): Promise<void> {
  const condition = await store.getCondition(db, organizationId)
  if (condition === undefined) throw unknownOrganization(organizationId)
  refuseUnlessOpen(condition)
}

/**
 * What may be uploaded to an organization that is open, and how large one file of it may be.
 *
 * @throws not-found, read-only
 */
export async function getUploadTerms(
  db: Db,
  organizationId: string,
): Promise<{ allowedKinds: Kind[]; maxFileBytes?: number }> {
  const condition = await store.getCondition(db, organizationId)
  if (condition === undefined) throw unknownOrganization(organizationId)
  refuseUnlessOpen(condition)
  const { maxFileBytes } = limitsOf(condition.tier)
  return { allowedKinds: condition.allowedKinds, ...(maxFileBytes !== undefined && { maxFileBytes }) }
}

export type Permitted = { role: Role } & store.Condition

/**
 * Permits a change in who is in an organization or in what condition it is, and locks it until the transaction ends:
 * of two that race, the second is judged by what the first has left.
 *
 * @throws not-found, second-factor-required, not-allowed
 */
export async function permitAndLock(
  tx: Tx,
  actor: UserActor,
  organizationId: string,
  needed: Role,
): Promise<Permitted> {
  await requireMember(tx, actor, organizationId, needed) // so that nobody from outside makes it wait
  const condition = await store.lockOrganization(tx, organizationId)
  if (condition === undefined) throw unknownOrganization(organizationId)
  return { role: await requireMember(tx, actor, organizationId, needed), ...condition }
}

/** The same for what only an open organization allows. @throws not-found, second-factor-required, not-allowed, read-only */
export async function permitAndLockOpen(
  tx: Tx,
  actor: UserActor,
  organizationId: string,
  needed: Role,
): Promise<Permitted> {
  const permitted = await permitAndLock(tx, actor, organizationId, needed)
  refuseUnlessOpen(permitted)
  return permitted
}

/** @throws read-only */
export function refuseUnlessOpen({ name, status }: store.Condition): void {
  if (isOpen(status)) return
  const why = status === 'suspended' ? 'is suspended' : 'is about to be erased'
  throw new Problem('read-only', `${name} ${why}: everything in it can be read, and nothing added or changed.`, {
    status,
  })
}

/** @throws not-allowed */
export function refuseStronger(own: Role, role: Role, deed: string): void {
  if (!isAtLeast(own, role)) throw new Problem('not-allowed', `As ${own} you cannot ${deed}.`)
}

/** There must be room for one more person. The organization is locked. @throws limit-reached  with `maxMembers` */
export async function requireRoomForMember(tx: Tx, organizationId: string, { tier }: store.Condition): Promise<void> {
  const { maxMembers } = limitsOf(tier)
  if (maxMembers === undefined || (await store.countMembers(tx, organizationId)) < maxMembers) return
  throw new Problem('limit-reached', `The plan of this organization has room for ${maxMembers} people.`, { maxMembers })
}

/** Tells people's pages, and whatever remembers decisions about them, that these must be made anew. */
export async function announceAccess(tx: Tx, organizationId: string, userIds: readonly string[]): Promise<void> {
  for (const userId of userIds) await events.publish(tx, { userId }, { type: 'access.changed', organizationId })
}

/** The same to everybody in it. */
export async function announceAccessToAll(tx: Tx, organizationId: string): Promise<void> {
  await announceAccess(tx, organizationId, await store.listMemberIds(tx, organizationId))
}

export const unknownOrganization = (organizationId: string) =>
  new Problem('not-found', `No organization ${organizationId}.`)

const needsSecondFactor = () =>
  new Problem('second-factor-required', 'Set up a second factor for your account; then you are let in again.')
