import type { Role } from '@trove/contract/access'
import type { Team, TeamMember } from '@trove/contract/teams'
import type { UserActor } from '../../../platform/actor.ts'
import { inTransaction, type Db, type Tx } from '../../../platform/db/index.ts'
import { newId } from '../../../platform/ids.ts'
import type { Platform } from '../../../platform/platform.ts'
import { Problem } from '../../../platform/problem.ts'
import * as audit from '../../audit/index.ts'
import { pageOf, wantedOf, type PageQuery } from '../paging.ts'
import * as permit from '../permit.ts'
import { isAtLeast } from '../rules.ts'
import { getStanding } from '../store.ts'
import * as store from './store.ts'

type Machines = Pick<Platform, 'db'>
type About = { organizationId: string; teamId: string }

/** @throws not-found, not-allowed */
export async function listTeams(
  db: Db,
  actor: UserActor,
  query: PageQuery & { organizationId: string; search?: string; userId?: string },
): Promise<{ items: Team[]; next?: string }> {
  const { organizationId, search, userId } = query
  const role = await permit.requireMember(db, actor, organizationId, 'member')
  const wanted = wantedOf(query)
  const filter = { ...(search !== undefined && { search }), ...(userId !== undefined && { userId }) }
  const rows = await store.listTeams(db, { organizationId, viewerId: actor.userId }, filter, wanted)
  const { items, ...next } = pageOf(rows, wanted, ({ id }) => id)
  return { items: items.map((row) => present(row, actor, role)), ...next }
}

/** @throws not-found, not-allowed */
export async function getTeam(db: Db, actor: UserActor, about: About): Promise<Team> {
  const role = await permit.requireMember(db, actor, about.organizationId, 'member')
  return present(await existing(db, actor, about), actor, role)
}

/** @throws not-found, not-allowed, name-taken, read-only */
export async function createTeam(
  platform: Machines,
  actor: UserActor,
  input: { organizationId: string; name: string; description?: string; leadId?: string },
): Promise<Team> {
  const { organizationId, description = '', leadId } = input
  const teamId = newId()
  const name = input.name.trim()
  return inTransaction(platform.db, async (tx) => {
    const { role } = await permit.permitAndLockOpen(tx, actor, organizationId, 'admin')
    await store.insertTeam(tx, {
      ...{ id: teamId, organizationId, name, description },
      leadId: null,
      createdBy: actor.userId,
    })
    if (leadId !== undefined) {
      await appoint(tx, { organizationId, teamId }, leadId)
      await store.setTeam(tx, teamId, { lead_id: leadId })
    }
    await audit.record(tx, actor, 'team.created', { organizationId, facts: { teamId, name } })
    return present(await existing(tx, actor, { organizationId, teamId }), actor, role)
  })
}

/** @throws not-found, not-allowed, name-taken, read-only */
export async function updateTeam(
  platform: Machines,
  actor: UserActor,
  input: About & { name?: string; description?: string; leadId?: string | null },
): Promise<Team> {
  const { organizationId, teamId, name, description, leadId } = input
  return inTransaction(platform.db, async (tx) => {
    const { role } = await permit.permitAndLockOpen(tx, actor, organizationId, 'admin')
    await existing(tx, actor, input)
    if (leadId !== undefined && leadId !== null) await appoint(tx, input, leadId)
    await store.setTeam(tx, teamId, {
      ...(name !== undefined && { name: name.trim() }),
      ...(description !== undefined && { description }),
      ...(leadId !== undefined && { lead_id: leadId }),
    })
    await audit.record(tx, actor, 'team.updated', { organizationId, facts: { teamId, name, description, leadId } })
    return present(await existing(tx, actor, input), actor, role)
  })
}

/** @throws not-found, not-allowed */
export async function deleteTeam(platform: Machines, actor: UserActor, about: About): Promise<void> {
  const { organizationId, teamId } = about
  await inTransaction(platform.db, async (tx) => {
    await permit.permitAndLock(tx, actor, organizationId, 'admin')
    const { name } = await existing(tx, actor, about)
    const people = await store.listMemberIds(tx, teamId)
    await store.deleteTeam(tx, teamId)
    await audit.record(tx, actor, 'team.deleted', { organizationId, facts: { teamId, name } })
    await permit.announceAccess(tx, organizationId, people)
  })
}

