import { lazy, Suspense, useState } from 'react'
import { useStore } from '../../lib/store.ts'
import { organizing } from './organizing.ts'

const OrganizeDialog = lazy(() => import('./OrganizeDialog.tsx').then((part) => ({ default: part.OrganizeDialog })))

/** Once, where files are; what it asks is loaded the first time that somebody wants to tag, describe or date them. */
export function Organizer() {
  const isAsked = useStore(organizing) !== undefined
  const [isLoaded, setLoaded] = useState(isAsked)
  if (isAsked && !isLoaded) setLoaded(true)
  return (
    isLoaded && (
      <Suspense>
        <OrganizeDialog />
      </Suspense>
    )
  )
}
