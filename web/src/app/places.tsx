import { useNavigate } from '@tanstack/react-router'
import { LibraryPage } from '../pages/LibraryPage.tsx'
import { useFilesSearch, useFolderLinks } from './address.ts'

export function Library() {
  const navigate = useNavigate()
  return (
    <LibraryPage
      {...useFilesSearch()}
      links={useFolderLinks()}
      onSearch={(search) => void navigate({ to: '/search', search })}
      onDuplicates={() => void navigate({ to: '/duplicates' })}
    />
  )
}
