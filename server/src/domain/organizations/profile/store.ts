import type { Role } from '@trove/contract/access'
import type { Kind } from '@trove/contract/media-types'
import type {
  Contact,
  OrganizationSettings,
  OrganizationStatus,
  OrganizationType,
  Persona,
  Tier,
} from '@trove/contract/organizations'
import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db/index.ts'

/** What is kept as JSON; the requirement of a second factor is a column, because decisions about access read it. */
type Kept = Omit<OrganizationSettings, 'requiresSecondFactor'>

type Profile = {
  id: string
  slug: string
  name: string
  type: OrganizationType
  status: OrganizationStatus
  tier: Tier
  description: string
  location: string
  website: string | null
  contacts: Contact[]
  settings: Kept
  requiresSecondFactor: boolean
  allowedKinds: Kind[]
  billingEmail: string | null
  logoAt: Date | null
  eraseAt: Date | null
  createdAt: Date
  limitBytes: number
  usedBytes: number
  reservedBytes: number
  fileCount: number
}
export type OwnRow = Profile & { role: Role; isBarred: boolean; persona: Persona | null }
export type ListedRow = Profile & { billingReference: string | null; memberCount: number }

export async function insertOrganization(
  tx: Tx,
  organization: {
    id: string
    slug: string
    name: string
    type: OrganizationType
    allowedKinds: readonly Kind[]
    createdBy: string
  },
): Promise<void> {
  const { id, slug, name, type, allowedKinds, createdBy } = organization
  await tx
    .insertInto('organization')
    .values({ id, slug, name, type, allowed_kinds: [...allowedKinds], created_by: createdBy })
    .execute()
}

export async function insertQuota(tx: Tx, organizationId: string, limitBytes: number): Promise<void> {
  await tx.insertInto('quota').values({ organization_id: organizationId, limit_bytes: limitBytes }).execute()
}

/** Those of these names that other organizations have. */
export async function listTakenSlugs(db: Db, slugs: readonly string[]): Promise<Set<string>> {
  const rows = await db.selectFrom('organization').select('slug').where('slug', 'in', slugs).execute()
  return new Set(rows.map(({ slug }) => slug))
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

/** The organizations of a user, oldest first, each with what the user is in it. */
export async function listOfUser(db: Db, userId: string): Promise<OwnRow[]> {
  return (await selectOwn(db, userId).orderBy('organization.id').execute()) as OwnRow[]
}

/** One of them; undefined when the user is not in it. */
export async function getOfUser(db: Db, userId: string, organizationId: string): Promise<OwnRow | undefined> {
  return (await selectOwn(db, userId).where('organization.id', '=', organizationId).executeTakeFirst()) as
    | OwnRow
    | undefined
}

export async function listAll(db: Db): Promise<ListedRow[]> {
  return (await selectListed(db).orderBy('organization.id').execute()) as ListedRow[]
}

export async function getListed(db: Db, organizationId: string): Promise<ListedRow | undefined> {
  return (await selectListed(db).where('organization.id', '=', organizationId).executeTakeFirst()) as
    | ListedRow
    | undefined
}

export type Changes = {
  name?: string
  slug?: string
  type?: OrganizationType
  description?: string
  location?: string
  website?: string | null
  contacts?: readonly Contact[]
  allowedKinds?: readonly Kind[]
  /** Laid over what is there. */
  settings?: Kept
  requiresSecondFactor?: boolean
  billingEmail?: string | null
  billingReference?: string | null
  tier?: Tier
  status?: OrganizationStatus
}

export async function setOrganization(tx: Tx, organizationId: string, changes: Changes): Promise<void> {
  const { allowedKinds, contacts, settings, requiresSecondFactor, billingEmail, billingReference, ...plain } = changes
  const set = {
    ...plain,
    ...(allowedKinds !== undefined && { allowed_kinds: [...allowedKinds] }),
    ...(contacts !== undefined && { contacts: JSON.stringify(contacts) }),
    ...(settings !== undefined && { settings: sql<string>`settings || ${JSON.stringify(settings)}::jsonb` }),
    ...(requiresSecondFactor !== undefined && { requires_second_factor: requiresSecondFactor }),
    ...(billingEmail !== undefined && { billing_email: billingEmail }),
    ...(billingReference !== undefined && { billing_reference: billingReference }),
  }
  if (Object.keys(set).length === 0) return
  await tx.updateTable('organization').set(set).where('id', '=', organizationId).execute()
}

/** Whether a user has a second factor, which they keep until the transaction ends. */
export async function lockSecondFactor(tx: Tx, userId: string): Promise<boolean> {
  const row = await tx
    .selectFrom('user')
    .select('has_second_factor as hasSecondFactor')
    .where('id', '=', userId)
    .forShare()
    .executeTakeFirst()
  return row?.hasSecondFactor === true
}

export async function setLogo(tx: Tx, organizationId: string, logo: { image: Buffer; mediaType: string }) {
  const values = { image: logo.image, media_type: logo.mediaType }
  await tx
    .insertInto('organization_logo')
    .values({ organization_id: organizationId, ...values })
    .onConflict((on) => on.column('organization_id').doUpdateSet(values))
    .execute()
}

export async function deleteLogo(tx: Tx, organizationId: string): Promise<void> {
  await tx.deleteFrom('organization_logo').where('organization_id', '=', organizationId).execute()
}

export function getLogo(db: Db, organizationId: string) {
  return db
    .selectFrom('organization_logo')
    .select(['image', 'media_type as mediaType', 'updated_at as updatedAt'])
    .where('organization_id', '=', organizationId)
    .executeTakeFirst()
}

function selectOwn(db: Db, userId: string) {
  return selectProfile(db)
    .innerJoin('organization_member as m', 'm.organization_id', 'organization.id')
    .select(['m.role', 'm.is_barred as isBarred', 'm.persona'])
    .where('m.user_id', '=', userId)
}

function selectListed(db: Db) {
  return selectProfile(db).select((eb) => [
    'organization.billing_reference as billingReference',
    eb
      .selectFrom('organization_member as counted')
      .select((counted) => counted.fn.countAll<number>().as('count'))
      .whereRef('counted.organization_id', '=', 'organization.id')
      .as('memberCount'),
  ])
}

function selectProfile(db: Db) {
  return db
    .selectFrom('organization')
    .innerJoin('quota', 'quota.organization_id', 'organization.id')
    .leftJoin('organization_logo as logo', 'logo.organization_id', 'organization.id')
    .leftJoin('organization_erasure as erasure', 'erasure.organization_id', 'organization.id')
    .select([
      'organization.id',
      'organization.slug',
      'organization.name',
      'organization.type',
      'organization.status',
      'organization.tier',
      'organization.description',
      'organization.location',
      'organization.website',
      'organization.contacts',
      'organization.settings',
      'organization.requires_second_factor as requiresSecondFactor',
      'organization.allowed_kinds as allowedKinds',
      'organization.billing_email as billingEmail',
      'organization.created_at as createdAt',
      'logo.updated_at as logoAt',
      'erasure.erase_at as eraseAt',
      'quota.limit_bytes as limitBytes',
      'quota.used_bytes as usedBytes',
      'quota.reserved_bytes as reservedBytes',
      'quota.file_count as fileCount',
    ])
}
