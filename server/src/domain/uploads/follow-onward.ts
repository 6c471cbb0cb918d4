import type { Hashing, HashStream, ResumableStream, Slab } from '../../platform/hashing/index.ts'
import type { Follow } from './follow.ts'

/** Where the hash of an upload stands: at the beginning, or at an offset with the state that was kept there. */
export type Standing = { offsetBytes: number; state: Uint8Array | undefined }

/**
 * The SHA-256 of an upload whose bytes cannot be read back before it is an object. It follows from where it stands; once
 * a byte has passed it by, it knows nothing, and the object is read when all of it is there.
 *
 * @param isWhole  all bytes come in one request: then the state is not kept, and the quicker hash does
 */
export function followOnward(hashing: Hashing, from: Standing, isWhole: boolean): Follow {
  let handedOver = from.offsetBytes
  let isLost = handedOver > 0 && from.state === undefined
  let stream: HashStream | undefined
  let resumable: ResumableStream | undefined
  const open = (): HashStream => {
    if (isWhole) return (stream ??= hashing.open())
    resumable ??= hashing.openResumable(from.state)
    return (stream ??= resumable)
  }
  const lose = () => {
    isLost = true
    stream?.close()
  }

  return {
    async offer(slab: Slab, position: number) {
      if (isLost) return
      if (position !== handedOver) return lose()
      handedOver += slab.length
      await open().update(slab).catch(lose)
    },
    extend: () => undefined,
    async digest(lengthBytes) {
      if (isLost || handedOver !== lengthBytes) return undefined
      return open()
        .digest()
        .catch(() => undefined)
    },
    async state(offsetBytes) {
      if (isLost || isWhole || handedOver !== offsetBytes) return undefined
      open()
      return resumable?.save().catch(() => undefined)
    },
    fits: (offsetBytes) => handedOver === offsetBytes,
    close: () => stream?.close(),
  }
}
