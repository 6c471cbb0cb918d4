import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback } from 'react'
import { LibraryPage } from '../pages/LibraryPage.tsx'
import { stripped, type FilesSearch, type SetFilesSearch } from '../pages/place.ts'
import { TrashPage } from '../pages/TrashPage.tsx'

export function Library() {
  return <LibraryPage {...useFilesSearch()} />
}

export function Trash() {
  return <TrashPage {...useFilesSearch()} />
}

/** The address of a place of files, and how to change it. */
function useFilesSearch(): { search: FilesSearch; setSearch: SetFilesSearch } {
  const search: FilesSearch = useSearch({ strict: false })
  const navigate = useNavigate()
  const setSearch = useCallback<SetFilesSearch>(
    (changed, how) => {
      void navigate({
        to: '.',
        search: (now: FilesSearch) => stripped({ ...now, ...changed }),
        replace: how?.replace ?? false,
      })
    },
    [navigate],
  )
  return { search, setSearch }
}
