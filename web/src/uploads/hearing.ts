import type { LiveMessage } from '@trove/contract/events'
import { pick, type Floor } from './floor.ts'
import { askSession, batchOf, hold, pauseBy, release } from './holding.ts'
import { isEnded, type Transfer } from './model.ts'
import { takeUp } from './restore.ts'
import { settled, stateOf } from './standing.ts'
import { remember, rowOf, takeOver } from './takeover.ts'

/** Announcements come in swarms; one question answers them all, and a large answer is asked for less often. */
const DOUBT_MS = 800
const DOUBT_MS_PER_ROW = 2

type Announced = Extract<LiveMessage, { kind: 'event' }>['event']

/** Hears what the server announces: everything after the last byte, and what other tabs and devices send. */
export function hear(floor: Floor, message: LiveMessage): void {
  if (floor.isStopped) return
  if (message.kind === 'resync' || message.kind === 'hello') return refreshAll(floor)
  if (message.kind === 'progress') {
    const { uploads, uploadSessionId } = message.progress
    for (const { uploadId, bytesUploaded } of uploads)
      tell(floor, { uploadId, uploadSessionId }, { bytesSent: bytesUploaded })
    return
  }
  if (message.kind === 'unknown') return
  if (message.event.type === 'upload-session.changed') return hearSession(floor, message.event)
  if (message.event.type === 'upload.changed') return hearUpload(floor, message.event)
  if (message.event.type === 'file.settled') return hearFile(floor, message.event)
}

function hearUpload(floor: Floor, event: Extract<Announced, { type: 'upload.changed' }>): void {
  const state = stateOf(event)
  const row = rowOf(floor, event.uploadId)
  if (row !== undefined && state === 'cancelled') {
    floor.running.get(row.key)?.abort()
    return isEnded(row) ? undefined : floor.shelf.remove([row.key])
  }
  // The reason is not announced, only that there is one.
  if (state === 'failed' || state === 'unshown') return doubt(floor, event.uploadSessionId)
  if (state === 'cancelled' || (state === undefined && row !== undefined)) return
  if (state === undefined) return tell(floor, event, {})
  tell(floor, event, row === undefined ? { state } : settled(row, state, undefined))
  // Whoever sends learns the file's id from the answer; the others have to ask, or would not know it when it is settled.
  if (row !== undefined && row.fileId === undefined && !floor.running.has(row.key)) doubt(floor, event.uploadSessionId)
}

/** Somebody, on whatever device, has paused the session or lets it go on. */
function hearSession(floor: Floor, event: Extract<Announced, { type: 'upload-session.changed' }>): void {
  const { uploadSessionId, status, byUserId } = event
  floor.news.set(uploadSessionId, (floor.news.get(uploadSessionId) ?? 0) + 1)
  const batch = batchOf(floor, uploadSessionId)
  if (batch === undefined) return
  if (status === 'active' && batch.pause !== undefined) return release(floor, batch.key)
  if (status !== 'paused') return
  hold(floor, batch.key, pauseBy(floor, byUserId))
  // Their name is not announced.
  if (byUserId !== floor.userId) doubt(floor, uploadSessionId)
}

function hearFile(floor: Floor, event: Extract<Announced, { type: 'file.settled' }>): void {
  const state =
    event.status === 'ready'
      ? 'ready'
      : event.status === 'failed' || event.status === 'infected'
        ? 'unshown'
        : 'processing'
  const row = pick(floor).find(({ fileId }) => fileId === event.fileId)
  if (row === undefined) return remember(floor, event.fileId, { state })
  floor.shelf.patch(row.key, settled(row, state, undefined))
  // Held back, or let go again: why is not announced.
  if (state === 'unshown' || event.status === 'pending') doubt(floor, floor.shelf.batch(row.batchKey)?.uploadSessionId)
}

/** Changes the row of an upload; what is said before this tab knows its own upload's id waits for it. */
function tell(
  floor: Floor,
  { uploadId, uploadSessionId }: { uploadId: string; uploadSessionId: string },
  changes: Partial<Transfer>,
): void {
  const row = rowOf(floor, uploadId)
  if (row !== undefined) return floor.shelf.patch(row.key, changes)
  const isOurs = [...floor.shelf.batches()].some((batch) => batch.uploadSessionId === uploadSessionId && batch.isDriven)
  if (isOurs) remember(floor, uploadId, changes)
  else doubt(floor, uploadSessionId)
}

/** Asks the server about a session, soon and once. */
function doubt(floor: Floor, uploadSessionId: string | undefined): void {
  if (uploadSessionId === undefined || floor.doubted.has(uploadSessionId)) return
  floor.doubted.add(uploadSessionId)
  const patienceMs = Math.max(DOUBT_MS, pick(floor).length * DOUBT_MS_PER_ROW)
  setTimeout(() => {
    floor.doubted.delete(uploadSessionId)
    if (!floor.isStopped) void refresh(floor, uploadSessionId).catch(() => undefined)
  }, patienceMs)
}

/** Asks again about all that has not ended. */
export function refreshAll(floor: Floor): void {
  const open = new Set(
    pick(floor)
      .filter((transfer) => !isEnded(transfer))
      .map(({ batchKey }) => batchKey),
  )
  for (const batchKey of open) doubt(floor, floor.shelf.batch(batchKey)?.uploadSessionId)
}

async function refresh(floor: Floor, uploadSessionId: string): Promise<void> {
  const isKnown = [...floor.shelf.batches()].some((batch) => batch.uploadSessionId === uploadSessionId)
  if (!isKnown && (await takeUp(floor, uploadSessionId))) return
  const session = await askSession(floor, uploadSessionId)
  if (session !== undefined) takeOver(floor, session)
}
