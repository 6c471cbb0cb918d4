import { useNavigate } from '@tanstack/react-router'
import { DuplicatesPage } from '../pages/DuplicatesPage.tsx'
import { SearchPage } from '../pages/SearchPage.tsx'
import { useFilesSearch } from './address.ts'

/** Opens a file over the library; going back leads to what was found. */
function useOpening() {
  const navigate = useNavigate()
  return ({ id }: { id: string }) => void navigate({ to: '/library', search: { open: id, at: id } })
}

export function Search() {
  return <SearchPage {...useFilesSearch()} onOpen={useOpening()} />
}

export function Duplicates() {
  return <DuplicatesPage onOpen={useOpening()} />
}
