import { Type, type Static } from 'typebox'
import { Bytes, Id, SizeBytes, Timestamp } from './common.ts'
import { endpoint } from './endpoint.ts'
import { Selection } from './files.ts'

/** An address that gives the bytes to whoever has it, a counted number of times; told once. */
export const DownloadAddress = Type.Object({
  id: Id,
  url: Type.String({
    description: 'A secret: do not pass it on. Only the path when this installation does not know its own address.',
  }),
  expiresAt: Timestamp,
  maxDownloads: Type.Integer({ minimum: 1 }),
})
export type DownloadAddress = Static<typeof DownloadAddress>

const HOUR_SECONDS = 3600
const ExpiresIn = Type.Integer({
  minimum: 1,
  maximum: 24 * HOUR_SECONDS,
  description: 'Seconds; an hour unless said.',
})

export const createDownloadToken = endpoint({
  id: 'createDownloadToken',
  summary:
    'An address that downloads a file without a header; bound to the caller, whose right is asked again when it is used',
  room: 'links',
  method: 'POST',
  path: '/files/:fileId/download-tokens',
  requires: { kind: 'right', right: 'download' },
  params: Type.Object({ fileId: Id }),
  body: Type.Object(
    {
      maxDownloads: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: '1 unless said.' })),
      expiresIn: Type.Optional(ExpiresIn),
      bindIp: Type.Optional(Type.Boolean({ description: 'Good only from the address that this request comes from.' })),
    },
    { additionalProperties: false },
  ),
  response: DownloadAddress,
  status: 201,
})

export const createZip = endpoint({
  id: 'createZip',
  summary: 'An address that downloads files as one ZIP, once: a selection, or a folder with all that is in it',
  room: 'links',
  method: 'POST',
  path: '/organizations/:organizationId/zip',
  requires: { kind: 'member', role: 'guest', scope: 'download' },
  params: Type.Object({ organizationId: Id }),
  query: Type.Object({
    hasSidecars: Type.Optional(
      Type.Boolean({
        description:
          'Beside each file of which somebody has said something, that in an XMP file; the originals are as they were uploaded.',
      }),
    ),
    isBare: Type.Optional(
      Type.Boolean({
        description:
          'Copies without metadata instead of originals; `not-ready` while some are still being made: ask again then.',
      }),
    ),
  }),
  body: Type.Union([Selection, Type.Object({ folderId: Id }, { additionalProperties: false })]),
  response: Type.Object({
    ...DownloadAddress.properties,
    files: Type.Integer({ minimum: 0 }),
    withheld: Type.Integer({
      minimum: 0,
      description:
        'Files that are not in it, because they are infected, not checked for viruses yet, or cannot be without metadata.',
    }),
    sizeBytes: SizeBytes,
  }),
  status: 201,
})

export const useDownloadToken = endpoint({
  id: 'useDownloadToken',
  summary: 'The bytes that an address was made for; ranges and conditions as in RFC 9110',
  room: 'links',
  method: 'GET',
  path: '/downloads/:token',
  requires: { kind: 'anyone', why: 'The address itself is the proof; the right of whoever made it is asked again.' },
  params: Type.Object({ token: Type.String({ minLength: 43, maxLength: 43, pattern: '^[\\w-]+$' }) }),
  response: Bytes,
})
