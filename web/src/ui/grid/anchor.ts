import { rowOf, rowsBetween, type Plan } from './plan.ts'

export type Keyed = { keyOf: (index: number) => string | undefined; indexOf: (key: string) => number | undefined }

/** The cell that is held where it is: by what is in it as soon as that is known, by its number until then. */
export type Anchor = {
  key: string | undefined
  index: number
  /** From the top of what is seen to its row, in CSS pixels. */
  offset: number
  /** Of its row when it was taken hold of, in CSS pixels. */
  height: number
}

/** So much of a row must be in sight, in CSS pixels, for it to be what somebody looks at. */
const SEEN = 4

/** The first cell in sight. */
export function anchorAt(plan: Plan, top: number, { keyOf }: Pick<Keyed, 'keyOf'>): Anchor | undefined {
  const rows = rowsBetween(plan, top, top + plan.frame.headingHeight + 8)
  const row = rows.find((one) => one.top + one.row.height > top + SEEN) ?? rows[0]
  if (row === undefined) return undefined
  const index = row.placed.start + row.row.first
  return { key: keyOf(index), index, offset: row.top - top, height: row.row.height }
}

/** The same cell among what there is now. Where it has left, what has taken its place is held. */
export function followed(anchor: Anchor, { keyOf, indexOf }: Keyed): Anchor {
  const index = (anchor.key === undefined ? undefined : indexOf(anchor.key)) ?? anchor.index
  return { ...anchor, key: keyOf(index) ?? anchor.key, index }
}

/** Where to scroll to, in CSS pixels from the top of the grid, for a cell to be where it was seen. */
export function topFor(plan: Plan, { index, offset, height }: Anchor): number {
  const row = rowOf(plan, Math.min(index, plan.count - 1))
  if (row === undefined) return 0
  // Of a row that has become lower, as by showing more at once, as large a part stays in sight.
  return row.top - (offset < 0 ? (offset * row.row.height) / height : offset)
}
