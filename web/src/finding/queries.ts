import { listDuplicates } from '@trove/contract/duplicates'
import type { FileFilter } from '@trove/contract/file-filter'
import { listSearchChoices, searchFiles } from '@trove/contract/search'
import { listTags } from '@trove/contract/tags'
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { call } from '../lib/api.ts'

const AT_ONCE = 50
const GROUPS_AT_ONCE = 20
const page = (limit: number, cursor: string) => ({ limit, ...(cursor !== '' && { cursor }) })

/** The best matches first; what was found before stays until the next is there. */
export const searchQuery = (organizationId: string, filter: FileFilter) =>
  infiniteQueryOptions({
    queryKey: ['search', organizationId, filter],
    queryFn: ({ pageParam, signal }) =>
      call(searchFiles, { params: { organizationId }, query: { ...filter, ...page(AT_ONCE, pageParam) } }, signal),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
    enabled: Object.keys(filter).length > 0,
  })

/** What there is to choose from: cameras, people, tags. */
export const choicesQuery = (organizationId: string) =>
  queryOptions({
    queryKey: ['search-choices', organizationId],
    queryFn: async ({ signal }) => {
      const [choices, tags] = await Promise.all([
        call(listSearchChoices, { params: { organizationId } }, signal),
        call(listTags, { params: { organizationId }, query: { limit: AT_ONCE } }, signal),
      ])
      return { ...choices, tags: tags.items.map(({ id, name }) => ({ id, name })) }
    },
    staleTime: 60_000,
  })

export const duplicatesQuery = (organizationId: string) =>
  infiniteQueryOptions({
    queryKey: ['duplicates', organizationId],
    queryFn: ({ pageParam, signal }) =>
      call(listDuplicates, { params: { organizationId }, query: page(GROUPS_AT_ONCE, pageParam) }, signal),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
  })
