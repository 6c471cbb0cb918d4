import type { Right, Rights } from '@trove/contract/access'
import type { Link, LinkAbility, LinkVisit } from '@trove/contract/links'
import type { UserActor } from '../../platform/actor.ts'
import { inTransaction, type Db, type Tx } from '../../platform/db/index.ts'
import { isId, newId } from '../../platform/ids.ts'
import type { Platform } from '../../platform/platform.ts'
import { Problem } from '../../platform/problem.ts'
import * as access from '../access/index.ts'
import * as audit from '../audit/index.ts'
import { requireOpen } from '../organizations/index.ts'
import { present, presentVisit } from './present.ts'
import { grantedBy, rightFor, withImplied } from './rules.ts'
import { hashToken } from '../identity/index.ts'
import { newToken } from './secrets.ts'
import * as store from './store.ts'
import { keepTerms, withDefaults, type Terms } from './terms.ts'

const DEFAULT_LIMIT = 50

type Machines = Pick<Platform, 'db' | 'jobs'>
type Made = { link: Link; token: string }

/**
 * Makes a link to one file or folder. Nobody gives away more than they hold.
 *
 * @returns the token too, which is told this once
 * @throws not-found, not-allowed
 * @throws read-only  the organization is
 * @throws invalid-request  a term cannot be kept, or files are asked for where there is no folder for them
 */
export async function createLink(
  platform: Machines,
  actor: UserActor,
  input: Terms & { resourceId: string; allows: LinkAbility[] },
): Promise<Made> {
  const { resourceId, allows, ...terms } = input
  const kept = withDefaults(await keepTerms(terms))
  return inTransaction(platform.db, async (tx) => {
    const target = await requireGivable(tx, actor, resourceId, allows)
    if (allows.includes('upload') && target.kind !== 'folder')
      throw new Problem('invalid-request', 'Files can only be asked for into a folder.')
    return makeLink(tx, actor, { ...kept, ...target, allows, resourceId, eventId: null, resourceIds: [resourceId] })
  })
}

/**
 * Makes one link to several files of an organization; as one of an event it gives what is said of them there too.
 *
 * @throws not-found, not-allowed  one of them is nothing that the caller may see, or share
 * @throws invalid-request
 */
export async function createSelectionLink(
  platform: Machines,
  actor: UserActor,
  input: Terms & { organizationId: string; fileIds: string[]; eventId?: string; allows: LinkAbility[] },
): Promise<Made> {
  const { organizationId, fileIds, eventId = null, allows, ...terms } = input
  if (allows.includes('upload')) throw new Problem('invalid-request', 'Files can only be asked for into a folder.')
  const kept = withDefaults(await keepTerms(terms))
  return inTransaction(platform.db, async (tx) => {
    await access.requireMember(tx, actor, organizationId, 'guest')
    const rows = await store.listRights(tx, { userId: actor.userId, organizationId }, fileIds)
    const sums = new Map(rows.map(({ id, rights }) => [id, rights]))
    for (const fileId of fileIds) {
      const held = access.narrow(actor, access.rightsIn(sums.get(fileId) ?? 0))
      if (!held.includes('read')) throw new Problem('not-found', `There is no file with the id ${fileId}.`)
      requireHeld(held, allows)
    }
    if (eventId !== null) await requireGivableEvent(tx, actor, { organizationId, eventId })
    return makeLink(tx, actor, { ...kept, organizationId, allows, resourceId: null, eventId, resourceIds: fileIds })
  })
}

/** Its words go out with the link. @throws not-found, not-allowed */
async function requireGivableEvent(
  tx: Tx,
  actor: UserActor,
  { organizationId, eventId }: { organizationId: string; eventId: string },
): Promise<void> {
  await access.require(tx, actor, 'share', eventId)
  if (!(await store.existsEvent(tx, organizationId, eventId)))
    throw new Problem('not-found', 'There is no such event, or it is in the trash.')
}

