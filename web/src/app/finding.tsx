import { useNavigate } from '@tanstack/react-router'
import { DuplicatesPage } from '../pages/DuplicatesPage.tsx'
import { SearchPage } from '../pages/SearchPage.tsx'
import { useFilesSearch } from './address.ts'

/** Opens a file over the library, a document at the page where the words are; going back leads to what was found. */
function useOpening() {
  const navigate = useNavigate()
  return ({ id }: { id: string }, page?: number) =>
    void navigate({
      to: '/library',
      search: { open: id, at: id, ...(page !== undefined && page > 1 && { page }) },
    })
}

export function Search() {
  return <SearchPage {...useFilesSearch()} onOpen={useOpening()} />
}

export function Duplicates() {
  return <DuplicatesPage onOpen={useOpening()} />
}
