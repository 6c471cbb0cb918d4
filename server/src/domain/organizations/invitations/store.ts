import type { Role } from '@trove/contract/access'
import type { InvitationStatus } from '@trove/contract/invitations'
import type { OrganizationType } from '@trove/contract/organizations'
import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db/index.ts'
import type { Wanted } from '../paging.ts'

export type InvitationRow = {
  id: string
  organizationId: string
  email: string
  role: Role
  message: string
  status: InvitationStatus
  invitedById: string
  invitedByName: string
  sentAt: Date
  expiresAt: Date
  createdAt: Date
  teams: { id: string; name: string }[]
}

/** What the person invited is offered. */
export type OfferRow = {
  id: string
  organizationId: string
  organizationName: string
  organizationType: OrganizationType
  email: string
  role: Role
  message: string
  status: InvitationStatus
  invitedByName: string
  /** What whoever invited is now; null when they have left. */
  inviterRole: Role | null
  expiresAt: Date
}

export async function insertInvitation(
  tx: Tx,
  invitation: {
    id: string
    organizationId: string
    email: string
    role: Role
    message: string
    tokenHash: Buffer
    invitedBy: string
    expiresAt: Date
  },
): Promise<void> {
  await tx
    .insertInto('invitation')
    .values({
      id: invitation.id,
      organization_id: invitation.organizationId,
      email: invitation.email,
      role: invitation.role,
      message: invitation.message,
      token_hash: invitation.tokenHash,
      invited_by: invitation.invitedBy,
      expires_at: invitation.expiresAt,
    })
    .execute()
}

export async function insertTeams(
  tx: Tx,
  organizationId: string,
  invitationId: string,
  teamIds: readonly string[],
): Promise<void> {
  if (teamIds.length === 0) return
  await tx
    .insertInto('invitation_team')
    .values(teamIds.map((id) => ({ organization_id: organizationId, invitation_id: invitationId, team_id: id })))
    .execute()
}

export async function listTeamIds(db: Db, invitationId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('invitation_team')
    .select('team_id')
    .where('invitation_id', '=', invitationId)
    .execute()
  return rows.map(({ team_id }) => team_id)
}

/** A new token and a new time; the token before opens nothing any more. */
export async function setToken(tx: Tx, id: string, renewed: { tokenHash: Buffer; expiresAt: Date }): Promise<void> {
  await tx
    .updateTable('invitation')
    .set({ token_hash: renewed.tokenHash, expires_at: renewed.expiresAt, sent_at: sql`now()` })
    .where('id', '=', id)
    .execute()
}

/** False when it is not pending any more: of those who settle it at once, one does. */
export async function settle(
  tx: Tx,
  id: string,
  status: Exclude<InvitationStatus, 'pending'>,
  acceptedBy: string | null = null,
): Promise<boolean> {
  const settled = await tx
    .updateTable('invitation')
    .set({ status, settled_at: sql`now()`, accepted_by: acceptedBy })
    .where('id', '=', id)
    .where('status', '=', 'pending')
    .returning('id')
    .executeTakeFirst()
  return settled !== undefined
}

export async function settleForEmail(
  tx: Tx,
  organizationId: string,
  email: string,
  status: 'withdrawn',
): Promise<void> {
  await tx
    .updateTable('invitation')
    .set({ status, settled_at: sql`now()` })
    .where('organization_id', '=', organizationId)
    .where('email', '=', sql<string>`lower(${email})`)
    .where('status', '=', 'pending')
    .execute()
}

/** One whose time is over makes room for another. */
export async function settleExpired(tx: Tx, organizationId: string, email: string): Promise<void> {
  await tx
    .updateTable('invitation')
    .set({ status: 'expired', settled_at: sql`now()` })
    .where('organization_id', '=', organizationId)
    .where('email', '=', email)
    .where('status', '=', 'pending')
    .where('expires_at', '<=', sql<Date>`now()`)
    .execute()
}

export async function listPendingBy(
  db: Db,
  organizationId: string,
  userId: string,
): Promise<{ id: string; role: Role }[]> {
  const rows = await db
    .selectFrom('invitation')
    .select(['id', 'role'])
    .where('organization_id', '=', organizationId)
    .where('invited_by', '=', userId)
    .where('status', '=', 'pending')
    .execute()
  return rows as { id: string; role: Role }[]
}

