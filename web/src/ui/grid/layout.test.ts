import { describe, expect, test } from 'vitest'
import { justify, layoutSection, type Frame } from './layout.ts'

const frame: Frame = { shape: 'justified', width: 1000, target: 200, gap: 4, headingHeight: 40 }
const photos = (count: number) => Array.from({ length: count }, (_, i) => [1.5, 0.75, 1.33, 1.78, 1][i % 5] ?? 1)

describe('justified rows', () => {
  test('fill the width to the pixel, in order, with no box lost', () => {
    const { rows } = justify(photos(97), frame, false)
    let next = 0
    for (const row of rows) {
      expect(row.first).toBe(next)
      next += row.boxes.length
      const last = row.boxes.at(-1)
      expect((last?.x ?? 0) + (last?.width ?? 0)).toBeCloseTo(1000, 3)
    }
    expect(next).toBe(97)
  })

  test('stay near the height aimed at', () => {
    const { rows } = justify(photos(100), frame, false)
    for (const row of rows) expect(Math.abs(row.height / 200 - 1)).toBeLessThan(0.35)
  })

  test('a short end keeps the height and leaves the rest of the row free', () => {
    const { rows, height } = justify([1.5], frame, true)
    expect(rows).toEqual([{ first: 0, y: 0, height: 200, boxes: [{ x: 0, width: 300 }] }])
    expect(height).toBe(204)
  })

  test('a panorama alone in its row is as low as it must be', () => {
    const { rows } = justify([12], frame, true)
    expect(rows[0]?.height).toBeCloseTo(1000 / 12)
  })

  test('nothing takes no room', () => expect(justify([], frame, true)).toEqual({ rows: [], height: 0 }))

  test('a narrow screen still shows every box', () => {
    const { rows } = justify(photos(20), { ...frame, width: 120 }, true)
    expect(rows.reduce((sum, row) => sum + row.boxes.length, 0)).toBe(20)
    for (const row of rows) expect((row.boxes.at(-1)?.x ?? 0) + (row.boxes.at(-1)?.width ?? 0)).toBeLessThan(121)
  })
})

test('what is not known yet takes typical room', () => {
  const section = { key: 'a', size: 100, aspects: [], isLast: false }
  const { rows } = layoutSection(section, frame)
  expect(rows.at(-1)?.first).toBeLessThan(100)
  expect(rows.reduce((sum, row) => sum + row.boxes.length, 0)).toBe(100)
})

test('squares share the width in equal columns', () => {
  const { rows, height } = layoutSection(
    { key: 'a', size: 11, aspects: [], isLast: true },
    { ...frame, shape: 'square', target: 190 },
  )
  expect(rows.map((row) => row.boxes.length)).toEqual([5, 5, 1])
  expect(rows[0]?.boxes[4]?.x).toBeCloseTo(1000 - 196.8)
  expect(height).toBeCloseTo(3 * (196.8 + 4))
})
