import { createTag, listTags, type TagRef } from '@trove/contract/tags'
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { call } from '../../lib/api.ts'

const AT_MOST = 20

/** Tags whose name contains this, as much as fits below a field. */
export const tagsQuery = (organizationId: string, name: string) =>
  queryOptions({
    queryKey: ['tags', organizationId, name],
    queryFn: ({ signal }) =>
      call(
        listTags,
        { params: { organizationId }, query: { limit: AT_MOST, ...(name !== '' && { name: name.slice(0, 200) }) } },
        signal,
      ),
    staleTime: 15_000,
    placeholderData: keepPreviousData,
  })

/** The tag of a name, made unless there is one. */
export const obtainTag = (organizationId: string, name: string): Promise<TagRef> =>
  call(createTag, { params: { organizationId }, body: { name } })

export const withTags = (
  present: readonly TagRef[] | undefined,
  added: readonly TagRef[],
  removed: readonly TagRef[],
) => {
  const gone = new Set([...removed, ...added].map(({ id }) => id))
  const tags = [...(present ?? []).filter(({ id }) => !gone.has(id)), ...added]
  return tags.toSorted((a, b) => a.name.localeCompare(b.name))
}

/** Those that some of many have, each once, by name. */
export const tagsOfAll = (many: readonly { tags?: readonly TagRef[] | undefined }[]): TagRef[] => [
  ...new Map(
    withTags(
      [],
      many.flatMap(({ tags }) => tags ?? []),
      [],
    ).map((tag) => [tag.id, tag]),
  ).values(),
]
