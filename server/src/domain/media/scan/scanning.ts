import { setTimeout as delay } from 'node:timers/promises'
import { inTransaction, type Tx } from '../../../platform/db/index.ts'
import type { Platform } from '../../../platform/platform.ts'
import type { Verdict } from '../../../platform/scan/index.ts'
import * as audit from '../../audit/index.ts'
import * as files from '../../files/index.ts'
import * as storage from '../../storage/index.ts'
import * as store from './store.ts'

const SYSTEM = { kind: 'system', reason: 'virus scan' } as const
/** Of one infected blob so many files are told as events of their own; the trail has all of them. */
const MOST_EVENTS = 20

/** What comes of a scan for what follows it: `clear` goes on, `held` waits for another day, `infected` is over. */
export type Outcome = 'clear' | 'held' | 'infected' | 'unreachable' | 'gone'

/** As far as the scanner has a say. */
type Scanned = Pick<storage.Standing, 'scan' | 'reason'>
type Machines = Pick<Platform, 'db' | 'objects' | 'scanner' | 'settings' | 'log'>

/**
 * The step before processing: bytes are scanned once for each organization, and what is known of them holds for every
 * version. May be killed at any line and run again.
 *
 * @returns `unreachable`: the scanner does not answer, and the policy is to wait for it
 */
export async function scanOnce(platform: Machines, blobId: string, signal: AbortSignal): Promise<Outcome> {
  const blob = await store.getBlob(platform.db, blobId)
  if (blob === undefined) return 'gone'
  const { scan } = blob.standing
  if (scan === 'infected') {
    // Known already: this upload of the same bytes is told too.
    await quarantine(platform, blob, { signature: blob.signature ?? 'unknown', engine: blob.engine ?? undefined })
    return 'infected'
  }
  if (platform.scanner === undefined || platform.settings.scanning === undefined) {
    if (scan === 'waiting' || scan === 'skipped') await leaveUnscanned(platform, blobId)
    return 'clear'
  }
  if (scan === 'clean' || scan === 'released') return 'clear'
  if (scan === 'skipped') return outcomeOf(platform, blob.standing)
  return scanBlob(platform, blob, signal)
}

/** Nothing was asked about it, because there is nobody to ask. */
function leaveUnscanned({ db }: Pick<Machines, 'db'>, blobId: string): Promise<void> {
  return inTransaction(db, async (tx) => {
    const now = await store.lockStanding(tx, undefined, blobId)
    if (now?.scan === 'waiting' || now?.scan === 'skipped') await store.setStanding(tx, blobId, { scan: 'unscanned' })
  })
}

const outcomeOf = ({ settings }: Pick<Machines, 'settings'>, standing: Scanned): Outcome =>
  storage.isScanClear(settings.scanning, standing) ? 'clear' : 'held'

/** Scans bytes, whatever was known of them, and writes down what was said. @param bytesPerSecond  no faster than this */
export async function scanBlob(
  platform: Machines,
  blob: store.BlobRow,
  signal: AbortSignal,
  bytesPerSecond?: number,
): Promise<Outcome> {
  const { scanner, settings, objects, log } = platform
  const { scanning } = settings
  if (scanner === undefined || scanning === undefined) return 'clear'
  const read = async () => paced(await objects.get(blob.objectKey), bytesPerSecond, signal)
  const verdict: Verdict =
    blob.sizeBytes > scanning.maxBytes
      ? { status: 'skipped', reason: 'too-large', detail: `It has more than ${scanning.maxBytes} bytes.` }
      : await scanner.scan(read, signal)
  if (verdict.status === 'infected') {
    await quarantine(platform, blob, verdict)
    return 'infected'
  }
  if (verdict.status === 'skipped') log.info({ blobId: blob.id, ...verdict }, 'bytes were not scanned')
  const isWaitedFor = verdict.status === 'skipped' && verdict.reason === 'unreachable' && scanning.policy !== 'allow'
  if (isWaitedFor) return 'unreachable'
  return inTransaction(platform.db, async (tx) => outcomeOf(platform, await keep(tx, blob.id, verdict)))
}

