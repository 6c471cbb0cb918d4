import type { UploadSession } from '@trove/contract/upload-sessions'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { formatDateTime } from '../../lib/format.ts'
import { isProblem } from '../../lib/api.ts'
import { session as signIn } from '../../lib/session.ts'
import { useStore } from '../../lib/store.ts'
import { Badge } from '../../ui/Badge.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { Problem } from '../../ui/Problem.tsx'
import { Progress } from '../../ui/Progress.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { sessionQuery, type UploadFilter } from './queries.ts'
import { RenameSession, SessionControls } from './SessionControls.tsx'
import { isOver, shown } from './shown.ts'
import { UploadList } from './UploadList.tsx'
import { useProgress, useTopic } from './watching.ts'
import { figuresOf, filesOf, nameOf, senderOf, shareOf, standingOf } from './words.ts'

/** One upload session: how it stands, its files, and what can be done with it from here. */
export function SessionView({ uploadSessionId, show, onShow, back }: SessionViewProps) {
  const { data, error, refetch } = useQuery(sessionQuery(uploadSessionId))
  const heard = useProgress(uploadSessionId)
  useTopic(`upload-session:${uploadSessionId}`, (progress) => progress.uploadSessionId === uploadSessionId)
  if (data === undefined) {
    if (error === null) return <Waiting />
    if (!isProblem(error, 'not-found', 'not-allowed')) return <Problem error={error} onRetry={() => void refetch()} />
    return (
      <>
        <h1 className="sr-only">Uploads</h1>
        <EmptyState title="These uploads are not here" action={back}>
          They are over since long, or they are somebody else’s.
        </EmptyState>
      </>
    )
  }
  const session = shown(data, heard)
  return (
    <div className="flex flex-col gap-6">
      <Head session={session} />
      <UploadList session={session} heard={heard} show={show} onShow={onShow} />
    </div>
  )
}

type SessionViewProps = {
  uploadSessionId: string
  show: UploadFilter | 'all'
  onShow: (show: 'open' | 'failed' | 'all') => void
  /** Where to go when there is nothing here. */
  back: ReactNode
}

function Head({ session }: { session: UploadSession }) {
  const me = useStore(signIn)
  const meId = me.status === 'signed-in' ? me.user.id : undefined
  const { words, tone, bar } = standingOf(session, meId)
  const name = nameOf(session)
  const isMine = session.link === undefined && session.createdBy.id === meId
  return (
    <section aria-label="How it stands" className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <h1 className="min-w-0 truncate text-lg font-semibold">{name}</h1>
        <RenameSession session={session} />
        <Badge tone={tone}>{words}</Badge>
      </div>
      {!isOver(session) && <Progress label={name} share={shareOf(session)} tone={bar} className="h-2!" />}
      <p className="tabular text-sm text-ink-soft" data-figures>
        {[...figuresOf(session), filesOf(session)].join(' · ')}
      </p>
      <p className="text-xs text-ink-faint">
        {isMine ? '' : `${senderOf(session)} · `}
        {formatDateTime(session.createdAt)}
      </p>
      <SessionControls session={session} />
      {/* Read aloud: only what changes rarely. */}
      <p role="status" className="sr-only">
        {words}, {filesOf(session)}
      </p>
    </section>
  )
}

function Waiting() {
  return (
    <div aria-hidden className="flex flex-col gap-3">
      <Skeleton className="h-7 w-64" />
      <Skeleton className="h-2" />
      <Skeleton className="h-40" />
    </div>
  )
}
