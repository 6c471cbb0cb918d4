import { expect, test } from 'vitest'
import {
  add,
  countChosen,
  EVERYTHING,
  everythingOf,
  isChosen,
  leaveOut,
  NOTHING,
  selectionsOf,
  toggle,
} from './chosen.ts'

test('everything that matches is chosen, drawn or not, but for what is left out', () => {
  const chosen = toggle(EVERYTHING, 'b')
  expect(isChosen(chosen, 'a')).toBe(true)
  expect(isChosen(chosen, 'b')).toBe(false)
  expect(countChosen(chosen, 100_000)).toBe(99_999)
  expect(selectionsOf(chosen, { kind: 'image' })).toEqual([{ filter: { kind: 'image' }, exceptIds: ['b'] }])
  expect(countChosen(add(chosen, ['b']), 10)).toBe(10)
})

test('everything is named one by one where all of it is here, and stays a filter where it is not', () => {
  const ids = ['a', 'b', 'c']
  expect(everythingOf(3, (index) => ids[index])).toEqual({ kind: 'some', ids: new Set(ids) })
  expect(everythingOf(4, (index) => ids[index])).toBe(EVERYTHING)
  expect(everythingOf(undefined, (index) => ids[index])).toBe(EVERYTHING)
  expect(everythingOf(501, (index) => `f${index}`)).toBe(EVERYTHING)
})

test('some are named, in requests of at most a thousand', () => {
  const chosen = add(
    NOTHING,
    Array.from({ length: 1500 }, (_, i) => `f${i}`),
  )
  expect(countChosen(chosen, 5000)).toBe(1500)
  expect(selectionsOf(chosen, {}).map((one) => ('fileIds' in one ? one.fileIds.length : 0))).toEqual([1000, 500])
  expect(countChosen(leaveOut(chosen, ['f0', 'f1']), 5000)).toBe(1498)
})
