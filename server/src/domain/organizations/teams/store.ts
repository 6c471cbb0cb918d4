import type { Role } from '@trove/contract/access'
import type { TeamMember } from '@trove/contract/teams'
import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db/index.ts'
import type { Wanted } from '../paging.ts'

export type TeamRow = Awaited<ReturnType<ReturnType<typeof selectTeam>['execute']>>[number]
type Filter = { search?: string; userId?: string }

/** One page, oldest first. `viewerId` is who asks whether they are in it. */
export function listTeams(
  db: Db,
  about: { organizationId: string; viewerId: string },
  { search, userId }: Filter,
  page: Wanted,
): Promise<TeamRow[]> {
  return selectTeam(db, about)
    .$if(search !== undefined, (q) => q.where(sql<boolean>`strpos(lower(team.name), lower(${search ?? ''})) > 0`))
    .$if(userId !== undefined, (q) =>
      q.where((eb) =>
        eb.exists(
          eb
            .selectFrom('team_member as theirs')
            .select('theirs.team_id')
            .whereRef('theirs.team_id', '=', 'team.id')
            .where('theirs.user_id', '=', userId ?? ''),
        ),
      ),
    )
    .$if(page.after !== undefined, (q) => q.where('team.id', '>', page.after ?? ''))
    .orderBy('team.id')
    .limit(page.limit)
    .execute()
}

export function getTeam(
  db: Db,
  about: { organizationId: string; viewerId: string },
  teamId: string,
): Promise<TeamRow | undefined> {
  return selectTeam(db, about).where('team.id', '=', teamId).executeTakeFirst()
}

export async function insertTeam(
  tx: Tx,
  team: {
    id: string
    organizationId: string
    name: string
    description: string
    leadId: string | null
    createdBy: string
  },
): Promise<void> {
  const { id, organizationId, name, description, leadId, createdBy } = team
  await tx
    .insertInto('team')
    .values({ id, organization_id: organizationId, name, description, lead_id: leadId, created_by: createdBy })
    .execute()
}

export async function setTeam(
  tx: Tx,
  teamId: string,
  changes: { name?: string; description?: string; lead_id?: string | null },
): Promise<void> {
  if (Object.keys(changes).length === 0) return
  await tx.updateTable('team').set(changes).where('id', '=', teamId).execute()
}

/** What was granted to it goes with the row. */
export async function deleteTeam(tx: Tx, teamId: string): Promise<void> {
  await tx.deleteFrom('team').where('id', '=', teamId).execute()
}

/** Of these ids, those that are teams of the organization; kept until the transaction ends. */
export async function lockTeams(tx: Tx, organizationId: string, teamIds: readonly string[]): Promise<string[]> {
  const rows = await tx
    .selectFrom('team')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where('id', '=', sql<string>`any(${teamIds}::uuid[])`)
    .orderBy('id')
    .forKeyShare()
    .execute()
  return rows.map(({ id }) => id)
}

export async function listMembers(db: Db, organizationId: string, teamId: string, page: Wanted): Promise<TeamMember[]> {
  const rows = await db
    .selectFrom('team_member as t')
    .innerJoin('organization_member as m', (join) =>
      join.onRef('m.organization_id', '=', 't.organization_id').onRef('m.user_id', '=', 't.user_id'),
    )
    .innerJoin('user', 'user.id', 't.user_id')
    .innerJoin('team', 'team.id', 't.team_id')
    .select((eb) => [
      't.user_id as userId',
      'user.name',
      'user.email',
      'm.role',
      eb.fn.coalesce(eb('team.lead_id', '=', eb.ref('t.user_id')), sql<boolean>`false`).as('isLead'),
      't.created_at as createdAt',
    ])
    .where('t.organization_id', '=', organizationId)
    .where('t.team_id', '=', teamId)
    .$if(page.after !== undefined, (q) => q.where('t.user_id', '>', page.after ?? ''))
    .orderBy('t.user_id')
    .limit(page.limit)
    .execute()
  return rows.map((row) => ({
    ...row,
    role: row.role as Role,
    isLead: Boolean(row.isLead),
    createdAt: row.createdAt.toISOString(),
  }))
}

export async function listMemberIds(db: Db, teamId: string): Promise<string[]> {
  const rows = await db.selectFrom('team_member').select('user_id').where('team_id', '=', teamId).execute()
  return rows.map(({ user_id }) => user_id)
}

/** False when the person is in it already. */
export async function insertMember(
  tx: Tx,
  member: { organizationId: string; teamId: string; userId: string },
): Promise<boolean> {
  const { organizationId, teamId, userId } = member
  const inserted = await tx
    .insertInto('team_member')
    .values({ organization_id: organizationId, team_id: teamId, user_id: userId })
    .onConflict((on) => on.columns(['user_id', 'team_id']).doNothing())
    .returning('team_id')
    .executeTakeFirst()
  return inserted !== undefined
}

/** False when the person was not in it. */
export async function deleteMember(tx: Tx, teamId: string, userId: string): Promise<boolean> {
  const deleted = await tx
    .deleteFrom('team_member')
    .where('team_id', '=', teamId)
    .where('user_id', '=', userId)
    .returning('team_id')
    .executeTakeFirst()
  return deleted !== undefined
}

function selectTeam(db: Db, about: { organizationId: string; viewerId: string }) {
  return db
    .selectFrom('team')
    .leftJoin('user as lead', 'lead.id', 'team.lead_id')
    .select((eb) => [
      'team.id',
      'team.organization_id as organizationId',
      'team.name',
      'team.description',
      'team.lead_id as leadId',
      'lead.name as leadName',
      'team.created_at as createdAt',
      eb
        .selectFrom('team_member as counted')
        .select((counted) => counted.fn.countAll<number>().as('count'))
        .whereRef('counted.team_id', '=', 'team.id')
        .as('memberCount'),
      eb
        .exists(
          eb
            .selectFrom('team_member as own')
            .select('own.team_id')
            .whereRef('own.team_id', '=', 'team.id')
            .where('own.user_id', '=', about.viewerId),
        )
        .as('isIn'),
    ])
    .where('team.organization_id', '=', about.organizationId)
}
