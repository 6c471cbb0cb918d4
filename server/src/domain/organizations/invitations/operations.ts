import { randomBytes } from 'node:crypto'
import type { Role } from '@trove/contract/access'
import { INVITATION_DAYS, type Invitation } from '@trove/contract/invitations'
import type { UserActor } from '../../../platform/actor.ts'
import { inTransaction, type Db, type Tx } from '../../../platform/db/index.ts'
import type { Limiter } from '../../../platform/http/limiter.ts'
import { newId } from '../../../platform/ids.ts'
import { isMailAddress } from '../../../platform/mail/index.ts'
import type { Platform } from '../../../platform/platform.ts'
import { Problem } from '../../../platform/problem.ts'
import * as audit from '../../audit/index.ts'
import * as identity from '../../identity/index.ts'
import { pageOf, wantedOf, type PageQuery } from '../paging.ts'
import * as permit from '../permit.ts'
import { limitsOf } from '../rules.ts'
import { countMembers } from '../store.ts'
import { lockTeams } from '../teams/store.ts'
import { letterOf } from './letter.ts'
import * as rules from './rules.ts'
import * as store from './store.ts'

type Machines = Pick<Platform, 'db' | 'mail'> & { invitationsSent: Limiter }
type About = { organizationId: string; invitationId: string }

const DAY_MS = 24 * 3_600_000
const TOKEN_BYTES = 32

/**
 * Offers membership by e-mail, for that address, role and organization alone. The token is in the letter and kept as
 * its hash only.
 *
 * @throws not-found        no such organization for the caller, or no such team in it
 * @throws not-allowed      the role is stronger than the caller's own
 * @throws already-member, already-invited, limit-reached, read-only, too-many-requests, invalid-request
 */
export async function invite(
  platform: Machines,
  actor: UserActor,
  input: {
    organizationId: string
    email: string
    role: Role
    teamIds?: string[]
    message?: string
    expiresInDays?: number
  },
): Promise<Invitation> {
  const { organizationId, role, teamIds = [], message = '', expiresInDays = INVITATION_DAYS } = input
  const email = identity.normalizeEmail(input.email)
  if (!isMailAddress(email)) throw notAnAddress()
  await permit.requireMember(platform.db, actor, organizationId, 'admin')
  await countSent(platform, actor, organizationId)
  const id = newId()
  return inTransaction(platform.db, async (tx) => {
    const permitted = await permit.permitAndLockOpen(tx, actor, organizationId, 'admin')
    permit.refuseStronger(permitted.role, role, `invite somebody as ${role}`)
    await store.settleExpired(tx, organizationId, email)
    if (await store.isMemberByEmail(tx, organizationId, email))
      throw new Problem('already-member', `${email} is a member already.`)
    await requireRoomForInvitation(tx, organizationId, permitted)
    const { token, tokenHash } = newToken()
    const expiresAt = new Date(Date.now() + expiresInDays * DAY_MS)
    await store.insertInvitation(tx, {
      ...{ id, organizationId, email, role, message, tokenHash, expiresAt },
      invitedBy: actor.userId,
    })
    const found = await lockTeams(tx, organizationId, teamIds)
    if (found.length !== teamIds.length)
      throw new Problem('not-found', 'One of these teams is not there, or no longer.')
    await store.insertTeams(tx, organizationId, id, found)
    await audit.record(tx, actor, 'invitation.sent', { organizationId, facts: { invitationId: id, email, role } })
    return send(tx, platform, { organizationId, invitationId: id }, { token, organizationName: permitted.name })
  })
}

/** @throws not-found, not-allowed */
export async function listInvitations(
  db: Db,
  actor: UserActor,
  query: PageQuery & { organizationId: string; status?: 'pending' | 'settled' },
): Promise<{ items: Invitation[]; next?: string }> {
  await permit.requireMember(db, actor, query.organizationId, 'admin')
  const wanted = wantedOf(query)
  const rows = await store.listInvitations(db, query.organizationId, query.status, wanted)
  const { items, ...next } = pageOf(rows, wanted, ({ id }) => id)
  return { items: items.map(present), ...next }
}

/**
 * Sends it again with a new token, good for as long as the first was at its beginning; an expired one comes to life.
 *
 * @throws not-found, not-allowed, wrong-state, read-only, limit-reached, too-many-requests
 */
