import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db/index.ts'

/** After so long a reservation is looked at again; see `releaseStale`. */
const LEASE = sql`interval '1 day'`

export type Reservation = { uploadId: string; organizationId: string; bytes: number }

/** Adds to what is reserved if there is room for it: one statement, so that no two can take the same room. */
export async function reserve(tx: Tx, { organizationId, bytes, uploadId }: Reservation): Promise<boolean> {
  const { rows } = await sql`
    with room as (
      update quota set reserved_bytes = reserved_bytes + ${bytes}
      where organization_id = ${organizationId} and used_bytes + reserved_bytes + ${bytes} <= limit_bytes
      returning organization_id)
    insert into reservation (upload_id, organization_id, bytes, expires_at)
    select ${uploadId}::uuid, organization_id, ${bytes}::bigint, now() + ${LEASE} from room
    returning upload_id`.execute(tx)
  return rows.length > 0
}

/** The same for an upload that has a reservation already. */
export async function takeRoom(tx: Tx, organizationId: string, bytes: number): Promise<boolean> {
  const taken = await tx
    .updateTable('quota')
    .set({ reserved_bytes: sql`reserved_bytes + ${bytes}` })
    .where('organization_id', '=', organizationId)
    .where(sql<boolean>`used_bytes + reserved_bytes + ${bytes} <= limit_bytes`)
    .returning('organization_id')
    .executeTakeFirst()
  return taken !== undefined
}

export function lockReservation(tx: Tx, uploadId: string): Promise<Reservation | undefined> {
  return tx
    .selectFrom('reservation')
    .select(['upload_id as uploadId', 'organization_id as organizationId', 'bytes'])
    .where('upload_id', '=', uploadId)
    .forUpdate()
    .executeTakeFirst()
}

export async function setReservation(tx: Tx, uploadId: string, bytes: number): Promise<void> {
  await tx.updateTable('reservation').set({ bytes }).where('upload_id', '=', uploadId).execute()
}

/** Undefined when there was none. */
export function deleteReservation(tx: Tx, uploadId: string): Promise<Reservation | undefined> {
  return tx
    .deleteFrom('reservation')
    .where('upload_id', '=', uploadId)
    .returning(['upload_id as uploadId', 'organization_id as organizationId', 'bytes'])
    .executeTakeFirst()
}

/** Never below nothing: books that were wrong before must not keep anybody from ending an upload; the recount tells of them. */
export async function changeQuota(
  tx: Tx,
  organizationId: string,
  by: { reservedBytes?: number; usedBytes?: number; fileCount?: number },
): Promise<void> {
  const { reservedBytes = 0, usedBytes = 0, fileCount = 0 } = by
  await tx
    .updateTable('quota')
    .set({
      reserved_bytes: sql`greatest(0, reserved_bytes + ${reservedBytes})`,
      used_bytes: sql`greatest(0, used_bytes + ${usedBytes})`,
      file_count: sql`greatest(0, file_count + ${fileCount})`,
    })
    .where('organization_id', '=', organizationId)
    .execute()
}

export function getQuota(db: Db, organizationId: string) {
  return db
    .selectFrom('quota')
    .select(['limit_bytes as limitBytes', 'used_bytes as usedBytes', 'reserved_bytes as reservedBytes'])
    .where('organization_id', '=', organizationId)
    .executeTakeFirst()
}

/** Reservations whose time to be looked at has come, with whether their upload still goes on. */
export async function listStale(db: Db, limit: number): Promise<(Reservation & { isNeeded: boolean })[]> {
  // Uploads are known to a room above this one; their table is read here, and only read.
  const { rows } = await sql<Reservation & { isNeeded: boolean }>`
    select upload_id as "uploadId", reservation.organization_id as "organizationId", bytes,
      exists (
        select from upload where upload.id = upload_id and status in ('pending', 'uploading', 'paused', 'checking')
      ) as "isNeeded"
    from reservation where expires_at <= now() order by expires_at limit ${limit}`.execute(db)
  return rows
}

export async function prolong(tx: Tx, uploadIds: readonly string[]): Promise<void> {
  await sql`
    update reservation set expires_at = now() + ${LEASE} where upload_id = any(${uploadIds}::uuid[])`.execute(tx)
}
