import type { Folder } from '@trove/contract/folders'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { FolderPlus } from 'lucide-react'
import { lazy, Suspense, useCallback, useEffect, useMemo, useState, type ReactNode } from 'react'
import type { EventLink } from '../events/index.ts'
import { useListing } from '../files/index.ts'
import {
  folderQuery,
  FolderPanel,
  foldersQuery,
  FolderTiles,
  naming,
  type FolderDeeds,
  type FolderLinks,
  type Target,
} from '../folders/index.ts'
import { isProblem } from '../lib/api.ts'
import { useShortcuts } from '../lib/keys.ts'
import { useIsPhone } from '../lib/screen.ts'
import { useOrganization } from '../organizations/index.ts'
import { AccessSection } from '../sharing/index.ts'
import { Bar } from '../ui/Bar.tsx'
import { IconButton } from '../ui/IconButton.tsx'
import { Problem } from '../ui/Problem.tsx'
import { SearchField } from '../ui/SearchField.tsx'
import { DropTarget } from '../uploads/index.ts'
import { shareFolder } from './deeds.ts'
import { FilesPlace } from './FilesPlace.tsx'
import { FilterBar } from './FilterBar.tsx'
import { EmptyFolder, FolderInTrash, FolderTitle, MissingFolder } from './FolderStates.tsx'
import { countOf, type FilesSearch, type SetFilesSearch } from './place.ts'
import { UploadButton } from './UploadButton.tsx'

const EventRow = lazy(async () => ({ default: (await import('../events/EventRow.tsx')).EventRow }))

/** Folders and files as people put them together: the top of an organization, or one folder. */
export function FoldersPage(props: FoldersPageProps) {
  const { folderId, links, onElsewhere } = props
  const organization = useOrganization()
  const { data: folder, error, refetch } = useQuery({ ...folderQuery(folderId ?? ''), enabled: folderId !== undefined })
  const isElsewhere = folder !== undefined && folder.organizationId !== organization.id
  useEffect(() => {
    if (isElsewhere) onElsewhere(folder.organizationId)
  }, [isElsewhere, folder, onElsewhere])

  if (folderId === undefined) {
    const isOpen = organization.role !== 'guest'
    return (
      <Place key={organization.id} {...props} target={{ id: undefined, name: organization.name }} mayAdd={isOpen} />
    )
  }
  if (isProblem(error, 'not-found')) return <MissingFolder links={links} />
  if (folder === undefined || isElsewhere) {
    return (
      <>
        <FolderTitle path={folder?.path ?? []} links={links} />
        {error !== null && <Problem error={error} onRetry={() => void refetch()} />}
      </>
    )
  }
  if (folder.trashedAt !== undefined) return <FolderInTrash folder={folder} links={links} />
  return <Place key={folderId} {...props} target={folder} path={folder.path} mayAdd={folder.rights.includes('write')} />
}

