import type { Right } from '@trove/contract/access'
import type { Grant, PrincipalKind } from '@trove/contract/grants'
import type { Actor } from '../../../platform/actor.ts'
import { inTransaction, type Db, type Tx } from '../../../platform/db/index.ts'
import * as events from '../../../platform/events.ts'
import { newId } from '../../../platform/ids.ts'
import type { Platform } from '../../../platform/platform.ts'
import { Problem } from '../../../platform/problem.ts'
import * as audit from '../../audit/index.ts'
import { require } from '../decision/operations.ts'
import { isWithin, sumOf } from '../rules.ts'
import { present } from './present.ts'
import * as along from '../along/store.ts'
import * as store from './store.ts'

/** As many people are told at once that what they may see has changed; of more, each page asks when it is next used. */
const TOLD_AT_ONCE = 500

/** @throws not-found, not-allowed */
export async function listGrants(db: Db, actor: Actor, resourceId: string): Promise<{ items: Grant[] }> {
  await require(db, actor, 'share', resourceId)
  const rows = await store.listGrants(db, resourceId)
  const counts =
    actor.kind === 'user' ? await along.countAlong(db, actor.userId, resourceId) : new Map<string, number>()
  const items = rows.map((row) => {
    const alongCount = counts.get(row.id)
    return { ...present(row), ...(alongCount !== undefined && { alongCount }) }
  })
  return { items }
}

export type GrantInput = {
  resourceId: string
  principal: { kind: PrincipalKind; id: string }
  rights: readonly Right[]
  expiresAt?: string
}

/**
 * Grants rights, in place of what the same principal was granted on this resource before.
 *
 * @throws not-found        the resource or the principal is none that the actor can see
 * @throws not-allowed      the actor may not share it, or does not hold what is granted or was granted before
 * @throws invalid-request  the end lies in the past
 */
export function setGrant(platform: Pick<Platform, 'db'>, actor: Actor, input: GrantInput): Promise<Grant> {
  return inTransaction(platform.db, async (tx) => {
    return (await giveOn(tx, actor, input)).grant
  })
}

/** A step of whoever gives more along with it. @throws as `setGrant` */
export async function giveOn(
  tx: Tx,
  actor: Actor,
  input: GrantInput,
): Promise<{ grant: Grant; organizationId: string }> {
  const { grantId, organizationId } = await applyGrant(tx, actor, input)
  const { resourceId, principal } = input
  const facts = { grantId, principal, rights: input.rights, expiresAt: input.expiresAt }
  await audit.record(tx, actor, 'grant.set', { organizationId, resourceId, facts })
  await tellChanged(tx, { organizationId, resourceId, principal })
  return { grant: present(await existing(tx, grantId)), organizationId }
}

/** The change itself, unrecorded: what a preview makes and takes back again. @throws as `setGrant` */
export async function applyGrant(
  tx: Tx,
  actor: Actor,
  input: GrantInput,
): Promise<{ grantId: string; organizationId: string; before: store.GrantRow | undefined }> {
  const { resourceId, principal } = input
  const expiresAt = input.expiresAt === undefined ? null : new Date(input.expiresAt)
  if (expiresAt !== null && expiresAt.getTime() <= Date.now()) throw inThePast()
  const { organizationId } = await beginChange(tx, actor, resourceId)
  const held = sumOf(await require(tx, actor, 'share', resourceId))
  const rights = sumOf(input.rights)
  if (!isWithin(rights, held)) throw new Problem('not-allowed', 'You can only grant rights that you hold yourself.')
  if (!(await store.existsPrincipal(tx, organizationId, principal)))
    throw new Problem('not-found', `There is no such ${principal.kind} in this organization.`)
  const before = (await store.listGrants(tx, resourceId)).find(
    (grant) => grant.resourceId === resourceId && grant.principalId === principal.id && !grant.isAlong,
  )
  if (before !== undefined && !isWithin(before.rights, held)) throw strongerThanOwn()
  const createdBy = actor.kind === 'user' ? actor.userId : null
  const grant = { id: newId(), organizationId, resourceId, principal, rights, expiresAt, createdBy }
  const grantId = await store.upsertGrant(tx, grant)
  if (before === undefined) await store.spread(tx, grantId, resourceId)
  else await along.lower(tx, { grantId, rights, expiresAt })
  return { grantId, organizationId, before }
}

/**
 * Takes back a grant that was given on this very resource.
 *
 * @throws not-found, not-allowed
 */
export function removeGrant(
  platform: Pick<Platform, 'db'>,
  actor: Actor,
  input: { resourceId: string; grantId: string },
): Promise<void> {
  return inTransaction(platform.db, async (tx) => {
    await takeBack(tx, actor, input)
  })
}

