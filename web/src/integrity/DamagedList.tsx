import type { DamagedBlob } from '@trove/contract/integrity'
import { useInfiniteQuery } from '@tanstack/react-query'
import { formatBytes, formatCount, formatDateTime } from '../lib/format.ts'
import { sentenceOf } from '../lib/problem.ts'
import { Badge } from '../ui/Badge.tsx'
import { Button } from '../ui/Button.tsx'
import { Problem } from '../ui/Problem.tsx'
import { ShowMore } from '../ui/ShowMore.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { toast } from '../ui/toast.ts'
import { damagedQuery, useVerifyBlob } from './queries.ts'
import { DAMAGE_NAMES } from './words.ts'

/** What is damaged, whose it is, and how many files have it. */
export function DamagedList() {
  const asked = useInfiniteQuery(damagedQuery)
  const { data, error, refetch } = asked
  const blobs = data?.pages.flatMap(({ items }) => items)
  if (blobs === undefined)
    return error === null ? <Skeleton className="h-24" /> : <Problem error={error} onRetry={() => void refetch()} />
  if (blobs.length === 0)
    return (
      <p className="rounded-lg border border-line px-4 py-8 text-center text-sm text-balance text-ink-soft">
        Nothing that was read is damaged.
      </p>
    )
  return (
    <div className="flex flex-col gap-3">
      <ul aria-label="Damaged originals" className="divide-y divide-line rounded-lg border border-line bg-surface">
        {blobs.map((blob) => (
          <DamagedLine key={blob.blobId} blob={blob} />
        ))}
      </ul>
      <ShowMore of={asked} />
    </div>
  )
}

function DamagedLine({ blob }: { blob: DamagedBlob }) {
  const again = useVerifyBlob()
  const { damage, organization, sizeBytes, mediaType, fileCount, files, damagedAt, verifiedAt, blobId } = blob
  const others = fileCount - files.length
  const named = files.map(({ name }) => name).join(', ')
  const verify = () =>
    again.mutate(blobId, {
      onSuccess: () => toast({ title: 'It is being read again' }),
      onError: (error) => toast({ tone: 'danger', title: 'It was not read again', detail: sentenceOf(error) }),
    })
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-2 px-4 py-3 text-sm">
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-2">
          <Badge tone="danger">{DAMAGE_NAMES[damage]}</Badge>
          <span className="font-medium break-words">{organization.name}</span>
          <span className="tabular text-ink-soft">
            {formatBytes(sizeBytes)} · {mediaType}
          </span>
        </p>
        <p className="mt-1 break-words text-ink-soft">
          {named === '' ? formatCount(fileCount, 'file') : others > 0 ? `${named} and ${others} more` : named}
          {fileCount === 1 ? ' has' : ' have'} these bytes. Uploading them again mends {fileCount === 1 ? 'it' : 'them'}
          .
        </p>
        <p className="tabular mt-1 text-xs text-ink-faint">
          Found {formatDateTime(damagedAt)} · read last {formatDateTime(verifiedAt)} · {blobId}
        </p>
      </div>
      <Button size="small" isBusy={again.isPending} onClick={verify}>
        Read it again
      </Button>
    </li>
  )
}
