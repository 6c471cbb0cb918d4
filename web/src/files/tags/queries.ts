import { deleteTag, listTags, mergeTag, renameTag, type CountedTag, type Tag } from '@trove/contract/tags'
import { infiniteQueryOptions, keepPreviousData, type QueryClient } from '@tanstack/react-query'
import { call, sentenceOf } from '../../lib/api.ts'
import { toast } from '../../ui/toast.ts'
import { openListings } from '../listing/listings.ts'

const AT_ONCE = 50

/** Tags of an organization by name, each with how many files carry it. */
export const allTagsQuery = (organizationId: string, name: string) =>
  infiniteQueryOptions({
    queryKey: ['tags', organizationId, 'all', name],
    queryFn: ({ pageParam, signal }) =>
      call(
        listTags,
        {
          params: { organizationId },
          query: {
            limit: AT_ONCE,
            ...(name !== '' && { name: name.slice(0, 200) }),
            ...(pageParam !== '' && { cursor: pageParam }),
          },
        },
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    select: ({ pages }) => pages.flatMap(({ items }) => items),
    placeholderData: keepPreviousData,
  })

/** Whatever tells a tag's name asks again. */
async function refresh(queries: QueryClient, organizationId: string): Promise<void> {
  for (const listing of openListings(organizationId)) listing.reload()
  const keys = [['tags', organizationId], ['file'], ['event'], ['events', organizationId]]
  await Promise.all(keys.map((queryKey) => queries.invalidateQueries({ queryKey })))
}

/** With a way back. @throws ApiProblem  told by the dialog that asked for it */
export async function rename(queries: QueryClient, tag: Tag, name: string): Promise<void> {
  const { id: tagId, organizationId, name: before } = tag
  const renamed = await call(renameTag, { params: { tagId }, body: { name } })
  const back = async () => {
    try {
      await call(renameTag, { params: { tagId }, body: { name: before } })
      toast({ title: `Named ${before} again` })
    } catch (error) {
      toast({ tone: 'danger', title: 'This could not be undone', detail: sentenceOf(error) })
    }
    await refresh(queries, organizationId)
  }
  toast({
    title: `${before} renamed to ${renamed.name}`,
    action: { label: 'Undo', isUndo: true, run: () => void back() },
  })
  await refresh(queries, organizationId)
}

/** What carried the one carries the other. @throws ApiProblem */
export async function merge(queries: QueryClient, tag: CountedTag, intoId: string): Promise<void> {
  const into = await call(mergeTag, { params: { tagId: tag.id }, body: { intoId } })
  toast({ title: `${tag.name} merged into ${into.name}` })
  await refresh(queries, tag.organizationId)
}

/** @throws ApiProblem */
export async function remove(queries: QueryClient, tag: CountedTag): Promise<void> {
  await call(deleteTag, { params: { tagId: tag.id } })
  toast({ title: `The tag ${tag.name} is deleted` })
  await refresh(queries, tag.organizationId)
}
