import type { PdfFont } from './pdf.ts'
import { literal } from './pdf.ts'

/** Widths of Helvetica's characters 32 to 126 in thousandths of the size (Adobe Font Metrics, core 14). */
const WIDTHS = [
  278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
  556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
  722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
  556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
  260, 334, 584,
]

export type Shade = readonly [red: number, green: number, blue: number]

/** What the studio prints with. */
export const INK: Shade = [0.1, 0.11, 0.14]
export const GREY: Shade = [0.46, 0.48, 0.52]
export const PALE: Shade = [0.86, 0.87, 0.89]
export const BLUE: Shade = [0.14, 0.31, 0.55]
export const AMBER: Shade = [0.91, 0.62, 0.3]
export const NIGHT: Shade = [0.07, 0.1, 0.2]

/** Points. */
export const A4 = { width: 595, height: 842 }
export const MARGIN = 62

/** A page being filled: positions in points from the upper left, as one reads. */
export type Sheet = { widthPoints: number; heightPoints: number; marks: string[] }

export function sheet(widthPoints: number, heightPoints: number): Sheet {
  return { widthPoints, heightPoints, marks: [] }
}

/** Width in points; bold is about a sixteenth wider. */
export function widthOf(text: string, size: number, font: PdfFont = 'F1'): number {
  const units = [...text].reduce((sum, char) => sum + (WIDTHS[(char.codePointAt(0) ?? 0) - 32] ?? 556), 0)
  return (units / 1000) * size * (font === 'F2' ? 1.06 : 1)
}

export type Line = {
  x: number
  y: number
  size: number
  font?: PdfFont
  colour?: Shade
  align?: 'left' | 'right' | 'center'
  tracking?: number
}

export function write(on: Sheet, text: string, line: Line): void {
  const { font = 'F1', colour = [0.1, 0.11, 0.13], align = 'left', tracking = 0 } = line
  const width = widthOf(text, line.size, font) + tracking * text.length
  const x = align === 'left' ? line.x : align === 'right' ? line.x - width : line.x - width / 2
  const place = `${n(x)} ${n(on.heightPoints - line.y)} Td`
  on.marks.push(`${rgb(colour)} rg BT /${font} ${line.size} Tf ${n(tracking)} Tc ${place} (${literal(text)}) Tj ET`)
}

/** Sets a paragraph in lines of at most `width` points. Returns the `y` below it. */
export function paragraph(on: Sheet, text: string, line: Line & { width: number; leading?: number }): number {
  const leading = line.leading ?? line.size * 1.5
  let y = line.y
  let row = ''
  for (const word of text.split(' ')) {
    const longer = row === '' ? word : `${row} ${word}`
    if (widthOf(longer, line.size, line.font) > line.width) {
      write(on, row, { ...line, y })
      y += leading
      row = word
    } else row = longer
  }
  write(on, row, { ...line, y })
  return y + leading
}

export function box(on: Sheet, at: { x: number; y: number; width: number; height: number }, colour: Shade): void {
  on.marks.push(
    `${rgb(colour)} rg ${n(at.x)} ${n(on.heightPoints - at.y - at.height)} ${n(at.width)} ${n(at.height)} re f`,
  )
}

export function frame(
  on: Sheet,
  at: { x: number; y: number; width: number; height: number },
  colour: Shade,
  weight = 0.75,
): void {
  on.marks.push(
    `${rgb(colour)} RG ${weight} w ${n(at.x)} ${n(on.heightPoints - at.y - at.height)} ${n(at.width)} ${n(at.height)} re S`,
  )
}

export function rule(on: Sheet, at: { x: number; y: number; width: number }, colour: Shade, weight = 0.5): void {
  const y = n(on.heightPoints - at.y)
  on.marks.push(`${rgb(colour)} RG ${weight} w ${n(at.x)} ${y} m ${n(at.x + at.width)} ${y} l S`)
}

export type Point = readonly [x: number, y: number]

export function polygon(on: Sheet, points: readonly Point[], colour: Shade): void {
  const path = points.map(([x, y], i) => `${n(x)} ${n(on.heightPoints - y)} ${i === 0 ? 'm' : 'l'}`).join(' ')
  on.marks.push(`${rgb(colour)} rg ${path} f`)
}

export function stroke(on: Sheet, points: readonly Point[], colour: Shade, weight = 1): void {
  const path = points.map(([x, y], i) => `${n(x)} ${n(on.heightPoints - y)} ${i === 0 ? 'm' : 'l'}`).join(' ')
  on.marks.push(`${rgb(colour)} RG ${weight} w 1 J 1 j ${path} S`)
}

export function disc(on: Sheet, x: number, y: number, radius: number, colour: Shade): void {
  polygon(
    on,
    Array.from(
      { length: 48 },
      (_, i) => [x + radius * Math.cos((i * Math.PI) / 24), y + radius * Math.sin((i * Math.PI) / 24)] as const,
    ),
    colour,
  )
}

/** Draws inside a rectangle and nowhere else. */
export function clipped(
  on: Sheet,
  at: { x: number; y: number; width: number; height: number },
  draw: () => void,
): void {
  on.marks.push(`q ${n(at.x)} ${n(on.heightPoints - at.y - at.height)} ${n(at.width)} ${n(at.height)} re W n`)
  draw()
  on.marks.push('Q')
}

export function pageOf(on: Sheet): { widthPoints: number; heightPoints: number; content: string } {
  return { widthPoints: on.widthPoints, heightPoints: on.heightPoints, content: on.marks.join('\n') }
}

function n(value: number): string {
  return String(Math.round(value * 100) / 100)
}

function rgb(shade: Shade): string {
  return shade.map((channel) => n(channel)).join(' ')
}
