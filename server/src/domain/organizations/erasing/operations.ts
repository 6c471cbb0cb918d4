import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { Organization } from '@trove/contract/organizations'
import type { UserActor } from '../../../platform/actor.ts'
import { inTransaction, type Tx } from '../../../platform/db/index.ts'
import type { Platform } from '../../../platform/platform.ts'
import { Problem } from '../../../platform/problem.ts'
import * as audit from '../../audit/index.ts'
import * as identity from '../../identity/index.ts'
import * as permit from '../permit.ts'
import { getOrganization } from '../profile/operations.ts'
import { getQuota, setOrganization } from '../profile/store.ts'
import { countMembers } from '../store.ts'
import * as store from './store.ts'

type Machines = Pick<Platform, 'db' | 'mail' | 'settings'>

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
/** How long the answer to the first question is good for the second. */
const CONFIRM_WITHIN_MS = 10 * MINUTE_MS
const TOKEN_BYTES = 24

/**
 * The first of two questions: whoever asks writes the name, and learns what would be gone. Nothing happens yet.
 *
 * @throws not-found, not-allowed
 * @throws invalid-request  this is not its name
 * @throws wrong-state      it is to be erased already
 */
export async function askErasure(
  platform: Machines,
  actor: UserActor,
  input: { organizationId: string; name: string },
): Promise<{ confirmation: string; fileCount: number; usedBytes: number; memberCount: number; delayDays: number }> {
  const { organizationId } = input
  const confirmation = randomBytes(TOKEN_BYTES).toString('base64url')
  return inTransaction(platform.db, async (tx) => {
    const { name, status } = await permit.permitAndLock(tx, actor, organizationId, 'owner')
    refuseIfClosing(status)
    if (input.name.trim() !== name) {
      const detail = `That is not the name of this organization. It is ${name}.`
      throw new Problem('invalid-request', detail, { errors: [{ pointer: '#/body/name', detail }] })
    }
    const confirmationHash = identity.hashToken(confirmation)
    await store.putErasure(tx, { organizationId, askedBy: actor.userId, confirmationHash, statusBefore: status })
    await audit.record(tx, actor, 'organization.erasure-asked', { organizationId })
    const quota = await getQuota(tx, organizationId)
    return {
      confirmation,
      fileCount: quota?.fileCount ?? 0,
      usedBytes: quota?.usedBytes ?? 0,
      memberCount: await countMembers(tx, organizationId),
      delayDays: platform.settings.eraseDelayMs / DAY_MS,
    }
  })
}

/**
 * The second question, by the same person and soon after the first. From here on the organization is read-only, and
 * when the delay is over it is erased.
 *
 * @throws not-found, not-allowed, confirm-first
 * @throws wrong-state  nobody asked, or too long ago, or another owner did; or it is to be erased already
 */
export async function confirmErasure(
  platform: Machines,
  actor: UserActor,
  input: { organizationId: string; confirmation: string },
): Promise<Organization> {
  const { organizationId } = input
  await inTransaction(platform.db, async (tx) => {
    const { name, status } = await permit.permitAndLock(tx, actor, organizationId, 'owner')
    refuseIfClosing(status)
    await identity.requireConfirmed(tx, actor)
    const erasure = await store.getErasure(tx, organizationId)
    if (erasure === undefined || !isAnswer(erasure, actor, input.confirmation))
      throw new Problem('wrong-state', 'Ask for it first, and confirm within ten minutes.')
    const eraseAt = new Date(Date.now() + platform.settings.eraseDelayMs)
    await store.setConfirmed(tx, organizationId, eraseAt)
    await setOrganization(tx, organizationId, { status: 'closing' })
    await audit.record(tx, actor, 'organization.erasure-confirmed', { organizationId, facts: { eraseAt } })
    const about = { actor, organizationId, facts: { eraseAt } }
    await audit.recordSecurityEvent(tx, 'critical', 'organization.erasure-confirmed', about)
    await tellOwners(tx, platform, { organizationId, name, eraseAt })
    await permit.announceAccessToAll(tx, organizationId)
  })
  return getOrganization(platform.db, actor, organizationId)
}

/** Any owner may, until it happens. @throws not-found, not-allowed, wrong-state */
export async function cancelErasure(
  platform: Pick<Platform, 'db'>,
  actor: UserActor,
  organizationId: string,
): Promise<Organization> {
  await inTransaction(platform.db, async (tx) => {
    const { status } = await permit.permitAndLock(tx, actor, organizationId, 'owner')
    const erasure = await store.getErasure(tx, organizationId)
    if (erasure === undefined) throw new Problem('wrong-state', 'Nobody has asked for it to be erased.')
    await store.deleteErasure(tx, organizationId)
    await audit.record(tx, actor, 'organization.erasure-cancelled', { organizationId })
    if (status !== 'closing') return
    await setOrganization(tx, organizationId, { status: erasure.statusBefore })
    await permit.announceAccessToAll(tx, organizationId)
  })
  return getOrganization(platform.db, actor, organizationId)
}

function isAnswer(erasure: store.Erasure, actor: UserActor, confirmation: string): boolean {
  const isFresh = Date.now() - erasure.askedAt.getTime() < CONFIRM_WITHIN_MS
  const isRight = timingSafeEqual(erasure.confirmationHash, identity.hashToken(confirmation))
  return isFresh && isRight && erasure.askedBy === actor.userId
}

function refuseIfClosing(status: string): void {
  if (status === 'closing')
    throw new Problem('wrong-state', 'It is to be erased already.', { from: status, to: 'closing' })
}

async function tellOwners(
  tx: Tx,
  { mail }: Pick<Platform, 'mail'>,
  about: { organizationId: string; name: string; eraseAt: Date },
): Promise<void> {
  const name = about.name.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
  const when = `${about.eraseAt.toISOString().slice(0, 16).replace('T', ' ')} UTC`
  for (const { email } of await store.listOwners(tx, about.organizationId)) {
    await mail.send(tx, {
      to: email,
      subject: `${name} will be erased`,
      text: [
        `An owner has asked to erase ${name} with everything in it, and confirmed it.`,
        `It happens on ${when}. Until then it can be read but not changed, and every owner may keep it after all.`,
      ].join('\n\n'),
      link: { label: 'See it in the settings', path: `/settings?organization=${about.organizationId}` },
      expiresAt: about.eraseAt,
    })
  }
}
