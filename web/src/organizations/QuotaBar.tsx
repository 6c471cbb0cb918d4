import type { Quota } from '@trove/contract/organizations'
import { formatBytes, formatCount, formatShare } from '../lib/format.ts'
import { Progress } from '../ui/Progress.tsx'

const NEARLY_FULL = 0.9

/** How much room is taken, and by what. */
export function QuotaBar({ quota, size = 'full' }: { quota: Quota; size?: 'full' | 'line' }) {
  const { usedBytes, limitBytes, reservedBytes, fileCount } = quota
  const taken = usedBytes + reservedBytes
  const share = limitBytes === 0 ? 1 : taken / limitBytes
  const tone = share >= 1 ? 'danger' : share >= NEARLY_FULL ? 'warning' : 'accent'
  return (
    <div className="flex flex-col gap-1.5">
      <Progress label="Storage used" share={share} tone={tone} className={size === 'full' ? 'h-1.5!' : ''} />
      <p className="tabular flex flex-wrap justify-between gap-x-3 text-xs text-ink-soft">
        <span>
          {formatBytes(usedBytes)} of {formatBytes(limitBytes)}
        </span>
        {size === 'full' && (
          <span>
            {formatShare(Math.min(taken, limitBytes), limitBytes)} · {formatCount(fileCount, 'file')}
            {reservedBytes > 0 ? ` · ${formatBytes(reservedBytes)} reserved for uploads` : ''}
          </span>
        )}
      </p>
      {share >= 1 && size === 'full' && (
        <p className="text-xs text-danger">
          There is no room left. Files can be seen and downloaded, but none can be added until some are erased or the
          limit is raised.
        </p>
      )}
    </div>
  )
}
