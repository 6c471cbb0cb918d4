import type { Role } from '@trove/contract/access'
import type { Kind } from '@trove/contract/media-types'
import type { Member, OrganizationType } from '@trove/contract/organizations'
import type { Db, Tx } from '../../platform/db/index.ts'

export type OrganizationRow = Awaited<ReturnType<typeof listOfUser>>[number]

export async function insertOrganization(
  tx: Tx,
  organization: { id: string; name: string; type: OrganizationType; allowedKinds: readonly Kind[]; createdBy: string },
): Promise<void> {
  const { id, name, type, allowedKinds, createdBy } = organization
  await tx
    .insertInto('organization')
    .values({ id, name, type, allowed_kinds: [...allowedKinds], created_by: createdBy })
    .execute()
}

export async function insertQuota(tx: Tx, organizationId: string, limitBytes: number): Promise<void> {
  await tx.insertInto('quota').values({ organization_id: organizationId, limit_bytes: limitBytes }).execute()
}

/** False when the organization has no quota row, so does not exist. */
export async function setLimit(tx: Tx, organizationId: string, limitBytes: number): Promise<boolean> {
  const set = await tx
    .updateTable('quota')
    .set({ limit_bytes: limitBytes })
    .where('organization_id', '=', organizationId)
    .returning('organization_id')
    .executeTakeFirst()
  return set !== undefined
}

export function getQuota(db: Db, organizationId: string) {
  return db
    .selectFrom('quota')
    .select([
      'limit_bytes as limitBytes',
      'used_bytes as usedBytes',
      'reserved_bytes as reservedBytes',
      'file_count as fileCount',
    ])
    .where('organization_id', '=', organizationId)
    .executeTakeFirst()
}

/** The organizations of a user, oldest first, each with its quota and the user's role. */
export function listOfUser(db: Db, userId: string) {
  return selectOrganization(db)
    .innerJoin('organization_member as m', 'm.organization_id', 'organization.id')
    .select('m.role')
    .where('m.user_id', '=', userId)
    .orderBy('organization.id')
    .execute()
}

export function listAll(db: Db) {
  return selectOrganization(db).orderBy('organization.id').execute()
}

export async function setOrganization(
  tx: Tx,
  organizationId: string,
  changes: { name?: string; type?: OrganizationType; allowed_kinds?: string[] },
): Promise<void> {
  if (Object.keys(changes).length === 0) return
  await tx.updateTable('organization').set(changes).where('id', '=', organizationId).execute()
}

export async function getAllowedKinds(db: Db, organizationId: string): Promise<Kind[]> {
  const row = await db
    .selectFrom('organization')
    .select('allowed_kinds')
    .where('id', '=', organizationId)
    .executeTakeFirst()
  return (row?.allowed_kinds ?? []) as Kind[]
}

export async function getRole(db: Db, organizationId: string, userId: string): Promise<Role | undefined> {
  const row = await db
    .selectFrom('organization_member')
    .select('role')
    .where('organization_id', '=', organizationId)
    .where('user_id', '=', userId)
    .executeTakeFirst()
  return row?.role as Role | undefined
}

export async function listMembers(db: Db, organizationId: string): Promise<Member[]> {
  const rows = await db
    .selectFrom('organization_member as m')
    .innerJoin('user', 'user.id', 'm.user_id')
    .select(['m.user_id as userId', 'user.name', 'user.email', 'm.role', 'm.created_at as createdAt'])
    .where('m.organization_id', '=', organizationId)
    .orderBy('m.created_at')
    .orderBy('m.user_id')
    .execute()
  return rows.map((row) => ({ ...row, role: row.role as Role, createdAt: row.createdAt.toISOString() }))
}

export async function insertMember(
  tx: Tx,
  member: { organizationId: string; userId: string; role: Role },
): Promise<Date> {
  const { created_at } = await tx
    .insertInto('organization_member')
    .values({ organization_id: member.organizationId, user_id: member.userId, role: member.role })
    .returning('created_at')
    .executeTakeFirstOrThrow()
  return created_at
}

export async function deleteMember(tx: Tx, organizationId: string, userId: string): Promise<void> {
  await tx
    .deleteFrom('organization_member')
    .where('organization_id', '=', organizationId)
    .where('user_id', '=', userId)
    .execute()
}

/** The owners, locked: of two that leave at once, the second sees that the first has gone. */
export async function lockOwners(tx: Tx, organizationId: string): Promise<string[]> {
  const rows = await tx
    .selectFrom('organization_member')
    .select('user_id')
    .where('organization_id', '=', organizationId)
    .where('role', '=', 'owner')
    .orderBy('user_id')
    .forUpdate()
    .execute()
  return rows.map(({ user_id }) => user_id)
}

function selectOrganization(db: Db) {
  return db
    .selectFrom('organization')
    .innerJoin('quota', 'quota.organization_id', 'organization.id')
    .select([
      'organization.id',
      'organization.name',
      'organization.type',
      'organization.allowed_kinds as allowedKinds',
      'organization.created_at as createdAt',
      'quota.limit_bytes as limitBytes',
      'quota.used_bytes as usedBytes',
      'quota.reserved_bytes as reservedBytes',
      'quota.file_count as fileCount',
    ])
}
