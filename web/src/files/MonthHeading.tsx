import { formatMonth } from '../lib/format.ts'

/** Stands over the files of a month. */
export function MonthHeading({ month }: { month: string }) {
  return (
    <div role="rowheader" className="flex h-full items-end pb-2 text-base font-semibold max-sm:px-2">
      {month === '' ? 'Earlier' : formatMonth(month)}
    </div>
  )
}
