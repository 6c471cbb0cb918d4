import { Type, type Static } from 'typebox'
import { Id, Sha256, SizeBytes, Timestamp } from './common.ts'
import { endpoint } from './endpoint.ts'

/** What a receipt promises: these bytes are safe, as this version of this file, since then. */
export const ReceiptFacts = Type.Object({
  fileId: Id,
  versionId: Id,
  organizationId: Id,
  sizeBytes: SizeBytes,
  sha256: Sha256,
  receivedAt: Timestamp,
})
export type ReceiptFacts = Static<typeof ReceiptFacts>

/** A compact JWS (RFC 7515) signed with Ed25519: whoever has the public key can check it without this installation. */
const SignedReceipt = Type.String({ minLength: 1, maxLength: 4_000, pattern: '^[\\w-]+\\.[\\w-]+\\.[\\w-]+$' })

export const Receipt = Type.Object({ receipt: SignedReceipt, ...ReceiptFacts.properties })
export type Receipt = Static<typeof Receipt>

export const getReceipt = endpoint({
  id: 'getReceipt',
  summary:
    'A signed receipt for the current version of a file. The answer to the last byte of an upload carries it too, as `Trove-Receipt`',
  room: 'files',
  method: 'GET',
  path: '/files/:fileId/receipt',
  requires: { kind: 'right', right: 'read' },
  params: Type.Object({ fileId: Id }),
  response: Receipt,
})

export const listReceiptKeys = endpoint({
  id: 'listReceiptKeys',
  summary: 'The public key that receipts are checked with, as a JSON Web Key Set (RFC 7517)',
  room: 'files',
  method: 'GET',
  path: '/receipts/keys',
  requires: { kind: 'anyone', why: 'A receipt is worth something because anybody can check it.' },
  response: Type.Object({
    keys: Type.Array(
      Type.Object({
        kty: Type.Literal('OKP'),
        crv: Type.Literal('Ed25519'),
        alg: Type.Literal('EdDSA'),
        use: Type.Literal('sig'),
        kid: Type.String(),
        x: Type.String(),
      }),
    ),
  }),
})

export const checkReceipt = endpoint({
  id: 'checkReceipt',
  summary: 'Whether a receipt was given by this installation, and what it says',
  room: 'files',
  method: 'POST',
  path: '/receipts/check',
  requires: { kind: 'anyone', why: 'It tells nothing but what the receipt itself says.' },
  body: Type.Object({ receipt: Type.String({ minLength: 1, maxLength: 4_000 }) }),
  response: Type.Object({ isGenuine: Type.Boolean(), facts: Type.Optional(ReceiptFacts) }),
})
