import { lazy, Suspense } from 'react'
import { useIsPhone } from '../lib/screen.ts'
import type { OnEvent, Open } from './UploadPanel.tsx'
import { useSnapshot } from './UploadProvider.tsx'
import { milestone } from './words.ts'

/** Loaded with the first file that is on its way. */
const Panel = lazy(async () => ({ default: (await import('./UploadPanel.tsx')).Panel }))
const Pill = lazy(async () => ({ default: (await import('./UploadPanel.tsx')).Pill }))

/** Everything that is on its way: a panel in the corner, on a phone a pill that opens a sheet. */
export function UploadTray({ onOpen, onEvent }: { onOpen: Open; onEvent: OnEvent }) {
  const snapshot = useSnapshot()
  const isPhone = useIsPhone()
  const isEmpty = snapshot.tally.count === 0 && snapshot.notices.length === 0
  const Shown = isPhone ? Pill : Panel
  return (
    <>
      <p role="status" className="sr-only">
        {milestone(snapshot)}
      </p>
      {!isEmpty && (
        <Suspense>
          <Shown snapshot={snapshot} onOpen={onOpen} onEvent={onEvent} />
        </Suspense>
      )}
    </>
  )
}
