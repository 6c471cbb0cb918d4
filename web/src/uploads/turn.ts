const BEAT_MS = 2_000
const STALE_MS = 7_000

/**
 * Waits until this tab alone has its turn at something, and keeps it until `signal` ends it or the tab closes.
 * Web Locks exist on https and localhost only; elsewhere a heartbeat in localStorage stands in for them.
 */
export function holdTurn(name: string, signal: AbortSignal): Promise<void> {
  const locks = (navigator as { locks?: LockManager }).locks
  if (locks === undefined) return holdByHeartbeat(name, signal)
  return new Promise((resolve, reject) => {
    locks
      .request(name, { signal }, () => {
        resolve()
        return new Promise<void>((release) => signal.addEventListener('abort', () => release(), { once: true }))
      })
      .catch(reject)
  })
}

type Beat = { tab: string; atMs: number }
const tab = Math.random().toString(36).slice(2)

async function holdByHeartbeat(name: string, signal: AbortSignal): Promise<void> {
  while (!mine(name)) {
    if (signal.aborted) throw new DOMException('The turn is not wanted any more.', 'AbortError')
    await new Promise((resolve) => setTimeout(resolve, BEAT_MS * (0.8 + Math.random() * 0.4)))
  }
  const timer = setInterval(() => beat(name), BEAT_MS)
  const release = () => {
    clearInterval(timer)
    localStorage.removeItem(name)
  }
  signal.addEventListener('abort', release, { once: true })
  addEventListener('pagehide', release, { once: true, signal })
}

/** Takes the turn when nobody has it. */
function mine(name: string): boolean {
  try {
    const found = JSON.parse(localStorage.getItem(name) ?? 'null') as Beat | null
    if (found !== null && found.tab !== tab && Date.now() - found.atMs < STALE_MS) return false
    beat(name)
    return true
  } catch {
    return true
  }
}

function beat(name: string): void {
  localStorage.setItem(name, JSON.stringify({ tab, atMs: Date.now() } satisfies Beat))
}
