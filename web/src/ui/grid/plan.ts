import { layoutSection, type Frame, type Row, type Section, type SectionLayout } from './layout.ts'

/** A section in its place. `top` is where its heading (or its first row) begins; `start` is the index of its first box. */
export type Placed = {
  section: Section
  layout: SectionLayout
  top: number
  bodyTop: number
  height: number
  start: number
}

/** The whole grid: every section placed, so that any index has a position and any position an index. */
export type Plan = { placed: readonly Placed[]; height: number; count: number; frame: Frame }

type Remembered = { frame: Frame; layout: SectionLayout }
const known = new WeakMap<Section, Remembered>()
/** Sections of which nothing is known look alike when they are of one size: laid out once. */
const unknownIn = new WeakMap<Frame, Map<string, SectionLayout>>()

export function planOf(sections: readonly Section[], frame: Frame): Plan {
  const placed: Placed[] = []
  const unknownBySize = unknownIn.get(frame) ?? new Map<string, SectionLayout>()
  unknownIn.set(frame, unknownBySize)
  let top = frame.leadHeight ?? 0
  let start = 0
  for (const section of sections) {
    const layout = section.aspects.length === 0 ? unknown(section, frame, unknownBySize) : remembered(section, frame)
    const heading = section.heading === undefined ? 0 : frame.headingHeight
    const height = heading + layout.height
    placed.push({ section, layout, top, bodyTop: top + heading, height, start })
    top += height
    start += section.size
  }
  return { placed, height: top, count: start, frame }
}

function remembered(section: Section, frame: Frame): SectionLayout {
  const found = known.get(section)
  if (found?.frame === frame) return found.layout
  const layout = layoutSection(section, frame)
  known.set(section, { frame, layout })
  return layout
}

function unknown(section: Section, frame: Frame, bySize: Map<string, SectionLayout>): SectionLayout {
  const key = `${section.size}${section.isLast ? '.' : ''}`
  const found = bySize.get(key) ?? layoutSection(section, frame)
  bySize.set(key, found)
  return found
}

/** The section at a height. */
export function placedAt(plan: Plan, y: number): number {
  return search(plan.placed.length, (i) => (plan.placed[i]?.top ?? 0) <= y)
}

/** The section that holds an index. */
export function placedOf(plan: Plan, index: number): Placed | undefined {
  return plan.placed[search(plan.placed.length, (i) => (plan.placed[i]?.start ?? 0) <= index)]
}

export type PlacedRow = { placed: Placed; row: Row; top: number }

/** The row that holds an index, and where it stands. */
export function rowOf(plan: Plan, index: number): PlacedRow | undefined {
  const placed = placedOf(plan, index)
  if (placed === undefined) return undefined
  const within = index - placed.start
  const row =
    placed.layout.rows[search(placed.layout.rows.length, (i) => (placed.layout.rows[i]?.first ?? 0) <= within)]
  return row === undefined ? undefined : { placed, row, top: placed.bodyTop + row.y }
}

/** Rows that touch a stretch, from the top down. */
export function rowsBetween(plan: Plan, from: number, to: number): PlacedRow[] {
  const rows: PlacedRow[] = []
  for (let i = Math.max(0, placedAt(plan, from)); i < plan.placed.length; i += 1) {
    const placed = plan.placed[i]
    if (placed === undefined || placed.top > to) break
    for (const row of placed.layout.rows) {
      const top = placed.bodyTop + row.y
      if (top > to) break
      if (top + row.height >= from) rows.push({ placed, row, top })
    }
  }
  return rows
}

/** Indexes of the boxes that a rectangle touches. */
export function indexesIn(plan: Plan, area: { left: number; top: number; right: number; bottom: number }): number[] {
  const indexes: number[] = []
  for (const { placed, row } of rowsBetween(plan, area.top, area.bottom)) {
    row.boxes.forEach((box, i) => {
      if (box.x <= area.right && box.x + box.width >= area.left) indexes.push(placed.start + row.first + i)
    })
  }
  return indexes
}

/** The box above or below: the one whose middle is nearest. Stays where it is at the edge. */
export function verticalNeighbour(plan: Plan, index: number, step: 1 | -1): number {
  const here = rowOf(plan, index)
  if (here === undefined) return index
  const box = here.row.boxes[index - here.placed.start - here.row.first]
  const first = here.placed.start + here.row.first
  const beside = rowOf(plan, step === 1 ? first + here.row.boxes.length : first - 1)
  if (beside === undefined || box === undefined || beside.row === here.row) return index
  const middle = box.x + box.width / 2
  let nearest = 0
  let least = Infinity
  beside.row.boxes.forEach((other, i) => {
    const distance = Math.abs(other.x + other.width / 2 - middle)
    if (distance < least) [nearest, least] = [i, distance]
  })
  return beside.placed.start + beside.row.first + nearest
}

/** The last index for which a claim holds that holds up to some point; -1 when it never does. */
function search(count: number, holds: (i: number) => boolean): number {
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >> 1
    if (holds(middle)) low = middle + 1
    else high = middle
  }
  return low - 1
}