export async function resendInvitation(platform: Machines, actor: UserActor, about: About): Promise<Invitation> {
  const { organizationId, invitationId } = about
  await permit.requireMember(platform.db, actor, organizationId, 'admin')
  await countSent(platform, actor, organizationId)
  return inTransaction(platform.db, async (tx) => {
    const permitted = await permit.permitAndLockOpen(tx, actor, organizationId, 'admin')
    const row = await existing(tx, about)
    permit.refuseStronger(permitted.role, row.role, `invite somebody as ${row.role}`)
    if (row.status !== 'pending')
      throw new Problem('wrong-state', `This invitation is ${row.status}; invite ${row.email} anew.`, {
        from: row.status,
        to: 'pending',
      })
    if (rules.statusOf(row, new Date()) === 'expired') await requireRoomForInvitation(tx, organizationId, permitted)
    const { token, tokenHash } = newToken()
    const lastsMs = row.expiresAt.getTime() - row.sentAt.getTime()
    await store.setToken(tx, invitationId, { tokenHash, expiresAt: new Date(Date.now() + lastsMs) })
    await audit.record(tx, actor, 'invitation.resent', { organizationId, facts: { invitationId, email: row.email } })
    return send(tx, platform, about, { token, organizationName: permitted.name })
  })
}

/** Whoever may give the role may withdraw the offer of it. @throws not-found, not-allowed, wrong-state */
export async function withdrawInvitation(
  platform: Pick<Platform, 'db'>,
  actor: UserActor,
  about: About,
): Promise<void> {
  const { organizationId, invitationId } = about
  await inTransaction(platform.db, async (tx) => {
    const { role: own } = await permit.permitAndLock(tx, actor, organizationId, 'admin')
    const row = await existing(tx, about)
    permit.refuseStronger(own, row.role, `withdraw an invitation as ${row.role}`)
    if (!(await store.settle(tx, invitationId, 'withdrawn')))
      throw new Problem('wrong-state', `This invitation is ${row.status}.`, { from: row.status, to: 'withdrawn' })
    await audit.record(tx, actor, 'invitation.withdrawn', { organizationId, facts: { invitationId } })
  })
}

async function send(
  tx: Tx,
  platform: Machines,
  about: About,
  { token, organizationName }: { token: string; organizationName: string },
): Promise<Invitation> {
  const row = await existing(tx, about)
  await platform.mail.send(tx, letterOf(row, organizationName, token))
  return present(row)
}

/** People and open invitations together must find room. @throws limit-reached */
async function requireRoomForInvitation(tx: Tx, organizationId: string, { tier }: permit.Permitted): Promise<void> {
  const { maxMembers } = limitsOf(tier)
  if (maxMembers === undefined) return
  const taken = (await countMembers(tx, organizationId)) + (await store.countPending(tx, organizationId))
  if (taken < maxMembers) return
  const detail = `The plan of this organization has room for ${maxMembers} people, open invitations included.`
  throw new Problem('limit-reached', detail, { maxMembers })
}

/** Letters go out in our name: neither one person nor one organization may send many. @throws too-many-requests */
async function countSent(platform: Machines, actor: UserActor, organizationId: string): Promise<void> {
  await platform.invitationsSent.take(`user ${actor.userId}`)
  await platform.invitationsSent.take(`organization ${organizationId}`)
}

async function existing(db: Db, { organizationId, invitationId }: About): Promise<store.InvitationRow> {
  const row = await store.getInvitation(db, organizationId, invitationId)
  if (row === undefined) throw new Problem('not-found', `No invitation ${invitationId}.`)
  return row
}

function newToken(): { token: string; tokenHash: Buffer } {
  const token = randomBytes(TOKEN_BYTES).toString('base64url')
  return { token, tokenHash: identity.hashToken(token) }
}

function notAnAddress(): Problem {
  const detail = 'This is not an e-mail address that a letter can be sent to.'
  return new Problem('invalid-request', detail, { errors: [{ pointer: '#/body/email', detail }] })
}

function present(row: store.InvitationRow): Invitation {
  const { id, organizationId, email, role, message, teams, invitedById, invitedByName } = row
  return {
    ...{ id, organizationId, email, role, message, teams },
    status: rules.statusOf(row, new Date()),
    invitedBy: { id: invitedById, name: invitedByName },
    sentAt: row.sentAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    createdAt: row.createdAt.toISOString(),
  }
}