export async function countPending(db: Db, organizationId: string): Promise<number> {
  const { count } = await db
    .selectFrom('invitation')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('organization_id', '=', organizationId)
    .where('status', '=', 'pending')
    .where('expires_at', '>', sql<Date>`now()`)
    .executeTakeFirstOrThrow()
  return Number(count)
}

export async function isMemberByEmail(db: Db, organizationId: string, email: string): Promise<boolean> {
  const row = await db
    .selectFrom('organization_member as m')
    .innerJoin('user', 'user.id', 'm.user_id')
    .select('m.user_id')
    .where('m.organization_id', '=', organizationId)
    .where(sql`lower("user".email)`, '=', email)
    .executeTakeFirst()
  return row !== undefined
}

/** One page, newest first. */
export async function listInvitations(
  db: Db,
  organizationId: string,
  status: 'pending' | 'settled' | undefined,
  page: Wanted,
): Promise<InvitationRow[]> {
  const isPending = sql<boolean>`(i.status = 'pending' and i.expires_at > now())`
  return (await selectInvitation(db, organizationId)
    .$if(status !== undefined, (q) => q.where(isPending, '=', status === 'pending'))
    .$if(page.after !== undefined, (q) => q.where('i.id', '<', page.after ?? ''))
    .orderBy('i.id', 'desc')
    .limit(page.limit)
    .execute()) as InvitationRow[]
}

export async function getInvitation(db: Db, organizationId: string, id: string): Promise<InvitationRow | undefined> {
  return (await selectInvitation(db, organizationId).where('i.id', '=', id).executeTakeFirst()) as
    | InvitationRow
    | undefined
}

export async function getOfferByToken(db: Db, tokenHash: Buffer): Promise<OfferRow | undefined> {
  return (await selectOffer(db).where('i.token_hash', '=', tokenHash).executeTakeFirst()) as OfferRow | undefined
}

export async function getOffer(db: Db, id: string): Promise<OfferRow | undefined> {
  return (await selectOffer(db).where('i.id', '=', id).executeTakeFirst()) as OfferRow | undefined
}

/** What waits for an address, newest first. */
export async function listOffersFor(db: Db, email: string): Promise<OfferRow[]> {
  return (await selectOffer(db)
    .where('i.email', '=', sql<string>`lower(${email})`)
    .where('i.status', '=', 'pending')
    .where('i.expires_at', '>', sql<Date>`now()`)
    .orderBy('i.id', 'desc')
    .limit(100)
    .execute()) as OfferRow[]
}

function selectOffer(db: Db) {
  return db
    .selectFrom('invitation as i')
    .innerJoin('organization', 'organization.id', 'i.organization_id')
    .innerJoin('user as inviter', 'inviter.id', 'i.invited_by')
    .leftJoin('organization_member as backing', (join) =>
      join.onRef('backing.organization_id', '=', 'i.organization_id').onRef('backing.user_id', '=', 'i.invited_by'),
    )
    .select([
      'i.id',
      'backing.role as inviterRole',
      'i.organization_id as organizationId',
      'organization.name as organizationName',
      'organization.type as organizationType',
      'i.email',
      'i.role',
      'i.message',
      'i.status',
      'inviter.name as invitedByName',
      'i.expires_at as expiresAt',
    ])
}

function selectInvitation(db: Db, organizationId: string) {
  return db
    .selectFrom('invitation as i')
    .innerJoin('user as inviter', 'inviter.id', 'i.invited_by')
    .select([
      'i.id',
      'i.organization_id as organizationId',
      'i.email',
      'i.role',
      'i.message',
      'i.status',
      'i.invited_by as invitedById',
      'inviter.name as invitedByName',
      'i.sent_at as sentAt',
      'i.expires_at as expiresAt',
      'i.created_at as createdAt',
      sql<{ id: string; name: string }[]>`coalesce((
        select jsonb_agg(jsonb_build_object('id', team.id, 'name', team.name) order by team.name)
        from invitation_team join team on team.id = invitation_team.team_id
        where invitation_team.invitation_id = i.id), '[]')`.as('teams'),
    ])
    .where('i.organization_id', '=', organizationId)
}
