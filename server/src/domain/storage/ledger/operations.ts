import type { Tx } from '../../../platform/db/index.ts'
import { Problem } from '../../../platform/problem.ts'
import * as store from './store.ts'

// Two books, changed in one transaction: a row for each upload that has set room aside, and their sum beside the limit.
// The sum decides, because one UPDATE can; the rows say whose it is, so that it is given back once and never twice.

/**
 * A step of `uploads`: sets room aside before the first byte comes. Call it last: everybody who uploads to the
 * organization waits for its row.
 *
 * @param bytes  0 when the length is not known yet: `extendReservation` says it later
 * @throws quota-exceeded  with `limitBytes`, `usedBytes`, `reservedBytes`
 */
export async function reserve(tx: Tx, organizationId: string, bytes: number, uploadId: string): Promise<void> {
  if (await store.reserve(tx, { organizationId, bytes, uploadId })) return
  throw await noRoom(tx, organizationId, bytes)
}

/**
 * A step of `uploads`: the upload turns out to need `bytes` in all, more or less than was set aside.
 *
 * @throws quota-exceeded  with `limitBytes`, `usedBytes`, `reservedBytes`; nothing is changed then
 * @throws gone            nothing is set aside for it any more
 */
export async function extendReservation(tx: Tx, uploadId: string, bytes: number): Promise<void> {
  const held = await store.lockReservation(tx, uploadId)
  if (held === undefined) throw new Problem('gone', 'Nothing is set aside for this upload any more.')
  const { organizationId } = held
  const more = bytes - held.bytes
  if (more === 0) return
  await store.setReservation(tx, uploadId, bytes)
  if (more < 0) return store.changeQuota(tx, organizationId, { reservedBytes: more })
  if (!(await store.takeRoom(tx, organizationId, more))) throw await noRoom(tx, organizationId, more)
}

/** A step of `uploads`: the room is not needed after all. Doing it twice is doing it once. */
export async function release(tx: Tx, uploadId: string): Promise<void> {
  const held = await store.deleteReservation(tx, uploadId)
  if (held !== undefined) await store.changeQuota(tx, held.organizationId, { reservedBytes: -held.bytes })
}

/** A step of `uploads`: what was reserved is now used, or was not needed because the bytes were there. */
export async function settle(
  tx: Tx,
  organizationId: string,
  upload: { uploadId: string; sizeBytes: number; isCharged: boolean },
): Promise<void> {
  const { uploadId, sizeBytes, isCharged } = upload
  const held = await store.deleteReservation(tx, uploadId)
  await store.changeQuota(tx, organizationId, {
    reservedBytes: -(held?.bytes ?? 0),
    usedBytes: isCharged ? sizeBytes : 0,
    fileCount: 1,
  })
}

async function noRoom(tx: Tx, organizationId: string, bytes: number): Promise<Problem> {
  const quota = await store.getQuota(tx, organizationId)
  if (quota === undefined) return new Problem('not-found', `No organization ${organizationId}.`)
  const { limitBytes, usedBytes, reservedBytes } = quota
  const freeBytes = Math.max(0, limitBytes - usedBytes - reservedBytes)
  if (usedBytes > limitBytes) {
    const over = `The organization holds ${usedBytes} bytes and may hold ${limitBytes}. Until it holds less, everything can be read and deleted, and nothing added.`
    return new Problem('quota-exceeded', over, { ...quota })
  }
  return new Problem('quota-exceeded', `It needs ${bytes} bytes and ${freeBytes} are free.`, { ...quota })
}
