import { randomBytes } from 'node:crypto'
import { hashToken } from '../tokens.ts'

const COUNT = 10
/** 26 letters and digits hold 130 bits. */
const LENGTH = 26
/** Fives, and six at the end. */
const GROUP = /.{5}(?=.{5})/g
/** Crockford's base 32: nothing in it is mistaken for something else, and it reads what people write instead. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'

export const newRecoveryCodes = (): string[] => Array.from({ length: COUNT }, newCode)

function newCode(): string {
  const letters = [...randomBytes(LENGTH)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('')
  return letters.replace(GROUP, '$&-')
}

/** Undefined when it cannot be one. Case, dashes and letters that look like digits do not matter. */
export function recoveryHash(typed: string): Buffer | undefined {
  const plain = typed
    .toLowerCase()
    .replace(/[^0-9a-z]/g, '')
    .replaceAll('o', '0')
    .replace(/[il]/g, '1')
  return plain.length === LENGTH ? hashToken(plain) : undefined
}
