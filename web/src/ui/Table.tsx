import type { ReactNode } from 'react'
import { cx } from '../lib/cx.ts'

/** A short list in columns. Long lists are virtual and draw themselves. */
export function Table<T>({ label, columns, rows, keyOf }: TableProps<T>) {
  return (
    <div className="overflow-x-auto rounded-lg border border-line bg-surface">
      <table aria-label={label} className="w-full border-collapse text-left text-sm">
        <thead>
          <tr className="border-b border-line">
            {columns.map((column) => (
              <th
                key={column.title}
                scope="col"
                className={cx('px-4 py-2 text-xs font-medium whitespace-nowrap text-ink-faint', column.className)}
              >
                {column.hidesTitle === true ? <span className="sr-only">{column.title}</span> : column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)} className="border-b border-line last:border-0">
              {columns.map((column) => (
                <td key={column.title} className={cx('px-4 py-2 align-middle', column.className)}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

export type Column<T> = { title: string; hidesTitle?: boolean; className?: string; cell: (row: T) => ReactNode }

type TableProps<T> = { label: string; columns: readonly Column<T>[]; rows: readonly T[]; keyOf: (row: T) => string }
