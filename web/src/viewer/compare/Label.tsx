import type { FileDetails } from '@trove/contract/files'
import { cx } from '../../lib/cx.ts'

/** Which of the two it is: its name, and when it happened by the clock of the place. */
export function Label({ file, side = 'left' }: { file: FileDetails; side?: 'left' | 'right' }) {
  const happened = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' })
  return (
    <p
      className={cx(
        'pointer-events-none absolute bottom-3 max-w-[calc(50%-16px)] rounded-md bg-black/65 px-2.5 py-1.5 text-xs text-white',
        side === 'left' ? 'left-3' : 'right-3 text-right',
      )}
    >
      <span className="block truncate font-medium">
        <bdi>{file.name}</bdi>
      </span>
      <time dateTime={file.happenedAt} className="tabular text-white/85">
        {happened.format(new Date(`${file.happenedAt.slice(0, 19)}Z`))}
      </time>
    </p>
  )
}
