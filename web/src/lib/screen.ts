import { useSyncExternalStore } from 'react'

const phone = matchMedia('(max-width: 639px)')

/** Whether the page is as narrow as a phone. */
export const useIsPhone = () => useMatch(phone)

function useMatch(query: MediaQueryList): boolean {
  return useSyncExternalStore(
    (changed) => {
      query.addEventListener('change', changed)
      return () => query.removeEventListener('change', changed)
    },
    () => query.matches,
  )
}
