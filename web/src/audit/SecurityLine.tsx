import type { SecurityEvent, Severity } from '@trove/contract/audit'
import { Info, OctagonAlert, TriangleAlert } from 'lucide-react'
import { formatDateTime } from '../lib/format.ts'
import { Badge } from '../ui/Badge.tsx'
import { agentName, eventName, factsOf, withoutIds } from './words.ts'

const MARKS: Record<Severity, { Icon: typeof Info; className: string }> = {
  info: { Icon: Info, className: 'bg-active text-ink-soft' },
  warning: { Icon: TriangleAlert, className: 'bg-warning-soft text-warning' },
  critical: { Icon: OctagonAlert, className: 'bg-danger-soft text-danger' },
}

/** One security event. `own`: whose account it is goes without saying. */
export function SecurityLine({ event, whose }: { event: SecurityEvent; whose: 'own' | 'anybody' }) {
  const { severity, kind, person, doneBy, at, ip, userAgent } = event
  const { Icon, className } = MARKS[severity]
  const facts = withoutIds(factsOf(event))
  return (
    <li className="flex items-start gap-3 px-3 py-2 sm:px-4">
      <span className={`flex size-7 shrink-0 items-center justify-center rounded-full ${className}`}>
        <Icon aria-hidden className="size-4" />
      </span>
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2 text-sm font-medium wrap-anywhere">
          {eventName(kind)}
          {severity === 'critical' && <Badge tone="danger">Critical</Badge>}
        </p>
        <p className="text-xs text-ink-faint wrap-anywhere">
          <time dateTime={at} className="tabular">
            {formatDateTime(at)}
          </time>
          {whose === 'anybody' && person !== undefined && ` · ${person.name === '' ? 'a closed account' : person.name}`}
          {doneBy !== undefined && ` · by ${doneBy.name === '' ? 'a closed account' : doneBy.name}`}
          {ip !== undefined && <span className="tabular"> · {ip}</span>}
          {userAgent !== undefined && ` · ${agentName(userAgent)}`}
        </p>
        {facts.length > 0 && (
          <p className="text-xs text-ink-faint wrap-anywhere">
            {facts.map(({ name, value }) => `${name}: ${value}`).join(' · ')}
          </p>
        )}
      </div>
    </li>
  )
}
