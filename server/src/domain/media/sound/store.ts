import type { Tx } from '../../../platform/db/index.ts'

export async function setDuration(tx: Tx, blobId: string, durationMs: number): Promise<void> {
  await tx.updateTable('media').set({ duration_ms: durationMs }).where('blob_id', '=', blobId).execute()
}
