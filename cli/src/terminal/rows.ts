import type { File } from '@trove/contract/files'
import { formatBytes, formatDate, printable } from './text.ts'

/** What a line shows; the last cell is the name, which may be of any width. */
export type Row = { short: readonly string[]; long: readonly string[]; json: unknown }

export function fileRow(file: File): Row {
  const { id, name, createdAt, createdBy, sizeBytes, mediaType, sha256, status } = file
  const size = formatBytes(sizeBytes)
  const at = formatDate(createdAt)
  return {
    short: [size, at, printable(name)],
    long: [size, at, mediaType, printable(createdBy.name), id, printable(name)],
    json: { kind: 'file', id, name, sizeBytes, mediaType, sha256, status, createdAt, createdBy },
  }
}

/** Cells under each other; the first, which is a number, to the right. */
export function columnsOf(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = []
  for (const row of rows) for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length)
  return rows.map((row) =>
    row
      .map((cell, at) => {
        if (at === row.length - 1) return cell
        return at === 0 ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0)
      })
      .join('  '),
  )
}
