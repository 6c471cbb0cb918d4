import { SLAB_BYTES, type Hashing, type HashStream, type Slab } from '../../platform/hashing/index.ts'
import type { StagedBytes } from '../../platform/objects/object-store.ts'

/** The SHA-256 of an upload, computed while its bytes pass. */
export type Follow = {
  /**
   * Hands over a slab that is being written at `position`. When it resolves the slab may be used again. Bytes that come
   * while the hash stands elsewhere are passed over, and read back when they have been written.
   */
  offer(slab: Slab, position: number): Promise<void>
  /** Everything before this has been written: what was passed over is read back, behind what goes on. */
  extend(writtenBytes: number): void
  /** SHA-256 of the first so many bytes, all of which have been written. undefined: it must be read from the object. */
  digest(lengthBytes: number): Promise<Uint8Array | undefined>
  /** The state to keep with this offset, asked at the moment that the hash stands there; undefined: it is not needed, or lost. */
  state(offsetBytes: number): Promise<Uint8Array | undefined>
  /** Whether it may go on at this offset. What has been hashed behind it must not come again. */
  fits(offsetBytes: number): boolean
  close(): void
}

/** Of one whose bytes can be read back: what passed before this process began is. */
export function followUpload(hashing: Hashing, openStaged: () => Promise<StagedBytes>): Follow {
  const progress = createProgress(hashing)
  let written = 0
  let reading: Promise<void> | undefined
  let fault: unknown

  const follow: Follow = {
    async offer(slab, position) {
      if (reading === undefined && position === progress.handedOver()) await progress.hand(slab)
    },

    extend(writtenBytes) {
      written = Math.max(written, writtenBytes)
      if (reading !== undefined || progress.handedOver() >= written || progress.isClosed()) return
      fault = undefined
      reading = readBack(progress, hashing, openStaged, () => written)
        .catch((error: unknown) => {
          fault = error
          progress.startOver()
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
      return progress.digest(lengthBytes)
    },

    state: async () => undefined,
    fits: (offsetBytes) => progress.handedOver() <= offsetBytes,
    close: () => progress.close(),
  }
  return follow
}

type HashProgress = ReturnType<typeof createProgress>

/** One hash and how far it has come. When its thread is lost it stands at the beginning again. */
function createProgress(hashing: Hashing) {
  let stream: HashStream | undefined
  let handedOver = 0
  let isClosed = false
  const startOver = () => {
    stream?.close()
    stream = undefined
    handedOver = 0
  }
  return {
    handedOver: () => handedOver,
    isClosed: () => isClosed,
    startOver,
    async hand(slab: Slab): Promise<void> {
      stream ??= hashing.open()
      handedOver += slab.length
      await stream.update(slab).catch(startOver)
    },
    digest(lengthBytes: number): Promise<Uint8Array> {
      if (stream === undefined || handedOver !== lengthBytes)
        throw new Error(`the hash stands at ${handedOver}, not at ${lengthBytes}`)
      return stream.digest()
    },
    close() {
      isClosed = true
      stream?.close()
    },
  }
}

/** Reads from where the hash stands to what has been written, the next piece while the last is being hashed. */
async function readBack(
  progress: HashProgress,
  hashing: Hashing,
  openStaged: () => Promise<StagedBytes>,
  writtenBytes: () => number,
): Promise<void> {
  const staged = await openStaged()
  let before: Promise<void> = Promise.resolve()
  try {
    while (progress.handedOver() < writtenBytes() && !progress.isClosed()) {
      const at = progress.handedOver()
      const slab = await hashing.slabs.take()
      slab.length = await staged.read(slab.bytes.subarray(0, Math.min(SLAB_BYTES, writtenBytes() - at)), at)
      await before
      if (slab.length > 0 && at === progress.handedOver()) {
        before = progress.hand(slab).finally(() => slab.release())
        continue
      }
      const isShort = slab.length === 0
      slab.release()
      if (isShort) throw new Error('staged bytes are missing')
    }
  } finally {
    await before
    await staged.close()
  }
}
