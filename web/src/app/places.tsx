import { LibraryPage } from '../pages/LibraryPage.tsx'
import { TrashPage } from '../pages/TrashPage.tsx'
import { useFilesSearch, useFolderLinks } from './address.ts'

export function Library() {
  return <LibraryPage {...useFilesSearch()} links={useFolderLinks()} />
}

export function Trash() {
  return <TrashPage {...useFilesSearch()} links={useFolderLinks()} />
}
