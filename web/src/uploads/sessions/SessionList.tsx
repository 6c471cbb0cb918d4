import type { UploadSession } from '@trove/contract/upload-sessions'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Upload } from 'lucide-react'
import type { ReactNode } from 'react'
import { formatDay } from '../../lib/format.ts'
import { session as signIn } from '../../lib/session.ts'
import { useStore } from '../../lib/store.ts'
import { Badge } from '../../ui/Badge.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { Problem } from '../../ui/Problem.tsx'
import { Progress } from '../../ui/Progress.tsx'
import { ShowMore } from '../../ui/ShowMore.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { sessionsQuery, type SessionFilter } from './queries.ts'
import { isOver, shown } from './shown.ts'
import { useProgress, useTopic } from './watching.ts'
import { figuresOf, filesOf, nameOf, senderOf, shareOf, standingOf } from './words.ts'

/** Leads to a session; the address is the page's to know. */
export type SessionLink = (session: UploadSession, children: ReactNode, className: string) => ReactNode

/** Upload sessions of an organization, one's own or everybody's, as they move. */
export function SessionList({ organizationId, filter, link, action }: SessionListProps) {
  const asked = useInfiniteQuery(sessionsQuery(organizationId, filter))
  const { data, error, refetch } = asked
  useTopic(
    filter.whose === 'all' ? `upload-sessions:${organizationId}` : undefined,
    (progress) => progress.organizationId === organizationId,
  )
  const sessions = data?.pages.flatMap(({ items }) => items)
  if (sessions === undefined) {
    return error === null ? <Waiting /> : <Problem error={error} onRetry={() => void refetch()} />
  }
  if (sessions.length === 0) {
    return (
      <EmptyState
        picture={<Upload className="size-8 text-ink-faint" strokeWidth={1.25} />}
        title={filter.only === 'open' ? 'Nothing is being uploaded' : 'No uploads yet'}
        action={action}
      >
        Files that are dropped or chosen together are listed here, from whatever device they are sent.
      </EmptyState>
    )
  }
  return (
    <div className="flex flex-col gap-4">
      <ul aria-label="Uploads" className="overflow-hidden rounded-lg border border-line bg-surface">
        {sessions.map((session) => (
          <li key={session.id} className="border-b border-line last:border-0">
            <Line session={session} namesSender={filter.whose === 'all'} link={link} />
          </li>
        ))}
      </ul>
      {error !== null && <Problem error={error} shape="line" />}
      <ShowMore of={asked}>Show older</ShowMore>
    </div>
  )
}

type SessionListProps = {
  organizationId: string
  filter: SessionFilter
  link: SessionLink
  /** What to do where there is nothing. */
  action: ReactNode
}

function Line({ session: asked, namesSender, link }: LineProps) {
  const me = useStore(signIn)
  const session = shown(asked, useProgress(asked.id))
  const { words, tone, bar } = standingOf(session, me.status === 'signed-in' ? me.user.id : undefined)
  const name = nameOf(session)
  const told = [filesOf(session), ...figuresOf(session)]
  return link(
    session,
    <>
      <span className="flex items-center gap-2">
        <span className="min-w-0 flex-1 truncate text-sm font-medium">{name}</span>
        <Badge tone={tone}>{words}</Badge>
      </span>
      <span className="tabular flex flex-wrap gap-x-3 text-xs text-ink-soft">
        <span>{told.join(' · ')}</span>
        <span className="text-ink-faint">
          {namesSender ? `${senderOf(session)} · ` : ''}
          {formatDay(session.createdAt)}
        </span>
      </span>
      {!isOver(session) && <Progress label={name} share={shareOf(session)} tone={bar} />}
    </>,
    'flex flex-col gap-1.5 px-3.5 py-3 transition-colors hover:bg-hover focus-visible:outline-offset-[-2px]',
  )
}

type LineProps = { session: UploadSession; namesSender: boolean; link: SessionLink }

function Waiting() {
  return (
    <div aria-hidden className="flex flex-col gap-2">
      {[0, 1, 2].map((i) => (
        <Skeleton key={i} className="h-18" />
      ))}
    </div>
  )
}
