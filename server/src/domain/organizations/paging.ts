import { isId } from '../../platform/ids.ts'
import { Problem } from '../../platform/problem.ts'

export type PageQuery = { limit?: number; cursor?: string }
export type Wanted = { limit: number; after?: string }

const PAGE = 50

/** What to read for a page: one row more than it has, which tells whether there is another. @throws invalid-request */
export function wantedOf({ limit = PAGE, cursor }: PageQuery): Wanted {
  if (cursor === undefined) return { limit: limit + 1 }
  if (!isId(cursor)) throw new Problem('invalid-request', 'The cursor must be the `next` of a page before.')
  return { limit: limit + 1, after: cursor }
}

export function pageOf<T>(rows: readonly T[], wanted: Wanted, idOf: (row: T) => string): { items: T[]; next?: string } {
  const items = rows.slice(0, wanted.limit - 1)
  const last = items.at(-1)
  return { items, ...(rows.length >= wanted.limit && last !== undefined && { next: idOf(last) }) }
}
