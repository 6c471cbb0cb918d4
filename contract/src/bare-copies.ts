import { Type } from 'typebox'
import { Bytes, Id, SizeBytes } from './common.ts'
import { endpoint } from './endpoint.ts'

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
