import type { AccessChange, Grant, PersonAccess, Reason } from '@trove/contract/grants'
import type { UserActor } from '../../../platform/actor.ts'
import { inTransaction, type Db, type Tx } from '../../../platform/db/index.ts'
import { isId } from '../../../platform/ids.ts'
import type { Platform } from '../../../platform/platform.ts'
import { Problem } from '../../../platform/problem.ts'
import { requireMember } from '../../organizations/index.ts'
import { require } from '../decision/operations.ts'
import { moveInto } from '../grants/moving.ts'
import { applyGrant, applyRemoval } from '../grants/operations.ts'
import { present } from '../grants/present.ts'
import { getResource, listGrants, listGrantsOf } from '../grants/store.ts'
import { rightsIn } from '../rules.ts'
import * as store from './store.ts'

const DEFAULT_LIMIT = 50
/** Of the people whose rights would change, so many are named. */
const MOST_NAMED = 200

type Paging = { limit?: number; cursor?: string }

/**
 * Who can see something, and why. Whoever may not share it is told about themselves alone: who else is let in is
 * nothing that a guest should learn.
 *
 * @throws not-found
 * @throws invalid-request  the cursor is none of ours
 */
export async function explainAccess(
  db: Db,
  actor: UserActor,
  input: Paging & { resourceId: string },
): Promise<{ items: PersonAccess[]; next?: string }> {
  const { resourceId, limit = DEFAULT_LIMIT, cursor } = input
  requireCursor(cursor)
  const held = await require(db, actor, 'read', resourceId)
  const only = held.includes('share') ? undefined : actor.userId
  const [people, grants] = await Promise.all([
    store.listPeople(db, resourceId, { limit: limit + 1, after: cursor, only }),
    listGrants(db, resourceId),
  ])
  const byId = new Map(grants.map((grant) => [grant.id, present(grant)]))
  const items = people.slice(0, limit).map((person) => explain(person, byId))
  const last = items.at(-1)
  return { items, ...(people.length > limit && last !== undefined && { next: last.person.id }) }
}

function explain(row: store.PersonRow, grants: ReadonlyMap<string, Grant>): PersonAccess {
  const isSupervisor = row.role === 'owner' || row.role === 'admin'
  const reasons: Reason[] = [
    ...(isSupervisor ? [{ kind: 'role' as const, role: row.role }] : []),
    ...(row.isUploader ? [{ kind: 'uploader' as const }] : []),
    ...row.grantIds.flatMap((grantId) => {
      const grant = grants.get(grantId)
      if (grant === undefined) return []
      const { principal, rights, on, expiresAt } = grant
      return [{ kind: 'grant' as const, grantId, principal, rights, on, ...(expiresAt !== undefined && { expiresAt }) }]
    }),
  ]
  return { person: { id: row.userId, name: row.name }, rights: rightsIn(row.rights), reasons }
}

/**
 * Makes a change, looks who can see what then, and takes it back: what is told is what the change itself would do.
 *
 * @throws as the change would
 */
export async function previewAccess(
  platform: Pick<Platform, 'db'>,
  actor: UserActor,
  resourceId: string,
  change: AccessChange,
) {
  class TakenBack extends Error {}
  let before: Awaited<ReturnType<typeof store.listRights>> = []
  let after: typeof before = []
  await inTransaction(platform.db, async (tx) => {
    await require(tx, actor, 'share', resourceId)
    before = await store.listRights(tx, resourceId)
    await apply(tx, actor, resourceId, change)
    after = await store.listRights(tx, resourceId)
    throw new TakenBack()
  }).catch((error: unknown) => {
    if (!(error instanceof TakenBack)) throw error
  })
  const then = new Map(after.map(({ userId, rights }) => [userId, rights]))
  const changed = before.filter(({ userId, rights }) => then.get(userId) !== rights)
  const changes = changed.slice(0, MOST_NAMED).map(({ userId, name, rights }) => ({
    person: { id: userId, name },
    before: rightsIn(rights),
    after: rightsIn(then.get(userId) ?? 0),
  }))
  return { changes, count: changed.length }
}

async function apply(tx: Tx, actor: UserActor, resourceId: string, change: AccessChange): Promise<void> {
  if ('set' in change) return void (await applyGrant(tx, actor, { resourceId, ...change.set }))
  if ('removeGrantId' in change)
    return void (await applyRemoval(tx, actor, { resourceId, grantId: change.removeGrantId }))
  const resource = await getResource(tx, resourceId)
  if (resource === undefined) throw new Problem('not-found', `There is nothing with the id ${resourceId}.`)
  await moveInto(tx, actor, [resourceId], { organizationId: resource.organizationId, folderId: change.moveTo })
}

/**
 * What a person can see in an organization, and why.
 *
 * @throws not-found, not-allowed
 * @throws invalid-request  the cursor is none of ours
 */
export async function listVisible(
  db: Db,
  actor: UserActor,
  input: Paging & { organizationId: string; userId: string },
) {
  const { organizationId, userId, limit = DEFAULT_LIMIT, cursor } = input
  requireCursor(cursor)
  await requireMember(db, actor, organizationId, 'admin')
  const [counts, grants] = await Promise.all([
    store.countVisible(db, organizationId, userId),
    listGrantsOf(db, { organizationId, userId }, { limit: limit + 1, before: cursor }),
  ])
  if (counts === undefined) throw new Problem('not-found', 'This person is not a member.')
  const items = grants.slice(0, limit).map(present)
  const last = items.at(-1)
  return {
    ...counts,
    seesEverything: counts.role === 'owner' || counts.role === 'admin',
    items,
    ...(grants.length > limit && last !== undefined && { next: last.id }),
  }
}

function requireCursor(cursor: string | undefined): void {
  if (cursor !== undefined && !isId(cursor))
    throw new Problem('invalid-request', 'The cursor must be the `next` of a page before.')
}
