import { setTimeout as delay } from 'node:timers/promises'
import { newId } from '../../../platform/ids.ts'
import type { Platform } from '../../../platform/platform.ts'
import { Overtaken, type Turns } from '../turns.ts'
import { isGone, thisProcess } from './processes.ts'
import * as store from './store.ts'

const CHANNEL = 'trove_upload_wanted'
const SEEN_EVERY_MS = 4_000
const LOOK_EVERY_MS = 30
/** A word may be lost with the line on which it was said. */
const ASK_EVERY_MS = 1_000

/** Another process holds the upload, or has taken it away from this one. */
export class HeldElsewhere extends Overtaken {}

/**
 * Which uploads this process holds: writes to, or finishes. One process at a time does, so that an upload goes on at
 * whichever the client comes to. Within the process `Turns` says whose it is.
 */
export type Holds = {
  /** In the rows of what this process holds. A write that counts asks for it. */
  readonly id: string
  /**
   * Makes this process the holder. Another that writes to it is interrupted and waited for; when it has not let go
   * after `patienceMs` the upload is taken from it, and what it still does to the row is refused.
   *
   * One that has ended is held by nobody: whoever reads its row then sees that.
   *
   * @throws HeldElsewhere  another process is finishing it
   */
  take(uploadId: string, patienceMs: number): Promise<void>
  /** Interrupts and waits in the same way without becoming the holder. One that is being finished is left alone. */
  interruptOthers(uploadId: string, patienceMs: number): Promise<void>
  /** Lets go, unless somebody in this process has a use for it. */
  letGo(uploadId: string): Promise<void>
  /** It has ended, and with it who holds it. */
  ended(uploadId: string): void
  /** Whether another process is finishing it. */
  isFinishedElsewhere(uploadId: string): Promise<boolean>
  stop(): Promise<void>
}

export function createHolds(
  { db, live, log }: Pick<Platform, 'db' | 'live' | 'log'>,
  turns: Turns,
  isFinishing: (uploadId: string) => boolean,
): Holds {
  const id = newId()
  const seen = beSeen({ db, log }, id)
  const inOrder = createOrder()
  const held = new Set<string>()

  live.hear(CHANNEL, (word) => {
    const [uploadId = '', asker] = word?.split(' ') ?? []
    if (asker !== id) turns.interrupt(uploadId)
  })

  return {
    id,
    take: (uploadId, patienceMs) =>
      inOrder(uploadId, async () => {
        await seen.certain()
        const asking = ask({ db, live, log }, { uploadId, id, until: performance.now() + patienceMs })
        for (;;) {
          const holding = await store.take(db, uploadId, id)
          if (holding === undefined) return void held.add(uploadId)
          if (holding === 'ended') return
          if (holding === 'let go') {
            // Between the two questions.
            if (asking.isOver()) return
            continue
          }
          if (holding.isFinishing && !isGone(holding.process))
            throw new HeldElsewhere('the upload is being finished by another process')
          await asking.free(holding)
        }
      }),

    async interruptOthers(uploadId, patienceMs) {
      const asking = ask({ db, live, log }, { uploadId, id, until: performance.now() + patienceMs })
      for (;;) {
        const holding = await store.getHolding(db, uploadId, id)
        if (typeof holding === 'string' || (holding.isFinishing && !isGone(holding.process))) return
        await asking.free(holding)
      }
    },

    letGo: (uploadId) =>
      inOrder(uploadId, async () => {
        if (!held.has(uploadId) || turns.isTaken(uploadId) || isFinishing(uploadId)) return
        held.delete(uploadId)
        await store
          .wrest(db, uploadId, id, null)
          .catch((err: unknown) => log.warn({ err, uploadId }, 'an upload could not be let go of'))
      }),

    ended: (uploadId) => void held.delete(uploadId),

    async isFinishedElsewhere(uploadId) {
      const holding = await store.getHolding(db, uploadId, id)
      return typeof holding !== 'string' && holding.isFinishing && !isGone(holding.process)
    },

    stop: () => seen.stop(),
  }
}

/** Asks whoever holds an upload to let go of it, until patience has ended. */
function ask(
  { db, live, log }: Pick<Platform, 'db' | 'live' | 'log'>,
  { uploadId, id, until }: { uploadId: string; id: string; until: number },
) {
  let askedAt = -Infinity
  const isOver = () => performance.now() >= until
  return {
    isOver,
    /** After it, the holder is to be looked up again: it may have let go, or be asked once more. */
    async free({ holderId, process }: store.Holding): Promise<void> {
      if (isGone(process)) return store.forget(db, [holderId])
      if (isOver()) {
        log.warn({ uploadId }, 'a process has not let go of an upload and is passed over')
        return store.wrest(db, uploadId, holderId, null)
      }
      if (performance.now() - askedAt >= ASK_EVERY_MS) {
        askedAt = performance.now()
        await live.tell(CHANNEL, `${uploadId} ${id}`)
      }
      await delay(LOOK_EVERY_MS)
    },
  }
}

/** Says from time to time that this process lives, from the moment that it holds something. */
function beSeen({ db, log }: Pick<Platform, 'db' | 'log'>, id: string) {
  const own = thisProcess()
  let first: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  const begin = async () => {
    await store.beSeen(db, id, own)
    const neighbours = await store.listNeighbours(db, own.place)
    await store.forget(
      db,
      neighbours.filter(isGone).map((each) => each.id),
    )
    timer = setInterval(() => {
      store
        .beSeen(db, id, own)
        .catch((err: unknown) => log.warn({ err }, 'it could not be said that this process lives'))
    }, SEEN_EVERY_MS).unref()
  }
  return {
    certain(): Promise<void> {
      first ??= begin().catch((error: unknown) => {
        first = undefined
        throw error
      })
      return first
    },
    async stop(): Promise<void> {
      clearInterval(timer)
      if (first !== undefined) await store.forget(db, [id]).catch(() => undefined)
    },
  }
}

/** What is done about one upload is done one after another: a letting go never comes behind the next taking. */
function createOrder() {
  const last = new Map<string, Promise<void>>()
  return (uploadId: string, work: () => Promise<void>): Promise<void> => {
    const done = (last.get(uploadId) ?? Promise.resolve()).then(work)
    const settled = done.catch(() => undefined)
    last.set(uploadId, settled)
    void settled.then(() => {
      if (last.get(uploadId) === settled) last.delete(uploadId)
    })
    return done
  }
}
