import { expect, test } from 'vitest'
import type { Frame, Section } from './layout.ts'
import { indexesIn, placedOf, planOf, rowOf, rowsBetween, verticalNeighbour } from './plan.ts'

const frame: Frame = { shape: 'square', width: 404, target: 100, gap: 1, headingHeight: 40 }
const section = (key: string, size: number, heading?: string): Section => ({
  key,
  size,
  aspects: [],
  isLast: true,
  ...(heading ? { heading } : {}),
})

const plan = planOf([section('a', 6, 'May'), section('b', 3, 'April')], frame)

test('sections follow each other, headings included', () => {
  expect(plan.count).toBe(9)
  expect(plan.placed.map((one) => one.top)).toEqual([0, 242.5])
  expect(plan.height).toBe(242.5 + 40 + 101.25)
})

test('any index has a row, and any height has rows', () => {
  expect(placedOf(plan, 6)?.section.key).toBe('b')
  expect(rowOf(plan, 5)?.top).toBe(40 + 101.25)
  expect(rowsBetween(plan, 0, 60).map((one) => one.placed.start + one.row.first)).toEqual([0])
  expect(rowsBetween(plan, 145, 290).map((one) => one.placed.start + one.row.first)).toEqual([4, 6])
})

test('moving up and down keeps to the column and crosses sections', () => {
  expect(verticalNeighbour(plan, 1, 1)).toBe(5)
  expect(verticalNeighbour(plan, 5, 1)).toBe(7)
  expect(verticalNeighbour(plan, 3, 1)).toBe(5)
  expect(verticalNeighbour(plan, 7, -1)).toBe(5)
  expect(verticalNeighbour(plan, 0, -1)).toBe(0)
  expect(verticalNeighbour(plan, 8, 1)).toBe(8)
})

test('a rectangle finds the boxes it touches', () => {
  expect(indexesIn(plan, { left: 110, top: 50, right: 120, bottom: 150 })).toEqual([1, 5])
})

test('a hundred thousand boxes are placed in a few milliseconds', () => {
  const many = Array.from({ length: 1000 }, (_, i) => section(String(i), 100))
  const began = performance.now()
  const large = planOf(many, { ...frame, shape: 'justified', width: 1400, target: 220 })
  expect(large.count).toBe(100_000)
  expect(rowOf(large, 50_000)?.placed.start).toBe(50_000)
  expect(performance.now() - began).toBeLessThan(200)
})
