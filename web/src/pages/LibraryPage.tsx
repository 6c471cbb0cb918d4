import type { Organization } from '@trove/contract/organizations'
import { CopyCheck } from 'lucide-react'
import { lazy, Suspense, useMemo } from 'react'
import { kindNames, NoFilesPicture, NoMatchPicture, useListing } from '../files/index.ts'
import type { FolderLinks } from '../folders/index.ts'
import { useIsPhone } from '../lib/screen.ts'
import { formatCount } from '../lib/format.ts'
import { useOrganization } from '../organizations/index.ts'
import { Bar } from '../ui/Bar.tsx'
import { Button } from '../ui/Button.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { IconButton } from '../ui/IconButton.tsx'
import { SearchField } from '../ui/SearchField.tsx'
import { DropTarget } from '../uploads/index.ts'
import { FilesPlace } from './FilesPlace.tsx'
import { FilterBar } from './FilterBar.tsx'
import { narrowingOf, NOT_NARROWED, useNarrowing, type FilesSearch, type SetFilesSearch } from './place.ts'
import { UploadButton } from './UploadButton.tsx'

/** Not needed for the first paint. */
const FilterChips = lazy(async () => ({ default: (await import('../finding/FilterChips.tsx')).FilterChips }))

type LibraryPageProps = {
  search: FilesSearch
  setSearch: SetFilesSearch
  links: FolderLinks
  /** Searches everything, not only names. */
  onSearch: (search: FilesSearch) => void
  onDuplicates: () => void
}

/** Everything one can see, whatever folder it is in, newest first. */
export function LibraryPage({ search, setSearch, links, onSearch, onDuplicates }: LibraryPageProps) {
  const organization = useOrganization()
  const mayAdd = organization.role !== 'guest'
  const { kind, q } = search
  const narrowing = useNarrowing(search)
  const filter = useMemo(
    () => ({
      organizationId: organization.id,
      ...narrowing,
      ...(kind === undefined ? {} : { kind }),
      ...(q === undefined ? {} : { name: q }),
    }),
    [organization.id, kind, q, narrowing],
  )
  const { view } = useListing(filter)
  return (
    <>
      {mayAdd && <DropTarget to={organization.name} />}
      <Bar slot="title">
        <h1 className="truncate text-base font-semibold">Library</h1>
      </Bar>
      <Bar slot="search">
        <SearchField
          label="Search by name"
          value={q ?? ''}
          onSearch={(text) => setSearch({ q: text, at: undefined }, { replace: true })}
          onEnter={(text) => onSearch({ ...narrowing, q: text === '' ? undefined : text, kind })}
        />
      </Bar>
      <Bar slot="actions">{mayAdd && <UploadButton />}</Bar>
      <FilesPlace
        filter={filter}
        search={search}
        setSearch={setSearch}
        links={links}
        label={`Files of ${organization.name}`}
        bar={
          <FilterBar
            search={search}
            setSearch={setSearch}
            count={view.status === 'ready' ? formatCount(view.count, 'file') : undefined}
            more={
              <Suspense>
                <FilterChips
                  organizationId={organization.id}
                  now={narrowing}
                  onChange={(changed) => setSearch({ ...changed, at: undefined })}
                />
              </Suspense>
            }
            tools={<IconButton label="Duplicates" icon={<CopyCheck />} onClick={onDuplicates} />}
          />
        }
        empty={
          <Nothing
            search={search}
            organization={organization}
            onClear={() => setSearch({ q: undefined, kind: undefined, ...NOT_NARROWED })}
          />
        }
      />
    </>
  )
}

function Nothing({
  search,
  organization,
  onClear,
}: {
  search: FilesSearch
  organization: Organization
  onClear: () => void
}) {
  const isPhone = useIsPhone()
  const seesAll = organization.role === 'owner' || organization.role === 'admin'
  if (search.q === undefined && search.kind === undefined && Object.keys(narrowingOf(search)).length === 0) {
    return (
      <EmptyState
        picture={<NoFilesPicture />}
        // A member sees their own files and what is shared with them: others may well have added more.
        title={seesAll ? `Nothing in ${organization.name} yet` : `Nothing for you in ${organization.name} yet`}
        action={organization.role !== 'guest' && <UploadButton size="large" />}
      >
        {!seesAll && 'What others share with you appears here. '}
        {organization.role === 'guest'
          ? ''
          : isPhone
            ? 'Photographs, clips and documents appear here as soon as they are uploaded.'
            : 'Drop photographs, clips, documents or whole folders anywhere on this page.'}
      </EmptyState>
    )
  }
  const what = search.kind === undefined ? 'files' : kindNames[search.kind].toLowerCase()
  return (
    <EmptyState
      picture={<NoMatchPicture />}
      title={search.q === undefined ? `No ${what} here` : `No ${what} with “${search.q}” in their name`}
      action={<Button onClick={onClear}>Show all files</Button>}
    >
      {search.q === undefined
        ? 'Files of other types are.'
        : 'The search looks for these letters anywhere in a name, whatever their case.'}
    </EmptyState>
  )
}
