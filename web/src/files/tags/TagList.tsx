import type { CountedTag } from '@trove/contract/tags'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Ellipsis, Merge, Pencil, Tag as TagIcon, Trash2 } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { Menu, MenuAction } from '../../ui/Menu.tsx'
import { Problem } from '../../ui/Problem.tsx'
import { SearchField } from '../../ui/SearchField.tsx'
import { ShowMore } from '../../ui/ShowMore.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { allTagsQuery } from './queries.ts'
import { filesOf, TagDialogs, type TagAsked } from './TagDialogs.tsx'

type TagListProps = {
  organizationId: string
  /** Leads to the files that carry a tag. */
  link: (tag: CountedTag, children: ReactNode) => ReactNode
}

/** The words of an organization, how many files carry each, and what can be done with them. */
export function TagList({ organizationId, link }: TagListProps) {
  const [name, setName] = useState('')
  const [asked, setAsked] = useState<TagAsked>()
  const listed = useInfiniteQuery(allTagsQuery(organizationId, name.trim().normalize('NFC')))
  const { data: tags, error, refetch } = listed
  return (
    <div className="flex flex-col gap-3">
      <SearchField label="Find a tag" value={name} onSearch={setName} className="max-w-sm" />
      {tags === undefined ? (
        error === null ? (
          <Skeleton className="h-48" />
        ) : (
          <Problem error={error} onRetry={() => void refetch()} />
        )
      ) : tags.length === 0 ? (
        <EmptyState
          picture={<TagIcon className="size-8 text-ink-faint" strokeWidth={1.25} />}
          title={name === '' ? 'No tags yet' : 'No tag is called so'}
        >
          {name === '' ? 'Choose files in the library and press t: the first tag is made there.' : 'Try a part of it.'}
        </EmptyState>
      ) : (
        <>
          <ul aria-label="Tags" className="overflow-hidden rounded-lg border border-line bg-surface">
            {tags.map((tag) => (
              <Line key={tag.id} tag={tag} link={link} onAsk={(deed) => setAsked({ deed, tag })} />
            ))}
          </ul>
          <ShowMore of={listed} className="self-center" />
        </>
      )}
      {asked !== undefined && <TagDialogs asked={asked} onClose={() => setAsked(undefined)} />}
    </div>
  )
}

type LineProps = { tag: CountedTag; link: TagListProps['link']; onAsk: (deed: TagAsked['deed']) => void }

function Line({ tag, link, onAsk }: LineProps) {
  return (
    <li className="flex min-h-11 items-center gap-3 border-b border-line py-1 pr-1.5 pl-3.5 last:border-0">
      <span className="min-w-0 flex-1">
        <bdi className="block truncate text-sm font-medium">{tag.name}</bdi>
        <span className="block truncate text-xs text-ink-soft">Made by {tag.createdBy.name}</span>
      </span>
      <span className="tabular shrink-0 text-sm">{tag.files === 0 ? filesOf(tag) : link(tag, filesOf(tag))}</span>
      {tag.mayChange ? (
        <Menu label={tag.name} trigger={<IconButton label={`More about ${tag.name}`} icon={<Ellipsis />} />}>
          <MenuAction icon={<Pencil />} onSelect={() => onAsk('rename')}>
            Rename
          </MenuAction>
          <MenuAction icon={<Merge />} onSelect={() => onAsk('merge')}>
            Merge into another
          </MenuAction>
          <MenuAction icon={<Trash2 />} tone="danger" onSelect={() => onAsk('delete')}>
            Delete
          </MenuAction>
        </Menu>
      ) : (
        <span className="w-8 shrink-0" />
      )}
    </li>
  )
}
