import {
  createLink,
  createSelectionLink,
  listLinks,
  listLinkVisits,
  listResourceLinks,
  revokeLink,
  updateLink,
  type Link,
} from '@trove/contract/links'
import { infiniteQueryOptions, useMutation, useQueryClient, type QueryClient } from '@tanstack/react-query'
import type { Request } from '@trove/contract/endpoint'
import { call } from '../lib/api.ts'

const AT_ONCE = 50
const page = (cursor: string) => ({ limit: AT_ONCE, ...(cursor !== '' && { cursor }) })

/** Links through which a file or folder can be reached, whosoever they are. */
export const resourceLinksQuery = (resourceId: string) =>
  infiniteQueryOptions({
    queryKey: ['links', 'of', resourceId],
    queryFn: ({ pageParam, signal }) =>
      call(listResourceLinks, { params: { resourceId }, query: page(pageParam) }, signal),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
  })

/** The caller's links in an organization, or everybody's. */
export const linksQuery = (organizationId: string, everyone: boolean) =>
  infiniteQueryOptions({
    queryKey: ['links', 'in', organizationId, everyone],
    queryFn: ({ pageParam, signal }) =>
      call(
        listLinks,
        { params: { organizationId }, query: { ...page(pageParam), ...(everyone && { everyone }) } },
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
  })

/** Who has opened a link. */
export const visitsQuery = (linkId: string) =>
  infiniteQueryOptions({
    queryKey: ['link-visits', linkId],
    queryFn: ({ pageParam, signal }) => call(listLinkVisits, { params: { linkId }, query: page(pageParam) }, signal),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    staleTime: 0,
  })

/** What a link is of, or is to be of. */
export type Target = {
  organizationId: string
  resources: readonly { id: string; kind: 'file' | 'folder' }[]
  /** The event whose pictures these are. */
  eventId?: string
}
export type NewTerms = Request<typeof createLink>['body']
export type ChangedTerms = Request<typeof updateLink>['body']

export function useCreateLink({ organizationId, resources, eventId }: Target) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (body: NewTerms) => {
      const [only] = resources
      if (resources.length === 1 && only !== undefined && eventId === undefined)
        return call(createLink, { params: { resourceId: only.id }, body })
      const fileIds = resources.map(({ id }) => id)
      return call(createSelectionLink, {
        params: { organizationId },
        body: { ...body, fileIds, ...(eventId !== undefined && { eventId }) },
      })
    },
    onSuccess: () => askAnew(queries),
  })
}

export function useUpdateLink(link: Link) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (body: ChangedTerms) => call(updateLink, { params: { linkId: link.id }, body }),
    onSuccess: () => askAnew(queries),
  })
}

export function useRevokeLink() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (link: Link) => call(revokeLink, { params: { linkId: link.id } }),
    onSuccess: () => askAnew(queries),
  })
}

/** A link stands in several lists. */
const askAnew = (queries: QueryClient) => queries.invalidateQueries({ queryKey: ['links'] })
