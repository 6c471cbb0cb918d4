import type { Folder } from '@trove/contract/folders'
import { ArchiveRestore, FolderPlus, FolderX } from 'lucide-react'
import { NoMatchPicture } from '../files/index.ts'
import { Breadcrumb, NoFoldersPicture, useFolderActions, type FolderLinks, type Target } from '../folders/index.ts'
import { Bar } from '../ui/Bar.tsx'
import { Button } from '../ui/Button.tsx'
import { EmptyState } from '../ui/EmptyState.tsx'
import type { FilesSearch } from './place.ts'
import { UploadButton } from './UploadButton.tsx'

/** What stands where files would. */
export function EmptyFolder({ hasFolders, isTop, search, name, onMake, folderId, onClear }: EmptyFolderProps) {
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
            <UploadButton size="large" folderId={folderId} />
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

/** A folder that was deleted, or is not for this person. */
export function MissingFolder({ links }: { links: FolderLinks }) {
  return (
    <>
      <FolderTitle path={[]} links={links} />
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

/** A folder that waits in the trash. */
export function FolderInTrash({ folder, links }: { folder: Folder & { path: Target[] }; links: FolderLinks }) {
  const { restore } = useFolderActions()
  return (
    <>
      <FolderTitle path={folder.path} links={links} />
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

/** Where one is, in the bar. */
export function FolderTitle({ path, links }: { path: readonly Target[]; links: FolderLinks }) {
  return (
    <Bar slot="title">
      <Breadcrumb path={path} links={links} />
    </Bar>
  )
}

type EmptyFolderProps = {
  hasFolders: boolean
  isTop: boolean
  search: FilesSearch
  name: string
  onMake: (() => void) | undefined
  folderId: string | undefined
  onClear: () => void
}
