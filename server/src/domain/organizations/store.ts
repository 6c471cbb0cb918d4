import type { Role } from '@trove/contract/access'
import type { Kind } from '@trove/contract/media-types'
import {
  CLIP_LIMIT_SECONDS,
  type OrganizationSettings,
  type OrganizationStatus,
  type Tier,
} from '@trove/contract/organizations'
import type { Db, Tx } from '../../platform/db/index.ts'

/** What a person is in an organization. */
export type Standing = { role: Role; isBarred: boolean }

export async function getStanding(db: Db, organizationId: string, userId: string): Promise<Standing | undefined> {
  const row = await db
    .selectFrom('organization_member')
    .select(['role', 'is_barred as isBarred'])
    .where('organization_id', '=', organizationId)
    .where('user_id', '=', userId)
    .executeTakeFirst()
  return row as Standing | undefined
}

export type Condition = { name: string; status: OrganizationStatus; tier: Tier; allowedKinds: Kind[] }

export async function getCondition(db: Db, organizationId: string): Promise<Condition | undefined> {
  const row = await db
    .selectFrom('organization')
    .select(['name', 'status', 'tier', 'allowed_kinds as allowedKinds'])
    .where('id', '=', organizationId)
    .executeTakeFirst()
  return row as Condition | undefined
}

/**
 * Whoever changes who is in an organization, or in what condition it is, locks it first: what they see then stays so
 * until they are done. Uploads and the like, which only refer to it, do not wait.
 */
export async function lockOrganization(tx: Tx, organizationId: string): Promise<Condition | undefined> {
  const row = await tx
    .selectFrom('organization')
    .select(['name', 'status', 'tier', 'allowed_kinds as allowedKinds'])
    .where('id', '=', organizationId)
    .forNoKeyUpdate()
    .executeTakeFirst()
  return row as Condition | undefined
}

export async function getAllowedKinds(db: Db, organizationId: string): Promise<Kind[]> {
  const row = await db
    .selectFrom('organization')
    .select('allowed_kinds')
    .where('id', '=', organizationId)
    .executeTakeFirst()
  return (row?.allowed_kinds ?? []) as Kind[]
}

/** How long a video clip may be there, in seconds. */
export async function clipLimitOf(db: Db, organizationId: string): Promise<number> {
  const row = await db.selectFrom('organization').select('settings').where('id', '=', organizationId).executeTakeFirst()
  return (row?.settings as OrganizationSettings | undefined)?.clipLimitSeconds ?? CLIP_LIMIT_SECONDS
}

/** Everybody in it, by id. */
export async function listMemberIds(db: Db, organizationId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('organization_member')
    .select('user_id')
    .where('organization_id', '=', organizationId)
    .orderBy('user_id')
    .execute()
  return rows.map(({ user_id }) => user_id)
}

export async function countMembers(db: Db, organizationId: string): Promise<number> {
  const { count } = await db
    .selectFrom('organization_member')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('organization_id', '=', organizationId)
    .executeTakeFirstOrThrow()
  return Number(count)
}
