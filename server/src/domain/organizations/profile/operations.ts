import { randomBytes } from 'node:crypto'
import { defaultKinds, type Kind } from '@trove/contract/media-types'
import {
  plans,
  type Contact,
  type Organization,
  type OrganizationSettings,
  type OrganizationType,
  type Quota,
  type Tier,
} from '@trove/contract/organizations'
import type { UserActor } from '../../../platform/actor.ts'
import { inTransaction, type Db, type Tx } from '../../../platform/db/index.ts'
import { newId } from '../../../platform/ids.ts'
import type { Platform } from '../../../platform/platform.ts'
import { Problem } from '../../../platform/problem.ts'
import * as audit from '../../audit/index.ts'
import * as members from '../members/store.ts'
import * as permit from '../permit.ts'
import { isReservedSlug, isWebAddress, slugOf } from '../rules.ts'
import * as organizations from '../store.ts'
import { presentListed, presentOwn } from './present.ts'
import * as store from './store.ts'

/** The caller becomes its owner. */
export async function createOrganization(
  platform: Pick<Platform, 'db' | 'settings'>,
  actor: UserActor,
  input: { name: string; type: OrganizationType },
): Promise<Organization> {
  const id = newId()
  const name = input.name.trim()
  const create = (slug: string) =>
    inTransaction(platform.db, async (tx) => {
      await store.insertOrganization(tx, {
        ...{ id, slug, name },
        type: input.type,
        allowedKinds: defaultKinds,
        createdBy: actor.userId,
      })
      await store.insertQuota(tx, id, platform.settings.defaultQuotaBytes)
      await members.insertMember(tx, { organizationId: id, userId: actor.userId, role: 'owner' })
      await audit.record(tx, actor, 'organization.created', { organizationId: id, facts: { name, type: input.type } })
    })
  await create(await freeSlug(platform.db, name)).catch((error: unknown) => {
    if (!(error instanceof Problem) || error.kind !== 'slug-taken') throw error
    return create(randomSlug()) // somebody of the same name was quicker
  })
  return getOrganization(platform.db, actor, id)
}

export async function listOrganizations(db: Db, actor: UserActor): Promise<{ items: Organization[] }> {
  return { items: (await store.listOfUser(db, actor.userId)).map(presentOwn) }
}

/** As the caller may see it, those included who are barred from it. @throws not-found */
export async function getOrganization(db: Db, actor: UserActor, organizationId: string): Promise<Organization> {
  const row = await store.getOfUser(db, actor.userId, organizationId)
  if (row === undefined) throw permit.unknownOrganization(organizationId)
  return presentOwn(row)
}

type Told = {
  name?: string
  slug?: string
  type?: OrganizationType
  description?: string
  location?: string
  website?: string | null
  contacts?: Contact[]
  allowedKinds?: Kind[]
  billingEmail?: string | null
}

/**
 * @throws not-found, not-allowed, read-only, slug-taken
 * @throws second-factor-required  who requires one of others has one
 */
export async function updateOrganization(
  platform: Pick<Platform, 'db'>,
  actor: UserActor,
  input: Told & { organizationId: string; settings?: OrganizationSettings },
): Promise<Organization> {
  const { organizationId, settings = {}, ...told } = input
  const { requiresSecondFactor, ...kept } = settings
  requireGoodAddresses(told)
  await inTransaction(platform.db, async (tx) => {
    const { role } = await permit.permitAndLockOpen(tx, actor, organizationId, 'admin')
    if (requiresSecondFactor !== undefined) {
      permit.refuseStronger(role, 'owner', 'say whether a second factor is required')
      if (requiresSecondFactor) await requireOwnSecondFactor(tx, actor)
    }
    await store.setOrganization(tx, organizationId, {
      ...told,
      ...(told.name !== undefined && { name: told.name.trim() }),
      ...(Object.keys(kept).length > 0 && { settings: kept }),
      ...(requiresSecondFactor !== undefined && { requiresSecondFactor }),
    })
    await audit.record(tx, actor, 'organization.updated', { organizationId, facts: { ...told, ...settings } })
    if (requiresSecondFactor === undefined) return
    const kind = requiresSecondFactor ? 'second-factor.required' : 'second-factor.not-required'
    await audit.recordSecurityEvent(tx, 'warning', kind, { actor, organizationId })
    await permit.announceAccessToAll(tx, organizationId)
  })
  return getOrganization(platform.db, actor, organizationId)
}

