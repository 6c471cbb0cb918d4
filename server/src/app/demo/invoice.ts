import { pdf } from './pdf.ts'
import {
  A4,
  BLUE,
  box,
  disc,
  GREY,
  INK,
  MARGIN,
  pageOf,
  PALE,
  paragraph,
  polygon,
  rule,
  sheet,
  write,
  type Line,
  type Sheet,
} from './type.ts'

const RIGHT = A4.width - MARGIN
const COUNT_AT = 370
const EACH_AT = 450
const TABLE_AT = 262

type Row = readonly [what: string, count: number, each: number]

const ROWS: readonly Row[] = [
  ['Recce, two days', 2, 620],
  ['Still photography, seven set-ups', 7, 340],
  ['Camera and crew, day rate', 5, 1_480],
  ['Night work, supplement', 2, 390],
  ['Edit suite, weeks', 3, 1_150],
  ['Music, recording and mix', 1, 2_200],
]

/** One page with a table and a sum. */
export function invoice(): Buffer {
  const page = sheet(A4.width, A4.height)
  writeHead(page)
  writeRows(page)
  writeSums(page)
  const thanks =
    'Thank you. Please pay within thirty days and name the number of the invoice. The work stays ours until it is paid.'
  paragraph(page, thanks, { x: MARGIN, y: 640, size: 10, colour: GREY, width: 300 })
  return pdf([pageOf(page)], { title: 'Invoice 2026-014', author: 'Northlight Studio' })
}

function writeHead(page: Sheet): void {
  disc(page, MARGIN + 13, 74, 13, BLUE)
  polygon(
    page,
    [
      [MARGIN + 3, 82],
      [MARGIN + 13, 62],
      [MARGIN + 23, 82],
    ],
    [1, 1, 1],
  )
  write(page, 'Northlight Studio', { x: MARGIN + 36, y: 79, size: 15, font: 'F2', colour: INK })
  write(page, 'Invoice', { x: RIGHT, y: 82, size: 26, font: 'F2', colour: INK, align: 'right' })
  const facts = [
    ['Number', '2026-014'],
    ['Date', '12 May 2026'],
    ['Due', '11 June 2026'],
    ['Project', 'The Long Blue Hour'],
  ] as const
  facts.forEach(([name, value], i) => {
    write(page, name, { x: 360, y: 136 + i * 17, size: 10, colour: GREY })
    write(page, value, { x: RIGHT, y: 136 + i * 17, size: 10, colour: INK, align: 'right' })
  })
  const address = ['Orrin Valley Power', 'Ane Brekke', '4 Weir Road', 'Fell']
  address.forEach((text, i) =>
    write(page, text, { x: MARGIN, y: 136 + i * 17, size: 10.5, font: i === 0 ? 'F2' : 'F1', colour: INK }),
  )
}

function writeRows(page: Sheet): void {
  box(page, { x: MARGIN - 8, y: TABLE_AT - 16, width: RIGHT - MARGIN + 16, height: 25 }, [0.95, 0.96, 0.97])
  const heads = [
    ['What', MARGIN, 'left'],
    ['Quantity', COUNT_AT, 'right'],
    ['Each', EACH_AT, 'right'],
    ['EUR', RIGHT, 'right'],
  ] as const
  for (const [text, x, align] of heads) write(page, text, { x, y: TABLE_AT, size: 9, font: 'F2', colour: GREY, align })
  ROWS.forEach(([what, count, each], i) => {
    const y = TABLE_AT + 32 + i * 26
    const number: Omit<Line, 'x'> = { y, size: 11, colour: INK, align: 'right' }
    write(page, what, { x: MARGIN, y, size: 11, colour: INK })
    write(page, String(count), { ...number, x: COUNT_AT })
    write(page, money(each), { ...number, x: EACH_AT })
    write(page, money(count * each), { ...number, x: RIGHT })
    rule(page, { x: MARGIN, y: y + 9, width: RIGHT - MARGIN }, PALE)
  })
}

function writeSums(page: Sheet): void {
  const net = ROWS.reduce((sum, [, count, each]) => sum + count * each, 0)
  const sums = [
    ['Net', net],
    ['VAT 25 %', net * 0.25],
    ['To pay', net * 1.25],
  ] as const
  sums.forEach(([name, amount], i) => {
    const isLast = i === sums.length - 1
    const y = TABLE_AT + 54 + ROWS.length * 26 + i * 22
    const line: Omit<Line, 'x'> = { y, size: isLast ? 13 : 11, font: isLast ? 'F2' : 'F1', colour: INK }
    write(page, name, { ...line, x: COUNT_AT })
    write(page, money(amount), { ...line, x: RIGHT, align: 'right' })
  })
}

/** Hundreds apart by commas, two places, whatever language the machine speaks. */
function money(amount: number): string {
  return amount.toFixed(2).replace(/\B(?=(\d{3})+\.)/g, ',')
}
