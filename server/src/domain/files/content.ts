import type { Actor } from '../../platform/actor.ts'
import { inTransaction, withoutWaiting, type Db } from '../../platform/db/index.ts'
import type { Platform } from '../../platform/platform.ts'
import { Problem } from '../../platform/problem.ts'
import type * as access from '../access/index.ts'
import * as audit from '../audit/index.ts'
import * as store from './store.ts'

export type Content = NonNullable<Awaited<ReturnType<typeof store.getContent>>>

/**
 * Where the original bytes are, for somebody who may have them.
 *
 * @param decisions  asked whether they may: those of a door that is asked often, or the question itself
 *
 * @throws not-found  also while the file is in the trash
 * @throws not-allowed
 */
export async function requireContent(
  db: Db,
  decisions: Pick<ReturnType<typeof access.createDecisions>, 'require'>,
  actor: Actor,
  fileId: string,
): Promise<Content> {
  await decisions.require(actor, 'download', fileId)
  const content = await store.getContent(db, fileId)
  if (content === undefined) throw new Problem('not-found', `No file ${fileId}.`)
  if (content.trashedAt !== null) throw new Problem('not-found', 'The file is in the trash; restore it to download it.')
  return content
}

const MOST_REMEMBERED = 10_000

/** Knows for a while what has been heard; forgets everything rather than grow without end. */
export function createMemory(keptMs: number): { isNew(key: string): boolean } {
  const heardAt = new Map<string, number>()
  return {
    isNew(key) {
      const before = heardAt.get(key)
      if (before !== undefined && Date.now() - before < keptMs) return false
      if (heardAt.size >= MOST_REMEMBERED) heardAt.clear()
      heardAt.set(key, Date.now())
      return true
    },
  }
}

/** Tells the trail that somebody has begun to fetch an original. Later ranges of the same are not told again. */
export async function recordDownload(
  platform: Pick<Platform, 'db'>,
  actor: Actor,
  file: { fileId: string; organizationId: string; isDownload: boolean; isBare?: true },
): Promise<void> {
  const { fileId, organizationId, isDownload, isBare } = file
  await inTransaction(platform.db, async (tx) => {
    await withoutWaiting(tx)
    await audit.record(tx, actor, isDownload ? 'file.downloaded' : 'file.viewed', {
      organizationId,
      resourceId: fileId,
      ...(isBare && { facts: { isBare } }),
    })
  })
}
