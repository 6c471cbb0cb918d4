import { lazy, Suspense } from 'react'
import { confirmation } from '../lib/confirmation.ts'
import { useStore } from '../lib/store.ts'

const Ask = lazy(async () => ({ default: (await import('./security/ConfirmDialog.tsx')).ConfirmDialog }))

/** Stands in the page once; asks whenever something that was called wants a recent sign-in. */
export function Confirmation() {
  const waiting = useStore(confirmation)
  if (waiting === undefined) return null
  return (
    <Suspense>
      <Ask onAnswer={waiting.answer} />
    </Suspense>
  )
}
