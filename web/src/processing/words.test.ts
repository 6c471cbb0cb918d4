import { expect, test } from 'vitest'
import { counted, rateOf, waitedFor } from './words.ts'

test('what is counted no further says so', () => {
  expect(counted(3)).toBe('3')
  expect(counted(10_000)).toBe('10,000 or more')
})

test('how long something waits is told as one would say it', () => {
  const ago = (seconds: number) => waitedFor(new Date(1e12 - seconds * 1000).toISOString(), 1e12)
  expect([ago(12), ago(600), ago(7200), ago(259_200)]).toEqual(['12 s', '10 min', '2 h', '3 days'])
})

test('a rate names what failed only where something has', () => {
  const queue = { doneInMinute: 2, doneInHour: 40, failedInHour: 0 } as Parameters<typeof rateOf>[0]
  expect(rateOf(queue)).toBe('2 in the last minute, 40 in the last hour')
  expect(rateOf({ ...queue, failedInHour: 3 })).toBe('2 in the last minute, 40 in the last hour, 3 failed')
  expect(rateOf({ ...queue, doneInMinute: 0, doneInHour: 0 })).toBe('Nothing in the last hour')
})
