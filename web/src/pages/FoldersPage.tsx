import type { Folder } from '@trove/contract/folders'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { ArchiveRestore, FolderPlus, FolderX } from 'lucide-react'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { NoMatchPicture, useListing } from '../files/index.ts'
import {
  Breadcrumb,
  folderQuery,
  FolderPanel,
  foldersQuery,
  FolderTiles,
  naming,
  NoFoldersPicture,
  useFolderActions,
  type FolderDeeds,
  type FolderLinks,
  type Target,
} from '../folders/index.ts'
import { isProblem } from '../lib/api.ts'
import { formatCount } from '../lib/format.ts'
import { useShortcuts } from '../lib/keys.ts'
import { useOrganization } from '../organizations/index.ts'
import { AccessSection } from '../sharing/index.ts'
import { Bar } from '../ui/Bar.tsx'
import { Button } from '../ui/Button.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import { IconButton } from '../ui/IconButton.tsx'
import { Problem } from '../ui/Problem.tsx'
import { SearchField } from '../ui/SearchField.tsx'
import { DropTarget } from '../uploads/index.ts'
import { shareFolder } from './deeds.ts'
import { FilesPlace } from './FilesPlace.tsx'
import { FilterBar } from './FilterBar.tsx'
import type { FilesSearch, SetFilesSearch } from './place.ts'
import { UploadButton } from './UploadButton.tsx'

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
  if (isProblem(error, 'not-found')) return <Missing links={links} />
  if (folder === undefined || isElsewhere) {
    return (
      <>
        <Title path={folder?.path ?? []} links={links} />
        {error !== null && <Problem error={error} onRetry={() => void refetch()} />}
      </>
    )
  }
  if (folder.trashedAt !== undefined) return <InTrash folder={folder} links={links} />
  return <Place key={folderId} {...props} target={folder} path={folder.path} mayAdd={folder.rights.includes('write')} />
}

function Place({ target, path = [], mayAdd, folderId, links, search, setSearch }: PlaceProps) {
  const organization = useOrganization()
  const { kind, q } = search
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
      <Title path={path} links={links} />
      <Bar slot="search">
        <SearchField
          label={folderId === undefined ? 'Search here by name' : `Search in ${target.name}`}
          value={q ?? ''}
          onSearch={(text) => setSearch({ q: text, at: undefined }, { replace: true })}
        />
      </Bar>
      <Bar slot="actions">
        {mayAdd && <IconButton label="New folder" keys="n" icon={<FolderPlus />} onClick={make} />}
        {mayAdd && <UploadButton {...(folderId === undefined ? {} : { folderId })} />}
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
            <Empty
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

function Title({ path, links }: { path: readonly Target[]; links: FolderLinks }) {
  return (
    <Bar slot="title">
      <Breadcrumb path={path} links={links} />
    </Bar>
  )
}

function Empty({ hasFolders, isTop, search, name, onMake, folderId, onClear }: EmptyProps) {
  const isFiltered = search.q !== undefined || search.kind !== undefined
  if (isFiltered) {
    if (hasFolders) return null
    return (
      <EmptyState
        picture={<NoMatchPicture />}
        title={search.q === undefined ? 'No such files in this folder' : `Nothing with “${search.q}” in its name here`}
        action={<Button onClick={onClear}>Show everything here</Button>}
      >
        Folders inside this one are not searched; the library is.
      </EmptyState>
    )
  }
  if (hasFolders) return <p className="px-4 pt-6 text-base text-ink-faint">No files outside of these folders.</p>
  return (
    <EmptyState
      picture={<NoFoldersPicture />}
      title={isTop ? 'No folders yet' : `Nothing in ${name} yet`}
      action={
        onMake !== undefined && (
          <>
            <UploadButton size="large" {...(folderId === undefined ? {} : { folderId })} />
            <Button size="large" icon={<FolderPlus className="size-4" />} onClick={onMake}>
              New folder
            </Button>
          </>
        )
      }
    >
      {onMake === undefined
        ? 'What is shared with you appears here.'
        : isTop
          ? 'Folders keep together what belongs together. Whoever a folder is shared with sees everything in it.'
          : 'Drop files or whole folders anywhere on this page. Whoever sees this folder sees what is in it.'}
    </EmptyState>
  )
}

function Missing({ links }: { links: FolderLinks }) {
  return (
    <>
      <Title path={[]} links={links} />
      <EmptyState
        picture={<FolderX className="size-8 text-ink-faint" strokeWidth={1.25} />}
        title="This folder is not here"
        action={<Button onClick={() => links.go(undefined)}>All folders</Button>}
      >
        It was deleted, or it is not yours to see.
      </EmptyState>
    </>
  )
}

function InTrash({ folder, links }: { folder: Folder & { path: Target[] }; links: FolderLinks }) {
  const { restore } = useFolderActions()
  return (
    <>
      <Title path={folder.path} links={links} />
      <EmptyState
        picture={<FolderX className="size-8 text-ink-faint" strokeWidth={1.25} />}
        title={`${folder.name} is in the trash`}
        action={
          <>
            {folder.rights.includes('write') && (
              <Button icon={<ArchiveRestore className="size-4" />} onClick={() => void restore(folder)}>
                Restore
              </Button>
            )}
            <Button onClick={() => links.go(undefined)}>All folders</Button>
          </>
        }
      >
        What was in it is there too.
      </EmptyState>
    </>
  )
}

const matches = (folder: Folder, q: string | undefined) =>
  q === undefined || folder.name.toLowerCase().includes(q.toLowerCase())

function countOf(folders: number, files: number): string {
  return folders === 0 ? formatCount(files, 'file') : `${formatCount(folders, 'folder')}, ${formatCount(files, 'file')}`
}

type FoldersPageProps = {
  /** Undefined at the top. */
  folderId: string | undefined
  links: FolderLinks
  /** The folder belongs to another of the person's organizations. */
  onElsewhere: (organizationId: string) => void
  search: FilesSearch
  setSearch: SetFilesSearch
}

type PlaceProps = FoldersPageProps & { target: Target; path?: readonly Target[]; mayAdd: boolean }

type EmptyProps = {
  hasFolders: boolean
  isTop: boolean
  search: FilesSearch
  name: string
  onMake: (() => void) | undefined
  folderId: string | undefined
  onClear: () => void
}
