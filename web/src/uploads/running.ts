import { onLive } from '../lib/live.ts'
import { session } from '../lib/session.ts'
import { createEngine, type Engine } from './engine.ts'
import type { Known } from './known.ts'
import { createMemory } from './memory.ts'
import { remote } from './remote.ts'
import { createShelf } from './shelf.ts'
import type { Ending } from './retry.ts'
import { holdTurn } from './turn.ts'
import type { Sending } from './tus.ts'

/** Figures that change more often than this cannot be read, only paid for. */
const FRAME_MS = 80
/** How often a page that nobody sees is kept current. */
const HIDDEN_FRAME_MS = 500

let running: { userId: string; engine: Engine; stop: () => void } | undefined

/** Comes with the first file that is sent: whoever only looks does not wait for it. */
async function send(sending: Sending): Promise<Ending> {
  try {
    return await (await import('./tus.ts')).send(sending)
  } catch {
    return { kind: 'lost' } // the network went away before the code was here; the engine tries again
  }
}

/** Comes with the first file that waits for others. */
async function knowing(): Promise<Known | undefined> {
  try {
    const { openKnown } = await import('./knowing.ts')
    return openKnown()
  } catch {
    return undefined
  }
}

/** The engine of the person who is signed in; it outlives every page, and ends when they sign out. */
export function engineFor(userId: string): Engine {
  if (running?.userId === userId) return running.engine
  running?.stop()
  const engine = createEngine(
    {
      shelf: createShelf({ nextFrame, now: Date.now }),
      memory: createMemory(),
      remote,
      send,
      knowing,
      holdTurn,
      newKey,
      now: Date.now,
      random: Math.random,
    },
    userId,
  )
  running = { userId, engine, stop: run(engine, userId) }
  return engine
}

function run(engine: Engine, userId: string): () => void {
  const online = () => engine.setOnline(true)
  const offline = () => engine.setOnline(false)
  const warn = (event: BeforeUnloadEvent) => {
    if (engine.wouldLoseBytes()) event.preventDefault()
  }
  addEventListener('online', online)
  addEventListener('offline', offline)
  addEventListener('beforeunload', warn)
  const stopHearing = onLive(engine.hear)
  const stopWatching = session.subscribe(() => {
    const now = session.get()
    if (now.status === 'signed-out' || (now.status === 'signed-in' && now.user.id !== userId)) stop()
  })
  engine.start(navigator.onLine)
  return stop

  function stop(): void {
    removeEventListener('online', online)
    removeEventListener('offline', offline)
    removeEventListener('beforeunload', warn)
    stopHearing()
    stopWatching()
    engine.stop()
    if (running?.engine === engine) running = undefined
  }
}

function nextFrame(draw: () => void): void {
  if (document.hidden) setTimeout(draw, HIDDEN_FRAME_MS)
  else setTimeout(() => requestAnimationFrame(draw), FRAME_MS)
}

/** `crypto.randomUUID` exists on https and localhost only. */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
