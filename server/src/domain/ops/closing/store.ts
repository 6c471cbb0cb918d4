import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db/index.ts'

/** An organization that somebody is about to leave for good. */
export type Belonging = {
  id: string
  name: string
  fileCount: number
  heirId: string | null
  heir: string | null
  isBlocking: boolean
  isAlone: boolean
}

/** Held until the transaction ends, in one order: of two last owners that leave at once, the second sees that the first has gone. */
export async function lockOrganizationsOf(tx: Tx, userId: string): Promise<void> {
  await sql`
    select from organization
    where id in (select organization_id from organization_member where user_id = ${userId})
    order by id for update`.execute(tx)
}

/** The heir is the owner of longest standing who may act; where there is none but others are members, nobody may leave. */
export async function listBelongings(db: Db, userId: string): Promise<Belonging[]> {
  const { rows } = await sql<Belonging>`
    select organization.id, organization.name,
      (select count(*)::int from file
        where file.organization_id = organization.id and file.created_by = ${userId} and file.trashed_at is null) as "fileCount",
      heir.id as "heirId", heir.name as heir,
      (mine.role = 'owner' and heir.id is null and others.some) as "isBlocking",
      not others.some as "isAlone"
    from organization_member mine
    join organization on organization.id = mine.organization_id
    left join lateral (
      select u.id, u.name from organization_member m join "user" u on u.id = m.user_id
      where m.organization_id = mine.organization_id and m.role = 'owner' and m.user_id <> ${userId}
        and u.suspended_at is null and u.closed_at is null
      order by m.created_at, m.user_id limit 1) heir on true
    cross join lateral (
      select exists (select from organization_member m
        where m.organization_id = mine.organization_id and m.user_id <> ${userId}) as some) others
    where mine.user_id = ${userId}
    order by organization.id`.execute(db)
  return rows
}

/** What they uploaded and made belongs to the heir; who uploaded which version stays written. @returns ids of the files */
export async function handOver(
  tx: Tx,
  from: { userId: string; organizationId: string },
  heirId: string,
): Promise<string[]> {
  const { userId, organizationId } = from
  const { rows } = await sql<{ id: string }>`
    with handed_file as (
      update file set created_by = ${heirId}
      where organization_id = ${organizationId} and created_by = ${userId} returning id),
    handed_folder as (
      update folder set created_by = ${heirId}
      where organization_id = ${organizationId} and created_by = ${userId} returning id),
    handed as (
      update resource set created_by = ${heirId}
      where id in (select id from handed_file union all select id from handed_folder))
    select id from handed_file`.execute(tx)
  return rows.map(({ id }) => id)
}

/** @returns ids of the files that were not there yet */
export async function trashAll(
  tx: Tx,
  of: { userId: string; organizationId: string; batchId: string },
): Promise<string[]> {
  const trashed = await tx
    .updateTable('file')
    .set({ trashed_at: sql`now()`, trash_batch_id: of.batchId })
    .where('organization_id', '=', of.organizationId)
    .where('created_by', '=', of.userId)
    .where('trashed_at', 'is', null)
    .returning('id')
    .execute()
  return trashed.map(({ id }) => id)
}

/** Links that they made open nothing any more. @returns their ids */
export async function revokeLinks(tx: Tx, userId: string): Promise<string[]> {
  const revoked = await tx
    .updateTable('link')
    .set({ revoked_at: sql`now()` })
    .where('created_by', '=', userId)
    .where('revoked_at', 'is', null)
    .returning('id')
    .execute()
  return revoked.map(({ id }) => id)
}

/** An organization that nobody is in is erased when the usual delay is over. */
export async function scheduleErasure(
  tx: Tx,
  about: { organizationId: string; userId: string; confirmationHash: Buffer; eraseAt: Date },
): Promise<void> {
  const { organizationId, userId, confirmationHash, eraseAt } = about
  await sql`
    insert into organization_erasure (organization_id, asked_by, confirmation_hash, confirmed_at, erase_at, status_before)
    select id, ${userId}, ${confirmationHash}, now(), ${eraseAt}, status from organization
    where id = ${organizationId} and status not in ('closing', 'erasing')
    on conflict (organization_id) do update set confirmed_at = now(), erase_at = ${eraseAt}`.execute(tx)
  await tx
    .updateTable('organization')
    .set({ status: 'closing' })
    .where('id', '=', organizationId)
    .where('status', 'not in', ['closing', 'erasing'])
    .execute()
}

export async function deleteMember(tx: Tx, organizationId: string, userId: string): Promise<void> {
  await tx
    .deleteFrom('organization_member')
    .where('organization_id', '=', organizationId)
    .where('user_id', '=', userId)
    .execute()
}

/** Invitations in the name of somebody who is gone are withdrawn. */
export async function withdrawInvitations(tx: Tx, userId: string): Promise<void> {
  await tx
    .updateTable('invitation')
    .set({ status: 'withdrawn', settled_at: sql`now()` })
    .where('invited_by', '=', userId)
    .where('status', '=', 'pending')
    .execute()
}
