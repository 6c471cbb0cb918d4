import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'

export const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16
const ID_CHARACTERS = 16

/** What wraps the keys of organizations. `id` names it without giving it away. */
export type MasterKey = { id: string; bytes: Uint8Array }

/** @param bytes  32, from a source of true chance */
export function masterKeyOf(bytes: Uint8Array): MasterKey {
  const hash = createHash('sha256').update('trove master key\0').update(bytes).digest('hex')
  return { id: hash.slice(0, ID_CHARACTERS), bytes }
}

/** The key of an organization as it may lie in the database: of use only with the master key, and only for it. */
export function wrapKey(master: MasterKey, organizationId: string, key: Uint8Array): Buffer {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', master.bytes, nonce).setAAD(boundTo(organizationId))
  return Buffer.concat([nonce, cipher.update(key), cipher.final(), cipher.getAuthTag()])
}

/** @throws Error when it was wrapped by another master key, for another organization, or was changed */
export function unwrapKey(master: MasterKey, organizationId: string, wrapped: Uint8Array): Uint8Array {
  const decipher = createDecipheriv('aes-256-gcm', master.bytes, wrapped.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  })
  decipher.setAAD(boundTo(organizationId)).setAuthTag(wrapped.subarray(-TAG_BYTES))
  try {
    return Buffer.concat([decipher.update(wrapped.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()])
  } catch (cause) {
    throw new Error(`The key of organization ${organizationId} cannot be opened: it was changed.`, { cause })
  }
}

const boundTo = (organizationId: string): Buffer => Buffer.from(`trove organization key\0${organizationId}`)
