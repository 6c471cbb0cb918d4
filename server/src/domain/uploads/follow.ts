import { SLAB_BYTES, type Hashing, type HashStream, type Slab } from '../../platform/hashing/index.ts'
import type { StagedBytes } from '../../platform/objects/object-store.ts'

/** The SHA-256 of an upload, computed while its bytes pass; what passed before this process began is read back. */
export type Follow = {
  /**
   * Hands over a slab that is being written at `position`. When it resolves the slab may be used again. Bytes that come
   * while the hash stands elsewhere are passed over, and read back when they have been written.
   */
  offer(slab: Slab, position: number): Promise<void>
  /** Everything before this has been written: what was passed over is read back, behind what goes on. */
  extend(writtenBytes: number): void
  /** SHA-256 of the first so many bytes, all of which have been written. */
  digest(lengthBytes: number): Promise<Uint8Array>
  /** Whether bytes at or behind this offset have been hashed: then they must not come again. */
  isBeyond(offset: number): boolean
  close(): void
}

export function followUpload(hashing: Hashing, openStaged: () => Promise<StagedBytes>): Follow {
  let stream: HashStream | undefined
  let handedOver = 0
  let written = 0
  let reading: Promise<void> | undefined
  let fault: unknown
  let isClosed = false

  const startOver = () => {
    stream?.close()
    stream = undefined
    handedOver = 0
  }
  const hand = async (slab: Slab): Promise<void> => {
    stream ??= hashing.open()
    handedOver += slab.length
    try {
      await stream.update(slab)
    } catch {
      startOver()
    }
  }
  const readBack = async () => {
    const staged = await openStaged()
    try {
      let before: Promise<void> = Promise.resolve()
      while (handedOver < written && !isClosed) {
        const slab = await hashing.slabs.take()
        slab.length = await staged.read(slab.bytes.subarray(0, Math.min(SLAB_BYTES, written - handedOver)), handedOver)
        const isShort = slab.length === 0
        await before
        before = isShort ? Promise.resolve(slab.release()) : hand(slab).finally(() => slab.release())
        if (isShort) throw new Error('staged bytes are missing')
      }
      await before
    } finally {
      await staged.close()
    }
  }

  const follow: Follow = {
    async offer(slab, position) {
      if (reading === undefined && position === handedOver) await hand(slab)
    },

    extend(writtenBytes) {
      written = Math.max(written, writtenBytes)
      if (reading !== undefined || handedOver >= written || isClosed) return
      fault = undefined
      reading = readBack()
        .catch((error: unknown) => {
          fault = error
          startOver()
        })
        .finally(() => {
          reading = undefined
          if (fault === undefined) follow.extend(written)
        })
    },

    async digest(lengthBytes) {
      follow.extend(lengthBytes)
      while (reading !== undefined) await reading
      if (fault !== undefined) throw fault
      if (stream === undefined || handedOver !== lengthBytes) throw new Error(`the hash stands at ${handedOver}, not at ${lengthBytes}`)
      return stream.digest()
    },

    isBeyond: (offset) => handedOver > offset,

    close() {
      isClosed = true
      stream?.close()
    },
  }
  return follow
}
