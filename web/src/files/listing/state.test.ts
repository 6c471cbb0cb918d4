import type { File } from '@trove/contract/files'
import { expect, test } from 'vitest'
import { createState, insertFiles, mergeNewest, placeFor, placePage, removeFiles, replaceFile } from './state.ts'

const file = (number: number, createdAt = '2026-05-04T12:00:00.000Z') =>
  ({
    id: `f${String(number).padStart(4, '0')}`,
    createdAt,
    kind: 'image',
    widthPixels: 3,
    heightPixels: 2,
    variants: [],
  }) as unknown as File

const summary = {
  count: 1200,
  stride: 500,
  anchors: ['at-500', 'at-1000'],
  months: [
    { month: '2026-05', count: 250 },
    { month: '2026-04', count: 950 },
  ],
}
const page = (from: number, size: number) => Array.from({ length: size }, (_, i) => file(9999 - from - i))

test('months become sections of about a hundred, the first of each with its heading', () => {
  const { sections } = createState(summary)
  expect(sections.map((one) => one.size).slice(0, 4)).toEqual([83, 83, 84, 95])
  expect(sections.filter((one) => one.heading !== undefined).map((one) => one.heading)).toEqual(['2026-05', '2026-04'])
  expect(sections.filter((one) => one.isLast)).toHaveLength(2)
  expect(sections.reduce((sum, one) => sum + one.size, 0)).toBe(1200)
})

test('a page fills its sections and leaves the others untouched; its end is a new place to begin', () => {
  const state = createState(summary)
  const before = state.sections
  expect(placePage(state, { index: 0, revision: 0 }, { items: page(0, 100), next: 'at-100' })).toBe(true)
  expect(state.sections[0]?.aspects).toHaveLength(83)
  expect(state.sections[1]?.aspects).toHaveLength(0)
  expect(state.sections[5]).toBe(before[5])
  expect(state.starts.map((start) => start.index)).toEqual([0, 100, 500, 1000])
})

test('an answer to a question asked before the list moved is refused', () => {
  const state = createState(summary)
  placePage(state, { index: 0, revision: 0 }, { items: page(0, 100) })
  insertFiles(state, 0, [file(20_000)])
  expect(placePage(state, { index: 100, revision: 0 }, { items: page(100, 100) })).toBe(false)
})

test('what is put in above moves everything below, and where pages begin', () => {
  const state = createState(summary)
  placePage(state, { index: 0, revision: 0 }, { items: page(0, 100) })
  insertFiles(state, 0, [file(20_001), file(20_000)])
  expect(state.files).toHaveLength(1202)
  expect(state.files[0]?.id).toBe('f20001')
  expect(state.positions.get('f9999')).toBe(2)
  expect(state.starts.map((start) => start.index)).toEqual([0, 502, 1002])
  expect(state.sections[0]?.size).toBe(85)
})

test('a file of a new month opens a section', () => {
  const state = createState(summary)
  insertFiles(state, 0, [file(20_000, '2026-06-01T00:00:00.000Z')])
  expect(state.sections[0]).toMatchObject({ size: 1, heading: '2026-06', isLast: true })
  expect(state.sections[1]).toMatchObject({ heading: '2026-05' })
})

test('what is taken out closes the gap; unknown files are left to a reload', () => {
  const state = createState(summary)
  placePage(state, { index: 0, revision: 0 }, { items: page(0, 200) })
  expect(removeFiles(state, ['f9999', 'f9998', 'nobody'])).toHaveLength(2)
  expect(state.files[0]?.id).toBe('f9997')
  expect(state.starts[1]?.index).toBe(498)
  expect(state.sections[0]?.size).toBe(81)
})

test('an empty section disappears with its heading', () => {
  const state = createState({ count: 1, stride: 500, anchors: [], months: [{ month: '2026-05', count: 1 }] })
  placePage(state, { index: 0, revision: 0 }, { items: [file(1)] })
  removeFiles(state, ['f0001'])
  expect(state.sections).toEqual([])
})

test('a file finds its place between its neighbours, if they are here', () => {
  const state = createState(summary)
  placePage(state, { index: 0, revision: 0 }, { items: page(0, 100) })
  const [taken] = removeFiles(state, ['f9990'])
  expect(taken && placeFor(state, taken)).toBe(9)
  expect(placeFor(state, file(3))).toBeUndefined()
})

test('a changed file replaces the one that is here', () => {
  const state = createState(summary)
  placePage(state, { index: 0, revision: 0 }, { items: page(0, 100) })
  expect(replaceFile(state, { ...file(9999), widthPixels: 1, heightPixels: 1 })).toBe(true)
  expect(state.sections[0]?.aspects[0]).toBe(1)
  expect(replaceFile(state, file(1))).toBe(false)
})

test('what comes between files that are here goes between them: uploads end in another order than they began in', () => {
  const state = createState({ count: 2, stride: 500, anchors: [], months: [{ month: '2026-05', count: 2 }] })
  placePage(state, { index: 0, revision: 0 }, { items: [file(5), file(2)] })
  expect(mergeNewest(state, [file(6), file(5), file(4), file(3), file(2), file(1)], true)).toBe(true)
  expect(state.files.map((one) => one?.id)).toEqual(['f0006', 'f0005', 'f0004', 'f0003', 'f0002', 'f0001'])
  expect([...state.positions.values()].sort()).toEqual([0, 1, 2, 3, 4, 5])
})

test('the newest are not joined to a list that something has left, or that more has come to than they tell', () => {
  const state = createState({ count: 3, stride: 500, anchors: [], months: [{ month: '2026-05', count: 3 }] })
  placePage(state, { index: 0, revision: 0 }, { items: [file(5), file(4), file(3)] })
  expect(mergeNewest(state, [file(5), file(3)], true)).toBe(false)
  expect(mergeNewest(state, [file(9), file(8)], false)).toBe(false)
  expect(state.files.map((one) => one?.id)).toEqual(['f0005', 'f0004', 'f0003'])
})

test('the first files of an empty list are all there is', () => {
  const state = createState({ count: 0, stride: 500, anchors: [], months: [] })
  expect(mergeNewest(state, [file(2), file(1)], true)).toBe(true)
  expect(state.files.map((one) => one?.id)).toEqual(['f0002', 'f0001'])
})
