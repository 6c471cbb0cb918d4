import type { ReactNode } from 'react'
import { Bar } from '../ui/Bar.tsx'
import { SessionView } from '../uploads/sessions/index.ts'

/** One upload session, live. */
export function UploadSessionPage({ uploadSessionId, show, onShow, back }: UploadSessionPageProps) {
  return (
    <div className="h-full overflow-y-auto">
      <Bar slot="title">
        <div className="flex min-w-0 items-center gap-1.5 text-base">
          {back}
          <span aria-hidden className="text-ink-faint">
            ›
          </span>
          <h1 className="truncate font-semibold">One batch</h1>
        </div>
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
