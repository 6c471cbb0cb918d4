import type { OrganizationSpace } from '@trove/contract/space'
import { useInfiniteQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { formatBytes, formatCount, formatDay, formatShare } from '../lib/format.ts'
import { Badge } from '../ui/Badge.tsx'
import { Problem } from '../ui/Problem.tsx'
import { Progress } from '../ui/Progress.tsx'
import { ShowMore } from '../ui/ShowMore.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { Table } from '../ui/Table.tsx'
import { installationSpaceQuery } from './queries.ts'

const NEARLY_FULL = 0.9

/** What each organization holds, and what is free on the disk. Names of organizations, and none of files. */
export function InstallationSpace() {
  const asked = useInfiniteQuery(installationSpaceQuery)
  const { data, error } = asked
  if (data === undefined)
    return error === null ? (
      <Skeleton className="h-40" />
    ) : (
      <Problem error={error} onRetry={() => void asked.refetch()} />
    )
  const [first] = data.pages
  const organizations = data.pages.flatMap(({ items }) => items)
  return (
    <div className="flex flex-col gap-6">
      {first !== undefined && <Sums {...first} />}
      <Table
        label="Organizations"
        rows={organizations}
        keyOf={({ organizationId }) => organizationId}
        columns={[
          { title: 'Name', cell: (organization) => <Named organization={organization} /> },
          {
            title: 'Used',
            className: 'min-w-36 sm:w-52',
            cell: (organization) => <Used organization={organization} />,
          },
          {
            title: 'Kept in all',
            className: 'max-sm:hidden tabular whitespace-nowrap text-right',
            cell: ({ heldBytes }) => (heldBytes === undefined ? '–' : formatBytes(heldBytes)),
          },
          {
            title: 'Saved',
            className: 'max-sm:hidden tabular whitespace-nowrap text-right text-ink-soft',
            cell: ({ deduplicatedBytes }) => (deduplicatedBytes === undefined ? '–' : formatBytes(deduplicatedBytes)),
          },
        ]}
      />
      {error !== null && <Problem error={error} shape="line" />}
      <ShowMore of={asked} />
    </div>
  )
}

type SumsProps = { usedBytes: number; limitBytes: number; disk?: { freeBytes: number; totalBytes: number } }

function Sums({ usedBytes, limitBytes, disk }: SumsProps) {
  const full = disk === undefined ? 0 : 1 - disk.freeBytes / Math.max(1, disk.totalBytes)
  return (
    <dl className="grid gap-4 sm:grid-cols-3">
      <Sum name="Used by all" value={formatBytes(usedBytes)} />
      <Sum name="Promised to all" value={formatBytes(limitBytes)} />
      {disk !== undefined && (
        <Sum name="Free on the disk" value={formatBytes(disk.freeBytes)}>
          <Progress label="Disk" share={full} tone={full >= NEARLY_FULL ? 'danger' : 'accent'} className="mt-2" />
          <span className="tabular mt-1 block text-xs font-normal text-ink-faint">
            {formatShare(disk.totalBytes - disk.freeBytes, disk.totalBytes)} of {formatBytes(disk.totalBytes)} taken
          </span>
        </Sum>
      )}
    </dl>
  )
}

function Sum({ name, value, children }: { name: string; value: string; children?: ReactNode }) {
  return (
    <div className="rounded-lg border border-line bg-surface px-4 py-3">
      <dt className="text-xs text-ink-faint">{name}</dt>
      <dd className="tabular text-lg font-semibold">
        {value}
        {children}
      </dd>
    </div>
  )
}

function Named({ organization: { name, fileCount, isReadOnly, measuredAt } }: { organization: OrganizationSpace }) {
  return (
    <span className="block min-w-0">
      <span className="flex flex-wrap items-center gap-x-2 font-medium">
        {name}
        {isReadOnly && <Badge tone="danger">Over its limit</Badge>}
      </span>
      <span className="block text-xs text-ink-faint">
        {formatCount(fileCount, 'file')}
        {measuredAt !== undefined && ` · measured ${formatDay(measuredAt)}`}
      </span>
    </span>
  )
}

function Used({ organization: { name, usedBytes, reservedBytes, limitBytes } }: { organization: OrganizationSpace }) {
  const share = limitBytes === 0 ? 1 : (usedBytes + reservedBytes) / limitBytes
  return (
    <span className="flex flex-col gap-1.5">
      <Progress
        label={`Storage used by ${name}`}
        share={share}
        tone={share >= 1 ? 'danger' : share >= NEARLY_FULL ? 'warning' : 'accent'}
      />
      <span className="tabular text-xs whitespace-nowrap text-ink-soft">
        {formatBytes(usedBytes)} of {formatBytes(limitBytes)}
      </span>
    </span>
  )
}
