import type { File } from '@trove/contract/files'
import { expect, test } from 'vitest'
import { unpackIds } from './packed.ts'
import {
  emptyState,
  extended,
  forgetFar,
  indexOfDay,
  monthAt,
  removeFiles,
  replaceFile,
  sectionsOf,
  summaryOf,
  takeBoxes,
  takeFiles,
  takeSummary,
} from './state.ts'

const idOf = (number: number) => `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`
const pack = (ids: readonly string[]) =>
  btoa(
    ids
      .flatMap((id) => id.replaceAll('-', '').match(/../g) ?? [])
      .map((hex) => String.fromCharCode(parseInt(hex, 16)))
      .join(''),
  )
const file = (number: number, day = '2026-05-04') =>
  ({
    id: idOf(number),
    happenedAt: `${day}T12:00:00.000Z`,
    kind: 'image',
    widthPixels: 300,
    heightPixels: 200,
    variants: [],
  }) as unknown as File

const summary = {
  count: 253,
  months: [
    { month: '2026-05', days: [0, 0, 0, 250] },
    { month: '2025-12', days: [1, 0, 2] },
  ],
}
const boxes = (ids: readonly string[], day: number) => ({
  ids: pack(ids),
  ratios: ids.map(() => 150),
  days: [[day, ids.length]] as [number, number][],
  cursors: [],
})
const begun = () => takeSummary(emptyState(), summary, false)
const month = (state: ReturnType<typeof begun>, index: number) => {
  const found = monthAt(state, index)
  if (found === undefined) throw new Error('no month')
  return found
}

test('ids come back as they were packed', () => {
  const ids = [idOf(1), 'fedcba98-7654-3210-fedc-ba9876543210']
  expect(unpackIds(pack(ids))).toEqual(ids)
})

test('every index has its month, and every day its first index', () => {
  const state = begun()
  expect(state.count).toBe(253)
  expect([0, 249, 250, 252].map((index) => monthAt(state, index)?.month)).toEqual([
    '2026-05',
    '2026-05',
    '2025-12',
    '2025-12',
  ])
  expect(monthAt(state, 253)).toBeUndefined()
  expect(
    ['2027-01-01', '2026-05-04', '2026-05-03', '2025-12-02', '2000-01-01'].map((day) => indexOfDay(state, day)),
  ).toEqual([0, 0, 250, 252, 252])
})

test('days, months and years are sections of a hundred at most, the first of each with its heading', () => {
  const state = begun()
  const shown = (level: 'day' | 'month' | 'year') =>
    sectionsOf(state, level).map(({ heading, size, isLast }) => [heading, size, isLast])
  expect(shown('day')).toEqual([
    ['2026-05-04', 100, false],
    [undefined, 100, false],
    [undefined, 50, true],
    ['2025-12-03', 2, true],
    ['2025-12-01', 1, true],
  ])
  expect(shown('month').map(([heading]) => heading)).toEqual(['2026-05', undefined, undefined, '2025-12'])
  expect(shown('year').map(([heading]) => heading)).toEqual(['2026', undefined, undefined, '2025'])
})

test('what has not changed keeps its sections', () => {
  const state = begun()
  const before = sectionsOf(state, 'day')
  takeBoxes(state, month(state, 250), [boxes([idOf(1), idOf(2), idOf(3)], 3)])
  const after = sectionsOf(state, 'day')
  expect(after[0]).toBe(before[0])
  expect(after[3]?.aspects).toEqual([1.5, 1.5, 1.5])
})

test('a file goes where its shape is, even when another came before it meanwhile', () => {
  const state = begun()
  const december = month(state, 250)
  takeBoxes(state, december, [boxes([idOf(1), idOf(2), idOf(3)], 3)])
  takeFiles(state, december, 0, [file(9), file(2), file(3)])
  expect(december.files.map((one) => one?.id)).toEqual([undefined, idOf(2), idOf(3)])
  expect(state.where.get(idOf(3))?.index).toBe(2)
})

test('shapes tell how many there are, whatever was thought', () => {
  const state = begun()
  takeBoxes(state, month(state, 0), [boxes([idOf(1)], 5)])
  expect(state.count).toBe(4)
  expect(state.months[1]?.start).toBe(1)
  takeBoxes(state, month(state, 1), [boxes([], 1)])
  expect(state.months.map((one) => one.month)).toEqual(['2026-05'])
})

test('a file that is taken out leaves no gap, and its month is asked for again', () => {
  const state = begun()
  const december = month(state, 250)
  takeBoxes(state, december, [boxes([idOf(1), idOf(2), idOf(3)], 3)])
  takeFiles(state, december, 0, [file(1), file(2), file(3)])
  expect(removeFiles(state, [idOf(2), idOf(7)]).map(({ id }) => id)).toEqual([idOf(2)])
  expect([state.count, december.files.map((one) => one?.id), december.isStale]).toEqual([252, [idOf(1), idOf(3)], true])
  expect(state.where.get(idOf(3))?.index).toBe(1)
})

test('numbers that have changed leave what is seen until what replaces it has come', () => {
  const state = begun()
  const december = month(state, 250)
  takeBoxes(state, december, [boxes([idOf(1), idOf(2), idOf(3)], 3)])
  const next = takeSummary(
    state,
    { count: 254, months: [summary.months[0]!, { month: '2025-12', days: [1, 0, 3] }] },
    false,
  )
  expect(next.months[1]).toBe(december)
  expect([december.isStale, december.count]).toEqual([true, 3])
  expect(next.months[0]?.isStale).toBe(false)
})

test('a picture that has just been read gets its own shape', () => {
  const state = begun()
  const december = month(state, 250)
  takeBoxes(state, december, [{ ...boxes([idOf(1)], 3), ratios: [100] }])
  takeFiles(state, december, 0, [file(1)])
  expect(december.boxes?.ratios).toEqual([150])
  takeBoxes(state, december, [{ ...boxes([idOf(1)], 3), ratios: [100] }])
  expect(december.boxes?.ratios).toEqual([150])
  expect(replaceFile(state, { ...file(1), widthPixels: 100 })).toBe(true)
  expect(december.boxes?.ratios).toEqual([50])
})

test('what is far away is forgotten, but for its shape', () => {
  const state = begun()
  const december = month(state, 250)
  takeBoxes(state, december, [boxes([idOf(1)], 3)])
  takeFiles(state, december, 0, [file(1)])
  forgetFar(state, 0, 100)
  expect([december.files, state.where.size, december.boxes?.ratios]).toEqual([[], 0, [150]])
})

test('the first files alone tell of days', () => {
  expect(summaryOf([file(1), file(2), file(3, '2026-05-01'), file(4, '2024-01-31')]).months).toEqual([
    { month: '2026-05', days: [1, 0, 0, 2] },
    { month: '2024-01', days: [...Array.from({ length: 30 }, () => 0), 1] },
  ])
})

test('while it is counted how many there are, months follow each other as their first files come', () => {
  const first = [file(1), file(2)]
  const opened = takeSummary(emptyState(), summaryOf(first), false)
  const next = extended(opened, [file(2), file(3, '2026-04-30'), file(4, '2026-04-30'), file(5, '2024-01-31')])
  expect(next.months.map(({ month, start, count }) => [month, start, count])).toEqual([
    ['2026-05', 0, 2],
    ['2026-04', 2, 2],
    ['2024-01', 4, 1],
  ])
  expect([next.count, next.where.get(idOf(5))?.month.month]).toEqual([5, '2024-01'])
  expect(next.months[1]?.files.map((one) => one?.id)).toEqual([idOf(3), idOf(4)])
})
