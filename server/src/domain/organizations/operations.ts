import type { Role } from '@trove/contract/access'
import { defaultKinds, type Kind } from '@trove/contract/media-types'
import type { Member, Organization, OrganizationType, Quota } from '@trove/contract/organizations'
import type { Actor, UserActor } from '../../platform/actor.ts'
import { inTransaction, type Db } from '../../platform/db/index.ts'
import { newId } from '../../platform/ids.ts'
import type { Platform } from '../../platform/platform.ts'
import { Problem } from '../../platform/problem.ts'
import * as audit from '../audit/index.ts'
import * as identity from '../identity/index.ts'
import { isAtLeast } from './rules.ts'
import * as store from './store.ts'

/** The caller becomes its owner. */
export async function createOrganization(
  platform: Pick<Platform, 'db' | 'settings'>,
  actor: UserActor,
  input: { name: string; type: OrganizationType },
): Promise<Organization> {
  const id = newId()
  const name = input.name.trim()
  await inTransaction(platform.db, async (tx) => {
    await store.insertOrganization(tx, {
      id,
      name,
      type: input.type,
      allowedKinds: defaultKinds,
      createdBy: actor.userId,
    })
    await store.insertQuota(tx, id, platform.settings.defaultQuotaBytes)
    await store.insertMember(tx, { organizationId: id, userId: actor.userId, role: 'owner' })
    await audit.record(tx, actor, 'organization.created', { organizationId: id, facts: { name, type: input.type } })
  })
  return getOrganization(platform.db, actor, id)
}

export async function listOrganizations(db: Db, actor: UserActor): Promise<{ items: Organization[] }> {
  return { items: (await store.listOfUser(db, actor.userId)).map(present) }
}

/** @throws not-found, not-allowed */
export async function updateOrganization(
  platform: Pick<Platform, 'db'>,
  actor: UserActor,
  input: { organizationId: string; name?: string; type?: OrganizationType; allowedKinds?: Kind[] },
): Promise<Organization> {
  const { organizationId, name, type, allowedKinds } = input
  await inTransaction(platform.db, async (tx) => {
    await requireMember(tx, actor, organizationId, 'admin')
    await store.setOrganization(tx, organizationId, {
      ...(name !== undefined && { name: name.trim() }),
      ...(type !== undefined && { type }),
      ...(allowedKinds !== undefined && { allowed_kinds: allowedKinds }),
    })
    await audit.record(tx, actor, 'organization.updated', { organizationId, facts: { name, type, allowedKinds } })
  })
  return getOrganization(platform.db, actor, organizationId)
}

/**
 * For the installation's administrator, who need not be a member.
 *
 * @throws not-found
 */
export async function setQuota(
  platform: Pick<Platform, 'db'>,
  actor: UserActor,
  input: { organizationId: string; limitBytes: number },
): Promise<Quota> {
  const { organizationId, limitBytes } = input
  return inTransaction(platform.db, async (tx) => {
    if (!(await store.setLimit(tx, organizationId, limitBytes))) throw unknownOrganization(organizationId)
    await audit.record(tx, actor, 'quota.set', { organizationId, facts: { limitBytes } })
    const quota = await store.getQuota(tx, organizationId)
    if (quota === undefined) throw unknownOrganization(organizationId)
    return quota
  })
}

/** For the installation's administrator: what there is and how much room it takes, nothing of what is in it. */
export async function listAllOrganizations(db: Db) {
  return { items: (await store.listAll(db)).map((row) => ({ ...presentCommon(row) })) }
}

/** @throws not-found, not-allowed */
export async function listMembers(db: Db, actor: UserActor, organizationId: string): Promise<{ items: Member[] }> {
  await requireMember(db, actor, organizationId, 'member')
  return { items: await store.listMembers(db, organizationId) }
}

/**
 * @throws not-found    no such organization for the caller, or nobody has this address
 * @throws not-allowed  the role is stronger than the caller's own
 * @throws already-member
 */
export async function addMember(
  platform: Pick<Platform, 'db'>,
  actor: UserActor,
  input: { organizationId: string; email: string; role: Role },
): Promise<Member> {
  const { organizationId, role } = input
  return inTransaction(platform.db, async (tx) => {
    const own = await requireMember(tx, actor, organizationId, 'admin')
    if (!isAtLeast(own, role)) throw new Problem('not-allowed', `As ${own} you cannot make somebody ${role}.`)
    const user = await identity.findUserByEmail(tx, input.email)
    if (user === undefined) throw new Problem('not-found', 'Nobody with this e-mail address has an account here yet.')
    const createdAt = await store.insertMember(tx, { organizationId, userId: user.id, role })
    await audit.record(tx, actor, 'member.added', { organizationId, facts: { userId: user.id, role } })
    return { userId: user.id, name: user.name, email: user.email, role, createdAt: createdAt.toISOString() }
  })
}

/**
 * @throws not-found, not-allowed
 * @throws last-owner
 */
export async function removeMember(
  platform: Pick<Platform, 'db'>,
  actor: UserActor,
  input: { organizationId: string; userId: string },
): Promise<void> {
  const { organizationId, userId } = input
  await inTransaction(platform.db, async (tx) => {
    const own = await requireMember(tx, actor, organizationId, 'admin')
    const owners = await store.lockOwners(tx, organizationId)
    const role = await store.getRole(tx, organizationId, userId)
    if (role === undefined) throw new Problem('not-found', 'This person is not a member.')
    if (!isAtLeast(own, role)) throw new Problem('not-allowed', `As ${own} you cannot remove an ${role}.`)
    if (role === 'owner' && owners.length === 1) throw new Problem('last-owner', 'Make somebody else owner first.')
    await store.deleteMember(tx, organizationId, userId)
    await audit.record(tx, actor, 'member.removed', { organizationId, facts: { userId, role } })
  })
}

/**
 * The caller's role, if it is strong enough.
 *
 * @throws not-found    the caller is no member: for them the organization does not exist
 * @throws not-allowed  the role is weaker than needed
 */
export async function requireMember(db: Db, actor: Actor, organizationId: string, needed: Role): Promise<Role> {
  if (actor.kind === 'system') return 'owner'
  const role = actor.kind === 'user' ? await store.getRole(db, organizationId, actor.userId) : undefined
  if (role === undefined) throw unknownOrganization(organizationId)
  if (!isAtLeast(role, needed)) throw new Problem('not-allowed', `This needs the role ${needed}; yours is ${role}.`)
  return role
}

async function getOrganization(db: Db, actor: UserActor, organizationId: string): Promise<Organization> {
  const row = (await store.listOfUser(db, actor.userId)).find(({ id }) => id === organizationId)
  if (row === undefined) throw unknownOrganization(organizationId)
  return present(row)
}

const unknownOrganization = (organizationId: string) => new Problem('not-found', `No organization ${organizationId}.`)

function present(row: store.OrganizationRow): Organization {
  return { ...presentCommon(row), role: row.role as Role, allowedKinds: row.allowedKinds as Kind[] }
}

function presentCommon(row: Omit<store.OrganizationRow, 'role'>) {
  const { id, name, limitBytes, usedBytes, reservedBytes, fileCount } = row
  const quota: Quota = { limitBytes, usedBytes, reservedBytes, fileCount }
  return { id, name, type: row.type as OrganizationType, quota, createdAt: row.createdAt.toISOString() }
}
