import { LibraryPage } from '../pages/LibraryPage.tsx'
import { useFilesSearch, useFolderLinks } from './address.ts'

export function Library() {
  return <LibraryPage {...useFilesSearch()} links={useFolderLinks()} />
}
