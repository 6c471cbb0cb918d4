import { randomUUID } from 'node:crypto'

/** What an object holds, as its key says: the images of a series are photos, whatever is neither is a file. */
export type ObjectFamily = 'photos' | 'videos' | 'files'
export type ObjectRole = 'originals' | 'large' | 'medium' | 'thumbnails' | 'derived'

const KEY = /^(?:[a-z0-9-]+\/)*[a-z0-9-]+(?:\.[a-z0-9]+)?$/
const EXTENSION = /^[a-z0-9]{1,10}$/

/**
 * A new random key, `photos/2026/05/originals/<uuid>.jpg`: nothing in it comes from a person, so it can be neither
 * guessed nor traversed, and it says nothing that the month does not.
 *
 * @param extension  without the dot, from the table of known types; anything else becomes `bin`
 */
export function newObjectKey(family: ObjectFamily, role: ObjectRole, extension: string, now = new Date()): string {
  const [year, month] = now.toISOString().split('-')
  return `${family}/${year}/${month}/${role}/${randomUUID()}.${EXTENSION.test(extension) ? extension : 'bin'}`
}

/** @throws RangeError when it is not a key that this program makes */
export function requireKey(key: string): string {
  if (key.length > 200 || !KEY.test(key)) throw new RangeError(`not an object key: ${JSON.stringify(key)}`)
  return key
}

const UUID_KIND = /(?<=[0-9a-f]{8}-[0-9a-f]{4}-)[0-9a-f]{2}(?=[0-9a-f]{2}-[0-9a-f]{4}-[0-9a-f]{12}(?:\.[a-z0-9]+)?$)/

/**
 * The same key for an object that is kept in frames: its uuid is of version 8, which nothing else here makes. The digit
 * behind that says whether it is encrypted: whoever may write to the store must not be able to say otherwise.
 */
export const framedKey = (key: string, isSealed: boolean): string => key.replace(UUID_KIND, isSealed ? '8e' : '80')

export const isFramedKey = (key: string): boolean => UUID_KIND.exec(key)?.[0].startsWith('8') === true

/** Whether what is under this key must be encrypted. Of what is not marked so, what it says of itself decides. */
export const isSealedKey = (key: string): boolean => UUID_KIND.exec(key)?.[0] === '8e'

/** Without the dot; empty when there is none. */
export const extensionOf = (key: string): string => /\.([a-z0-9]+)$/.exec(key)?.[1] ?? ''
