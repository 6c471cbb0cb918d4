import type { LiveMessage } from '@trove/contract/events'
import * as commands from './commands.ts'
import { createFloor, isPendingKey, pick, type Floor, type Platform } from './floor.ts'
import { pausedHere } from './holding.ts'
import { hear, refreshAll } from './hearing.ts'
import { isEnded, isSettling, type Picked } from './model.ts'
import { enqueue, haltAll } from './queue.ts'
import { meet, recollectAll } from './restore.ts'

const TICK_MS = 1_000
/** How long nothing is heard of files that the server works on before it is asked. */
const PATIENCE_TICKS = 25

/** Sends the files of one person and tells how they stand. Knows nothing of React or the page. */
export type Engine = ReturnType<typeof createEngine>

export function createEngine(platform: Platform, userId: string) {
  const floor = createFloor(platform, userId, enqueue)
  let stopTicking = () => {}
  let recollecting: Promise<void> = Promise.resolve()
  return {
    getSnapshot: floor.shelf.getSnapshot,
    subscribe: floor.shelf.subscribe,

    /** Takes up what the browser and the server remember. */
    start(isOnline: boolean) {
      floor.isStopped = false
      setOnline(floor, isOnline)
      stopTicking = startTicking(floor)
      recollecting = recollectAll(floor).catch(() => undefined)
    },
    /** Lets go of everything, as when somebody signs out; what is remembered stays for their return. */
    stop() {
      floor.isStopped = true
      stopTicking()
      haltAll(floor)
      floor.files.clear()
      floor.forgettable.clear()
      floor.shelf.remove(pick(floor).map(({ key }) => key))
    },
    /** Shows what the server still has open, after what this browser remembers: the same batch may be both. */
    meet: (organizationId: string) => recollecting.then(() => meet(floor, organizationId)),
    hear: (message: LiveMessage) => hear(floor, message),
    setOnline: (isOnline: boolean) => setOnline(floor, isOnline),
    add: (picked: readonly Picked[], target: commands.Target) => commands.add(floor, picked, target),
    pause: (keys?: readonly string[]) => commands.pause(floor, keys),
    resume: (keys?: readonly string[]) => commands.resume(floor, keys),
    retry: (keys?: readonly string[]) => commands.retry(floor, keys),
    /** A session was paused here, by another way than the tray. */
    pausedHere: (uploadSessionId: string) => pausedHere(floor, uploadSessionId),
    cancel: (keys?: readonly string[]) => commands.cancel(floor, keys),
    dismiss: (keys?: readonly string[]) => commands.dismiss(floor, keys),
    hush: () => floor.shelf.hush(),
    allow: () => commands.allow(floor),
    /** Whether closing the tab now would lose bytes that only it has. */
    wouldLoseBytes: () => [...floor.forgettable].some((key) => isPendingKey(floor, key)),
  }
}

function setOnline(floor: Floor, isOnline: boolean): void {
  floor.isOnline = isOnline
  floor.shelf.setOnline(isOnline)
  if (isOnline) for (const wake of [...floor.rests]) wake()
}

/** Once a second: speeds fall when nothing moves, ended batches are forgotten, and long silence is doubted. */
function startTicking(floor: Floor): () => void {
  let silentTicks = 0
  const timer = setInterval(() => {
    const transfers = pick(floor)
    if (floor.running.size > 0) floor.shelf.tick()
    silentTicks = transfers.some(isSettling) ? silentTicks + 1 : 0
    if (silentTicks >= PATIENCE_TICKS) {
      silentTicks = 0
      refreshAll(floor)
    }
    const open = new Set(transfers.filter((transfer) => !isEnded(transfer)).map(({ batchKey }) => batchKey))
    for (const [batchKey, turn] of floor.turns) {
      if (open.has(batchKey) || floor.shelf.batch(batchKey)?.isDriven === false) continue
      floor.turns.delete(batchKey)
      floor.trees.delete(batchKey)
      turn.abort()
      void floor.memory.dropBatch(batchKey)
    }
  }, TICK_MS)
  return () => clearInterval(timer)
}
