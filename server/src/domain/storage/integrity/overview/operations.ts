import type { DamagedBlob, Integrity, Verification } from '@trove/contract/integrity'
import type { UserActor } from '../../../../platform/actor.ts'
import { inTransaction } from '../../../../platform/db/index.ts'
import { isId } from '../../../../platform/ids.ts'
import type { Platform } from '../../../../platform/platform.ts'
import { Problem } from '../../../../platform/problem.ts'
import * as access from '../../../access/index.ts'
import * as audit from '../../../audit/index.ts'
import { nightsFor } from '../rules.ts'
import { NIGHT_MS, verifyBlobTask } from '../tasks.ts'
import * as store from './store.ts'

const RUNS = 10
const PAGE = 50

/** How well stored bytes are known. For the administrator of the installation alone: the door asks for that. */
export async function getIntegrity({ db, settings }: Pick<Platform, 'db' | 'settings'>): Promise<Integrity> {
  const [sums, runs] = await Promise.all([store.getOverview(db), store.listRuns(db, RUNS)])
  const { blobs, bytes, damaged, neverRead, oldestReadAt, coldBlobs, coldBytes, underWay } = sums
  const { verifyBytesPerSecond, verifyEveryDays, tiers } = settings
  return {
    blobs,
    bytes,
    damaged,
    neverRead,
    ...(oldestReadAt !== null && { oldestReadAt: oldestReadAt.toISOString() }),
    everyDays: verifyEveryDays,
    bytesPerSecond: verifyBytesPerSecond,
    nights: nightsFor(bytes, verifyBytesPerSecond, NIGHT_MS),
    ...(tiers !== undefined && {
      tiers: { afterDays: tiers.afterDays, reads: tiers.reads, coldBlobs, coldBytes, underWay },
    }),
    runs: runs.map(present),
  }
}

type RunRow = Awaited<ReturnType<typeof store.listRuns>>[number]

const present = (row: RunRow): Verification => ({
  id: row.id,
  kind: row.kind as Verification['kind'],
  isSample: row.sample_percent !== null || row.organization_id !== null,
  beganAt: row.began_at.toISOString(),
  ...(row.ended_at !== null && { endedAt: row.ended_at.toISOString() }),
  blobs: row.blobs,
  bytes: row.bytes,
  damaged: row.missing + row.changed + row.unreadable,
  healed: row.healed,
  lostVariants: row.derived_lost,
  ...(row.orphans !== null && { orphans: row.orphans }),
})

/**
 * What is damaged, and how many files have it. Files are named that the caller may read: administering an installation
 * shows nobody's files.
 */
export async function listDamaged(
  { db }: Pick<Platform, 'db'>,
  actor: UserActor,
  { limit = PAGE, cursor }: { limit?: number; cursor?: string },
): Promise<{ items: DamagedBlob[]; next?: string }> {
  if (cursor !== undefined && !isId(cursor)) throw new Problem('invalid-request', 'The cursor is not one of these.')
  const rows = await store.listDamaged(db, { limit: limit + 1, before: cursor })
  const page = rows.slice(0, limit)
  const fileIds = page.flatMap(({ files }) => files.map(({ id }) => id))
  const readable = await access.readersAmong(db, fileIds, [actor.userId])
  const items = page.map(({ organizationId, organizationName, damagedAt, verifiedAt, files, ...row }) => ({
    ...row,
    organization: { id: organizationId, name: organizationName },
    damagedAt: damagedAt.toISOString(),
    verifiedAt: verifiedAt.toISOString(),
    files: files.filter(({ id }) => readable.has(`${id} ${actor.userId}`)),
  }))
  const last = page.at(-1)
  return { items, ...(rows.length > limit && last !== undefined && { next: last.blobId }) }
}

/**
 * Has bytes read again soon.
 *
 * @throws not-found
 */
export async function requestVerification(
  { db, jobs }: Pick<Platform, 'db' | 'jobs'>,
  actor: UserActor,
  blobId: string,
): Promise<void> {
  await inTransaction(db, async (tx) => {
    if (!(await store.isThere(tx, blobId))) throw new Problem('not-found', `There are no bytes ${blobId}.`)
    await jobs.enqueue(tx, verifyBlobTask, { blobId })
    await audit.recordSecurityEvent(tx, 'info', 'blob.verification-requested', { actor, facts: { blobId } })
  })
}
