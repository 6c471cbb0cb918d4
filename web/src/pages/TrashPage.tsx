import { useMemo } from 'react'
import { EmptyTrashPicture, useListing } from '../files/index.ts'
import { formatCount } from '../lib/format.ts'
import { useOrganization } from '../organizations/index.ts'
import { Bar } from '../ui/Bar.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { SearchField } from '../ui/SearchField.tsx'
import { FilesPlace } from './FilesPlace.tsx'
import { FilterBar } from './FilterBar.tsx'
import type { FilesSearch, SetFilesSearch } from './place.ts'

const KEPT_DAYS = 30

/** What was put aside, and can still be taken back. */
export function TrashPage({ search, setSearch }: { search: FilesSearch; setSearch: SetFilesSearch }) {
  const organization = useOrganization()
  const { q } = search
  const filter = useMemo(
    () => ({ organizationId: organization.id, trashed: true, ...(q === undefined ? {} : { name: q }) }),
    [organization.id, q],
  )
  const { view } = useListing(filter)
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
        label="Files in the trash"
        bar={
          <>
            <FilterBar
              search={search}
              setSearch={setSearch}
              hasKinds={false}
              count={view.status === 'ready' ? formatCount(view.count, 'file') : undefined}
            />
            {view.count > 0 && (
              <p className="mx-4 mb-2 rounded-md bg-sunken px-3 py-2 text-sm text-ink-soft max-sm:mx-2">
                Files stay here for {KEPT_DAYS} days and are then erased for good. Until then they count in the storage
                of {organization.name}.
              </p>
            )}
          </>
        }
        empty={
          <EmptyState
            picture={<EmptyTrashPicture />}
            title={q === undefined ? 'The trash is empty' : `Nothing in the trash has “${q}” in its name`}
          >
            {`What you move here can be taken back for ${KEPT_DAYS} days.`}
          </EmptyState>
        }
      />
    </>
  )
}
