import { randomBytes, randomInt } from 'node:crypto'

/** Without vowels there are no words, and nothing here looks like something else (RFC 8628 §6.1). */
const ALPHABET = 'BCDFGHJKLMNPQRSTVWXZ'
const LENGTH = 8
const HALF = LENGTH / 2
const DEVICE_CODE_BYTES = 32

/** `WDJB-MJHT`: for a person to read on one screen and type on another. */
export function newUserCode(): string {
  const letters = Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')
  return `${letters.slice(0, HALF)}-${letters.slice(HALF)}`
}

/** As it was made, however it was typed; undefined when it cannot be one. */
export function userCodeOf(typed: string): string | undefined {
  const letters = typed.toUpperCase().replace(/[^A-Z]/g, '')
  if (letters.length !== LENGTH || [...letters].some((letter) => !ALPHABET.includes(letter))) return undefined
  return `${letters.slice(0, HALF)}-${letters.slice(HALF)}`
}

export const newDeviceCode = (): string => randomBytes(DEVICE_CODE_BYTES).toString('base64url')
