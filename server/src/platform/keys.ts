import { hkdfSync } from 'node:crypto'

/** What this installation signs with. Each purpose has a key of its own, derived from the one secret. */
export type Keys = {
  accessToken: Uint8Array
  refreshToken: Uint8Array
  /** Signs what must come back soon, and only for one purpose. */
  challenge: Uint8Array
  /** Seals the secrets of authenticator apps. */
  secondFactor: Uint8Array
  /** Signs the visits of those who have opened a link. */
  linkVisit: Uint8Array
  /** Seals the trail, so that whoever has only the database cannot seal it anew. */
  trail: Uint8Array
  /** The seed of the Ed25519 key that receipts are signed with. */
  receipt: Uint8Array
  /** Signs the addresses of pictures that are made to measure. */
  sizedPicture: Uint8Array
}

const KEY_BYTES = 32

/** @param secret  at least 32 random bytes; whoever knows it can sign in as anybody */
export function deriveKeys(secret: Uint8Array): Keys {
  const derive = (purpose: string) => new Uint8Array(hkdfSync('sha256', secret, '', `trove ${purpose}`, KEY_BYTES))
  return {
    accessToken: derive('access token'),
    refreshToken: derive('refresh token'),
    challenge: derive('challenge'),
    secondFactor: derive('second factor'),
    linkVisit: derive('link visit'),
    trail: derive('trail'),
    receipt: derive('receipt'),
    sizedPicture: derive('sized picture'),
  }
}
