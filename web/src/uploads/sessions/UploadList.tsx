import type { SessionProgress, UploadProgress } from '@trove/contract/events'
import type { UploadSession } from '@trove/contract/upload-sessions'
import type { Upload } from '@trove/contract/uploads'
import { useInfiniteQuery } from '@tanstack/react-query'
import { CircleAlert, CircleCheck, CircleDashed, Loader } from 'lucide-react'
import { cx } from '../../lib/cx.ts'
import { Problem } from '../../ui/Problem.tsx'
import { Progress } from '../../ui/Progress.tsx'
import { Segmented } from '../../ui/Segmented.tsx'
import { ShowMore } from '../../ui/ShowMore.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { uploadsQuery, type UploadFilter } from './queries.ts'
import { isOver } from './shown.ts'
import { bytesOf, uploadLine } from './words.ts'

/** The files of a session: all, those on their way, or those that failed. */
export function UploadList({ session, heard, show, onShow }: UploadListProps) {
  const only = show === 'all' ? undefined : show
  const asked = useInfiniteQuery(uploadsQuery(session.id, only))
  const { data, error, refetch } = asked
  const uploads = data?.pages.flatMap(({ items }) => items)
  const positions = new Map(heard?.uploads.map((upload) => [upload.uploadId, upload]))
  return (
    <section aria-label="Files" className="flex flex-col gap-3">
      <div>
        <Segmented<'open' | 'failed' | 'all'>
          label="Which files"
          value={show ?? 'all'}
          onChange={onShow}
          options={[
            { value: 'all', label: 'All' },
            { value: 'open', label: 'On their way' },
            { value: 'failed', label: 'Failed' },
          ]}
        />
      </div>
      {uploads === undefined &&
        (error === null ? <Skeleton className="h-40" /> : <Problem error={error} onRetry={() => void refetch()} />)}
      {uploads?.length === 0 && (
        <p className="rounded-lg border border-line px-4 py-8 text-center text-sm text-balance text-ink-soft">
          {noneOf(session, show)}
        </p>
      )}
      {uploads !== undefined && uploads.length > 0 && (
        <ul aria-label="Files" className="divide-y divide-line rounded-lg border border-line bg-surface">
          {uploads.map((upload) => (
            <li key={upload.id}>
              <Line upload={upload} heard={positions.get(upload.id)} session={session} />
            </li>
          ))}
        </ul>
      )}
      <ShowMore of={asked} />
      {session.failedCount > 0 && !isOver(session) && (
        <p className="text-xs text-ink-faint">
          What failed can be tried again in the tray of the device that sends it.
        </p>
      )}
    </section>
  )
}

type UploadListProps = {
  session: UploadSession
  heard: SessionProgress | undefined
  show: UploadFilter | 'all'
  onShow: (show: 'open' | 'failed' | 'all') => void
}

function noneOf(session: UploadSession, show: UploadFilter | 'all'): string {
  if (show === 'open') return 'Nothing of it is on its way.'
  if (show === 'failed') return session.failedCount === 0 ? 'Nothing failed.' : 'What failed is told for a day.'
  return isOver(session)
    ? 'Its files are told for a day after their end; then only the sums are kept.'
    : 'Nothing has been sent yet.'
}

function Line({
  upload,
  heard,
  session,
}: {
  upload: Upload
  heard: UploadProgress | undefined
  session: UploadSession
}) {
  const isPaused = session.status === 'paused'
  const { status, filename, totalBytes, stage } = upload
  const isMoving = status === 'pending' || status === 'uploading' || status === 'paused'
  const isFailed = status === 'failed'
  const tone = status === 'uploading' && !isPaused ? 'accent' : 'idle'
  const bytes = bytesOf(upload, heard)
  return (
    <div className="flex items-start gap-3 px-3.5 py-2.5">
      <Icon stage={status === 'cancelled' ? 'waiting' : stage} />
      <div className="min-w-0 flex-1">
        <p className="truncate text-sm font-medium" title={filename}>
          {filename}
        </p>
        <p className={cx('tabular text-xs', isFailed ? 'text-danger' : 'text-ink-soft')}>
          {uploadLine(upload, heard, isPaused)}
        </p>
        {isMoving && bytes > 0 && (
          <Progress label={filename} share={Math.min(0.99, bytes / totalBytes)} tone={tone} className="mt-1.5 h-0.5!" />
        )}
      </div>
    </div>
  )
}

function Icon({ stage }: { stage: Upload['stage'] }) {
  if (stage === 'ready') return <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-success" />
  if (stage === 'failed') return <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-danger" />
  if (stage === 'waiting') return <CircleDashed aria-hidden className="mt-0.5 size-4 shrink-0 text-ink-faint" />
  return <Loader aria-hidden className="mt-0.5 size-4 shrink-0 text-accent" />
}
