import type { Slab } from '../../platform/hashing/index.ts'
import type { StagedBytes } from '../../platform/objects/object-store.ts'

/** Slabs of one upload that are being written and hashed at a time. */
const AT_ONCE = 8

export type Sink = {
  /** Begins to write a slab behind the last one and to hash it; takes the slab over. Waits while too many are under way. */
  accept(slab: Slab): Promise<void>
  /** Where the next slab goes. */
  position(): number
  /** Everything before this has been written: after a fault, what was written without a gap. */
  writtenBytes(): number
  /** Resolves when everything accepted until now has been written. @throws what went wrong first */
  settled(): Promise<void>
  fault(): unknown
}

/**
 * Writes slabs to staging at their positions, several at a time, each hashed from the same memory.
 *
 * @param hash     must resolve when it no longer reads the slab
 * @param onWritten  told in order, how far there is no gap
 */
export function openSink(
  staged: StagedBytes,
  start: number,
  hash: (slab: Slab, position: number) => Promise<void>,
  onWritten: (writtenBytes: number) => void,
): Sink {
  const underWay = new Set<Promise<unknown>>()
  let position = start
  let written = start
  let fault: unknown
  let tail: Promise<void> = Promise.resolve()

  return {
    async accept(slab) {
      const at = position
      const end = at + slab.length
      position = end
      const write = staged.write(slab.bytes.subarray(0, slab.length), at)
      tail = Promise.all([tail, write]).then(() => {
        written = end
        onWritten(end)
      })
      tail.catch((error: unknown) => (fault ??= error))
      const done = Promise.allSettled([write, hash(slab, at)]).then(() => slab.release())
      underWay.add(done)
      void done.finally(() => underWay.delete(done))
      if (underWay.size >= AT_ONCE) await Promise.race(underWay)
    },
    position: () => position,
    writtenBytes: () => written,
    async settled() {
      await tail
    },
    fault: () => fault,
  }
}