/**
 * For the installation's administrator, who need not be a member.
 *
 * @throws not-found
 */
export async function setQuota(
  platform: Pick<Platform, 'db'>,
  actor: UserActor,
  input: { organizationId: string; limitBytes: number },
): Promise<Quota> {
  const { organizationId, limitBytes } = input
  return inTransaction(platform.db, async (tx) => {
    if (!(await store.setLimit(tx, organizationId, limitBytes))) throw permit.unknownOrganization(organizationId)
    await audit.record(tx, actor, 'quota.set', { organizationId, facts: { limitBytes } })
    const quota = await store.getQuota(tx, organizationId)
    if (quota === undefined) throw permit.unknownOrganization(organizationId)
    return quota
  })
}

/**
 * For the installation's administrator. Another tier brings its plan's storage along; what is larger than that already
 * stays readable.
 *
 * @throws not-found
 * @throws wrong-state  it is about to be erased, which its owners alone decide about
 */
export async function setPlan(
  platform: Pick<Platform, 'db' | 'settings'>,
  actor: UserActor,
  input: { organizationId: string; tier?: Tier; status?: 'active' | 'suspended'; billingReference?: string | null },
) {
  const { organizationId, ...changes } = input
  const { tier, status } = changes
  return inTransaction(platform.db, async (tx) => {
    const before = await organizations.lockOrganization(tx, organizationId)
    if (before === undefined) throw permit.unknownOrganization(organizationId)
    if (status !== undefined && before.status !== 'active' && before.status !== 'suspended')
      throw new Problem('wrong-state', `${before.name} is ${before.status}; its owners may take that back.`, {
        from: before.status,
        to: status,
      })
    await store.setOrganization(tx, organizationId, changes)
    if (tier !== undefined && tier !== before.tier)
      await store.setLimit(tx, organizationId, plans[tier].storageBytes ?? platform.settings.defaultQuotaBytes)
    await audit.record(tx, actor, 'plan.set', { organizationId, facts: changes })
    if (status !== undefined && status !== before.status) await permit.announceAccessToAll(tx, organizationId)
    const row = await store.getListed(tx, organizationId)
    if (row === undefined) throw permit.unknownOrganization(organizationId)
    return presentListed(row)
  })
}

export async function listAllOrganizations(db: Db) {
  return { items: (await store.listAll(db)).map(presentListed) }
}

const SUFFIXES = 20

/** The name as an address has it, with a number behind it when others have it too. */
async function freeSlug(db: Db, name: string): Promise<string> {
  const wanted = slugOf(name)
  if (wanted === undefined) return randomSlug()
  const candidates = [wanted, ...Array.from({ length: SUFFIXES }, (_, i) => `${wanted}-${i + 2}`)]
  const taken = await store.listTakenSlugs(db, candidates)
  return candidates.find((slug) => !taken.has(slug)) ?? randomSlug()
}

const randomSlug = (): string => `o-${randomBytes(6).toString('hex')}`

/** @throws slug-taken, invalid-request */
function requireGoodAddresses({ slug, website }: Told): void {
  if (slug !== undefined && isReservedSlug(slug))
    throw new Problem('slug-taken', `${slug} has a meaning of its own here; choose another.`)
  if (website === undefined || website === null || isWebAddress(website)) return
  const detail = 'The website must be an address that begins with http:// or https://.'
  throw new Problem('invalid-request', detail, { errors: [{ pointer: '#/body/website', detail }] })
}

/** Whoever requires it of others would otherwise lock themselves out. @throws second-factor-required */
async function requireOwnSecondFactor(tx: Tx, actor: UserActor): Promise<void> {
  if (await store.lockSecondFactor(tx, actor.userId)) return
  throw new Problem(
    'second-factor-required',
    'Set up a second factor for your own account first; without it you would be kept out yourself.',
  )
}
