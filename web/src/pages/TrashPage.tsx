import { useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { EmptyTrashPicture, useListing } from '../files/index.ts'
import { foldersQuery, FolderTiles, type FolderDeeds, type FolderLinks } from '../folders/index.ts'
import { useOrganization } from '../organizations/index.ts'
import { Bar } from '../ui/Bar.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { Problem } from '../ui/Problem.tsx'
import { SearchField } from '../ui/SearchField.tsx'
import { FilesPlace } from './FilesPlace.tsx'
import { FilterBar } from './FilterBar.tsx'
import { countOf, type FilesSearch, type SetFilesSearch } from './place.ts'

const KEPT_DAYS = 30
const NO_DEEDS: FolderDeeds = {}

type TrashPageProps = { search: FilesSearch; setSearch: SetFilesSearch; links: FolderLinks }

/** What was put aside, and can still be taken back. */
export function TrashPage({ search, setSearch, links }: TrashPageProps) {
  const organization = useOrganization()
  const { q } = search
  const filter = useMemo(
    () => ({ organizationId: organization.id, trashed: true, ...(q === undefined ? {} : { name: q }) }),
    [organization.id, q],
  )
  const { view } = useListing(filter)
  const listed = useInfiniteQuery(foldersQuery({ organizationId: organization.id, trashed: true }))
  const folders = (listed.data ?? []).filter((one) => one.name.toLowerCase().includes((q ?? '').toLowerCase()))
  return (
    <>
      <Bar slot="title">
        <h1 className="truncate text-base font-semibold">Trash</h1>
      </Bar>
      <Bar slot="search">
        <SearchField
          label="Search the trash by name"
          value={q ?? ''}
          onSearch={(text) => setSearch({ q: text, at: undefined }, { replace: true })}
        />
      </Bar>
      <FilesPlace
        filter={filter}
        search={search}
        setSearch={setSearch}
        links={links}
        label="Files in the trash"
        lead={
          <>
            {listed.error !== null && <Problem error={listed.error} shape="line" />}
            <FolderTiles
              folders={folders}
              links={links}
              deeds={NO_DEEDS}
              isList={search.view === 'list'}
              label="Folders in the trash"
              more={
                listed.hasNextPage
                  ? { run: () => void listed.fetchNextPage(), isBusy: listed.isFetchingNextPage }
                  : undefined
              }
            />
          </>
        }
        bar={
          <>
            <FilterBar
              search={search}
              setSearch={setSearch}
              hasKinds={false}
              count={view.status === 'ready' ? countOf(folders.length, view.count) : undefined}
            />
            {(view.count > 0 || folders.length > 0) && (
              <p className="mx-4 mb-2 rounded-md bg-sunken px-3 py-2 text-sm text-ink-soft max-sm:mx-2">
                Files stay here for {KEPT_DAYS} days and are then erased for good. Until then they count in the storage
                of {organization.name}.
              </p>
            )}
          </>
        }
        empty={
          folders.length > 0 || listed.isPending ? null : (
            <EmptyState
              picture={<EmptyTrashPicture />}
              title={q === undefined ? 'The trash is empty' : `Nothing in the trash has “${q}” in its name`}
            >
              {`What you move here can be taken back for ${KEPT_DAYS} days.`}
            </EmptyState>
          )
        }
      />
    </>
  )
}
