import { severities, type Severity } from '@trove/contract/audit'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { Segmented } from '../ui/Segmented.tsx'
import { ExportMenu } from './FilterFields.tsx'
import { Pages } from './Pages.tsx'
import { securityExportUrl, securityQuery, useMarkSeen, type SecurityFilter } from './queries.ts'
import { SecurityLine } from './SecurityLine.tsx'

const NAMES: Record<Severity, string> = { info: 'Info', warning: 'Warnings', critical: 'Critical' }

/** What happened to accounts and sessions of the installation. For its administrator, who has then looked at it. */
export function SecurityEvents({ filter, onFilter }: SecurityEventsProps) {
  const asked = useInfiniteQuery({ ...securityQuery(filter), placeholderData: keepPreviousData })
  const { mutate: markSeen } = useMarkSeen()
  const isShown = asked.data !== undefined
  useEffect(() => {
    if (isShown) markSeen()
  }, [isShown, markSeen])
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <Segmented
          label="How serious"
          value={filter.severity ?? 'all'}
          options={[{ value: 'all', label: 'All' }, ...severities.map((value) => ({ value, label: NAMES[value] }))]}
          onChange={(value) => onFilter({ ...filter, severity: value === 'all' ? undefined : value })}
        />
        <ExportMenu urlOf={(format) => securityExportUrl(filter, format)} />
      </div>
      <Pages label="Security events" asked={asked} none="Nothing of this kind has happened.">
        {(event) => <SecurityLine key={event.id} event={event} whose="anybody" />}
      </Pages>
    </div>
  )
}

type SecurityEventsProps = { filter: SecurityFilter; onFilter: (filter: SecurityFilter) => void }
