import type { FailureReason } from '@trove/contract/processing'
import { inTransaction, type Tx } from '../../../platform/db/index.ts'
import type { Platform } from '../../../platform/platform.ts'
import type { Outcome as Scanned } from '../scan/scanning.ts'
import * as store from './store.ts'

/** What is done before a file can be seen, in one go and by one job: `media.process`. */
export const firstSteps = ['scan', 'probe', 'variants'] as const
export type FirstStep = (typeof firstSteps)[number]

export type Bytes = { blobId: string; organizationId: string }

/** Of the scan, whatever comes of it, it is written down that it was begun, and how it ended. */
export async function recordScan(
  { db, scanner }: Pick<Platform, 'db' | 'scanner'>,
  bytes: Bytes,
  scan: () => Promise<Scanned>,
): Promise<Scanned> {
  await inTransaction(db, (tx) => store.begin(tx, bytes, ['scan']))
  try {
    const scanned = await scan()
    // Found infected is what a scan is for: it was done. What is held is scanned once it can be.
    const status =
      scanned === 'held' || scanned === 'unreachable' ? 'waiting' : scanner === undefined ? 'skipped' : 'done'
    await inTransaction(db, (tx) => store.set(tx, bytes, ['scan'], status))
    return scanned
  } catch (error) {
    await giveBack(db, bytes, ['scan'])
    throw error
  }
}

/** Of looking at the file and making its pictures, which is one deed. Its end is written by whoever settles the version. */
export async function recordLook<T>({ db }: Pick<Platform, 'db'>, bytes: Bytes, look: () => Promise<T>): Promise<T> {
  await inTransaction(db, (tx) => store.begin(tx, bytes, ['probe', 'variants']))
  try {
    return await look()
  } catch (error) {
    await giveBack(db, bytes, ['probe', 'variants'])
    throw error
  }
}

/** What was thrown is told; this is only what people see meanwhile. */
async function giveBack(db: Platform['db'], bytes: Bytes, names: readonly FirstStep[]): Promise<void> {
  await inTransaction(db, (tx) => store.set(tx, bytes, names, 'waiting')).catch(() => undefined)
}

/** In the transaction that settles a version. `skipped`: nothing is made of files like this. */
export function endLook(tx: Tx, bytes: Bytes, how: 'done' | 'skipped'): Promise<void> {
  return store.set(tx, bytes, ['probe', 'variants'], how)
}

/** In the transaction that settles a version as failed. */
export function failLook(
  tx: Tx,
  bytes: Bytes,
  { reason, failure }: { reason: FailureReason; failure: string },
): Promise<void> {
  return store.fail(tx, bytes, { reason, failure })
}
