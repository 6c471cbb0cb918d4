import { spaceDimensions, type Space, type SpaceDimension, type SpaceShare } from '@trove/contract/space'
import { useInfiniteQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { formatBytes, formatCount } from '../lib/format.ts'
import { Badge } from '../ui/Badge.tsx'
import { Problem } from '../ui/Problem.tsx'
import { Segmented } from '../ui/Segmented.tsx'
import { ShowMore } from '../ui/ShowMore.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { sharesQuery } from './queries.ts'
import { dimensionNames } from './words.ts'

/**
 * What takes the room, biggest first.
 *
 * @param linkTo  leads to the file, person or folder; undefined: there is nowhere to go
 */
export function SpaceShares({ space, by, onBy, linkTo, kindNames }: SpaceSharesProps) {
  const isSupervisor = space.parts !== undefined
  const shown = isSupervisor ? by : 'file'
  const asked = useInfiniteQuery(sharesQuery(space.organizationId, shown, space.measuredAt))
  const shares = asked.data?.pages.flatMap(({ items }) => items)
  return (
    <div className="flex flex-col gap-3">
      {isSupervisor && (
        <div>
          <Segmented
            label="By what"
            value={shown}
            options={spaceDimensions.map((value) => ({ value, label: dimensionNames[value] }))}
            onChange={onBy}
          />
        </div>
      )}
      {shares === undefined && asked.error === null && <Waiting />}
      {asked.error !== null && <Problem error={asked.error} onRetry={() => void asked.refetch()} shape="line" />}
      {shares?.length === 0 && (
        <p className="rounded-lg border border-line px-4 py-8 text-center text-sm text-ink-soft">
          Nothing takes any room yet.
        </p>
      )}
      {shares !== undefined && shares.length > 0 && (
        <ol
          aria-label={dimensionNames[shown]}
          className="divide-y divide-line rounded-lg border border-line bg-surface"
        >
          {shares.map((share) => (
            <Share
              key={share.key}
              share={share}
              by={shown}
              biggest={shares[0]?.bytes ?? 1}
              linkTo={linkTo}
              kindNames={kindNames}
            />
          ))}
        </ol>
      )}
      <ShowMore of={asked} />
    </div>
  )
}

export type LinkTo = (by: SpaceDimension, share: SpaceShare, children: ReactNode) => ReactNode

type SpaceSharesProps = {
  space: Space
  by: SpaceDimension
  onBy: (by: SpaceDimension) => void
  linkTo: LinkTo
  kindNames: Readonly<Record<string, string>>
}

function Share({ share, by, biggest, linkTo, kindNames }: ShareProps) {
  const { bytes, fileCount, ownerName, isTrashed } = share
  const name = by === 'kind' ? (kindNames[share.key] ?? share.key) : nameOf(share, by)
  return (
    <li className="px-4 py-2.5 text-sm">
      <span className="flex items-baseline gap-3">
        <span className="flex min-w-0 flex-1 items-baseline gap-2">
          <span className="truncate font-medium">{linkTo(by, share, name)}</span>
          {isTrashed === true && <Badge tone="warning">In the trash</Badge>}
        </span>
        <span className="tabular whitespace-nowrap">{formatBytes(bytes)}</span>
      </span>
      <span className="mt-1.5 flex items-center gap-3">
        <span aria-hidden className="h-1 flex-1 overflow-hidden rounded-full bg-active">
          <span
            className="block h-full rounded-full bg-accent"
            style={{ width: `${biggest === 0 ? 0 : Math.max(0.5, (bytes / biggest) * 100)}%` }}
          />
        </span>
        <span className="w-24 truncate text-right text-xs text-ink-faint">
          {by === 'file' ? (ownerName ?? '') : formatCount(fileCount, 'file')}
        </span>
      </span>
    </li>
  )
}

type ShareProps = Pick<SpaceSharesProps, 'by' | 'linkTo' | 'kindNames'> & { share: SpaceShare; biggest: number }

function nameOf({ key, name }: SpaceShare, by: SpaceDimension): string {
  if (by === 'folder' && key === 'top') return 'In no folder'
  return name ?? (by === 'person' ? 'Somebody who has gone' : 'Deleted since')
}

function Waiting() {
  return (
    <div aria-hidden className="flex flex-col gap-2">
      {[0, 1, 2].map((i) => (
        <Skeleton key={i} className="h-12" />
      ))}
    </div>
  )
}
