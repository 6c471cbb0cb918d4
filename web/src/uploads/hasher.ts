/** What the worker is asked; bytes are read there, so that no byte passes through the page. */
export type Question =
  | { kind: 'hash'; id: number; parts: readonly Blob[]; isPatient: boolean }
  | { kind: 'stop'; id: number }
/** `hash`: undefined when it was stopped, or the bytes could not be read. */
export type Answer = { id: number; hash: string | undefined }

export type Hasher = ReturnType<typeof createHasher>

type Open = {
  worker: Worker
  waiting: Map<number, (hash: string | undefined) => void>
  rest: ReturnType<typeof setTimeout> | undefined
}

/** A worker that nothing was asked of for so long is let go, and its memory with it. */
const IDLE_MS = 20_000

/** SHA-256 beside the page. */
export function createHasher() {
  let open: Open | undefined
  let lastId = 0
  let isBroken = false

  function begin(): Open {
    const worker = new Worker(new URL('./hash-worker.ts', import.meta.url), { type: 'module' })
    const begun: Open = { worker, waiting: new Map(), rest: undefined }
    worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      begun.waiting.get(data.id)?.(data.hash)
      begun.waiting.delete(data.id)
      if (begun.waiting.size === 0) begun.rest = setTimeout(close, IDLE_MS)
    }
    worker.onerror = () => {
      isBroken = true
      close()
    }
    return begun
  }

  function close(): void {
    open?.worker.terminate()
    clearTimeout(open?.rest)
    for (const tell of open?.waiting.values() ?? []) tell(undefined)
    open = undefined
  }

  return {
    /**
     * Over all parts in turn, in hexadecimal; undefined when stopped, or where it cannot be done. Never rejects.
     *
     * @param isPatient  whether everything else comes first
     */
    async sha256(parts: readonly Blob[], isPatient: boolean, signal: AbortSignal): Promise<string | undefined> {
      if (isBroken || signal.aborted) return undefined
      try {
        open ??= begin()
      } catch {
        isBroken = true
        return undefined
      }
      const { worker, waiting, rest } = open
      clearTimeout(rest)
      const id = (lastId += 1)
      const stop = () => worker.postMessage({ kind: 'stop', id } satisfies Question)
      signal.addEventListener('abort', stop)
      try {
        return await new Promise((resolve) => {
          waiting.set(id, resolve)
          worker.postMessage({ kind: 'hash', id, parts, isPatient } satisfies Question)
        })
      } finally {
        signal.removeEventListener('abort', stop)
      }
    },
  }
}
