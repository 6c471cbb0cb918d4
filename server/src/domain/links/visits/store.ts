import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db/index.ts'

export type Found = {
  id: string
  organizationId: string
  label: string
  passwordHash: string | null
  boundEmail: string | null
  expiresAt: Date | null
}

/** Not over, and made by somebody whose account is in order: what they are kept from, their guests are kept from. */
const isLive = sql<boolean>`link.revoked_at is null and (link.expires_at is null or link.expires_at > now())
  and exists (select from "user" as maker
    where maker.id = link.created_by and maker.suspended_at is null and maker.closed_at is null)`
const isOpenFrom = (ip: string) => sql<boolean>`(link.bound_network is null or link.bound_network >>= ${ip}::inet)`

/** The live link of a token, as it is from an address: from outside its network there is none. */
export async function findLink(db: Db, tokenHash: Buffer, ip: string): Promise<Found | undefined> {
  const { rows } = await sql<Found>`
    select id, organization_id as "organizationId", label, password_hash as "passwordHash",
      bound_email as "boundEmail", expires_at as "expiresAt"
    from link where token_hash = ${tokenHash} and ${isLive} and ${isOpenFrom(ip)}`.execute(db)
  return rows[0]
}

/** Asked again under a lock by whoever is about to open it: it may have been revoked while a password was compared. */
export async function lockLive(tx: Tx, linkId: string, passwordHash: string | null): Promise<boolean> {
  const { rows } = await sql`
    select from link where id = ${linkId}::uuid and ${isLive} and password_hash is not distinct from ${passwordHash}
    for no key update`.execute(tx)
  return rows.length > 0
}

export async function insertVisit(
  tx: Tx,
  visit: { id: string; linkId: string; ip: string; userAgent: string | null; email: string | null },
): Promise<Date> {
  const { rows } = await sql<{ openedAt: Date }>`
    insert into link_visit (id, link_id, ip, user_agent, email, opened_at)
    values (${visit.id}::uuid, ${visit.linkId}::uuid, ${visit.ip}::inet, ${visit.userAgent}, ${visit.email},
      clock_timestamp())
    returning opened_at as "openedAt"`.execute(tx)
  await sql`update link set visits = visits + 1, last_used_at = now() where id = ${visit.linkId}::uuid`.execute(tx)
  if (rows[0] === undefined) throw new Error('a visit was not written')
  return rows[0].openedAt
}

export type Visit = { organizationId: string; openedAt: Date; lastSeenAt: Date; expiresAt: Date | null }

/** A visit that still goes on: its link lives, has not changed how it is opened, and may be opened from this address. */
export async function getLiveVisit(
  db: Db,
  { linkId, visitId, ip }: { linkId: string; visitId: string; ip: string },
): Promise<Visit | undefined> {
  const { rows } = await sql<Visit>`
    select link.organization_id as "organizationId", link_visit.opened_at as "openedAt",
      link_visit.last_seen_at as "lastSeenAt", link.expires_at as "expiresAt"
    from link_visit join link on link.id = link_visit.link_id
    where link_visit.id = ${visitId}::uuid and link.id = ${linkId}::uuid
      and link_visit.opened_at >= link.opened_since and ${isLive} and ${isOpenFrom(ip)}`.execute(db)
  return rows[0]
}

export async function seeVisit(tx: Tx, visitId: string): Promise<void> {
  await sql`update link_visit set last_seen_at = now() where id = ${visitId}::uuid`.execute(tx)
}

export async function upsertCode(
  tx: Tx,
  code: { linkId: string; codeHash: Buffer; tries: number; expiresAt: Date },
): Promise<void> {
  await sql`
    insert into link_code (link_id, code_hash, tries_left, expires_at)
    values (${code.linkId}::uuid, ${code.codeHash}, ${code.tries}, ${code.expiresAt})
    on conflict (link_id) do update set code_hash = excluded.code_hash, tries_left = excluded.tries_left,
      expires_at = excluded.expires_at, created_at = now()`.execute(tx)
}

/** Takes one try from the code that is waiting. Its hash; undefined when there is none, or no try left. */
export async function takeTry(tx: Tx, linkId: string): Promise<Buffer | undefined> {
  const { rows } = await sql<{ codeHash: Buffer }>`
    update link_code set tries_left = tries_left - 1
    where link_id = ${linkId}::uuid and tries_left > 0 and expires_at > now()
    returning code_hash as "codeHash"`.execute(tx)
  return rows[0]?.codeHash
}

export async function deleteCode(tx: Tx, linkId: string): Promise<void> {
  await tx.deleteFrom('link_code').where('link_id', '=', linkId).execute()
}