/**
 * A step of whoever takes more back with it.
 *
 * @returns the files that were given along with it, and are taken too
 * @throws as `removeGrant`
 */
export async function takeBack(
  tx: Tx,
  actor: Actor,
  { resourceId, grantId }: { resourceId: string; grantId: string },
): Promise<string[]> {
  const { grant, organizationId, alongIds } = await applyRemoval(tx, actor, { resourceId, grantId })
  const principal = { kind: grant.principalKind, id: grant.principalId }
  await audit.record(tx, actor, 'grant.removed', { organizationId, resourceId, facts: { grantId, principal } })
  const facts = { principal, alongWith: resourceId }
  await audit.recordMany(tx, actor, 'grant.removed', alongIds, { organizationId, facts })
  await tellChanged(tx, { organizationId, resourceId, principal })
  return alongIds
}

/** The removal itself, unrecorded. @throws as `removeGrant` */
export async function applyRemoval(tx: Tx, actor: Actor, input: { resourceId: string; grantId: string }) {
  const { resourceId, grantId } = input
  const { organizationId } = await beginChange(tx, actor, resourceId)
  const held = sumOf(await require(tx, actor, 'share', resourceId))
  const grant = await store.getGrant(tx, grantId)
  if (grant === undefined || grant.resourceId !== resourceId || grant.principalKind === 'link')
    throw new Problem('not-found', `No grant ${grantId} was given on this.`)
  if (!isWithin(grant.rights, held)) throw strongerThanOwn()
  const alongIds = await along.listAlong(tx, grantId)
  await store.deleteGrant(tx, grantId, resourceId)
  return { grant, organizationId, alongIds }
}

/**
 * A step of the rooms that give rights by what they do: whoever makes a folder holds everything on it, a link reaches
 * what it was made for. The caller has asked whether the maker may.
 */
export async function grantTo(
  tx: Tx,
  grant: {
    organizationId: string
    resourceId: string
    principal: store.PrincipalRef
    rights: readonly Right[]
    expiresAt?: Date | null
    createdBy: string
  },
): Promise<string> {
  const { resourceId, organizationId } = grant
  await store.lockTree(tx, organizationId, [resourceId])
  const row = { ...grant, id: newId(), rights: sumOf(grant.rights), expiresAt: grant.expiresAt ?? null }
  const grantId = await store.upsertGrant(tx, row)
  await store.spread(tx, grantId, resourceId)
  return grantId
}

/** The same on many files of an organization at once, for a link that is being made. */
export async function grantFilesToLink(
  tx: Tx,
  about: {
    organizationId: string
    fileIds: readonly string[]
    linkId: string
    rights: readonly Right[]
    createdBy: string
  },
): Promise<void> {
  const { organizationId, fileIds } = about
  await store.lockTree(tx, organizationId, fileIds)
  const grants = fileIds.map((fileId) => ({ id: newId(), fileId }))
  await store.insertLinkGrants(tx, { ...about, grants, rights: sumOf(about.rights) })
}

/** Refuses strangers before they wait for any lock. @throws not-found, not-allowed */
async function beginChange(tx: Tx, actor: Actor, resourceId: string): Promise<{ organizationId: string }> {
  await require(tx, actor, 'share', resourceId)
  const resource = await store.getResource(tx, resourceId)
  if (resource === undefined) throw new Problem('not-found', `There is nothing with the id ${resourceId}.`)
  await store.lockTree(tx, resource.organizationId, [resourceId])
  return resource
}

async function tellChanged(
  tx: Tx,
  about: { organizationId: string; resourceId: string; principal: store.PrincipalRef },
): Promise<void> {
  const { organizationId, resourceId, principal } = about
  const event = { type: 'access.changed', organizationId, resourceId } as const
  await events.publish(tx, { resourceId }, event)
  for (const userId of await store.listPeopleOf(tx, principal, TOLD_AT_ONCE))
    await events.publish(tx, { userId }, event)
}

async function existing(tx: Tx, grantId: string): Promise<store.GrantRow> {
  const row = await store.getGrant(tx, grantId)
  if (row === undefined) throw new Error(`grant ${grantId} was written a moment ago`)
  return row
}

const strongerThanOwn = () =>
  new Problem('not-allowed', 'This grant gives rights that you do not hold yourself, so you cannot change it.')

const inThePast = () => {
  const detail = 'Must lie in the future.'
  return new Problem('invalid-request', detail, { errors: [{ pointer: '#/body/expiresAt', detail }] })
}
