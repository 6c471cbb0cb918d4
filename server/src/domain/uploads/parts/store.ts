import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db/index.ts'
import { selectUpload } from '../store.ts'

export function listByIds(db: Db, ids: readonly string[]) {
  return selectUpload(db)
    .where('id', '=', sql<string>`any(${ids}::uuid[])`)
    .execute()
}

/** The parts of a final upload, in the order of the file. */
export function listParts(db: Db, finalId: string) {
  return selectUpload(db).where('part_of', '=', finalId).orderBy('part_number').execute()
}

/** Makes an upload a part of a final one, in the session of that. */
export async function makePartOf(
  tx: Tx,
  uploadId: string,
  of: { id: string; sessionId: string; number: number },
): Promise<void> {
  await tx
    .updateTable('upload')
    .set({ part_of: of.id, part_number: of.number, upload_session_id: of.sessionId, holder: null })
    .where('id', '=', uploadId)
    .execute()
}

/** The parts end with what they are a part of; they are no files, so their session does not count them. */
export async function endParts(tx: Tx, finalId: string, status: 'completed' | 'failed'): Promise<void> {
  await tx
    .updateTable('upload')
    .set({ status, ended_at: sql<Date>`now()`, object_key: null, holder: null, hash_state: null })
    .where('part_of', '=', finalId)
    .execute()
}

/** A part has gone over to another session; one that was made for it alone goes too. */
export async function leaveSession(tx: Tx, sessionId: string, bytes: number): Promise<void> {
  await sql`update upload_session set total_bytes = total_bytes - ${bytes} where id = ${sessionId}`.execute(tx)
  await sql`
    delete from upload_session where id = ${sessionId} and begun_files = 0
      and not exists (select from upload where upload_session_id = upload_session.id)`.execute(tx)
}
