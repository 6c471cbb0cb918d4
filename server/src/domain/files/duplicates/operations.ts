import type { DuplicateGroup } from '@trove/contract/duplicates'
import type { Batch } from '@trove/contract/files'
import type { UserActor } from '../../../platform/actor.ts'
import { inTransaction, type Db, type Tx } from '../../../platform/db/index.ts'
import * as events from '../../../platform/events.ts'
import { isId, newId } from '../../../platform/ids.ts'
import type { Platform } from '../../../platform/platform.ts'
import { Problem } from '../../../platform/problem.ts'
import * as access from '../../access/index.ts'
import * as audit from '../../audit/index.ts'
import type { Scope } from '../listing/matching/store.ts'
import { requireScope } from '../listing/scope.ts'
import { listDecided, trash } from '../listing/store.ts'
import { present } from '../present.ts'
import { lockUsers } from '../uses/store.ts'
import * as store from './store.ts'

/** Of the bits that `access` decides by. */
const READ = 1
const DEFAULT_LIMIT = 20
const MOST_TAGS_OF_A_FILE = 100

/**
 * @throws not-found        the organization is none of the caller's
 * @throws invalid-request  the cursor is none of ours
 */
export async function listDuplicates(
  db: Db,
  actor: UserActor,
  input: { organizationId: string; limit?: number; cursor?: string },
): Promise<{ items: DuplicateGroup[]; next?: string }> {
  const { organizationId, limit = DEFAULT_LIMIT, cursor } = input
  if (cursor !== undefined && !isId(cursor))
    throw new Problem('invalid-request', 'The cursor must be the `next` of a page before.')
  const scope = await requireScope(db, actor, organizationId)
  const groups = await store.listGroups(db, scope, { limit: limit + 1, after: cursor })
  const page = groups.slice(0, limit)
  const fileIds = page.flatMap((group) => group.fileIds)
  const [rows, details] = await Promise.all([listDecided(db, scope, fileIds), store.listDetails(db, scope, fileIds)])
  const rowOf = new Map(rows.map((row) => [row.id, row]))
  const detailOf = new Map(details.map((detail) => [detail.id, detail]))
  const items = page.map(({ id, fileIds: ids }) => ({
    id,
    files: ids.flatMap((fileId) => {
      const [row, detail] = [rowOf.get(fileId), detailOf.get(fileId)]
      if (row === undefined || detail === undefined || (row.rights & READ) === 0) return []
      const file = present(row, access.narrow(actor, access.rightsIn(row.rights)))
      const { tags, hasDescription, camera, usedCount } = detail
      const linkCount = file.rights.includes('share') ? detail.linkCount : 0
      return [{ file, tags, hasDescription, ...(camera !== null && { camera }), usedCount, linkCount }]
    }),
  }))
  const last = page.at(-1)
  return {
    items: items.filter(({ files }) => files.length > 1),
    ...(groups.length > limit && last !== undefined && { next: last.id }),
  }
}

/**
 * The kept file takes over the tags of the others, a description and a date where it has none of its own, and their
 * places wherever files are shown. It takes over no grant and no link, and stays in its folder: nobody comes to see
 * what they could not see. The others go to the trash.
 *
 * @throws not-found, not-allowed
 * @throws invalid-request  they do not look the same
 */
export function mergeDuplicates(
  platform: Pick<Platform, 'db'>,
  actor: UserActor,
  input: { organizationId: string; keptId: string; fileIds: readonly string[] },
): Promise<Batch> {
  const { organizationId, keptId } = input
  const otherIds = input.fileIds.filter((id) => id !== keptId)
  return inTransaction(platform.db, async (tx) => {
    const scope = await requireScope(tx, actor, organizationId)
    const chosen = await requireChosen(tx, actor, scope, [keptId, ...otherIds])
    const kept = chosen.get(keptId) as store.Chosen
    if (otherIds.length === 0) return { batchId: newId(), count: 0 }
    const others = otherIds.map((id) => chosen.get(id) as store.Chosen)
    if (!others.every((other) => isSame(kept, other)))
      throw new Problem('invalid-request', 'These files do not look the same.')
    await lockUsers(tx, [keptId, ...otherIds])
    await store.takeTags(tx, keptId, otherIds, MOST_TAGS_OF_A_FILE)
    const described = others.find(({ description }) => description !== '')
    if (kept.description === '' && described !== undefined) await store.takeDescription(tx, keptId, described.id)
    const dated = others.find(({ happenedFrom }) => happenedFrom !== 'upload')
    if (kept.happenedFrom === 'upload' && dated !== undefined) await store.takeDate(tx, keptId, dated.id)
    const shownBy = await store.takeUses(tx, keptId, otherIds)
    const batchId = newId()
    const ids = await trash(tx, scope, { fileIds: otherIds }, batchId)
    await audit.record(tx, actor, 'file.merged', { organizationId, resourceId: keptId, facts: { from: ids, batchId } })
    await audit.recordMany(tx, actor, 'file.trashed', ids, { organizationId, facts: { batchId, mergedInto: keptId } })
    for (const usedBy of shownBy)
      await events.publish(tx, { resourceId: usedBy }, { type: 'file.detached', organizationId, resourceId: usedBy })
    await events.publish(tx, { resourceId: keptId }, { type: 'file.changed', organizationId, fileId: keptId })
    const told = { type: 'files.trashed', organizationId, batchId, count: ids.length } as const
    const supervisors = await access.listSupervisors(tx, organizationId)
    for (const userId of new Set([actor.userId, ...supervisors])) await events.publish(tx, { userId }, told)
    return { batchId, count: ids.length }
  })
}

const isSame = (one: store.Chosen, other: store.Chosen): boolean =>
  one.blobId === other.blobId || (one.likenessId !== null && one.likenessId === other.likenessId)

/**
 * Remembered for everybody in the organization: only whoever may change all of these says it.
 *
 * @throws not-found, not-allowed
 */
export async function tellApart(
  platform: Pick<Platform, 'db'>,
  actor: UserActor,
  input: { organizationId: string; fileIds: readonly string[] },
): Promise<void> {
  const { organizationId, fileIds } = input
  await inTransaction(platform.db, async (tx) => {
    const scope = await requireScope(tx, actor, organizationId)
    const chosen = await requireChosen(tx, actor, scope, fileIds)
    const files = [...chosen.values()].flatMap(({ id, likenessId }) =>
      likenessId === null ? [] : [{ fileId: id, likenessId }],
    )
    await store.setApart(tx, organizationId, { by: actor.userId, files })
    const ids = files.map(({ fileId }) => fileId)
    await audit.recordMany(tx, actor, 'file.told-apart', ids, { organizationId })
  })
}

/** All of these, each of which the caller may change. */
async function requireChosen(
  tx: Tx,
  actor: UserActor,
  scope: Scope,
  fileIds: readonly string[],
): Promise<Map<string, store.Chosen>> {
  const chosen = new Map((await store.lockChosen(tx, scope, fileIds)).map((one) => [one.id, one]))
  for (const id of fileIds) {
    const one = chosen.get(id)
    if (one === undefined || (one.rights & READ) === 0) throw new Problem('not-found', `No file ${id}.`)
    if (!access.narrow(actor, access.rightsIn(one.rights)).includes('write'))
      throw new Problem('not-allowed', 'This needs the right to change each of these files.')
  }
  return chosen
}
