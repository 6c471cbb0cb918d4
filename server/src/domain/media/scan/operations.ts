import type { Quarantined, Scan, Scanning } from '@trove/contract/scan'
import type { UserActor } from '../../../platform/actor.ts'
import { inTransaction } from '../../../platform/db/index.ts'
import { isId } from '../../../platform/ids.ts'
import type { Task } from '../../../platform/jobs/index.ts'
import type { Platform } from '../../../platform/platform.ts'
import { Problem } from '../../../platform/problem.ts'
import * as access from '../../access/index.ts'
import * as audit from '../../audit/index.ts'
import * as files from '../../files/index.ts'
import { requireConfirmed } from '../../identity/index.ts'
import * as storage from '../../storage/index.ts'
import type { Process } from './rescanning.ts'
import * as store from './store.ts'

const PAGE = 50

type About = { organizationId: string; blobId: string }

/** @throws not-found, not-allowed */
export async function getScanning(platform: Platform, actor: UserActor, organizationId: string): Promise<Scanning> {
  await access.requireMember(platform.db, actor, organizationId, 'admin')
  const { scanning } = platform.settings
  const [counts, engine] = await Promise.all([
    store.countStandings(platform.db, organizationId),
    platform.scanner?.engine(),
  ])
  if (scanning === undefined) return { scanner: 'off', ...counts }
  const { policy, maxBytes } = scanning
  if (engine === undefined) return { scanner: 'silent', policy, maxBytes, ...counts }
  return { scanner: 'answers', engine, policy, maxBytes, ...counts }
}

/** @throws not-found, not-allowed, invalid-request */
export async function listQuarantine(
  platform: Pick<Platform, 'db' | 'settings'>,
  actor: UserActor,
  input: { organizationId: string; limit?: number; cursor?: string },
): Promise<{ items: Quarantined[]; next?: string }> {
  const { organizationId, limit = PAGE, cursor } = input
  if (cursor !== undefined && !isId(cursor))
    throw new Problem('invalid-request', 'The cursor must be the `next` of a page before.')
  await access.requireMember(platform.db, actor, organizationId, 'admin')
  const rows = await store.listQuarantine(platform.db, organizationId, { limit: limit + 1, after: cursor })
  const items = rows.slice(0, limit).map((row) => present(platform, row))
  const last = items.at(-1)
  return { items, ...(rows.length > limit && last !== undefined && { next: last.blobId }) }
}

function present(platform: Pick<Platform, 'settings'>, row: store.QuarantinedRow): Quarantined {
  return {
    blobId: row.blobId,
    scan: scanOf(platform, row),
    sizeBytes: row.sizeBytes,
    sha256: row.sha256.toString('hex'),
    files: row.files.map(({ id, name, uploaderId, uploader, addedAt }) => ({
      id,
      name,
      uploadedBy: { id: uploaderId, name: uploader },
      uploadedAt: new Date(addedAt).toISOString(),
    })),
  }
}

function scanOf({ settings }: Pick<Platform, 'settings'>, row: store.QuarantinedRow): Scan {
  const { scan, reason } = row.standing
  const isHeld = scan === 'skipped' && !storage.isScanClear(settings.scanning, row.standing)
  return {
    status: isHeld ? 'held' : scan,
    ...(reason !== null && { reason }),
    ...(row.signature !== null && { signature: row.signature }),
    ...(row.engine !== null && { engine: row.engine }),
    ...(row.scannedAt !== null && { scannedAt: row.scannedAt.toISOString() }),
  }
}

/**
 * Lets bytes go out that a scanner calls infected, or could not look at: whoever does it has looked another way.
 *
 * @throws not-found, not-allowed, confirm-first
 * @throws wrong-state  they are not in the quarantine
 */
export async function releaseQuarantined(
  platform: Platform,
  actor: UserActor,
  { organizationId, blobId, process }: About & { process: Process },
): Promise<void> {
  await access.requireMember(platform.db, actor, organizationId, 'admin')
  await access.requireOpen(platform.db, organizationId)
  await requireConfirmed(platform.db, actor)
  await inTransaction(platform.db, async (tx) => {
    await requireBlob(platform, organizationId, blobId)
    const versions = await files.release(tx, blobId)
    const { scan, reason, signature } = await lockQuarantined(tx, organizationId, blobId)
    await store.setStanding(tx, blobId, { scan: 'released' })
    for (const { versionId } of versions)
      await platform.jobs.enqueue(tx, process, { versionId }, { groupId: organizationId })
    const facts = { blobId, was: scan, reason, signature, names: versions.slice(0, 20).map(({ name }) => name) }
    const fileIds = versions.map(({ fileId }) => fileId)
    await audit.recordMany(tx, actor, 'file.released', fileIds, { organizationId, facts })
    await audit.recordSecurityEvent(tx, 'critical', 'quarantine.released', { actor, organizationId, facts })
  })
}

/**
 * Deletes every file of these bytes at once, past the trash. The bytes follow with the sweep.
 *
 * @throws not-found, not-allowed
 * @throws wrong-state  they are not in the quarantine
 */
export async function deleteQuarantined(
  platform: Pick<Platform, 'db'>,
  actor: UserActor,
  { organizationId, blobId }: About,
): Promise<void> {
  await access.requireMember(platform.db, actor, organizationId, 'admin')
  await access.requireOpen(platform.db, organizationId)
  await inTransaction(platform.db, async (tx) => {
    await requireBlob(platform, organizationId, blobId)
    const purged = await files.purgeFilesOf(tx, actor, blobId)
    if (purged.length === 0) throw notThere()
    const { scan, reason, signature } = await lockQuarantined(tx, organizationId, blobId)
    const facts = { blobId, was: scan, reason, signature, names: purged.slice(0, 20).map(({ name }) => name) }
    await audit.recordSecurityEvent(tx, 'warning', 'quarantine.deleted', { actor, organizationId, facts })
  })
}

/** Before anything of it is locked: what is another organization's does not exist. */
async function requireBlob({ db }: Pick<Platform, 'db'>, organizationId: string, blobId: string): Promise<void> {
  const blob = await store.getBlob(db, blobId)
  if (blob?.organizationId !== organizationId) throw notThere()
}

const notThere = () => new Problem('not-found', 'There is no such thing in quarantine.')

async function lockQuarantined(tx: Parameters<typeof store.lockStanding>[0], organizationId: string, blobId: string) {
  const now = await store.lockStanding(tx, organizationId, blobId)
  if (now === undefined) throw notThere()
  if (now.scan !== 'infected' && now.scan !== 'skipped')
    throw new Problem('wrong-state', `It is ${now.scan}, and not in quarantine.`, { from: now.scan })
  return now
}

/**
 * @throws not-found, not-allowed
 * @throws wrong-state  files are not scanned here
 */
export async function scanFileAgain(
  platform: Platform,
  actor: UserActor,
  { fileId, task }: { fileId: string; task: Task },
): Promise<void> {
  await access.require(platform.db, actor, 'write', fileId)
  if (platform.settings.scanning === undefined)
    throw new Problem('wrong-state', 'Files are not scanned here: no virus scanner is configured.')
  const blob = await store.getBlobOfFile(platform.db, fileId)
  if (blob === undefined) throw new Problem('not-found', `No file ${fileId}.`)
  const { blobId, organizationId } = blob
  await inTransaction(platform.db, async (tx) => {
    await platform.jobs.enqueue(tx, task, { blobId }, { groupId: organizationId })
    await audit.record(tx, actor, 'file.scan-asked', { organizationId, resourceId: fileId })
  })
}
