import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import type { ReceiptFacts } from '@trove/contract/receipts'
import { CompactSign, compactVerify, errors } from 'jose'

const ALGORITHM = 'EdDSA'
const TYPE = 'trove-receipt+jws'
/** What stands before the 32 bytes of an Ed25519 key in PKCS #8 (RFC 8410 §7). */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex')

type Pair = { secret: KeyObject; open: KeyObject; kid: string; x: string }

const pairs = new WeakMap<Uint8Array, Pair>()

/** The public half as a JSON Web Key (RFC 8037). */
export function publicKey(seed: Uint8Array) {
  const { kid, x } = pairOf(seed)
  return { kty: 'OKP', crv: 'Ed25519', alg: ALGORITHM, use: 'sig', kid, x } as const
}

/** A receipt as clients keep it: a compact JWS over the facts. */
export async function sign(seed: Uint8Array, facts: ReceiptFacts): Promise<string> {
  const { secret, kid } = pairOf(seed)
  const payload = new TextEncoder().encode(JSON.stringify(facts))
  return new CompactSign(payload).setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid }).sign(secret)
}

/** What a receipt of this installation says; undefined for everything else. */
export async function read(seed: Uint8Array, receipt: string): Promise<ReceiptFacts | undefined> {
  try {
    const { open } = pairOf(seed)
    const { payload, protectedHeader } = await compactVerify(receipt, open, { algorithms: [ALGORITHM] })
    if (protectedHeader.typ !== TYPE) return undefined
    return JSON.parse(new TextDecoder().decode(payload)) as ReceiptFacts
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof TypeError || error instanceof SyntaxError)
      return undefined
    throw error
  }
}

function pairOf(seed: Uint8Array): Pair {
  const known = pairs.get(seed)
  if (known !== undefined) return known
  const secret = createPrivateKey({ key: Buffer.concat([PKCS8_ED25519, seed]), format: 'der', type: 'pkcs8' })
  const open = createPublicKey(secret)
  const x = String(open.export({ format: 'jwk' }).x)
  const kid = createHash('sha256').update(x).digest('base64url').slice(0, 16)
  const made = { secret, open, kid, x }
  pairs.set(seed, made)
  return made
}
