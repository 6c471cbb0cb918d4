import { Type, type Static } from 'typebox'
import { Id } from './common.ts'
import { endpoint } from './endpoint.ts'

const fileParams = Type.Object({ fileId: Id })
const PageNumber = Type.Integer({ minimum: 1, maximum: 100_000, description: 'Counted from 1.' })

export const DocumentOutline = Type.Object({
  pages: Type.Optional(Type.Integer({ minimum: 1, description: 'How many it has; absent when that is not known.' })),
  pictures: Type.Array(
    Type.Object({
      number: PageNumber,
      widthPixels: Type.Integer({ minimum: 1 }),
      heightPixels: Type.Integer({ minimum: 1 }),
    }),
    { description: 'Pages that can be had by `getFileVariant` as `page`, in their order.' },
  ),
  passages: Type.Integer({ minimum: 0, description: 'How many pages, slides, sheets or parts hold any words.' }),
})
export type DocumentOutline = Static<typeof DocumentOutline>

export const getDocument = endpoint({
  id: 'getDocument',
  summary: 'The pages of a document, and which of them have a picture',
  room: 'media',
  method: 'GET',
  path: '/files/:fileId/document',
  requires: { kind: 'right', right: 'read' },
  params: fileParams,
  response: DocumentOutline,
})

export const getDocumentText = endpoint({
  id: 'getDocumentText',
  summary: 'The words of a page, slide, sheet or part of a document: nothing but text, and empty where there is none',
  room: 'media',
  method: 'GET',
  path: '/files/:fileId/text',
  requires: { kind: 'right', right: 'read' },
  params: fileParams,
  query: Type.Object({ page: Type.Optional(PageNumber) }),
  response: Type.Object({ number: PageNumber, content: Type.String() }),
})

/** Pages with hits that are told at once. */
export const MOST_HIT_PAGES = 500

export const findInDocument = endpoint({
  id: 'findInDocument',
  summary: 'Where in a document some words stand, page by page, whatever their case',
  room: 'media',
  method: 'GET',
  path: '/files/:fileId/text/hits',
  requires: { kind: 'right', right: 'read' },
  params: fileParams,
  query: Type.Object({ words: Type.String({ minLength: 1, maxLength: 200 }) }),
  response: Type.Object({
    items: Type.Array(
      Type.Object({
        number: PageNumber,
        count: Type.Integer({ minimum: 1 }),
        excerpt: Type.String({ description: 'What stands around the first of them.' }),
      }),
      { maxItems: MOST_HIT_PAGES },
    ),
  }),
})
