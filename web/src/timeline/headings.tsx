import { memo } from 'react'
import { formatMonth } from '../lib/format.ts'

const long = new Intl.DateTimeFormat(undefined, {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  timeZone: 'UTC',
})
const short = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' })

/** Of a day `2026-05-04`, a month `2026-05` or a year `2026`, in words. */
export function nameOf(heading: string): string {
  if (heading.length === 4) return heading
  return heading.length === 7 ? formatMonth(heading) : long.format(noonOf(heading))
}

/** What the scroll bar says: years at its marks, and where one is; that in words only where it is shown, for there are thousands of days. */
export const scrubLabel = (heading: string) => ({
  tick: heading.slice(0, 4),
  get bubble() {
    return heading.length === 10 ? short.format(noonOf(heading)) : nameOf(heading)
  },
})

/** Days are those of a calendar on the wall: no zone moves them. */
const noonOf = (day: string) => new Date(`${day}T12:00:00Z`)

/** Stands over what happened on a day, in a month or in a year. */
export const TimeHeading = memo(function TimeHeading({ heading }: { heading: string }) {
  return (
    <div role="rowheader" className="flex h-full items-end pb-1.5 text-base font-semibold max-sm:px-2">
      {nameOf(heading)}
    </div>
  )
})

export const renderHeading = (heading: string) => <TimeHeading heading={heading} />
