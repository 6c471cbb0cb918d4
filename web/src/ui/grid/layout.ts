/**
 * Where every box of a very long grid stands. Sections are laid out one by one and never look at each other,
 * so what is loaded later, above or below, cannot move what is seen now into other rows.
 */

export type Shape = 'justified' | 'square' | 'rows'

/** A run of boxes. Replaced by a new object when anything about it changes: layouts are remembered by identity. */
export type Section = {
  key: string
  /** Number of boxes. */
  size: number
  /** Width by height of each box; fewer than `size` while they are not known. */
  aspects: readonly number[]
  /** Set where a new group of sections begins. */
  heading?: string
  /** Whether the group ends here, so that its last row may stay short. */
  isLast: boolean
}

/** All lengths in CSS pixels. `target` is the height that rows aim at (justified), or the least width of a square. */
export type Frame = {
  shape: Shape
  width: number
  target: number
  gap: number
  headingHeight: number
  /** Room above the first row, for what leads the grid. */
  leadHeight?: number
}

export type Box = { x: number; width: number }
/** `first` counts from the section's first box; `y` from the section's top, below its heading. */
export type Row = { first: number; y: number; height: number; boxes: readonly Box[] }
export type SectionLayout = { rows: readonly Row[]; height: number }

/** Shapes to stand in for pictures that are not known yet: about what cameras and phones make. */
const TYPICAL = [1.5, 1.33, 0.75, 1.5, 1.78, 1, 1.5, 0.67, 1.33, 1.5] as const
const SHORTEST = 0.62
const TALLEST = 1.55

export function layoutSection(section: Section, frame: Frame): SectionLayout {
  if (frame.shape === 'rows') return stack(section.size, frame)
  if (frame.shape === 'square') return tile(section.size, frame)
  return justify(aspectsOf(section), frame, section.isLast)
}

function aspectsOf({ aspects, size }: Section): readonly number[] {
  if (aspects.length >= size) return aspects
  return Array.from({ length: size }, (_, i) => aspects[i] ?? TYPICAL[i % TYPICAL.length] ?? 1)
}

function stack(size: number, { width, target, gap }: Frame): SectionLayout {
  const rows = Array.from({ length: size }, (_, i) => ({
    first: i,
    y: i * (target + gap),
    height: target,
    boxes: [{ x: 0, width }],
  }))
  return { rows, height: size * (target + gap) }
}

/** Columns of a square grid: as many as fit at the least width. */
export function columnsOf({ width, target, gap }: Frame): number {
  return Math.max(1, Math.floor((width + gap) / (target + gap)))
}

function tile(size: number, frame: Frame): SectionLayout {
  const { width, gap } = frame
  const columns = columnsOf(frame)
  const side = (width - gap * (columns - 1)) / columns
  const rows: Row[] = []
  for (let first = 0; first < size; first += columns) {
    const count = Math.min(columns, size - first)
    const boxes = Array.from({ length: count }, (_, i) => ({ x: i * (side + gap), width: side }))
    rows.push({ first, y: rows.length * (side + gap), height: side, boxes })
  }
  return { rows, height: rows.length * (side + gap) }
}

/**
 * Full rows of equal height, each as near to the target as the whole section allows:
 * the cheapest way to break it, found from the front, where cost is the squared distance from the target.
 */
export function justify(
  aspects: readonly number[],
  { width, target, gap }: Frame,
  mayEndShort: boolean,
): SectionLayout {
  const count = aspects.length
  const cost = new Float64Array(count + 1).fill(Infinity)
  const from = new Int32Array(count + 1)
  cost[0] = 0
  for (let start = 0; start < count; start += 1) {
    const before = cost[start] ?? Infinity
    if (before === Infinity) continue
    let sum = 0
    for (let end = start + 1; end <= count; end += 1) {
      sum += aspects[end - 1] ?? 1
      const height = (width - gap * (end - start - 1)) / sum
      const isShortEnd = mayEndShort && end === count && height > target
      const stretch = height / target
      const price = isShortEnd ? 0 : (stretch - 1) ** 2 + (stretch > TALLEST || stretch < SHORTEST ? 4 : 0)
      if (before + price < (cost[end] ?? Infinity)) {
        cost[end] = before + price
        from[end] = start
      }
      if (stretch < SHORTEST) break
    }
  }
  return rowsBetween(breaksOf(from, count), aspects, { width, target, gap, mayEndShort })
}

function breaksOf(from: Int32Array, count: number): number[] {
  const breaks = [count]
  for (let end = count; end > 0; end = from[end] ?? 0) breaks.unshift(from[end] ?? 0)
  return breaks
}

type Measures = { width: number; target: number; gap: number; mayEndShort: boolean }

function rowsBetween(
  breaks: readonly number[],
  aspects: readonly number[],
  { width, target, gap, mayEndShort }: Measures,
): SectionLayout {
  const rows: Row[] = []
  let y = 0
  for (let i = 0; i + 1 < breaks.length; i += 1) {
    const first = breaks[i] ?? 0
    const end = breaks[i + 1] ?? first
    const sum = aspects.slice(first, end).reduce((all, aspect) => all + aspect, 0)
    const full = (width - gap * (end - first - 1)) / sum
    const isShortEnd = mayEndShort && end === aspects.length && full > target
    const height = Math.min(isShortEnd ? target : full, target * 2)
    const boxes: Box[] = []
    let x = 0
    for (let at = first; at < end; at += 1) {
      const boxWidth = height * (aspects[at] ?? 1)
      boxes.push({ x, width: boxWidth })
      x += boxWidth + gap
    }
    rows.push({ first, y, height, boxes })
    y += height + gap
  }
  return { rows, height: y }
}
