import type { Floor } from './floor.ts'
import { obey } from './holding.ts'
import { isEnded, type Transfer } from './model.ts'
import type { SessionStanding } from './remote.ts'
import { changesFrom, claimOf, settled, stateOf, transferOf } from './standing.ts'

/** What is said of files that are not ours is soon forgotten. */
const MOST_EARLY = 2_000

/** Makes the rows of a session say what the server says. */
export function takeOver(floor: Floor, session: SessionStanding): void {
  const { shelf } = floor
  const known = [...shelf.batches()].find(({ uploadSessionId }) => uploadSessionId === session.id)
  const batchKey = known?.key ?? session.id
  const rows = known === undefined ? [] : shelf.of(batchKey)
  const byUpload = new Map(rows.map((row) => [row.uploadId, row]))
  const unclaimed = new Set(rows.filter(({ uploadId }) => uploadId === undefined))
  const added: Transfer[] = []
  for (const upload of session.uploads) {
    // The tab that sends knows its own uploads; to the others name and size must do.
    const row = byUpload.get(upload.id) ?? (known?.isDriven === true ? undefined : claimOf(upload, unclaimed))
    if (row !== undefined) {
      unclaimed.delete(row)
      if (stateOf(upload) === 'cancelled' && !isEnded(row)) shelf.remove([row.key])
      else shelf.patch(row.key, changesFrom(row, upload))
      recall(floor, row.key)
    } else if (upload.status !== 'cancelled' && known?.isDriven !== true) added.push(transferOf(upload, batchKey))
  }
  if (known === undefined && added.every(isEnded)) return
  const { id: uploadSessionId, organizationId, createdAt } = session
  const batch = known ?? {
    key: batchKey,
    organizationId,
    folderId: undefined,
    uploadSessionId,
    createdAtMs: Date.parse(createdAt),
    isDriven: false,
  }
  if (added.length > 0) shelf.put(shelf.batch(batchKey) ?? batch, added)
  if (known === undefined) obey(floor, session)
}

export function rowOf({ shelf }: Floor, uploadId: string): Transfer | undefined {
  for (const transfer of shelf.transfers()) if (transfer.uploadId === uploadId) return transfer
  return undefined
}

/** Keeps what was said of an upload or a file whose row is not known yet. */
export function remember({ early }: Floor, id: string, changes: Partial<Transfer>): void {
  early.set(id, { ...early.get(id), ...changes })
  const oldest = early.keys().next()
  if (early.size > MOST_EARLY && !oldest.done) early.delete(oldest.value)
}

/** Applies what was said before the row was known. */
export function recall({ shelf, early }: Floor, key: string): void {
  const { uploadId, fileId } = shelf.get(key) ?? {}
  for (const id of [uploadId, fileId]) {
    const said = id === undefined ? undefined : early.get(id)
    const row = shelf.get(key)
    if (id === undefined || said === undefined || row === undefined) continue
    early.delete(id)
    const { state, ...rest } = said
    shelf.patch(key, state === undefined ? rest : { ...rest, ...settled(row, state, undefined) })
  }
}
