import { useQuery } from '@tanstack/react-query'
import { Folder as FolderIcon } from 'lucide-react'
import { linkTo, type FolderLinks } from './links.ts'
import { folderQuery } from './queries.ts'

/** The folder that something is in, by name, to go there. */
export function FolderLink({ folderId, links }: { folderId: string | undefined; links: FolderLinks }) {
  const { data: folder, error } = useQuery({ ...folderQuery(folderId ?? ''), enabled: folderId !== undefined })
  if (folderId === undefined) return 'None'
  if (error !== null) return 'One that you cannot see'
  return (
    <a
      {...linkTo(links, folderId)}
      className="inline-flex max-w-full items-center gap-1.5 font-medium text-accent underline-offset-4 hover:underline"
    >
      <FolderIcon aria-hidden className="size-3.5 shrink-0" />
      <span className="truncate">{folder?.name ?? 'Folder'}</span>
    </a>
  )
}
