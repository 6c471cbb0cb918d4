/** Bytes of one slab: what is read from a client, written to disk and hashed at a time. */
export const SLAB_BYTES = 1024 * 1024

/** A piece of memory that the disk, the hashing thread and this thread can all read, so that nothing is copied between them. */
export type Slab = {
  readonly memory: SharedArrayBuffer
  /** All of it, as this thread sees it. */
  readonly bytes: Uint8Array
  /** How much of it is filled. */
  length: number
  /** Gives it back. Nobody may be reading or writing it any more. */
  release(): void
}

export type SlabPool = {
  /** A free slab, or undefined when there is none at the moment or somebody waits already. */
  tryTake(): Slab | undefined
  /** A free slab, first come first served. Rejects with the signal's reason when it is aborted first. */
  take(signal?: AbortSignal): Promise<Slab>
  /** Whether somebody waits: a reason not to sit on a slab that is half full. */
  isWanted(): boolean
}

/**
 * A bounded number of slabs, made as they are needed and used again. However many uploads are open, the bytes
 * under way in this process are at most `limit` MiB: whoever finds no slab free stops reading until there is one.
 */
export function createSlabPool(limit: number): SlabPool {
  const free: Slab[] = []
  const waiting: ((slab: Slab) => void)[] = []
  let made = 0

  const make = (): Slab => {
    made += 1
    const memory = new SharedArrayBuffer(SLAB_BYTES)
    const slab: Slab = { memory, bytes: new Uint8Array(memory), length: 0, release: () => giveBack(slab) }
    return slab
  }
  const giveBack = (slab: Slab) => {
    slab.length = 0
    const next = waiting.shift()
    if (next === undefined) free.push(slab)
    else next(slab)
  }
  const tryTake = () => {
    if (waiting.length > 0) return undefined
    return free.pop() ?? (made < limit ? make() : undefined)
  }

  return {
    tryTake,
    isWanted: () => waiting.length > 0,
    take(signal) {
      if (signal?.aborted) return Promise.reject(signal.reason as Error)
      const slab = tryTake()
      if (slab !== undefined) return Promise.resolve(slab)
      return new Promise((resolve, reject) => {
        const leave = () => {
          waiting.splice(waiting.indexOf(accept), 1)
          reject(signal?.reason as Error)
        }
        const accept = (taken: Slab) => {
          signal?.removeEventListener('abort', leave)
          resolve(taken)
        }
        waiting.push(accept)
        signal?.addEventListener('abort', leave, { once: true })
      })
    },
  }
}
