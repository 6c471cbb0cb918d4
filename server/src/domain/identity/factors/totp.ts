import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { generateSecret, generateURI, verifySync } from 'otplib'
import type { Keys } from '../../../platform/keys.ts'

const PERIOD_SECONDS = 30
/** RFC 4226 §4 recommends 160 bits. */
const SECRET_BYTES = 20
const CIPHER = 'aes-256-gcm'
const IV_BYTES = 12
const TAG_BYTES = 16

export const newSecret = (): string => generateSecret({ length: SECRET_BYTES })

/** What an authenticator app reads from a QR code. */
export const uriOf = (secret: string, issuer: string, label: string): string => generateURI({ secret, issuer, label })

/**
 * The time step of a code that is right: of this moment, or of the step before or after, for clocks that differ.
 *
 * @param afterStep  of the last code that was taken; it and all before are refused (RFC 6238 §5.2)
 */
export function stepOf(secret: string, code: string, afterStep: number): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined
  const verdict = verifySync({ secret, token: code, epochTolerance: PERIOD_SECONDS, afterTimeStep: afterStep })
  return verdict.valid && 'timeStep' in verdict ? verdict.timeStep : undefined
}

/** Sealed for one user: moved to another's row it cannot be opened. */
export function seal(keys: Keys, userId: string, secret: string): Buffer {
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv(CIPHER, keys.secondFactor, iv).setAAD(Buffer.from(userId))
  const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()])
  return Buffer.concat([iv, cipher.getAuthTag(), sealed])
}

/** Undefined when it was sealed with another key, or for somebody else. */
export function unseal(keys: Keys, userId: string, sealed: Buffer): string | undefined {
  const [iv, tag] = [sealed.subarray(0, IV_BYTES), sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES)]
  try {
    const cipher = createDecipheriv(CIPHER, keys.secondFactor, iv).setAAD(Buffer.from(userId)).setAuthTag(tag)
    return Buffer.concat([cipher.update(sealed.subarray(IV_BYTES + TAG_BYTES)), cipher.final()]).toString('utf8')
  } catch {
    return undefined
  }
}
