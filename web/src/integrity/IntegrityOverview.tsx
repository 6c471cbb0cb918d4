import type { Integrity } from '@trove/contract/integrity'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { formatBytes, formatCount, formatDateTime } from '../lib/format.ts'
import { Problem } from '../ui/Problem.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { Table } from '../ui/Table.tsx'
import { integrityQuery } from './queries.ts'
import { foundBy, paceSentence } from './words.ts'

/** How well stored bytes are known to be what was uploaded, and what was read last. */
export function IntegrityOverview() {
  const { data, error, refetch } = useQuery(integrityQuery)
  if (data === undefined)
    return error === null ? <Skeleton className="h-40" /> : <Problem error={error} onRetry={() => void refetch()} />
  return (
    <div className="flex flex-col gap-6">
      <dl className="grid gap-4 sm:grid-cols-3">
        <Sum name="Damaged" value={String(data.damaged)} isBad={data.damaged > 0}>
          of {formatCount(data.blobs, 'original')}, {formatBytes(data.bytes)}
        </Sum>
        <Sum name="Not read again yet" value={String(data.neverRead)}>
          since they came
        </Sum>
        <Sum name="Oldest reading" value={data.oldestReadAt === undefined ? '–' : formatDateTime(data.oldestReadAt)}>
          at most {formatBytes(data.bytesPerSecond)} a second
        </Sum>
      </dl>
      <p className="text-sm text-ink-soft">{paceSentence(data)}</p>
      {data.tiers !== undefined && <Tiers tiers={data.tiers} />}
      <Runs runs={data.runs} />
    </div>
  )
}

type SumProps = { name: string; value: string; isBad?: boolean; children: ReactNode }

function Sum({ name, value, isBad = false, children }: SumProps) {
  return (
    <div className="rounded-lg border border-line bg-surface p-4">
      <dt className="text-xs text-ink-faint">{name}</dt>
      <dd className={isBad ? 'tabular mt-1 text-lg font-semibold text-danger' : 'tabular mt-1 text-lg font-semibold'}>
        {value}
        <span className="block text-xs font-normal text-ink-faint">{children}</span>
      </dd>
    </div>
  )
}

function Tiers({ tiers }: { tiers: NonNullable<Integrity['tiers']> }) {
  const { afterDays, reads, coldBlobs, coldBytes, underWay } = tiers
  return (
    <p className="text-sm text-ink-soft">
      {formatCount(coldBlobs, 'original')}, {formatBytes(coldBytes)}, {coldBlobs === 1 ? 'is' : 'are'} in cold storage,
      where originals go that nobody has fetched for {formatCount(afterDays, 'day')}.{' '}
      {reads === 'direct'
        ? 'They are read there and brought back afterwards.'
        : 'They are brought back before they are read.'}
      {underWay > 0 && ` ${formatCount(underWay, 'original')} on the way back.`}
    </p>
  )
}

function Runs({ runs }: Pick<Integrity, 'runs'>) {
  if (runs.length === 0)
    return (
      <p className="rounded-lg border border-line px-4 py-8 text-center text-sm text-balance text-ink-soft">
        Nothing has been read again yet. It is done each night, and by trove verify.
      </p>
    )
  return (
    <Table
      label="Readings"
      rows={runs}
      keyOf={({ id }) => id}
      columns={[
        {
          title: 'Began',
          cell: ({ beganAt, kind, isSample }) => (
            <>
              {formatDateTime(beganAt)}
              <span className="block text-xs text-ink-faint">
                {kind === 'nightly' ? 'By the clock' : isSample ? 'By command, a part' : 'By command'}
              </span>
            </>
          ),
        },
        {
          title: 'Read',
          className: 'tabular max-sm:hidden whitespace-nowrap text-right',
          cell: ({ blobs, bytes }) => (
            <>
              {formatBytes(bytes)}
              <span className="block text-xs text-ink-faint">{formatCount(blobs, 'original')}</span>
            </>
          ),
        },
        { title: 'Found', cell: (run) => foundBy(run) },
      ]}
    />
  )
}
