import type { OrganizationStatus } from '@trove/contract/organizations'
import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db/index.ts'

export type Erasure = {
  confirmationHash: Buffer
  askedBy: string
  askedAt: Date
  eraseAt: Date | null
  statusBefore: OrganizationStatus
}

/** Asking again begins anew. */
export async function putErasure(
  tx: Tx,
  erasure: { organizationId: string; askedBy: string; confirmationHash: Buffer; statusBefore: OrganizationStatus },
): Promise<void> {
  const { organizationId, askedBy, confirmationHash, statusBefore } = erasure
  const asked = { asked_by: askedBy, confirmation_hash: confirmationHash, status_before: statusBefore }
  await tx
    .insertInto('organization_erasure')
    .values({ organization_id: organizationId, ...asked })
    .onConflict((on) => on.column('organization_id').doUpdateSet({ ...asked, asked_at: sql`now()` }))
    .execute()
}

export async function getErasure(db: Db, organizationId: string): Promise<Erasure | undefined> {
  const row = await db
    .selectFrom('organization_erasure')
    .select([
      'confirmation_hash as confirmationHash',
      'asked_by as askedBy',
      'asked_at as askedAt',
      'erase_at as eraseAt',
      'status_before as statusBefore',
    ])
    .where('organization_id', '=', organizationId)
    .executeTakeFirst()
  return row as Erasure | undefined
}

export async function setConfirmed(tx: Tx, organizationId: string, eraseAt: Date): Promise<void> {
  await tx
    .updateTable('organization_erasure')
    .set({ confirmed_at: sql`now()`, erase_at: eraseAt })
    .where('organization_id', '=', organizationId)
    .execute()
}

export async function deleteErasure(tx: Tx, organizationId: string): Promise<void> {
  await tx.deleteFrom('organization_erasure').where('organization_id', '=', organizationId).execute()
}

/** Addresses of the owners, who are told of what is about to happen. */
export async function listOwners(db: Db, organizationId: string): Promise<{ email: string }[]> {
  return db
    .selectFrom('organization_member as m')
    .innerJoin('user', 'user.id', 'm.user_id')
    .select('user.email')
    .where('m.organization_id', '=', organizationId)
    .where('m.role', '=', 'owner')
    .orderBy('user.id')
    .execute()
}