async function requireGivable(tx: Tx, actor: UserActor, resourceId: string, allows: readonly LinkAbility[]) {
  const held = await access.require(tx, actor, 'share', resourceId)
  requireHeld(held, allows)
  const target = await store.getTarget(tx, resourceId)
  if (target === undefined) throw new Problem('not-found', 'It is in the trash, or gone.')
  return target
}

/** Who passes something on must hold it, and the right to pass it on. @throws not-allowed */
function requireHeld(held: Rights, allows: readonly LinkAbility[]): void {
  const needed: Right[] = ['share', ...allows.map((ability) => rightFor[ability])]
  const missing = needed.find((right) => !held.includes(right))
  if (missing !== undefined)
    throw new Problem('not-allowed', `You can only give what you hold yourself; this needs the right to ${missing}.`)
}

type NewLink = ReturnType<typeof withDefaults> & {
  organizationId: string
  resourceId: string | null
  /** Of whose pictures a selection is. */
  eventId: string | null
  resourceIds: readonly string[]
  allows: readonly LinkAbility[]
}

async function makeLink(tx: Tx, actor: UserActor, { resourceIds, allows, ...about }: NewLink): Promise<Made> {
  const id = newId()
  const token = newToken()
  const { organizationId, resourceId } = about
  await requireOpen(tx, organizationId)
  const abilities = withImplied(allows)
  const rights = grantedBy(abilities)
  await store.insertLink(tx, {
    ...about,
    id,
    makerId: actor.userId,
    tokenHash: hashToken(token),
    showsFiles: abilities.includes('view'),
    allowsUpload: abilities.includes('upload'),
  })
  const given = { organizationId, rights, createdBy: actor.userId }
  if (resourceId === null) await access.grantFilesToLink(tx, { ...given, linkId: id, fileIds: resourceIds })
  else await access.grantTo(tx, { ...given, resourceId, principal: { kind: 'link', id } })
  const facts = {
    linkId: id,
    allows: abilities,
    files: resourceIds.length,
    expiresAt: about.expiresAt,
    maxDownloads: about.maxDownloads,
    isProtected: about.passwordHash !== null,
    keepsMetadata: about.keepsMetadata,
    ...(about.eventId !== null && { eventId: about.eventId }),
  }
  await audit.record(tx, actor, 'link.created', { organizationId, ...(resourceId !== null && { resourceId }), facts })
  return { link: present(await existing(tx, actor, id)), token }
}

type Paging = { limit?: number; cursor?: string }

/** @throws not-found, not-allowed */
export async function listResourceLinks(db: Db, actor: UserActor, input: Paging & { resourceId: string }) {
  await access.require(db, actor, 'share', input.resourceId)
  return pageOf(input, (page) => store.listReaching(db, actor.userId, input.resourceId, page), present)
}

/**
 * @throws not-found    the organization is none of the caller's
 * @throws not-allowed  everybody's links are for owners and admins
 */
export async function listLinks(
  db: Db,
  actor: UserActor,
  input: Paging & { organizationId: string; everyone?: boolean },
) {
  const { organizationId, everyone = false } = input
  await access.requireMember(db, actor, organizationId, everyone ? 'admin' : 'guest')
  const scope = { organizationId, makerId: everyone ? undefined : actor.userId }
  return pageOf(input, (page) => store.listLinks(db, actor.userId, scope, page), present)
}

/** @throws not-found */
export async function getLink(db: Db, actor: UserActor, linkId: string): Promise<Link> {
  const row = await existing(db, actor, linkId)
  await requireInsight(db, actor, row)
  return present(row)
}

/**
 * Changes the terms, never what the link is of nor what it allows. Who must be asked anew for something is.
 *
 * @throws not-found, not-allowed, invalid-request
 */
