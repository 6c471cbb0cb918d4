import { assert, test } from 'vitest'
import { instantOf, offsetName, offsetsWith, shiftWords, wallOf } from './happened-text.ts'
import { passedOverWords } from './words.ts'

test('a time is taken apart and put together without a loss', () => {
  for (const written of ['2026-05-04T12:30:00+02:00', '1899-12-31T23:59:59-03:30', '2026-05-04T12:30:00Z']) {
    const { wall, offsetMinutes } = wallOf(written)
    assert.deepEqual(instantOf(wall, offsetMinutes), written)
  }
  assert.deepEqual(wallOf('2026-05-04T12:30:00.000+05:45'), { wall: '2026-05-04T12:30:00', offsetMinutes: 345 })
  assert.deepEqual(instantOf('2026-05-04T12:30', -210), '2026-05-04T12:30:00-03:30')
  assert.deepEqual(offsetName(0), '+00:00')
  assert.isTrue(offsetsWith(7).includes(7))
})

test('a shift is told in days, hours and minutes', () => {
  assert.deepEqual(shiftWords(-90), '1 hour 30 minutes earlier')
  assert.deepEqual(shiftWords(1440 + 60), '1 day 1 hour later')
})

test('what was passed over is told once for each reason', () => {
  assert.deepEqual(passedOverWords([]), undefined)
  assert.deepEqual(
    passedOverWords([
      { reason: 'not-allowed', count: 1 },
      { reason: 'in-trash', count: 2 },
      { reason: 'not-allowed', count: 1 },
    ]),
    'Passed over: 2 files not yours to change, 2 files in the trash.',
  )
})
