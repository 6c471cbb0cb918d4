import { setTimeout as delay } from 'node:timers/promises'
import { EVENT_CHANNEL } from '../events.ts'
import type { Db } from '../db/index.ts'
import type { Log } from '../platform.ts'
import { isAfter, type Cursor } from './cursor.ts'
import type { Listener } from './listener.ts'
import * as store from './store.ts'

const PAGE = 500
/** How soon to look again when an older transaction still holds committed events back. */
const HELD_BACK_MS = 25
const HELD_BACK_MAX_MS = 500
/** A notification can be lost with its connection; this bounds how late anybody hears. */
const SAFETY_MS = 5_000

export type Feed = {
  position(): Cursor | undefined
  close(): void
}

export type Delivery = {
  deliver(rows: store.FeedRow[]): Promise<void>
  /** How long to gather after a delivery before the next; the first after a silence never waits. */
  restMs(): number
}

/** Reads new events once for the whole process and hands them over in order. */
export function openFeed(db: Db, listener: Listener, log: Log, { deliver, restMs }: Delivery): Feed {
  let position: Cursor | undefined
  let isReading = false
  let isAskedAgain = false
  let isClosed = false
  const heldBack = createPause(() => void wake())

  /** Returns how many there were. */
  async function readNew(): Promise<number> {
    position ??= await store.currentCursor(db)
    for (let count = 0; ;) {
      const rows = await store.listEventsAfter(db, position, PAGE)
      const last = rows.at(-1)
      count += rows.length
      if (last !== undefined) {
        await deliver(rows)
        if (isAfter(last.cursor, position)) position = last.cursor
        heldBack.reset()
      }
      if (rows.length < PAGE) return count
    }
  }

  async function wake() {
    if (isClosed) return
    if (isReading) {
      isAskedAgain = true
      return
    }
    isReading = true
    try {
      do {
        isAskedAgain = false
        if ((await readNew()) > 0 && restMs() >= 1) await delay(restMs())
      } while (isAskedAgain && !isClosed)
      if (position !== undefined && (await store.isHeldBack(db, position))) heldBack.again()
    } catch (error) {
      if (!isClosed) log.warn({ err: error }, 'the live feed could not read; trying again')
    } finally {
      isReading = false
    }
  }

  listener.on(EVENT_CHANNEL, () => void wake())
  const safety = setInterval(() => void wake(), SAFETY_MS)
  safety.unref()
  void wake()

  return {
    position: () => position,
    close() {
      isClosed = true
      clearInterval(safety)
      heldBack.stop()
    },
  }
}

/** Acts again after a pause that is longer each time, until it is reset. */
function createPause(act: () => void) {
  let ms = HELD_BACK_MS
  let timer: NodeJS.Timeout | undefined
  return {
    again() {
      clearTimeout(timer)
      timer = setTimeout(act, ms)
      ms = Math.min(ms * 2, HELD_BACK_MAX_MS)
    },
    reset: () => void (ms = HELD_BACK_MS),
    stop: () => clearTimeout(timer),
  }
}
