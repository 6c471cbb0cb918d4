import { randomBytes } from 'node:crypto'
import type { ClosingOrganization } from '@trove/contract/accounts'
import type { UserActor } from '../../../platform/actor.ts'
import { inTransaction, type Db, type Tx } from '../../../platform/db/index.ts'
import * as events from '../../../platform/events.ts'
import { newId } from '../../../platform/ids.ts'
import type { Platform } from '../../../platform/platform.ts'
import { Problem } from '../../../platform/problem.ts'
import * as access from '../../access/index.ts'
import * as audit from '../../audit/index.ts'
import * as identity from '../../identity/index.ts'
import * as store from './store.ts'

const UNGUESSABLE_BYTES = 32

export type Fate = 'hand-over' | 'trash'

export async function previewClosing(db: Db, actor: UserActor): Promise<{ organizations: ClosingOrganization[] }> {
  const belongings = await store.listBelongings(db, actor.userId)
  return {
    organizations: belongings.map(({ id, name, fileCount, heir, isBlocking }) => ({
      id,
      name,
      fileCount,
      ...(heir !== null && { heir }),
      isBlocking,
    })),
  }
}

/**
 * Closes the account of whoever asks, for good. Its row stays without a name, so that the trail keeps its meaning; its
 * files go where it says; an organization that nobody else is in is erased after the usual delay.
 *
 * @throws wrong-password, too-many-requests
 * @throws last-owner          of an organization with other members; `organizations` names which
 * @throws last-administrator  while there are other accounts
 */
export async function closeAccount(
  platform: Pick<Platform, 'db' | 'live' | 'mail' | 'settings'> & identity.PasswordCheck,
  actor: UserActor,
  input: { password: string; files: Fate },
): Promise<void> {
  await identity.requireOwnPassword(platform, actor, input.password)
  const ended = await inTransaction(platform.db, async (tx) => {
    await store.lockOrganizationsOf(tx, actor.userId)
    const belongings = await store.listBelongings(tx, actor.userId)
    refuseLastOwner(belongings)
    for (const belonging of belongings) await leave(tx, platform, actor, { ...belonging, files: input.files })
    await store.revokeLinks(tx, actor.userId)
    await store.withdrawInvitations(tx, actor.userId)
    return identity.closeAccountOf(tx, platform, actor)
  })
  for (const id of ended) await platform.live.sessionEnded(id)
}

function refuseLastOwner(belongings: readonly store.Belonging[]): void {
  const blocking = belongings.filter(({ isBlocking }) => isBlocking).map(({ id, name }) => ({ id, name }))
  if (blocking.length === 0) return
  const names = blocking.map(({ name }) => name).join(', ')
  throw new Problem('last-owner', `You are the last owner of ${names}. Make somebody else owner first.`, {
    organizations: blocking,
  })
}

async function leave(
  tx: Tx,
  { settings }: Pick<Platform, 'settings'>,
  actor: UserActor,
  from: store.Belonging & { files: Fate },
): Promise<void> {
  const about = { userId: actor.userId, organizationId: from.id }
  const facts: Record<string, unknown> = { closed: true }
  if (from.files === 'trash') facts['trashed'] = await trash(tx, actor, from.id)
  else if (from.heirId !== null) facts['handedOver'] = await handOver(tx, actor, from.id, from.heirId)
  if (from.isAlone) {
    const eraseAt = new Date(Date.now() + settings.eraseDelayMs)
    await store.scheduleErasure(tx, { ...about, eraseAt, confirmationHash: randomBytes(UNGUESSABLE_BYTES) })
    facts['eraseAt'] = eraseAt
  } else {
    // An organization keeps its last owner until it is erased.
    await store.deleteMember(tx, from.id, actor.userId)
  }
  await audit.record(tx, actor, 'member.left', { organizationId: from.id, facts })
}

/** Told to those who see everything in the organization, as when somebody trashes files by hand. @returns how many */
async function trash(tx: Tx, actor: UserActor, organizationId: string): Promise<number> {
  const batchId = newId()
  const fileIds = await store.trashAll(tx, { userId: actor.userId, organizationId, batchId })
  await audit.recordMany(tx, actor, 'file.trashed', fileIds, { organizationId, facts: { batchId, closed: true } })
  const event = { type: 'files.trashed', organizationId, batchId, count: fileIds.length } as const
  for (const userId of await access.listSupervisors(tx, organizationId))
    if (userId !== actor.userId) await events.publish(tx, { userId }, event)
  return fileIds.length
}

/** @returns how many */
async function handOver(tx: Tx, actor: UserActor, organizationId: string, heirId: string): Promise<number> {
  const fileIds = await store.handOver(tx, { userId: actor.userId, organizationId }, heirId)
  await audit.recordMany(tx, actor, 'file.handed-over', fileIds, { organizationId, facts: { to: heirId } })
  return fileIds.length
}
