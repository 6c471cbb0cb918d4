import { Type, type Static } from 'typebox'
import { Bytes, Id, OneOf, Timestamp } from './common.ts'
import { endpoint } from './endpoint.ts'

/** The formats that pictures are made in. */
export const pictureFormats = ['webp', 'avif', 'jpeg'] as const
export type PictureFormat = (typeof pictureFormats)[number]

/** Which of several a variant is wanted in. */
export const VariantQuery = Type.Object({
  /** The one that there always is unless said. */
  format: Type.Optional(OneOf(pictureFormats)),
  page: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 100_000, description: 'Which `page`, counted from 1; the first unless said.' }),
  ),
})
export type VariantQuery = Static<typeof VariantQuery>

/** Longest sides, in pixels, that a picture can be had in beside its variants. There are no others. */
export const sizedSides = [400, 1600, 2400] as const
export type SizedSide = (typeof sizedSides)[number]
const Side = Type.Unsafe<SizedSide>({ type: 'integer', enum: [...sizedSides] })

export const FileSizes = Type.Object({
  sizes: Type.Array(
    Type.Object({
      side: Side,
      path: Type.String({ description: 'Below `/api`, with its signature; for the caller alone.' }),
    }),
    { description: 'Smallest first; none that is larger than the picture.' },
  ),
  expiresAt: Timestamp,
})
export type FileSizes = Static<typeof FileSizes>

export const listFileSizes = endpoint({
  id: 'listFileSizes',
  summary: 'Signed addresses of further sizes of a picture, which are made when they are first asked for',
  room: 'media',
  method: 'GET',
  path: '/files/:fileId/sizes',
  requires: { kind: 'right', right: 'read' },
  params: Type.Object({ fileId: Id }),
  response: FileSizes,
})

export const getFileSize = endpoint({
  id: 'getFileSize',
  summary: 'The bytes of one size, by an address that was handed out for it',
  room: 'media',
  method: 'GET',
  path: '/files/:fileId/sizes/:side',
  requires: { kind: 'right', right: 'read' },
  params: Type.Object({ fileId: Id, side: Side }),
  query: Type.Object({
    expires: Type.Integer({ minimum: 0, description: 'Seconds since 1970.' }),
    signature: Type.String({ minLength: 1, maxLength: 100 }),
  }),
  response: Bytes,
})
