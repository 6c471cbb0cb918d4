import { findInDocument, getDocument, getDocumentText } from '@trove/contract/documents'
import { getFileVariant, type File } from '@trove/contract/files'
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { call } from '../lib/api.ts'
import { apiUrl } from '../lib/place.ts'
import { pathOf } from '../lib/request.ts'

const SOON_MS = 2_000

/**
 * The pages of a document.
 *
 * @param made  how far its steps are: when that changes, it is asked for anew
 * @param isGrowing  more pages are being drawn
 */
export const documentQuery = (fileId: string, { made, isGrowing }: { made: string; isGrowing: boolean }) =>
  queryOptions({
    queryKey: ['file', fileId, 'document', made],
    queryFn: ({ signal }) => call(getDocument, { params: { fileId } }, signal),
    placeholderData: keepPreviousData,
    refetchInterval: isGrowing ? SOON_MS : false,
    staleTime: 60_000,
  })

/** The words of a page; empty where there are none. */
export const wordsQuery = (fileId: string, page: number) =>
  queryOptions({
    queryKey: ['file', fileId, 'words', page],
    queryFn: async ({ signal }) =>
      (await call(getDocumentText, { params: { fileId }, query: { page } }, signal)).content,
    staleTime: Infinity,
  })

export const hitsQuery = (fileId: string, words: string) =>
  queryOptions({
    queryKey: ['file', fileId, 'hits', words],
    queryFn: async ({ signal }) => (await call(findInDocument, { params: { fileId }, query: { words } }, signal)).items,
    enabled: words !== '',
    staleTime: 60_000,
  })

/** Address of the picture of a page, counted from 1. */
export const pageUrl = ({ id, sha256 }: Pick<File, 'id' | 'sha256'>, page: number): string =>
  apiUrl(
    `${pathOf(getFileVariant, { params: { fileId: id, variant: 'page' }, query: { page } })}&v=${sha256.slice(0, 8)}`,
  )
