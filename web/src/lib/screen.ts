import { useSyncExternalStore } from 'react'

const phone = matchMedia('(max-width: 639px)')
const touch = matchMedia('(pointer: coarse)')

/** Whether the page is as narrow as a phone. */
export const useIsPhone = () => useMatch(phone)

/** Whether fingers rather than a mouse are at work. */
export const useIsTouch = () => useMatch(touch)

function useMatch(query: MediaQueryList): boolean {
  return useSyncExternalStore(
    (changed) => {
      query.addEventListener('change', changed)
      return () => query.removeEventListener('change', changed)
    },
    () => query.matches,
  )
}
