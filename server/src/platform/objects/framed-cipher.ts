import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  randomFillSync,
  timingSafeEqual,
} from 'node:crypto'
import { type Header } from './framed-format.ts'

export const NONCE_BYTES = 12
export const TAG_BYTES = 16
/** What encryption adds to a frame. */
export const SEAL_BYTES = NONCE_BYTES + TAG_BYTES

const KEY_BYTES = 32

/** Where a frame belongs and what it is: bound into its tag, so that it opens nowhere else. */
export type FramePlace = { plainStart: number; plainBytes: number; isPacked: boolean }

/** Seals and opens the frames of one object. */
export type Sealer = {
  /** Bytes that a frame of so many takes. */
  storedLength(contentBytes: number): number
  /** Writes a frame; returns where the next goes. */
  seal(content: Uint8Array, place: FramePlace, into: Buffer, at: number): number
  /** What was sealed; undefined when it is another frame, or was changed. */
  open(stored: Buffer, place: FramePlace): Buffer | undefined
  /** Proves the index and the footer of the object with this key in the store. */
  prove(objectKey: string, parts: readonly Buffer[]): Buffer
}

/** Bytes as they are, and a proof against accidents only. */
const OPEN: Sealer = {
  storedLength: (contentBytes) => contentBytes,
  seal(content, _place, into, at) {
    into.set(content, at)
    return at + content.length
  },
  open: (stored) => stored,
  prove(objectKey, parts) {
    const hash = createHash('sha256').update(`${objectKey}\0`)
    for (const part of parts) hash.update(part)
    return hash.digest()
  },
}

/** In the place of one whose keys are not to be kept any longer. */
export const SHUT: Sealer = {
  storedLength: shut,
  seal: shut,
  open: shut,
  prove: shut,
}

function shut(): never {
  throw new Error('the keys of this object have been put away')
}

/**
 * The object's own keys are derived from its organization's, its salt and everything its header says: no two objects
 * share a key, so random nonces never come near the number where two might be equal, and a header that was changed
 * opens nothing.
 *
 * @param organizationKey  32 bytes; not needed for an object that is not encrypted
 */
export function createSealer(header: Header, organizationKey: Uint8Array | undefined): Sealer {
  if (header.cipher === 'none') return OPEN
  if (organizationKey?.length !== KEY_BYTES) throw new Error('the key of an organization has 32 bytes')
  const derive = (purpose: string) => {
    const purposeAndHeader = Buffer.concat([Buffer.from(`trove ${purpose}\0`), header.bytes])
    return Buffer.from(hkdfSync('sha256', organizationKey, header.salt, purposeAndHeader, KEY_BYTES))
  }
  const frameKey = derive('frames of an object')
  const proofKey = derive('footer of an object')

  return {
    storedLength: (contentBytes) => contentBytes + SEAL_BYTES,

    seal(content, place, into, at) {
      const nonce = randomFillSync(into.subarray(at, at + NONCE_BYTES))
      const cipher = createCipheriv('aes-256-gcm', frameKey, nonce)
      cipher.setAAD(bytesOf(place))
      into.set(cipher.update(content), at + NONCE_BYTES)
      cipher.final()
      const end = at + NONCE_BYTES + content.length
      into.set(cipher.getAuthTag(), end)
      return end + TAG_BYTES
    },

    open(stored, place) {
      if (stored.length < SEAL_BYTES) return undefined
      const decipher = createDecipheriv('aes-256-gcm', frameKey, stored.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      })
      decipher.setAAD(bytesOf(place))
      decipher.setAuthTag(stored.subarray(stored.length - TAG_BYTES))
      const content = decipher.update(stored.subarray(NONCE_BYTES, stored.length - TAG_BYTES))
      try {
        decipher.final()
        return content
      } catch {
        return undefined
      }
    },

    prove(objectKey, parts) {
      const mac = createHmac('sha256', proofKey).update(`${objectKey}\0`)
      for (const part of parts) mac.update(part)
      return mac.digest()
    },
  }
}

export const isSameProof = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b)

function bytesOf({ plainStart, plainBytes, isPacked }: FramePlace): Buffer {
  const bytes = Buffer.alloc(13)
  bytes.writeBigUInt64LE(BigInt(plainStart), 0)
  bytes.writeUInt32LE(plainBytes, 8)
  bytes[12] = isPacked ? 1 : 0
  return bytes
}
