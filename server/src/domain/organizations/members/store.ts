import type { Role } from '@trove/contract/access'
import type { Member } from '@trove/contract/members'
import type { Persona } from '@trove/contract/organizations'
import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db/index.ts'

export type MemberFilter = { search?: string; role?: Role }

/** One page in the order of the ids, which is the order of the accounts. */
export async function listMembers(
  db: Db,
  organizationId: string,
  filter: MemberFilter,
  page: { limit: number; after?: string },
): Promise<Member[]> {
  const { search, role } = filter
  const rows = await selectMember(db, organizationId)
    .$if(page.after !== undefined, (q) => q.where('m.user_id', '>', page.after ?? ''))
    .$if(role !== undefined, (q) => q.where('m.role', '=', role ?? ''))
    .$if(search !== undefined, (q) =>
      q.where(sql<boolean>`strpos(lower("user".name || ' ' || "user".email), lower(${search ?? ''})) > 0`),
    )
    .orderBy('m.user_id')
    .limit(page.limit)
    .execute()
  return rows.map(present)
}

export async function getMember(db: Db, organizationId: string, userId: string): Promise<Member | undefined> {
  const row = await selectMember(db, organizationId).where('m.user_id', '=', userId).executeTakeFirst()
  return row && present(row)
}

/** With the persona that the organization gives to its new members. */
export async function insertMember(
  tx: Tx,
  member: { organizationId: string; userId: string; role: Role },
): Promise<void> {
  const { organizationId, userId, role } = member
  await sql`
    insert into organization_member (organization_id, user_id, role, persona)
    select id, ${userId}, ${role}, settings ->> 'persona' from organization where id = ${organizationId}`.execute(tx)
}

export async function setMember(
  tx: Tx,
  organizationId: string,
  userId: string,
  changes: { role?: Role; persona?: Persona | null },
): Promise<void> {
  if (Object.keys(changes).length === 0) return
  await tx
    .updateTable('organization_member')
    .set(changes)
    .where('organization_id', '=', organizationId)
    .where('user_id', '=', userId)
    .execute()
}

/** What was granted to them by name, and their places in teams, go with the row. */
export async function deleteMember(tx: Tx, organizationId: string, userId: string): Promise<void> {
  await tx
    .deleteFrom('organization_member')
    .where('organization_id', '=', organizationId)
    .where('user_id', '=', userId)
    .execute()
}

/** How many owners there are; the organization is locked, so that it stays so. */
export async function countOwners(tx: Tx, organizationId: string): Promise<number> {
  const { count } = await tx
    .selectFrom('organization_member')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('organization_id', '=', organizationId)
    .where('role', '=', 'owner')
    .executeTakeFirstOrThrow()
  return Number(count)
}

function selectMember(db: Db, organizationId: string) {
  return db
    .selectFrom('organization_member as m')
    .innerJoin('user', 'user.id', 'm.user_id')
    .select([
      'm.user_id as userId',
      'user.name',
      'user.email',
      'm.role',
      'm.persona',
      'm.is_barred as isBarred',
      'm.created_at as createdAt',
    ])
    .where('m.organization_id', '=', organizationId)
}

type Row = Awaited<ReturnType<ReturnType<typeof selectMember>['execute']>>[number]

function present({ persona, role, createdAt, ...row }: Row): Member {
  return {
    ...row,
    role: role as Role,
    createdAt: createdAt.toISOString(),
    ...(persona !== null && { persona: persona as Persona }),
  }
}
