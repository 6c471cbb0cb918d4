import { createHash, createSign, generateKeyPairSync, randomBytes } from 'node:crypto'

/** What a dishonest page or device might change. */
export type Lies = {
  origin?: string
  rpId?: string
  count?: number
  isVerified?: boolean
  challenge?: string
  type?: string
}

const PRESENT = 0x01
const VERIFIED = 0x04
const HAS_CREDENTIAL = 0x40
const AAGUID_BYTES = 16
const ID_BYTES = 32

/** A device that holds one passkey, in software (Web Authentication, §6): honest unless told otherwise. */
export function makeAuthenticator(site: { origin: string; rpId: string }) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const id = randomBytes(ID_BYTES)
  let count = 0

  const clientOf = (type: string, challenge: string, lies: Lies) =>
    Buffer.from(
      JSON.stringify({
        type: lies.type ?? type,
        challenge: lies.challenge ?? challenge,
        origin: lies.origin ?? site.origin,
        crossOrigin: false,
      }),
    )
  const factsOf = (flags: number, lies: Lies) => {
    const counter = Buffer.alloc(4)
    counter.writeUInt32BE(lies.count ?? count)
    const seen = PRESENT | (lies.isVerified === false ? 0 : VERIFIED) | flags
    return Buffer.concat([sha256(lies.rpId ?? site.rpId), Buffer.of(seen), counter])
  }
  const credential = (response: Record<string, Buffer>) => ({
    id: id.toString('base64url'),
    rawId: id.toString('base64url'),
    type: 'public-key',
    clientExtensionResults: {},
    response: Object.fromEntries(Object.entries(response).map(([name, bytes]) => [name, bytes.toString('base64url')])),
  })

  return {
    make(challenge: string, lies: Lies = {}) {
      const key = Buffer.concat([
        // A map of five: kty EC2, alg ES256, crv P-256, x, y (RFC 9052 §7).
        Buffer.from('a5010203262001215820', 'hex'),
        Buffer.from(x, 'base64url'),
        Buffer.from('225820', 'hex'),
        Buffer.from(y, 'base64url'),
      ])
      const length = Buffer.alloc(2)
      length.writeUInt16BE(ID_BYTES)
      const facts = Buffer.concat([factsOf(HAS_CREDENTIAL, lies), Buffer.alloc(AAGUID_BYTES), length, id, key])
      const head = Buffer.alloc(2)
      head.writeUInt16BE(facts.length)
      // { fmt: 'none', attStmt: {}, authData: … }
      const attestationObject = Buffer.concat([
        Buffer.from('a363666d74646e6f6e656761747453746d74a068617574684461746159', 'hex'),
        head,
        facts,
      ])
      return credential({ clientDataJSON: clientOf('webauthn.create', challenge, lies), attestationObject })
    },
    answer(challenge: string, lies: Lies = {}) {
      count += 1
      const clientDataJSON = clientOf('webauthn.get', challenge, lies)
      const authenticatorData = factsOf(0, lies)
      const signature = createSign('sha256')
        .update(Buffer.concat([authenticatorData, sha256(clientDataJSON)]))
        .sign(privateKey)
      return credential({ clientDataJSON, authenticatorData, signature })
    },
  }
}

const sha256 = (bytes: string | Buffer): Buffer => createHash('sha256').update(bytes).digest()
