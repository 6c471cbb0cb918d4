import { newId } from '../../src/platform/ids.ts'
import * as members from '../../src/domain/organizations/members/operations.ts'
import * as teams from '../../src/domain/organizations/teams/operations.ts'
import { name, outcomeOf, type Board, type Move } from './board.ts'

/** By the owner, who may: what is looked at is what becomes of everybody's rights. */
export async function changeMember({ t, model: m, random, people, owners }: Board): Promise<Move> {
  const [organizationId, owner] = random.pick([...owners])
  const user = random.pick(people.filter(({ userId }) => userId !== owner.userId))
  const { userId } = user
  const role = random.pick(['admin', 'member', 'member', 'guest'] as const)
  const roles = m.roles.get(organizationId)
  const about = { organizationId, userId }
  if (roles?.has(userId) !== true) {
    const { email } = await t.platform.db
      .selectFrom('user')
      .select('email')
      .where('id', '=', userId)
      .executeTakeFirstOrThrow()
    const came = await outcomeOf(() => members.addMember(t.platform, owner, { organizationId, email, role }))
    roles?.set(userId, role)
    return { words: `${name(userId)} becomes ${role}`, came, should: 'done' }
  }
  if (random.chance(0.6)) {
    const came = await outcomeOf(() => members.updateMember(t.platform, owner, { ...about, role }))
    roles.set(userId, role)
    return { words: `${name(userId)} is now ${role}`, came, should: 'done' }
  }
  const came = await outcomeOf(() => members.removeMember(t.platform, owner, about))
  roles.delete(userId)
  for (const team of m.teams.values()) if (team.organizationId === organizationId) team.members.delete(userId)
  for (const { id, principal, resourceId } of m.grants.values())
    if (principal.id === userId && m.nodes.get(resourceId)?.organizationId === organizationId) m.grants.delete(id)
  return { words: `${name(userId)} is removed`, came, should: 'done' }
}

/** Also by the owner. */
export async function changeTeam({ t, model: m, random, people, owners }: Board): Promise<Move> {
  const [organizationId, owner] = random.pick([...owners])
  const own = [...m.teams].filter(([, team]) => team.organizationId === organizationId)
  if (own.length < 2) {
    const made = await teams.createTeam(t.platform, owner, { organizationId, name: `Team ${newId()}` })
    m.teams.set(made.id, { organizationId, members: new Set() })
    return { words: `team ${name(made.id)} is made`, came: 'done', should: 'done' }
  }
  const [teamId, team] = random.pick(own)
  if (random.chance(0.05)) {
    const came = await outcomeOf(() => teams.deleteTeam(t.platform, owner, { organizationId, teamId }))
    m.teams.delete(teamId)
    for (const { id, principal } of m.grants.values()) if (principal.id === teamId) m.grants.delete(id)
    return { words: `team ${name(teamId)} is deleted`, came, should: 'done' }
  }
  const { userId } = random.pick(people)
  const about = { organizationId, teamId, userId }
  if (team.members.has(userId)) {
    const came = await outcomeOf(() => teams.removeTeamMember(t.platform, owner, about))
    team.members.delete(userId)
    return { words: `${name(userId)} leaves team ${name(teamId)}`, came, should: 'done' }
  }
  const isMember = m.roles.get(organizationId)?.has(userId) === true
  const came = await outcomeOf(() => teams.addTeamMember(t.platform, owner, about))
  if (isMember) team.members.add(userId)
  return { words: `${name(userId)} joins team ${name(teamId)}`, came, should: isMember ? 'done' : 'not-found' }
}
