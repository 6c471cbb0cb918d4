import { useQuery } from '@tanstack/react-query'
import { ShieldAlert, ShieldCheck, ShieldOff } from 'lucide-react'
import { Badge } from '../ui/Badge.tsx'
import { Problem } from '../ui/Problem.tsx'
import { Skeleton } from '../ui/Skeleton.tsx'
import { scanningQuery } from './queries.ts'
import { countsOf, scannerWords } from './words.ts'

const ICONS = { success: ShieldCheck, warning: ShieldAlert, plain: ShieldOff }
const COLOURS = { success: 'text-success', warning: 'text-warning', plain: 'text-ink-faint' }

/** Whether files are scanned, by what, and how many stand how. */
export function ScannerState({ organizationId }: { organizationId: string }) {
  const { data, error, refetch } = useQuery(scanningQuery(organizationId))
  if (data === undefined)
    return error === null ? <Skeleton className="h-16" /> : <Problem error={error} onRetry={() => void refetch()} />
  const { tone, name, detail } = scannerWords(data)
  const Icon = ICONS[tone]
  const counts = countsOf(data)
  return (
    <div className="flex gap-3 rounded-lg border border-line bg-surface p-4">
      <Icon aria-hidden className={`mt-0.5 size-5 shrink-0 ${COLOURS[tone]}`} />
      <div className="min-w-0 flex-1">
        <p className="text-base font-medium">{name}</p>
        <p className="mt-0.5 text-sm text-ink-soft">{detail}</p>
        {counts.length > 0 && (
          <p className="mt-2 flex flex-wrap gap-1.5">
            {counts.map((count) => (
              <Badge key={count}>{count}</Badge>
            ))}
          </p>
        )}
      </div>
    </div>
  )
}
