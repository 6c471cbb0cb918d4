import type { Damage } from '@trove/contract/files'
import type { Integrity, Verification } from '@trove/contract/integrity'
import { formatCount } from '../lib/format.ts'

export const DAMAGE_NAMES: Record<Damage, string> = { missing: 'Missing', changed: 'Changed', unreadable: 'Unreadable' }

/** What a reading found, in a few words. */
export function foundBy({ endedAt, damaged, healed, lostVariants, orphans }: Verification): string {
  const found = [
    ...(damaged > 0 ? [`${damaged} damaged`] : []),
    ...(healed > 0 ? [`${healed} mended`] : []),
    ...(lostVariants > 0 ? [`${formatCount(lostVariants, 'preview')} lost, made again`] : []),
    ...(orphans !== undefined && orphans > 0 ? [`${formatCount(orphans, 'object')} without a file`] : []),
  ]
  if (found.length > 0) return found.join(', ')
  return endedAt === undefined ? 'Nothing so far' : 'All well'
}

/** Whether everything is read as often as it should be. */
export function paceSentence({ blobs, nights, everyDays }: Integrity): string {
  if (blobs === 0) return 'Nothing is stored yet.'
  const takes = nights <= 1 ? 'one night' : `${nights} nights`
  return nights <= everyDays
    ? `Each night what was not read for ${everyDays} days is read again; reading all of it takes ${takes}.`
    : `Reading all of it takes ${takes} at this rate, longer than the ${everyDays} days it should: raise VERIFY_BYTES_PER_SECOND or VERIFY_EVERY_DAYS.`
}
