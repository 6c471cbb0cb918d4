import { MOST_COUNTED, type StepQueue } from '@trove/contract/processing-console'

/** `3`, `10,000 or more`. */
export const counted = (count: number): string =>
  count >= MOST_COUNTED ? `${MOST_COUNTED.toLocaleString()} or more` : count.toLocaleString()

/** How long the oldest has waited, as one would say it. */
export function waitedFor(oldestAt: string, nowMs = Date.now()): string {
  const seconds = Math.max(0, Math.round((nowMs - Date.parse(oldestAt)) / 1000))
  if (seconds < 90) return `${seconds} s`
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} days`
}

/** How fast it goes: `12 a minute, 480 in the last hour`. */
export function rateOf({ doneInMinute, doneInHour, failedInHour }: StepQueue): string {
  if (doneInHour === 0 && failedInHour === 0) return 'Nothing in the last hour'
  const failed = failedInHour === 0 ? '' : `, ${failedInHour.toLocaleString()} failed`
  return `${doneInMinute.toLocaleString()} in the last minute, ${doneInHour.toLocaleString()} in the last hour${failed}`
}