export async function updateLink(
  platform: Machines,
  actor: UserActor,
  input: Terms & { linkId: string },
): Promise<Link> {
  const { linkId, ...terms } = input
  const kept = await keepTerms(terms)
  return inTransaction(platform.db, async (tx) => {
    const row = await existing(tx, actor, linkId)
    await requireControl(tx, actor, row)
    const { passwordHash, boundEmail, boundNetwork } = kept
    const endsVisits = [passwordHash, boundEmail, boundNetwork].some((term) => term !== undefined && term !== null)
    await store.setLink(
      tx,
      linkId,
      {
        label: kept.label,
        keeps_metadata: kept.keepsMetadata,
        keeps_names: kept.keepsNames,
        password_hash: passwordHash,
        bound_email: boundEmail,
        bound_network: boundNetwork,
        max_downloads: kept.maxDownloads,
        expires_at: kept.expiresAt,
      },
      endsVisits,
    )
    await audit.record(tx, actor, 'link.changed', { ...subjectOf(row), facts: { linkId, changed: Object.keys(terms) } })
    return present(await existing(tx, actor, linkId))
  })
}

/**
 * Ends a link; ending it twice changes nothing. Whoever may share what it is of may end it too.
 *
 * @throws not-found
 */
export async function revokeLink(platform: Machines, actor: UserActor, linkId: string): Promise<void> {
  await inTransaction(platform.db, async (tx) => {
    const row = await existing(tx, actor, linkId)
    await requireInsight(tx, actor, row)
    if (!(await store.setRevoked(tx, linkId))) return
    await audit.record(tx, actor, 'link.revoked', { ...subjectOf(row), facts: { linkId } })
  })
}

/** @throws not-found, not-allowed */
export async function listLinkVisits(
  db: Db,
  actor: UserActor,
  input: Paging & { linkId: string },
): Promise<{ items: LinkVisit[]; next?: string }> {
  await requireControl(db, actor, await existing(db, actor, input.linkId))
  return pageOf(input, (page) => store.listVisits(db, input.linkId, page), presentVisit)
}

async function existing(db: Db, actor: UserActor, linkId: string): Promise<store.LinkRow> {
  const row = await store.getLink(db, actor.userId, linkId)
  if (row === undefined) throw unknownLink(linkId)
  return row
}

/** Its maker while still a member, owners and admins, and whoever may share what it is of. @throws not-found */
async function requireInsight(db: Db, actor: UserActor, row: store.LinkRow): Promise<void> {
  if (await hasControl(db, actor, row)) return
  const of = row.resourceId ?? row.eventId
  const held = of === null ? [] : await access.rightsOf(db, actor, of)
  if (!held.includes('share')) throw unknownLink(row.id)
}

/** @throws not-found, not-allowed */
async function requireControl(db: Db, actor: UserActor, row: store.LinkRow): Promise<void> {
  if (await hasControl(db, actor, row)) return
  await requireInsight(db, actor, row)
  throw new Problem('not-allowed', 'Only its maker, and owners and admins of the organization, may do this.')
}

async function hasControl(db: Db, actor: UserActor, row: store.LinkRow): Promise<boolean> {
  const role = await access.requireMember(db, actor, row.organizationId, 'guest').catch((error: unknown) => {
    if (error instanceof Problem) return undefined
    throw error
  })
  return role !== undefined && (row.makerId === actor.userId || role === 'owner' || role === 'admin')
}

async function pageOf<Row extends { id: string }, Told>(
  { limit = DEFAULT_LIMIT, cursor }: Paging,
  list: (page: { limit: number; before: string | undefined }) => Promise<Row[]>,
  tell: (row: Row) => Told,
): Promise<{ items: Told[]; next?: string }> {
  if (cursor !== undefined && !isId(cursor))
    throw new Problem('invalid-request', 'The cursor must be the `next` of a page before.')
  // One more than asked for tells whether there is a page after this one.
  const rows = await list({ limit: limit + 1, before: cursor })
  const last = rows[limit - 1]
  return { items: rows.slice(0, limit).map(tell), ...(rows.length > limit && last !== undefined && { next: last.id }) }
}

const subjectOf = ({ organizationId, resourceId }: store.LinkRow) => ({
  organizationId,
  ...(resourceId !== null && { resourceId }),
})

const unknownLink = (linkId: string) => new Problem('not-found', `There is no link ${linkId}.`)
