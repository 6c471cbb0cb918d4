import { Problem } from '../../platform/problem.ts'
import type { Desk } from './desk.ts'
import { completeUpload, failUpload } from './finish.ts'
import * as left from './left/store.ts'
import { pauseUpload } from './operations.ts'
import type { UploadRow } from './store.ts'

const AT_ONCE = 4
const PAGE = 100
const LOOK_EVERY_MS = 15_000
/** Long enough for whoever is finishing an upload, in this process or another, to have come further. */
const ABANDONED_AFTER_MS = 30_000
const STOP_WITHIN_MS = 5_000

/**
 * Takes up what a process before this one left: uploads that nobody writes to any more are paused, and those whose
 * bytes are all there are finished. Afterwards looks for abandoned ones from time to time.
 */
export function startRecovery(desk: Desk): { stop(): void } {
  const { log } = desk.platform
  const look = async (idleMs: number) => {
    try {
      await pauseLeft(desk)
      await finishAbandoned(desk, idleMs)
    } catch (err) {
      log.warn({ err }, 'abandoned uploads could not be looked for')
    }
  }
  const timer = setInterval(() => void look(ABANDONED_AFTER_MS), LOOK_EVERY_MS).unref()
  void look(0)
  return { stop: () => clearInterval(timer) }
}

async function pauseLeft(desk: Desk): Promise<void> {
  for (const { id } of await left.listLeft(desk.platform.db, ABANDONED_AFTER_MS, PAGE)) {
    if (!desk.turns.isTaken(id)) await pauseUpload(desk, id)
  }
}

async function finishAbandoned(desk: Desk, idleMs: number): Promise<void> {
  const abandoned = (await left.listUnfinished(desk.platform.db, idleMs, PAGE)).filter(
    ({ id }) => !desk.turns.isTaken(id),
  )
  const next = async (): Promise<void> => {
    for (let upload = abandoned.shift(); upload !== undefined && !desk.isStopping; upload = abandoned.shift())
      await finishOne(desk, upload)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, next))
}

async function finishOne(desk: Desk, upload: UploadRow): Promise<void> {
  try {
    await completeUpload(desk, upload)
  } catch (err) {
    if (err instanceof Problem && err.kind.startsWith('type-'))
      await failUpload(desk, upload.id, err).catch(() => undefined)
    else desk.platform.log.warn({ err, uploadId: upload.id }, 'an upload could not be finished and will be tried again')
  }
}

/**
 * Stops reading, flushes what has arrived, moves the offsets and lets finishes come to their end; within about 5 s.
 * What is not done by then is done at the next start.
 */
export async function stopDesk(desk: Desk): Promise<void> {
  desk.isStopping = true
  for (const timer of desk.pauses.values()) clearTimeout(timer)
  await desk.turns.interruptAll(STOP_WITHIN_MS)
  const ends: Promise<unknown>[] = [
    ...desk.finishing.values(),
    ...[...desk.pauses.keys()].map((id) => pauseUpload(desk, id)),
  ]
  const { promise: late, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, STOP_WITHIN_MS)
  await Promise.race([Promise.allSettled(ends), late])
  clearTimeout(timer)
  await desk.holds.stop()
  desk.boards.stop()
  await desk.hashing.close()
}
