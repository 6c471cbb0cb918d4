import { createHmac, timingSafeEqual } from 'node:crypto'

/** What an address is good for, and until when. */
export type Handed = { userId: string; versionId: string; side: number; expiresAt: Date }

/** Of the address of one size of one version, for one person. It gives nothing to whoever may not read the file. */
export const signatureOf = (key: Uint8Array, { userId, versionId, side, expiresAt }: Handed): string =>
  createHmac('sha256', key)
    .update(JSON.stringify(['sized', userId, versionId, side, Math.floor(expiresAt.getTime() / 1000)]))
    .digest('base64url')

export function isSigned(key: Uint8Array, handed: Handed, signature: string, now: Date): boolean {
  const wanted = Buffer.from(signatureOf(key, handed))
  const told = Buffer.from(signature)
  return wanted.length === told.length && timingSafeEqual(wanted, told) && handed.expiresAt > now
}
