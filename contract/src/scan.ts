import { Type, type Static } from 'typebox'
import { Id, Nothing, OneOf, Page, PageQuery, Sha256, SizeBytes, Timestamp } from './common.ts'
import { endpoint } from './endpoint.ts'

/**
 * What a virus scanner has to say of a file. `unscanned`: there was none to ask, or not yet; `waiting`: it is being
 * checked; `held`: it could not be, so only its uploader gets it; `skipped`: it could not be, and goes out all the same;
 * `released`: somebody who may has called the finding false.
 */
export const scanStates = ['unscanned', 'waiting', 'clean', 'held', 'skipped', 'infected', 'released'] as const
export const ScanState = OneOf(scanStates)
export type ScanState = (typeof scanStates)[number]

export const scanReasons = ['too-large', 'unreachable', 'encrypted'] as const
export const ScanReason = OneOf(scanReasons)
export type ScanReason = (typeof scanReasons)[number]

export const Scan = Type.Object({
  status: ScanState,
  reason: Type.Optional(Type.Unsafe<ScanReason>({ ...ScanReason, description: 'Why it could not be checked.' })),
  isFromLink: Type.Optional(
    Type.Literal(true, { description: 'A stranger sent it by a link, so nobody here is its uploader.' }),
  ),
  signature: Type.Optional(Type.String({ description: 'What was found, as the scanner names it.' })),
  engine: Type.Optional(Type.String({ description: 'Scanner and signatures that said so.' })),
  scannedAt: Type.Optional(Timestamp),
})
export type Scan = Static<typeof Scan>

export const scanPolicies = ['hold', 'allow-large', 'allow'] as const

/** How many of an organization's stored bytes stand how; 1000 means that or more. */
const Count = Type.Integer({ minimum: 0, maximum: 1000 })

export const Scanning = Type.Object({
  scanner: OneOf(['off', 'answers', 'silent']),
  engine: Type.Optional(Type.String()),
  policy: Type.Optional(OneOf(scanPolicies)),
  maxBytes: Type.Optional(SizeBytes),
  waiting: Count,
  held: Count,
  infected: Count,
  unscanned: Count,
})
export type Scanning = Static<typeof Scanning>

/** Stored bytes that nobody gets, or that only whoever uploaded them gets, with every file that they are. */
export const Quarantined = Type.Object({
  blobId: Id,
  scan: Scan,
  sizeBytes: SizeBytes,
  sha256: Sha256,
  files: Type.Array(
    Type.Object({
      id: Id,
      name: Type.String(),
      uploadedBy: Type.Object({ id: Id, name: Type.String() }),
      uploadedAt: Timestamp,
    }),
    { description: 'The first twenty.' },
  ),
})
export type Quarantined = Static<typeof Quarantined>

const organizationParams = Type.Object({ organizationId: Id })
const quarantinedParams = Type.Object({ organizationId: Id, blobId: Id })

export const getScanning = endpoint({
  id: 'getScanning',
  summary: 'Whether files are checked for viruses here, by what, and how many stand how',
  room: 'media',
  method: 'GET',
  path: '/organizations/:organizationId/scanning',
  requires: { kind: 'member', role: 'admin', scope: 'manage' },
  params: organizationParams,
  response: Scanning,
})

export const listQuarantine = endpoint({
  id: 'listQuarantine',
  summary: 'What is infected or held because it could not be checked, newest first',
  room: 'media',
  method: 'GET',
  path: '/organizations/:organizationId/quarantine',
  requires: { kind: 'member', role: 'admin', scope: 'manage' },
  params: organizationParams,
  query: Type.Object(PageQuery),
  response: Page(Quarantined),
})

export const releaseQuarantined = endpoint({
  id: 'releaseQuarantined',
  summary: 'Let bytes out again that were found infected, or could not be checked; asks for a fresh confirmation',
  room: 'media',
  method: 'POST',
  path: '/organizations/:organizationId/quarantine/:blobId/release',
  requires: { kind: 'member', role: 'admin', scope: 'none' },
  params: quarantinedParams,
  response: Nothing,
  status: 204,
})

export const deleteQuarantined = endpoint({
  id: 'deleteQuarantined',
  summary: 'Delete every file of these bytes for good',
  room: 'media',
  method: 'DELETE',
  path: '/organizations/:organizationId/quarantine/:blobId',
  requires: { kind: 'member', role: 'admin', scope: 'none' },
  params: quarantinedParams,
  response: Nothing,
  status: 204,
})

export const scanFileAgain = endpoint({
  id: 'scanFileAgain',
  summary: 'Have a file checked for viruses again, with what the scanner knows now',
  room: 'media',
  method: 'POST',
  path: '/files/:fileId/scan',
  requires: { kind: 'right', right: 'write' },
  params: Type.Object({ fileId: Id }),
  response: Nothing,
  status: 204,
})
