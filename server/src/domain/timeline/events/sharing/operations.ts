import { MOST_PEOPLE_COUNTED, type Unshared } from '@trove/contract/event-sharing'
import type { Grant, PrincipalKind } from '@trove/contract/grants'
import type { Right } from '@trove/contract/access'
import type { UserActor } from '../../../../platform/actor.ts'
import { inTransaction, type Db } from '../../../../platform/db/index.ts'
import type { Platform } from '../../../../platform/platform.ts'
import { Problem } from '../../../../platform/problem.ts'
import * as access from '../../../access/index.ts'
import { listFileIds, listPositions } from '../pictures/store.ts'
import { requireGivable, scopeOf, unknownEvent } from '../steps.ts'
import { getEvent } from '../store.ts'

// Showing a file gives nobody a right on it: what is given here is given by somebody who may share the file itself.

/** Pictures are looked at so many at a time. */
const AT_ONCE = 1_000

type Machines = Pick<Platform, 'db'>

/** @throws not-found, not-allowed, wrong-state */
export async function getUnshared(db: Db, actor: UserActor, eventId: string): Promise<Unshared> {
  await requireGivable(db, actor, eventId)
  const all: Unshared = { pictures: 0, people: 0, principals: [] }
  for await (const fileIds of shownBy(db, eventId)) {
    const { pictures, people, principals } = await access.listUnshared(db, actor, { resourceId: eventId, fileIds })
    const told = new Set(all.principals.map(({ id }) => id))
    all.pictures += pictures
    // Of many pages, as many as on the one with most: mostly the same people.
    all.people = Math.min(MOST_PEOPLE_COUNTED, Math.max(all.people, people))
    all.principals.push(...principals.filter(({ id }) => !told.has(id)))
  }
  return all
}

/** The same of files that were just added; nothing for whoever may not share the event, or where nothing is missing. */
export async function listUnsharedOf(
  db: Db,
  actor: UserActor,
  eventId: string,
  fileIds: readonly string[],
): Promise<Unshared | undefined> {
  if (fileIds.length === 0 || !(await access.rightsOf(db, actor, eventId)).includes('share')) return undefined
  const unshared = await access.listUnshared(db, actor, { resourceId: eventId, fileIds })
  return unshared.pictures === 0 ? undefined : unshared
}

type Sharing = {
  eventId: string
  principal: { kind: PrincipalKind; id: string }
  rights: readonly Right[]
  expiresAt?: string
  fileIds?: string[]
}

/**
 * Gives an event, and along with it those of its pictures that the actor may share.
 *
 * @throws as `access.setGrant`
 * @throws not-found    one of the files is none that it shows to the actor
 * @throws wrong-state  it is in the trash
 */
export function shareEvent(
  platform: Machines,
  actor: UserActor,
  { eventId, fileIds: among, ...given }: Sharing,
): Promise<{ grant: Grant; pictures: number }> {
  return inTransaction(platform.db, async (tx) => {
    const event = await requireGivable(tx, actor, eventId)
    await requireShown(tx, actor, event, among)
    const fileIds: string[] = []
    for await (const page of shownBy(tx, eventId, among)) fileIds.push(...page)
    return access.giveWith(tx, actor, { ...given, resourceId: eventId }, fileIds)
  })
}

/**
 * Gives pictures to those who were given the event and cannot see them, by the grant that they have on it.
 *
 * @throws not-found, not-allowed, wrong-state
 */
export function shareMissing(
  platform: Machines,
  actor: UserActor,
  { eventId, fileIds: among }: { eventId: string; fileIds?: string[] },
): Promise<{ pictures: number; grantIds: string[] }> {
  return inTransaction(platform.db, async (tx) => {
    const event = await requireGivable(tx, actor, eventId)
    const { organizationId } = event
    await requireShown(tx, actor, event, among)
    for await (const fileIds of shownBy(tx, eventId, among)) {
      const given = await access.giveUnseen(tx, actor, { resourceId: eventId, organizationId, fileIds })
      if (given.fileIds.length > 0) return { pictures: given.fileIds.length, grantIds: given.grantIds }
    }
    return { pictures: 0, grantIds: [] }
  })
}

/** @throws not-found, not-allowed, wrong-state */
export async function unshareAgain(
  platform: Machines,
  actor: UserActor,
  { eventId, grantIds }: { eventId: string; grantIds: string[] },
): Promise<void> {
  await inTransaction(platform.db, async (tx) => {
    const { organizationId } = await requireGivable(tx, actor, eventId)
    await access.ungive(tx, actor, { resourceId: eventId, organizationId, grantIds })
  })
}

/**
 * Takes a grant on an event back with all that was given along with it. What was given on a file itself stays.
 *
 * @returns those files that the event shows and the actor may read
 * @throws as `access.takeBack`
 */
export function takeEventBack(
  platform: Machines,
  actor: UserActor,
  { eventId, eventGrantId }: { eventId: string; eventGrantId: string },
): Promise<{ fileIds: string[] }> {
  return inTransaction(platform.db, async (tx) => {
    await access.require(tx, actor, 'share', eventId)
    const event = await getEvent(tx, eventId)
    if (event === undefined) throw unknownEvent(eventId)
    const taken = await access.takeBack(tx, actor, { resourceId: eventId, grantId: eventGrantId })
    // Others are not the caller's to know of.
    const scope = await scopeOf(tx, actor, event.organizationId)
    return { fileIds: [...(await listPositions(tx, scope, eventId, taken)).keys()] }
  })
}

/** @throws not-found  the event does not show one of them, or nothing that the actor may read */
async function requireShown(
  db: Db,
  actor: UserActor,
  event: { id: string; organizationId: string },
  fileIds: readonly string[] = [],
): Promise<void> {
  if (fileIds.length === 0) return
  const scope = await scopeOf(db, actor, event.organizationId)
  const shown = await listPositions(db, scope, event.id, fileIds)
  const other = fileIds.find((id) => !shown.has(id))
  if (other !== undefined) throw new Problem('not-found', `The event shows no file ${other}.`)
}

async function* shownBy(db: Db, eventId: string, among?: readonly string[]): AsyncGenerator<string[]> {
  for (let after: number | undefined; ;) {
    const rows = await listFileIds(db, eventId, { among, limit: AT_ONCE, after })
    if (rows.length > 0) yield rows.map(({ fileId }) => fileId)
    if (rows.length < AT_ONCE) return
    after = rows.at(-1)?.position
  }
}
