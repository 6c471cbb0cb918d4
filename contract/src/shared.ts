import { Type, type Static } from 'typebox'
import { Bytes, Id, OneOf, Page, PageQuery, SizeBytes, Timestamp } from './common.ts'
import { endpoint } from './endpoint.ts'
import { ProcessingState, Variant, VariantName } from './files.ts'
import { Abilities } from './links.ts'
import { kinds } from './media-types.ts'
import { VariantQuery } from './sizes.ts'
import { timelineEventKinds } from './timeline-words.ts'

// What people without an account meet: an open link and nothing else.

const linkParams = Type.Object({ linkId: Id })

export const LinkVisitPass = Type.Object({
  status: Type.Literal('opened'),
  linkId: Id,
  accessToken: Type.String({
    description: 'For a Bearer header; the same is set as a cookie below /api/shared/:linkId.',
  }),
  expiresAt: Timestamp,
})
export type LinkVisitPass = Static<typeof LinkVisitPass>

/** What is still missing before a link opens. `code`: one has been sent to the address, if it is the right one. */
export const LinkAsks = Type.Object({ status: OneOf(['password', 'email', 'code']) })

export const openLink = endpoint({
  id: 'openLink',
  summary: 'Begin a visit to a link, or hear what it asks for first',
  room: 'links',
  method: 'POST',
  path: '/links/open',
  requires: { kind: 'anyone', why: 'Whoever has the secret of a link has no account.' },
  body: Type.Object(
    {
      token: Type.String({ minLength: 20, maxLength: 100, description: 'What follows the point in its address.' }),
      password: Type.Optional(Type.String({ maxLength: 200 })),
      email: Type.Optional(Type.String({ maxLength: 254 })),
      code: Type.Optional(Type.String({ maxLength: 20 })),
    },
    { additionalProperties: false },
  ),
  response: Type.Union([LinkVisitPass, LinkAsks]),
})

export const renewVisit = endpoint({
  id: 'renewVisit',
  summary: 'Go on with a visit before its hour is over; a visit lasts a day at most',
  room: 'links',
  method: 'POST',
  path: '/shared/:linkId/renew',
  requires: { kind: 'link' },
  params: linkParams,
  response: LinkVisitPass,
})

/** What a guest is told of a link: nothing about people or the organization. */
export const SharedLink = Type.Object({
  id: Id,
  title: Type.String(),
  kind: OneOf(['file', 'folder', 'selection']),
  allows: Abilities,
  keepsNames: Type.Boolean(),
  event: Type.Optional(
    Type.Object(
      {
        kind: OneOf(timelineEventKinds),
        title: Type.String(),
        text: Type.String(),
        happenedAt: Type.String({ format: 'date-time', description: 'With the offset of the place.' }),
      },
      { description: 'What its files belong to, as it is now; they come in its order.' },
    ),
  ),
  fileCount: Type.Optional(
    Type.Integer({ minimum: 0, description: 'Of all its files, folders included; absent above 10,000.' }),
  ),
  downloadsLeft: Type.Optional(Type.Integer({ minimum: 0, description: 'Absent: as many as wanted.' })),
  expiresAt: Type.Optional(Timestamp),
  upload: Type.Optional(
    Type.Object({
      folderId: Id,
      maxFileBytes: SizeBytes,
      allowedKinds: Type.Array(OneOf(kinds)),
    }),
  ),
})
export type SharedLink = Static<typeof SharedLink>

export const getShared = endpoint({
  id: 'getShared',
  summary: 'What an open link is and allows',
  room: 'links',
  method: 'GET',
  path: '/shared/:linkId',
  requires: { kind: 'link' },
  params: linkParams,
  response: SharedLink,
})

export const SharedFolder = Type.Object({ id: Id, name: Type.String() })
export type SharedFolder = Static<typeof SharedFolder>

