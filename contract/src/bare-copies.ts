import { Type } from 'typebox'
import { Bytes, Id, SizeBytes } from './common.ts'
import { endpoint } from './endpoint.ts'

/** What there can be a copy of that says nothing of its makers; of anything else there is only the original. */
export const bareMediaTypes: ReadonlySet<string> = new Set([
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/gif',
  'image/heic',
  'image/avif',
  'image/tiff',
  'video/mp4',
  'video/quicktime',
  'video/3gpp',
  'video/webm',
  'video/matroska',
  'audio/mpeg',
  'audio/mp4',
  'audio/flac',
  'audio/ogg',
  'audio/webm',
  'audio/wav',
  'audio/aac',
])

export const prepareBareCopy = endpoint({
  id: 'prepareBareCopy',
  summary:
    'Have the copy without metadata made, to be given away; `not-ready` while it is being made, `withheld` where there can be none',
  room: 'media',
  method: 'POST',
  path: '/files/:fileId/bare-copy',
  requires: { kind: 'right', right: 'download' },
  params: Type.Object({ fileId: Id }),
  response: Type.Object({ name: Type.String(), mediaType: Type.String(), sizeBytes: SizeBytes }),
})

export const getBareCopy = endpoint({
  id: 'getBareCopy',
  summary:
    'The original without its metadata, as an attachment: the same picture, video or sound, and nothing of place, camera or people',
  room: 'media',
  method: 'GET',
  path: '/files/:fileId/bare-copy',
  requires: { kind: 'right', right: 'download' },
  params: Type.Object({ fileId: Id }),
  response: Bytes,
})