/** @throws not-found, not-allowed */
export async function listTeamMembers(
  db: Db,
  actor: UserActor,
  query: About & PageQuery,
): Promise<{ items: TeamMember[]; next?: string }> {
  await permit.requireMember(db, actor, query.organizationId, 'member')
  await existing(db, actor, query)
  const wanted = wantedOf(query)
  const rows = await store.listMembers(db, query.organizationId, query.teamId, wanted)
  return pageOf(rows, wanted, ({ userId }) => userId)
}

/** Whoever is in it already stays in it. @throws not-found, not-allowed, read-only */
export async function addTeamMember(
  platform: Machines,
  actor: UserActor,
  input: About & { userId: string },
): Promise<void> {
  const { organizationId, teamId, userId } = input
  await inTransaction(platform.db, async (tx) => {
    const { role } = await permit.permitAndLockOpen(tx, actor, organizationId, 'member')
    const team = await existing(tx, actor, input)
    if (!mayChangeMembers(team, actor, role)) throw onlyAdminsAndLead()
    await requireInOrganization(tx, organizationId, userId)
    if (await join(tx, { organizationId, teamId, userId }))
      await audit.record(tx, actor, 'team.member-added', { organizationId, facts: { teamId, userId } })
  })
}

/**
 * A step: puts somebody who is in the organization into a team of it. False when they were in it.
 */
export async function join(
  tx: Tx,
  member: { organizationId: string; teamId: string; userId: string },
): Promise<boolean> {
  if (!(await store.insertMember(tx, member))) return false
  await permit.announceAccess(tx, member.organizationId, [member.userId])
  return true
}

/** Whoever is not in it stays out of it. A lead who goes leads it no longer. @throws not-found, not-allowed */
export async function removeTeamMember(
  platform: Machines,
  actor: UserActor,
  input: About & { userId: string },
): Promise<void> {
  const { organizationId, teamId, userId } = input
  await inTransaction(platform.db, async (tx) => {
    const { role } = await permit.permitAndLock(tx, actor, organizationId, 'member')
    const team = await existing(tx, actor, input)
    if (!mayChangeMembers(team, actor, role) && userId !== actor.userId) throw onlyAdminsAndLead()
    if (!(await store.deleteMember(tx, teamId, userId))) return
    if (team.leadId === userId) await store.setTeam(tx, teamId, { lead_id: null })
    await audit.record(tx, actor, 'team.member-removed', { organizationId, facts: { teamId, userId } })
    await permit.announceAccess(tx, organizationId, [userId])
  })
}

/** Whoever leads a team is in it; and is no guest, because guests do not see who else there is. @throws not-found, not-allowed */
async function appoint(tx: Tx, about: About, userId: string): Promise<void> {
  const role = await requireInOrganization(tx, about.organizationId, userId)
  if (!isAtLeast(role, 'member')) throw new Problem('not-allowed', 'A guest cannot lead a team.')
  await join(tx, { ...about, userId })
}

async function requireInOrganization(tx: Tx, organizationId: string, userId: string): Promise<Role> {
  const standing = await getStanding(tx, organizationId, userId)
  if (standing === undefined) throw new Problem('not-found', 'This person is not in the organization.')
  return standing.role
}

async function existing(db: Db, actor: UserActor, { organizationId, teamId }: About): Promise<store.TeamRow> {
  const team = await store.getTeam(db, { organizationId, viewerId: actor.userId }, teamId)
  if (team === undefined) throw new Problem('not-found', `No team ${teamId}.`)
  return team
}

const mayChangeMembers = (team: store.TeamRow, actor: UserActor, role: Role): boolean =>
  isAtLeast(role, 'admin') || team.leadId === actor.userId

const onlyAdminsAndLead = () => new Problem('not-allowed', 'Only admins and the lead of a team say who is in it.')

function present(row: store.TeamRow, actor: UserActor, role: Role): Team {
  const { id, organizationId, name, description, leadId, leadName } = row
  return {
    ...{ id, organizationId, name, description },
    ...(leadId !== null && leadName !== null && { lead: { id: leadId, name: leadName } }),
    memberCount: Number(row.memberCount),
    isIn: Boolean(row.isIn),
    mayChange: isAtLeast(role, 'admin'),
    mayChangeMembers: mayChangeMembers(row, actor, role),
    createdAt: row.createdAt.toISOString(),
  }
}
