import type { Role } from '@trove/contract/access'
import type { Member } from '@trove/contract/members'
import type { Organization, Persona } from '@trove/contract/organizations'
import type { UserActor } from '../../../platform/actor.ts'
import { inTransaction, type Db, type Tx } from '../../../platform/db/index.ts'
import type { Platform } from '../../../platform/platform.ts'
import { Problem } from '../../../platform/problem.ts'
import * as audit from '../../audit/index.ts'
import * as identity from '../../identity/index.ts'
import * as invitations from '../invitations/store.ts'
import { pageOf, wantedOf, type PageQuery } from '../paging.ts'
import * as permit from '../permit.ts'
import { getOrganization } from '../profile/operations.ts'
import { isAtLeast } from '../rules.ts'
import * as organizations from '../store.ts'
import * as store from './store.ts'

type Machines = Pick<Platform, 'db'>
type About = { organizationId: string; userId: string }

/** @throws not-found, not-allowed, second-factor-required */
export async function listMembers(
  db: Db,
  actor: UserActor,
  query: store.MemberFilter & PageQuery & { organizationId: string },
): Promise<{ items: Member[]; next?: string }> {
  const { organizationId, search, role } = query
  await permit.requireMember(db, actor, organizationId, 'member')
  const wanted = wantedOf(query)
  const filter = { ...(search !== undefined && { search }), ...(role !== undefined && { role }) }
  const rows = await store.listMembers(db, organizationId, filter, wanted)
  return pageOf(rows, wanted, ({ userId }) => userId)
}

/**
 * @throws not-found    no such organization for the caller, or nobody has this address
 * @throws not-allowed  the role is stronger than the caller's own
 * @throws already-member, limit-reached, read-only
 */
export async function addMember(
  platform: Machines,
  actor: UserActor,
  input: { organizationId: string; email: string; role: Role },
): Promise<Member> {
  const { organizationId, role } = input
  return inTransaction(platform.db, async (tx) => {
    const permitted = await permit.permitAndLockOpen(tx, actor, organizationId, 'admin')
    permit.refuseStronger(permitted.role, role, `make somebody ${role}`)
    const user = await identity.findUserByEmail(tx, input.email)
    if (user === undefined) throw new Problem('not-found', 'Nobody with this e-mail address has an account here yet.')
    await admit(tx, permitted, { organizationId, userId: user.id, role })
    await invitations.settleForEmail(tx, organizationId, user.email, 'withdrawn')
    await audit.record(tx, actor, 'member.added', { organizationId, facts: { userId: user.id, role } })
    return existing(tx, organizationId, user.id)
  })
}

/**
 * A step: makes somebody a member of a locked organization.
 *
 * @throws already-member, limit-reached
 */
export async function admit(
  tx: Tx,
  condition: organizations.Condition,
  member: { organizationId: string; userId: string; role: Role },
): Promise<void> {
  const { organizationId, userId } = member
  if ((await organizations.getStanding(tx, organizationId, userId)) !== undefined)
    throw new Problem('already-member', 'This person is a member already.')
  await permit.requireRoomForMember(tx, organizationId, condition)
  await store.insertMember(tx, member)
  await permit.announceAccess(tx, organizationId, [userId])
}

/**
 * Nobody gives a role stronger than their own or takes one away from somebody stronger, so only owners make or unmake
 * owners.
 *
 * @throws not-found, not-allowed, last-owner, read-only
 */
export async function updateMember(
  platform: Machines,
  actor: UserActor,
  input: About & { role?: Role; persona?: Persona | null },
): Promise<Member> {
  const { organizationId, userId, role, persona } = input
  return inTransaction(platform.db, async (tx) => {
    const { role: own } = await permit.permitAndLockOpen(tx, actor, organizationId, 'admin')
    const before = await existing(tx, organizationId, userId)
    permit.refuseStronger(own, before.role, `change an ${before.role}`)
    if (role !== undefined && role !== before.role) {
      permit.refuseStronger(own, role, `make somebody ${role}`)
      if (before.role === 'owner') await requireAnotherOwner(tx, organizationId)
      await store.setMember(tx, organizationId, userId, { role })
      await settleAfter(tx, actor, { organizationId, userId }, role)
      const facts = { userId, from: before.role, to: role }
      await audit.record(tx, actor, 'member.role-changed', { organizationId, facts })
    }
    if (persona !== undefined && persona !== (before.persona ?? null)) {
      await store.setMember(tx, organizationId, userId, { persona })
      await audit.record(tx, actor, 'member.persona-changed', { organizationId, facts: { userId, persona } })
    }
    return existing(tx, organizationId, userId)
  })
}