export const SharedFile = Type.Object({
  id: Id,
  name: Type.String({ description: 'Neutral, such as photo-k3x9qd.jpg, unless the link keeps names.' }),
  kind: OneOf(kinds),
  mediaType: Type.String({ description: 'Of what would be downloaded.' }),
  status: ProcessingState,
  sizeBytes: Type.Optional({ ...SizeBytes, description: 'Of what would be downloaded, where that is known already.' }),
  widthPixels: Type.Optional(Type.Integer()),
  heightPixels: Type.Optional(Type.Integer()),
  durationMs: Type.Optional(Type.Integer()),
  pages: Type.Optional(Type.Integer()),
  blur: Type.Optional(Type.String()),
  caption: Type.Optional(Type.String({ description: 'What is said beside it in the event that the link is of.' })),
  variants: Type.Array(Variant),
  mayDownload: Type.Boolean(),
  withheld: Type.Optional(
    Type.String({ description: 'Why it cannot be downloaded although the link allows downloads.' }),
  ),
})
export type SharedFile = Static<typeof SharedFile>

const SharedFolderQuery = { folderId: Type.Optional(Id) }

export const listSharedFolders = endpoint({
  id: 'listSharedFolders',
  summary: 'Folders in a folder of an open link, by name; in the one it is of unless another is named',
  room: 'links',
  method: 'GET',
  path: '/shared/:linkId/folders',
  requires: { kind: 'link' },
  params: linkParams,
  query: Type.Object({ ...PageQuery, ...SharedFolderQuery }),
  response: Type.Object({
    items: Type.Array(SharedFolder),
    next: Type.Optional(Type.String()),
    path: Type.Array(SharedFolder, { description: 'From the folder that the link is of to this one, both included.' }),
  }),
})

export const listSharedFiles = endpoint({
  id: 'listSharedFiles',
  summary:
    'Files of an open link, newest first: those in one folder where it is of a folder, in its order where it is of an event',
  room: 'links',
  method: 'GET',
  path: '/shared/:linkId/files',
  requires: { kind: 'link' },
  params: linkParams,
  query: Type.Object({ ...PageQuery, ...SharedFolderQuery }),
  response: Page(SharedFile),
})

const sharedFileParams = Type.Object({ linkId: Id, fileId: Id })

export const getSharedFile = endpoint({
  id: 'getSharedFile',
  summary: 'One file of an open link',
  room: 'links',
  method: 'GET',
  path: '/shared/:linkId/files/:fileId',
  requires: { kind: 'link' },
  params: sharedFileParams,
  response: SharedFile,
})

export const getSharedVariant = endpoint({
  id: 'getSharedVariant',
  summary: 'The bytes of a variant; never counted',
  room: 'links',
  method: 'GET',
  path: '/shared/:linkId/files/:fileId/variants/:variant',
  requires: { kind: 'link' },
  params: Type.Object({ linkId: Id, fileId: Id, variant: VariantName }),
  query: VariantQuery,
  response: Bytes,
})

export const getSharedContent = endpoint({
  id: 'getSharedContent',
  summary:
    'The original, without metadata unless the link keeps it; ranges and conditions as in RFC 9110. Counted when all of it has been delivered',
  room: 'links',
  method: 'GET',
  path: '/shared/:linkId/files/:fileId/content',
  requires: { kind: 'link' },
  params: sharedFileParams,
  query: Type.Object({ download: Type.Optional(Type.String({ maxLength: 10 })) }),
  response: Bytes,
})

/** How far a ZIP is from being sent. `pending` copies without metadata are still to be made. */
export const ZipPreparation = Type.Object({
  files: Type.Integer({ minimum: 0 }),
  pending: Type.Integer({ minimum: 0 }),
  withheld: Type.Integer({
    minimum: 0,
    description: 'Files that are not in it, because they cannot be given without metadata.',
  }),
  sizeBytes: Type.Optional({ ...SizeBytes, description: 'Of the ZIP; known when nothing is pending.' }),
})
export type ZipPreparation = Static<typeof ZipPreparation>

export const prepareSharedZip = endpoint({
  id: 'prepareSharedZip',
  summary: 'Have everything made that the ZIP of an open link needs; ask again until nothing is pending',
  room: 'links',
  method: 'POST',
  path: '/shared/:linkId/zip',
  requires: { kind: 'link' },
  params: linkParams,
  response: ZipPreparation,
})

export const getSharedZip = endpoint({
  id: 'getSharedZip',
  summary: 'All files of an open link as one ZIP, with ranges. Counted as one download',
  room: 'links',
  method: 'GET',
  path: '/shared/:linkId/zip',
  requires: { kind: 'link' },
  params: linkParams,
  response: Bytes,
})
