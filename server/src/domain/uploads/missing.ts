import { inTransaction } from '../../platform/db/index.ts'
import { Problem } from '../../platform/problem.ts'
import type { Desk } from './desk.ts'
import { changeStatus, lockOpen } from './steps.ts'
import type * as store from './store.ts'
import { moveOffset } from './store.ts'

/** Bytes are missing that were durable once: the offset says so again, and the client is asked for the rest. */
export async function goBackTo(desk: Desk, upload: store.UploadRow, offsetBytes: number): Promise<Problem> {
  desk.platform.log.error({ uploadId: upload.id, offsetBytes }, 'staged bytes are missing')
  desk.forget(upload.id)
  await inTransaction(desk.platform.db, async (tx) => {
    const row = await lockOpen(tx, upload.id)
    const { settings } = desk.platform
    await moveOffset(tx, upload.id, { offsetBytes, expiryMs: settings.uploadExpiryMs, holder: desk.holds.id })
    if (row.status === 'checking') await changeStatus(tx, row, 'paused')
  })
  return new Problem('wrong-offset', `The upload stands at ${offsetBytes}.`, { offsetBytes })
}
