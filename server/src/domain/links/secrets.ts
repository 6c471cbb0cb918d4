import { createHmac, randomBytes, randomInt, timingSafeEqual } from 'node:crypto'
import type { Keys } from '../../platform/keys.ts'

const TOKEN_BYTES = 32
const CODE_DIGITS = 8
/** 32 letters and digits that cannot be taken for one another. */
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz023456789'
const NAME_CODE_LENGTH = 6

export const newToken = (): string => randomBytes(TOKEN_BYTES).toString('base64url')

/** For typing from a mail. It is short, so it is good for a few minutes and a few tries. */
export const newCode = (): string => String(randomInt(10 ** CODE_DIGITS)).padStart(CODE_DIGITS, '0')

/** With a key that is not in the database: from the hash alone eight digits would be found in a moment. */
export const hashCode = (keys: Pick<Keys, 'linkVisit'>, linkId: string, code: string): Buffer =>
  createHmac('sha256', keys.linkVisit).update(`code ${linkId} ${code}`).digest()

export const isSame = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b)

/** Stands for a file or folder in the names that guests of a link see: always the same there, and unlike in any other link. */
export function nameCode(keys: Pick<Keys, 'linkVisit'>, linkId: string, resourceId: string): string {
  const digest = createHmac('sha256', keys.linkVisit).update(`name ${linkId} ${resourceId}`).digest()
  return Array.from(digest.subarray(0, NAME_CODE_LENGTH), (byte) => ALPHABET[byte % ALPHABET.length]).join('')
}