/**
 * @throws not-found, not-allowed
 * @throws last-owner
 */
export async function removeMember(platform: Machines, actor: UserActor, input: About): Promise<void> {
  const { organizationId, userId } = input
  await inTransaction(platform.db, async (tx) => {
    const { role: own } = await permit.permitAndLock(tx, actor, organizationId, 'admin')
    const { role } = await existing(tx, organizationId, userId)
    permit.refuseStronger(own, role, `remove an ${role}`)
    await dismiss(tx, actor, input, role)
    await audit.record(tx, actor, 'member.removed', { organizationId, facts: { userId, role } })
  })
}

/**
 * Anybody may leave, those who are barred included; only the last owner hands over first, or has it erased.
 *
 * @throws not-found, last-owner
 */
export async function leaveOrganization(platform: Machines, actor: UserActor, organizationId: string): Promise<void> {
  const { userId } = actor
  await inTransaction(platform.db, async (tx) => {
    if ((await organizations.getStanding(tx, organizationId, userId)) === undefined)
      throw permit.unknownOrganization(organizationId)
    await organizations.lockOrganization(tx, organizationId)
    const standing = await organizations.getStanding(tx, organizationId, userId)
    if (standing === undefined) throw permit.unknownOrganization(organizationId)
    await dismiss(tx, actor, { organizationId, userId }, standing.role)
    await audit.record(tx, actor, 'member.left', { organizationId, facts: { role: standing.role } })
  })
}

/**
 * The caller becomes admin and the other owner, both at once.
 *
 * @throws not-found, not-allowed, confirm-first
 * @throws wrong-state  the other is an owner already, or the caller themselves
 */
export async function handOverOrganization(platform: Machines, actor: UserActor, input: About): Promise<Organization> {
  const { organizationId, userId } = input
  await inTransaction(platform.db, async (tx) => {
    await permit.permitAndLock(tx, actor, organizationId, 'owner')
    await identity.requireConfirmed(tx, actor)
    const { role, name, isBarred } = await existing(tx, organizationId, userId)
    if (role === 'owner') throw new Problem('wrong-state', `${name} is an owner already.`, { from: role, to: 'owner' })
    if (isBarred) throw new Problem('wrong-state', `${name} needs a second factor before they can own it.`)
    await store.setMember(tx, organizationId, userId, { role: 'owner' })
    await store.setMember(tx, organizationId, actor.userId, { role: 'admin' })
    await settleAfter(tx, actor, { organizationId, userId: actor.userId }, 'admin')
    await permit.announceAccess(tx, organizationId, [userId])
    const facts = { to: userId }
    await audit.record(tx, actor, 'organization.handed-over', { organizationId, facts })
    await audit.recordSecurityEvent(tx, 'warning', 'organization.handed-over', { actor, organizationId, facts })
  })
  return getOrganization(platform.db, actor, organizationId)
}

/** Takes somebody out of a locked organization. @throws last-owner */
async function dismiss(tx: Tx, actor: UserActor, { organizationId, userId }: About, role: Role): Promise<void> {
  if (role === 'owner') await requireAnotherOwner(tx, organizationId)
  await store.deleteMember(tx, organizationId, userId)
  await settleAfter(tx, actor, { organizationId, userId }, undefined)
}

/** What somebody offered in a role that they no longer have, nobody offers any more; and their pages ask anew. */
async function settleAfter(tx: Tx, actor: UserActor, about: About, left: Role | undefined): Promise<void> {
  const { organizationId, userId } = about
  const withdrawn = await invitations.listPendingBy(tx, organizationId, userId)
  for (const { id, role } of withdrawn) {
    if (left !== undefined && isAtLeast(left, 'admin') && isAtLeast(left, role)) continue
    await invitations.settle(tx, id, 'withdrawn')
    await audit.record(tx, actor, 'invitation.withdrawn', { organizationId, facts: { invitationId: id } })
  }
  await permit.announceAccess(tx, organizationId, [userId])
}

/** The organization is locked. @throws last-owner */
async function requireAnotherOwner(tx: Tx, organizationId: string): Promise<void> {
  if ((await store.countOwners(tx, organizationId)) > 1) return
  throw new Problem('last-owner', 'This is the only owner. Make somebody else owner first, or hand it over.')
}

async function existing(tx: Tx, organizationId: string, userId: string): Promise<Member> {
  const member = await store.getMember(tx, organizationId, userId)
  if (member === undefined) throw new Problem('not-found', 'This person is not a member.')
  return member
}
