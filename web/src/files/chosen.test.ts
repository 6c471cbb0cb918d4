import { expect, test } from 'vitest'
import { add, countChosen, EVERYTHING, isChosen, leaveOut, NOTHING, selectionsOf, toggle } from './chosen.ts'

test('everything that matches is chosen, drawn or not, but for what is left out', () => {
  const chosen = toggle(EVERYTHING, 'b')
  expect(isChosen(chosen, 'a')).toBe(true)
  expect(isChosen(chosen, 'b')).toBe(false)
  expect(countChosen(chosen, 100_000)).toBe(99_999)
  expect(selectionsOf(chosen, { kind: 'image' })).toEqual([{ filter: { kind: 'image' }, exceptIds: ['b'] }])
  expect(countChosen(add(chosen, ['b']), 10)).toBe(10)
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
