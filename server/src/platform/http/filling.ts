import { SLAB_BYTES, type Slab, type SlabPool } from '../hashing/index.ts'
import { freeChunk } from './memory.ts'

/** Slabs being filled with the chunks of one body. */
export type Filling = {
  /** Copies as much as there is a slab for. False when some is left: bring nothing more until `refill` has returned true. */
  take(chunk: Buffer): boolean
  /** Waits for a slab and copies what was left. False when some is left still. */
  refill(): Promise<boolean>
  hasRest(): boolean
  /** The next slab that is full, or that has waited long enough for more. */
  next(): Slab | undefined
  /** Hands over a slab that is not full. False when there is none. */
  pass(): boolean
  /** Gives everything back. */
  drop(): void
}

/** @param onPass  told when `next` has something */
export function createFilling(
  slabs: SlabPool,
  { ahead, lingerMs }: { ahead: number; lingerMs: number },
  onPass: () => void,
): Filling {
  const full: Slab[] = []
  let current: Slab | undefined
  let rest: Buffer | undefined
  let linger: NodeJS.Timeout | undefined

  const pass = (): boolean => {
    clearTimeout(linger)
    linger = undefined
    if (current === undefined || current.length === 0) return false
    full.push(current)
    current = full.length < ahead ? slabs.tryTake() : undefined
    onPass()
    return true
  }
  const take = (chunk: Buffer): boolean => {
    let bytes = chunk
    while (current !== undefined && bytes.length > 0) {
      const part = bytes.subarray(0, SLAB_BYTES - current.length)
      current.bytes.set(part, current.length)
      current.length += part.length
      bytes = bytes.subarray(part.length)
      if (current.length === SLAB_BYTES) pass()
    }
    rest = bytes.length > 0 ? bytes : undefined
    if (rest !== undefined) return false
    freeChunk(chunk)
    if (current !== undefined && current.length > 0) linger ??= setTimeout(pass, slabs.isWanted() ? 0 : lingerMs)
    return true
  }

  return {
    take,
    pass,
    next: () => full.shift(),
    hasRest: () => rest !== undefined,
    async refill() {
      current ??= await slabs.take()
      return rest === undefined || take(rest)
    },
    drop() {
      clearTimeout(linger)
      current?.release()
      current = undefined
      rest = undefined
      for (const slab of full.splice(0)) slab.release()
    },
  }
}
