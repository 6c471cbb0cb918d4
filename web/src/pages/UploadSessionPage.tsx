import type { ReactNode } from 'react'
import { Bar } from '../ui/Bar.tsx'
import { SessionView } from '../uploads/sessions/index.ts'

/** One upload session, live. */
export function UploadSessionPage({ uploadSessionId, show, onShow, back }: UploadSessionPageProps) {
  return (
    <div className="h-full overflow-y-auto">
      <Bar slot="title">
        <div className="truncate text-base font-semibold">{back}</div>
      </Bar>
      <div className="mx-auto max-w-3xl px-5 pt-6 pb-24 sm:px-8">
        <SessionView key={uploadSessionId} uploadSessionId={uploadSessionId} show={show} onShow={onShow} back={back} />
      </div>
    </div>
  )
}

type UploadSessionPageProps = {
  uploadSessionId: string
  show: 'open' | 'failed' | 'all'
  onShow: (show: 'open' | 'failed' | 'all') => void
  /** Leads to all of them. */
  back: ReactNode
}
