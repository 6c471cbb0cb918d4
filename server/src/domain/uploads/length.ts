import { inTransaction } from '../../platform/db/index.ts'
import { Problem } from '../../platform/problem.ts'
import * as organizations from '../organizations/index.ts'
import * as storage from '../storage/index.ts'
import type { Desk } from './desk.ts'
import { lockOpen, lostHold } from './steps.ts'
import * as counting from './sessions/counting/store.ts'
import * as store from './store.ts'

/** Set aside at a time for bytes of which nobody has said how many will come. */
const BLOCK_BYTES = 8 * 1024 * 1024

/** Whether every byte of an upload is there at this offset. Of a length that is not known yet, never. */
export const isAllAt = (upload: store.UploadRow, offsetBytes: number): boolean =>
  !upload.isLengthDeferred && offsetBytes === upload.lengthBytes

/**
 * What a file of an organization may have at most, in bytes.
 *
 * @throws read-only  the organization takes nothing
 */
export async function maxFileBytesOf({ platform }: Desk, organizationId: string): Promise<number> {
  const terms = await organizations.getUploadTerms(platform.db, organizationId)
  return Math.min(platform.settings.maxFileBytes, terms.maxFileBytes ?? Infinity)
}

/**
 * Tells the length of an upload that was begun without one, by an upload that this process holds. The room is set aside
 * before anything else comes; what was set aside too much is free again.
 *
 * @throws invalid-request  another was told before, or more has come already
 * @throws empty-file, too-large, quota-exceeded, gone, HeldElsewhere
 */
export async function declareLength(desk: Desk, upload: store.UploadRow, lengthBytes: number): Promise<void> {
  if (!upload.isLengthDeferred) {
    if (lengthBytes === upload.lengthBytes) return
    throw new Problem('invalid-request', `The length has been told: ${upload.lengthBytes}. It does not change.`)
  }
  if (lengthBytes === 0) throw new Problem('empty-file', 'A file of 0 bytes cannot be kept.')
  if (lengthBytes < upload.offsetBytes)
    throw new Problem('invalid-request', `${upload.offsetBytes} bytes have come; it cannot have ${lengthBytes}.`)
  await setLength(desk, upload, lengthBytes, false)
}

/**
 * Sets room aside for bytes up to an end, of an upload whose length is not known: before they are kept.
 *
 * @param isExact  it is known that so many come and no more; otherwise a block is set aside, or what there is room for
 * @throws too-large, quota-exceeded, gone, HeldElsewhere
 */
export async function makeRoom(desk: Desk, upload: store.UploadRow, endBytes: number, isExact: boolean): Promise<void> {
  if (endBytes <= upload.lengthBytes) return
  if (isExact) return setLength(desk, upload, endBytes, true)
  const maxFileBytes = await maxFileBytesOf(desk, upload.organizationId)
  const block = Math.max(endBytes, Math.min(endBytes + BLOCK_BYTES, maxFileBytes))
  try {
    await setLength(desk, upload, block, true)
  } catch (error) {
    if (!(error instanceof Problem) || block === endBytes) throw error
    await setLength(desk, upload, endBytes, true)
  }
}

async function setLength(desk: Desk, upload: store.UploadRow, lengthBytes: number, isDeferred: boolean): Promise<void> {
  const { db, settings } = desk.platform
  const maxFileBytes = await maxFileBytesOf(desk, upload.organizationId)
  if (lengthBytes > maxFileBytes)
    throw new Problem('too-large', `A file may have at most ${maxFileBytes} bytes.`, { maxFileBytes })
  await inTransaction(db, async (tx) => {
    const row = await lockOpen(tx, upload.id)
    if (row.holder !== desk.holds.id) throw await lostHold(tx, row)
    await store.setLength(tx, upload.id, lengthBytes, isDeferred)
    const { maxSessionBytes } = settings
    if (!(await counting.growSession(tx, upload.sessionId, lengthBytes - row.lengthBytes, maxSessionBytes))) {
      const detail = `The uploads of one session may have at most ${maxSessionBytes} bytes together.`
      throw new Problem('too-large', detail, { maxSessionBytes })
    }
    // Last, because everybody who uploads to this organization waits for this row.
    await storage.extendReservation(tx, upload.id, lengthBytes)
  })
  upload.lengthBytes = lengthBytes
  upload.isLengthDeferred = isDeferred
}
