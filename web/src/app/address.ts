import { useNavigate, useRouter, useSearch } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'
import type { FolderLinks } from '../folders/index.ts'
import { stripped, type FilesSearch, type SetFilesSearch } from '../pages/place.ts'

/** The address of a place of files, and how to change it. */
export function useFilesSearch(): { search: FilesSearch; setSearch: SetFilesSearch } {
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

/** Where folders are. How files are shown, and whether details stand beside them, stays as it is on the way. */
export function useFolderLinks(): FolderLinks {
  const router = useRouter()
  const { view, details }: FilesSearch = useSearch({ strict: false })
  return useMemo(() => {
    const search = stripped({ view, details })
    const place = (folderId: string | undefined) =>
      folderId === undefined
        ? ({ to: '/folders', search } as const)
        : ({ to: '/folders/$folderId', params: { folderId }, search } as const)
    return {
      hrefOf: (folderId) => router.buildLocation(place(folderId)).href,
      go: (folderId) => void router.navigate(place(folderId)),
    }
  }, [router, view, details])
}