/**
 * What was open stays open: bytes that were clean, or there before the scanner, are not held because one scan of them
 * could not be.
 */
async function keep(tx: Tx, blobId: string, verdict: Exclude<Verdict, { status: 'infected' }>): Promise<Scanned> {
  const now = await store.lockStanding(tx, undefined, blobId)
  if (now === undefined) return { scan: 'unscanned', reason: null }
  if (now.scan === 'infected' || now.scan === 'released') return now
  if (verdict.status === 'clean') {
    await store.setStanding(tx, blobId, { scan: 'clean', engine: verdict.engine })
    return { scan: 'clean', reason: null }
  }
  if (now.scan === 'clean' || now.scan === 'unscanned') {
    await store.setAsked(tx, blobId)
    return now
  }
  const { reason, engine } = verdict
  await store.setStanding(tx, blobId, { scan: 'skipped', reason, engine })
  return { scan: 'skipped', reason }
}

/** Bytes that no scanner could be asked about for so long that they are held until one can. */
export async function holdUnreachable({ db }: Pick<Platform, 'db'>, versionId: string): Promise<boolean> {
  return inTransaction(db, async (tx) => {
    const unsettled = await store.getUnsettled(tx, versionId)
    if (unsettled === undefined || unsettled.standing.scan !== 'waiting') return false
    await files.holdBack(tx, versionId)
    const now = await store.lockStanding(tx, undefined, unsettled.blobId)
    if (now?.scan === 'waiting')
      await store.setStanding(tx, unsettled.blobId, { scan: 'skipped', reason: 'unreachable' })
    return true
  })
}

/** Nobody gets them from here on, and whoever has to know is told, in one transaction. */
async function quarantine(
  platform: Pick<Machines, 'db' | 'objects'>,
  blob: store.BlobRow,
  found: { signature: string; engine?: string | undefined },
): Promise<void> {
  const { signature, engine } = found
  const { id: blobId } = blob
  const keys = await inTransaction(platform.db, async (tx) => {
    const affected = await files.quarantine(tx, blobId, `Infected: ${signature}. Nobody can open it.`)
    const now = await store.lockStanding(tx, undefined, blobId)
    // Released by a person while it was being looked at: they have decided, knowing this.
    if (now === undefined || now.scan === 'released') throw new ReleasedMeanwhile()
    await store.setStanding(tx, blobId, { scan: 'infected', signature, engine })
    const made = await store.deleteMade(tx, blobId)
    await tell(tx, blob, { signature, engine, affected })
    return made
  }).catch((error: unknown) => {
    if (error instanceof ReleasedMeanwhile) return []
    throw error
  })
  // After COMMIT; what a crash leaves of them here, the sweep removes.
  if (keys.length > 0) await platform.objects.delete(keys)
}

/** Takes the transaction back. */
class ReleasedMeanwhile extends Error {}

async function tell(
  tx: Tx,
  { organizationId, sha256 }: store.BlobRow,
  about: { signature: string; engine: string | undefined; affected: readonly files.Affected[] },
): Promise<void> {
  const { signature, engine, affected } = about
  const facts = { signature, engine: engine ?? null, sha256: sha256.toString('hex') }
  await audit.recordMany(
    tx,
    SYSTEM,
    'file.quarantined',
    affected.map(({ fileId }) => fileId),
    { organizationId, facts },
  )
  for (const { fileId, name, uploaderId } of affected.slice(0, MOST_EVENTS))
    await audit.recordSecurityEvent(tx, 'critical', 'upload.infected', {
      userId: uploaderId,
      organizationId,
      facts: { fileId, name, ...facts },
    })
}

/** Slow enough to leave the disk and the scanner to those who wait. */
async function* paced(
  bytes: AsyncIterable<Uint8Array>,
  bytesPerSecond: number | undefined,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const beganAt = performance.now()
  let given = 0
  for await (const piece of bytes) {
    yield piece
    if (bytesPerSecond === undefined) continue
    given += piece.byteLength
    const aheadMs = (given / bytesPerSecond) * 1000 - (performance.now() - beganAt)
    if (aheadMs > 1) await delay(aheadMs, undefined, { signal })
  }
}
