import { expect, test } from 'vitest'
import { anchorAt, followed, topFor } from './anchor.ts'
import type { Section } from './layout.ts'
import { planOf } from './plan.ts'

const frame = { shape: 'rows', width: 300, target: 50, gap: 0, headingHeight: 40 } as const
const section = (key: string, size: number): Section => ({ key, size, aspects: [], isLast: true, heading: key })
const among = (...keys: (string | undefined)[]) => ({
  keyOf: (index: number) => keys[index],
  indexOf: (key: string) => (keys.includes(key) ? keys.indexOf(key) : undefined),
})

test('a cell is held by what is in it from when that has come, though it was gone to before', () => {
  const gone = { key: undefined, index: 1, offset: -8, height: 50 }
  const waiting = followed(gone, among(undefined, undefined))
  expect(waiting).toEqual(gone)
  const come = followed(waiting, among('a', 'b'))
  expect(come).toEqual({ key: 'b', index: 1, offset: -8, height: 50 })
  expect(followed(come, among('new', 'a', 'b'))).toEqual({ key: 'b', index: 2, offset: -8, height: 50 })
})

test('what was added moves it, and it stays there while it is not here itself', () => {
  const moved = followed({ key: 'b', index: 1, offset: -8, height: 50 }, among('new', 'a', 'b'))
  expect(followed(moved, among(undefined, undefined, undefined))).toEqual({
    key: 'b',
    index: 2,
    offset: -8,
    height: 50,
  })
})

test('what takes the place of a cell that has left is held', () => {
  expect(followed({ key: 'b', index: 1, offset: -8, height: 50 }, among('a', 'c'))).toEqual({
    key: 'c',
    index: 1,
    offset: -8,
    height: 50,
  })
})

test('a day that comes above moves a cell down by its heading and its rows', () => {
  const before = planOf([section('may', 4)], frame)
  const after = planOf([section('june', 1), section('may', 4)], frame)
  const held = anchorAt(before, 98, among('a', 'b', 'c', 'd'))
  expect(held).toEqual({ key: 'b', index: 1, offset: -8, height: 50 })
  expect(topFor(before, held!)).toBe(98)
  expect(topFor(after, followed(held!, among('new', 'a', 'b', 'c', 'd')))).toBe(188)
  expect(topFor(after, { ...held!, index: 99 })).toBe(after.height - 50 + 8)
})

test('of a row that has become lower as large a part stays in sight', () => {
  const lower = planOf([section('may', 4)], { ...frame, target: 20 })
  expect(topFor(lower, { key: 'c', index: 2, offset: -25, height: 50 })).toBe(90)
})

test('a row of which nothing is to be seen any more is not what is held', () => {
  const plan = planOf([section('june', 1), section('may', 4)], frame)
  const under = { key: 'b', index: 1, offset: 40, height: 50 }
  expect(anchorAt(plan, 90, among('a', 'b', 'c'))).toEqual(under)
  expect(anchorAt(plan, 88, among('a', 'b', 'c'))).toEqual({ ...under, offset: 42 })
})

test('days, then years, then days come back to the very place', () => {
  const days = planOf(
    Array.from({ length: 50 }, (_, day) => section(`day ${day}`, 7)),
    { ...frame, target: 216 },
  )
  const years = planOf([section('year', 350)], { ...frame, target: 76 })
  const keyed = among()
  for (const top of [1_000, 7_777, 23_456]) {
    const held = anchorAt(days, top, keyed)
    expect(topFor(years, followed(held!, keyed))).toBeLessThan(years.height)
    expect(topFor(days, followed(held!, keyed))).toBeCloseTo(top)
  }
})