function Place({ target, path = [], mayAdd, folderId, links, search, setSearch, ...events }: PlaceProps) {
  const organization = useOrganization()
  const { kind, q } = search
  const isPhone = useIsPhone()
  const filter = useMemo(
    () => ({
      organizationId: organization.id,
      folderId: folderId ?? 'top',
      ...(kind === undefined ? {} : { kind }),
      ...(q === undefined ? {} : { name: q }),
    }),
    [organization.id, folderId, kind, q],
  )
  const { view } = useListing(filter)
  const listed = useInfiniteQuery(foldersQuery({ organizationId: organization.id, parentId: folderId }))
  const folders = (listed.data ?? []).filter((one) => kind === undefined && matches(one, q))
  const [focused, setFocused] = useState<string | undefined>(undefined)
  const { deeds, panel, forgetFolder } = usePanel(focused, setFocused, setSearch, folderId, search.at)
  const make = useCallback(
    () => naming.set({ kind: 'new', organizationId: organization.id, parent: target }),
    [organization.id, target],
  )
  useShortcuts([{ keys: 'n', label: 'New folder', when: () => mayAdd, run: make }])
  return (
    <>
      {mayAdd && <DropTarget to={target.name} folderId={folderId} />}
      <FolderTitle path={path} links={links} />
      {/* On a phone the way here needs the room; the library searches everything. */}
      {!(isPhone && path.length > 0) && (
        <Bar slot="search">
          <SearchField
            label={folderId === undefined ? 'Search here by name' : `Search in ${target.name}`}
            value={q ?? ''}
            onSearch={(text) => setSearch({ q: text, at: undefined }, { replace: true })}
          />
        </Bar>
      )}
      <Bar slot="actions">
        {mayAdd && !isPhone && <IconButton label="New folder" keys="n" icon={<FolderPlus />} onClick={make} />}
        {mayAdd && <UploadButton folderId={folderId} onNewFolder={isPhone ? make : undefined} />}
      </Bar>
      <FilesPlace
        filter={filter}
        search={search}
        setSearch={setSearch}
        links={links}
        label={`Files in ${target.name}`}
        panel={panel}
        onFile={forgetFolder}
        lead={
          <>
            {listed.error !== null && <Problem error={listed.error} shape="line" />}
            <FolderTiles
              folders={folders}
              links={links}
              deeds={deeds}
              isList={search.view === 'list'}
              label={`Folders in ${target.name}`}
              more={
                listed.hasNextPage
                  ? { run: () => void listed.fetchNextPage(), isBusy: listed.isFetchingNextPage }
                  : undefined
              }
            />
            {folderId !== undefined && kind === undefined && q === undefined && (
              <Suspense>
                <EventRow
                  organizationId={organization.id}
                  filter={{ folderId }}
                  label={`Events in ${target.name}`}
                  link={events.eventLink}
                  all={events.allEvents(folderId)}
                />
              </Suspense>
            )}
          </>
        }
        bar={
          <FilterBar
            search={search}
            setSearch={setSearch}
            count={view.status === 'ready' && !listed.isPending ? countOf(folders.length, view.count) : undefined}
          />
        }
        empty={
          listed.isPending ? null : (
            <EmptyFolder
              hasFolders={folders.length > 0}
              isTop={folderId === undefined}
              search={search}
              name={target.name}
              onMake={mayAdd ? make : undefined}
              folderId={folderId}
              onClear={() => setSearch({ q: undefined, kind: undefined })}
            />
          )
        }
      />
    </>
  )
}

/** The panel tells of the folder that has the keyboard, else of the file, else of the folder one is in. */
function usePanel(
  focused: string | undefined,
  setFocused: (folderId: string | undefined) => void,
  setSearch: SetFilesSearch,
  folderId: string | undefined,
  at: string | undefined,
) {
  const deeds = useMemo<FolderDeeds>(
    () => ({
      onShare: shareFolder,
      onFocus: (folder) => setFocused(folder.id),
      onDetails(folder) {
        setFocused(folder.id)
        setSearch({ details: true }, { replace: true })
      },
    }),
    [setFocused, setSearch],
  )
  const shown = focused ?? (at === undefined ? folderId : undefined)
  return {
    deeds,
    forgetFolder: useCallback(() => setFocused(undefined), [setFocused]),
    panel:
      shown === undefined ? undefined : (
        <FolderPanel key={shown} folderId={shown} onShare={shareFolder}>
          {(folder) =>
            folder.trashedAt === undefined ? <AccessSection resource={{ kind: 'folder', ...folder }} /> : null
          }
        </FolderPanel>
      ),
  }
}

const matches = (folder: Folder, q: string | undefined) =>
  q === undefined || folder.name.toLowerCase().includes(q.toLowerCase())

type FoldersPageProps = {
  /** Undefined at the top. */
  folderId: string | undefined
  links: FolderLinks
  /** The folder belongs to another of the person's organizations. */
  onElsewhere: (organizationId: string) => void
  search: FilesSearch
  setSearch: SetFilesSearch
  eventLink: EventLink
  /** Leads to all events of a folder. */
  allEvents: (folderId: string) => ReactNode
}

type PlaceProps = FoldersPageProps & { target: Target; path?: readonly Target[]; mayAdd: boolean }
