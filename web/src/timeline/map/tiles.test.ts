import { expect, test } from 'vitest'
import type { View } from './mercator.ts'
import { addressOf, boxOf, levelOf, tilesOf } from './tiles.ts'

const size = { width: 800, height: 600 }
const vienna: View = { middle: { longitude: 16.37, latitude: 48.21 }, worldPixels: 256 * 2 ** 12 }

test('the tile that holds the middle is asked for first, by the numbers that the web gives it', () => {
  const [first] = tilesOf(vienna, size, 19)
  // OpenStreetMap's tile of the inner city of Vienna.
  expect(first).toEqual({ level: 12, column: 2234, row: 1420 })
  expect(addressOf('https://a.example/{z}/{x}/{y}.png', { level: 12, column: 2234, row: 1420 })).toBe(
    'https://a.example/12/2234/1420.png',
  )
})

test('the tiles of a view fill it without a seam, and are no more than it needs', () => {
  for (const scale of [0.72, 0.9, 1, 1.2, 1.39]) {
    const view = { ...vienna, worldPixels: vienna.worldPixels * scale }
    const boxes = tilesOf(view, size, 19).map((tile) => boxOf(tile, view, size))
    expect(Math.min(...boxes.map(({ left }) => left))).toBeLessThanOrEqual(0)
    expect(Math.min(...boxes.map(({ top }) => top))).toBeLessThanOrEqual(0)
    expect(Math.max(...boxes.map(({ left, width }) => left + width))).toBeGreaterThanOrEqual(size.width)
    expect(Math.max(...boxes.map(({ top, height }) => top + height))).toBeGreaterThanOrEqual(size.height)
    const edges = new Set(boxes.map(({ left }) => left))
    for (const { left, width } of boxes) {
      expect(Number.isInteger(left)).toBe(true)
      if (left + width < size.width) expect(edges.has(left + width)).toBe(true)
    }
    expect(boxes.length).toBeLessThanOrEqual(48)
  }
})

test('beyond the edge of the world there is nothing to ask for', () => {
  const view: View = { middle: { longitude: 0, latitude: 0 }, worldPixels: 600 }
  const tiles = tilesOf(view, { width: 2000, height: 600 }, 19)
  expect(tiles.length).toBe(4)
  expect(tiles.every(({ column, row }) => [0, 1].includes(column) && [0, 1].includes(row))).toBe(true)
})

test('no level deeper than the source has is asked for; its tiles are drawn larger', () => {
  expect(levelOf(vienna, 9)).toBe(9)
  expect(levelOf({ ...vienna, worldPixels: 100 }, 9)).toBe(0)
  const [tile] = tilesOf(vienna, size, 9)
  expect(tile && boxOf(tile, vienna, size).width).toBe(256 * 8)
})
