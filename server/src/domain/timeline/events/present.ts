import type { Rights } from '@trove/contract/access'
import type { File } from '@trove/contract/files'
import type { TimelineEvent } from '@trove/contract/timeline-events'
import type { UserActor } from '../../../platform/actor.ts'
import type { Db } from '../../../platform/db/index.ts'
import { instantWithOffset } from '../../../platform/instants.ts'
import * as files from '../../files/index.ts'
import * as pictures from './pictures/store.ts'
import * as store from './store.ts'

/** So many pictures stand for an event where it is one of many. */
const COVER = 4

/** Events with what stands for them, as the actor may see it. */
export async function presentEvents(
  db: Db,
  actor: UserActor,
  scope: store.Scope,
  rows: readonly (store.EventRow & { held: Rights })[],
): Promise<TimelineEvent[]> {
  const ids = rows.map(({ id }) => id)
  const [covers, tags] = await Promise.all([pictures.listCovers(db, scope, ids, COVER), store.listTags(db, ids)])
  const shown = await files.filesById(
    db,
    actor,
    scope,
    covers.flatMap(({ fileIds }) => fileIds),
  )
  const coverOf = new Map(covers.map((cover) => [cover.eventId, cover]))
  const tagsOf = Map.groupBy(tags, ({ eventId }) => eventId)
  return rows.map((row) => {
    const { fileIds = [], count = 0 } = coverOf.get(row.id) ?? {}
    const cover = fileIds.flatMap((id) => shown.get(id) ?? [])
    return present(row, { cover, count, tags: tagsOf.get(row.id) ?? [] })
  })
}

type Beside = { cover: File[]; count: number; tags: { id: string; name: string }[] }

function present(row: store.EventRow & { held: Rights }, { cover, count, tags }: Beside): TimelineEvent {
  const { id, organizationId, kind, title, text, happenedFrom, held } = row
  return {
    ...{ id, organizationId, kind, title, text, happenedFrom, cover },
    ...(row.folderId !== null && held.includes('write') && { folderId: row.folderId }),
    happenedAt: instantWithOffset(row.happenedAt, row.offsetMinutes),
    pictureCount: count,
    tags: tags.map((tag) => ({ id: tag.id, name: tag.name })),
    createdAt: row.createdAt.toISOString(),
    createdBy: { id: row.createdById, name: row.createdByName },
    ...(row.trashedAt !== null && { trashedAt: row.trashedAt.toISOString() }),
    rights: [...held],
  }
}
