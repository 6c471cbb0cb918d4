import type { Changed, PassedOverReason } from '@trove/contract/file-changes'
import { formatCount } from '../../lib/format.ts'

const REASONS: Record<PassedOverReason, (files: string) => string> = {
  'not-found': (files) => `${files} not there any more`,
  'not-allowed': (files) => `${files} not yours to change`,
  'in-trash': (files) => `${files} in the trash`,
  unchanged: (files) => `${files} so already`,
  full: (files) => `${files} with as many tags as there may be`,
  'changed-since': (files) => `${files} changed by somebody since`,
}

/** What was left as it was, and why: `Passed over: 2 files not yours to change, 1 file in the trash.` */
export function passedOverWords(passedOver: Changed['passedOver']): string | undefined {
  const sums = new Map<PassedOverReason, number>()
  for (const { reason, count } of passedOver) sums.set(reason, (sums.get(reason) ?? 0) + count)
  if (sums.size === 0) return undefined
  return `Passed over: ${[...sums].map(([reason, count]) => REASONS[reason](formatCount(count, 'file'))).join(', ')}.`
}
