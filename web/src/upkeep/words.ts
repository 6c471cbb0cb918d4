import type { UpkeepRun, UpkeepTallied } from '@trove/contract/upkeep'
import { formatBytes } from '../lib/format.ts'

/** `3 uploads ended`, `1.2 MB of room set free`. */
export const tallied = ({ what, count, unit }: UpkeepTallied): string =>
  `${unit === 'bytes' ? formatBytes(count) : count.toLocaleString()} ${what}`

/** What a run did or found, in a line; what came to nothing is left out. */
export function outcomeOf({ tally, isDryRun, failure }: UpkeepRun): string {
  if (failure !== undefined) return failure
  const found = tally.filter(({ count }) => count > 0).map(tallied)
  if (found.length === 0) return isDryRun ? 'It would do nothing.' : 'There was nothing to do.'
  return isDryRun ? `It would be: ${found.join(', ')}.` : `${found.join(', ')}.`
}

export const hasFault = ({ state, tally }: UpkeepRun): boolean =>
  state === 'failed' || tally.some(({ isFault, count }) => isFault === true && count > 0)

/** `0.2 s`, `14 s`, `2 min`. */
export function tookOf({ beganAt, endedAt }: Pick<UpkeepRun, 'beganAt' | 'endedAt'>): string | undefined {
  if (beganAt === undefined || endedAt === undefined) return undefined
  const seconds = Math.max(0, Date.parse(endedAt) - Date.parse(beganAt)) / 1000
  if (seconds < 10) return `${seconds.toLocaleString(undefined, { maximumFractionDigits: 1 })} s`
  if (seconds < 90) return `${Math.round(seconds)} s`
  return seconds < 5400
    ? `${Math.round(seconds / 60)} min`
    : `${(seconds / 3600).toLocaleString(undefined, { maximumFractionDigits: 1 })} h`
}

/** When the clock starts it, as one would say it. Hours are told where the reader is. */
export function everyOf(cron: string, nextAt: string): string {
  const [minute = '', hour = ''] = cron.split(' ')
  if (minute === '*') return 'Every minute'
  if (minute.startsWith('*/')) return `Every ${minute.slice(2)} minutes`
  if (hour === '*') return 'Every hour'
  if (hour.startsWith('*/')) return `Every ${hour.slice(2)} hours`
  const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' }).format(new Date(nextAt))
  return cron.endsWith(' * * *') ? `Every day at ${time}` : `Next on ${new Date(nextAt).toLocaleDateString()}`
}
