import { halt, pick, type Floor } from './floor.ts'
import { isPending, type Batch, type Pause, type Transfer } from './model.ts'
import type { SessionStanding } from './remote.ts'

/** So long after an answer said that a session is paused it is asked once more: word of its going on may have crossed it. */
const DOUBT_MS = 1_500

const PAUSABLE: ReadonlySet<Transfer['state']> = new Set(['waiting', 'uploading', 'retrying', 'elsewhere'])

/** Asks the server about a session, and obeys when it is paused or goes on. */
export async function askSession(floor: Floor, uploadSessionId: string): Promise<SessionStanding | undefined> {
  const news = floor.news.get(uploadSessionId) ?? 0
  const session = await floor.remote.session(uploadSessionId)
  // What was announced since the question is newer than the answer.
  if (session !== undefined && (floor.news.get(uploadSessionId) ?? 0) === news) obey(floor, session)
  return session
}

/** Makes the rows of a session stand still, or go on, as the server says. */
export function obey(floor: Floor, { id, status, pausedBy }: SessionStanding): void {
  const batch = batchOf(floor, id)
  if (batch === undefined) return
  if (status === 'active' && batch.pause !== undefined) return release(floor, batch.key)
  if (status !== 'paused') return
  const isNew = batch.pause === undefined
  hold(floor, batch.key, pauseBy(floor, pausedBy?.id, pausedBy?.name))
  if (isNew) setTimeout(() => void (floor.isStopped || askSession(floor, id).catch(() => undefined)), DOUBT_MS)
}

export function batchOf({ shelf }: Floor, uploadSessionId: string): Batch | undefined {
  for (const batch of shelf.batches()) if (batch.uploadSessionId === uploadSessionId) return batch
  return undefined
}

/** Who has paused it, in words that do not say more than is known. */
export const pauseBy = (floor: Floor, userId: string | undefined, name?: string): Pause => ({
  reason:
    userId === undefined || userId === floor.userId
      ? 'Paused from another device'
      : `Paused by ${name ?? 'somebody else'}`,
})

/** Sends nothing more of a batch: somebody has paused its session. */
export function hold(floor: Floor, batchKey: string, pause: Pause): void {
  const before = floor.shelf.batch(batchKey)
  if (before === undefined) return
  // Whoever paused it here knows that already.
  if (before.pause?.isHere !== true) floor.shelf.patchBatch(batchKey, { pause })
  const { reason } = floor.shelf.batch(batchKey)?.pause ?? pause
  for (const { key, state } of floor.shelf.of(batchKey)) {
    const isHeld = state === 'paused' && floor.held.has(key)
    if (!isHeld && !PAUSABLE.has(state)) continue
    halt(floor, key)
    floor.held.add(key)
    floor.shelf.patch(key, { state: 'paused', reason, nextTryAtMs: undefined })
  }
}

export function pausedHere(floor: Floor, uploadSessionId: string): void {
  const batch = batchOf(floor, uploadSessionId)
  if (batch !== undefined) hold(floor, batch.key, { reason: undefined, isHere: true })
}

/** Its session goes on: what stood still because of it moves again, and nothing else. */
export function release(floor: Floor, batchKey: string): void {
  const batch = floor.shelf.batch(batchKey)
  if (batch === undefined) return
  floor.shelf.patchBatch(batchKey, { pause: undefined })
  const ready: string[] = []
  for (const transfer of floor.shelf.of(batchKey)) {
    const { key, state, uploadId, bytesSent } = transfer
    if (!floor.held.delete(key) || state !== 'paused') continue
    // Halted while it was being created: the server may have it, and is asked first.
    const next = !batch.isDriven ? 'elsewhere' : uploadId === undefined && bytesSent > 0 ? 'retrying' : 'waiting'
    floor.shelf.patch(key, { state: next, reason: undefined })
    if (!batch.isDriven) continue
    void floor.memory.setTransfer(key, { state: 'open' })
    ready.push(key)
  }
  floor.sendOn(ready)
}

/** Batches of which everything that is still to be sent is among these. */
export function wholeBatches(floor: Floor, keys?: readonly string[]): Batch[] {
  const chosen = new Set(pick(floor, keys).map(({ key }) => key))
  return [...floor.shelf.batches()].filter((batch) => {
    const pending = floor.shelf.of(batch.key).filter(isPending)
    return pending.length > 0 && pending.every(({ key }) => chosen.has(key))
  })
}

/** Lets every device know that a batch stands still; without a connection it stands still here alone. */
export function pauseSession(floor: Floor, { key, uploadSessionId, pause }: Batch): void {
  if (uploadSessionId === undefined || pause !== undefined) return
  hold(floor, key, { reason: undefined, isHere: true })
  void floor.remote.pauseSession(uploadSessionId).catch(() => undefined)
}

/** Its session first, or what is sent would be refused. */
export async function resumeSession(floor: Floor, { key, uploadSessionId }: Batch): Promise<void> {
  try {
    if (uploadSessionId !== undefined) await floor.remote.resumeSession(uploadSessionId)
    release(floor, key)
  } catch {
    floor.shelf.say('The uploads could not be resumed: the server did not answer. Try again.')
  }
}
