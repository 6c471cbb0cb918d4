import { expect, test } from 'vitest'
import { everyOf, hasFault, outcomeOf, tookOf } from './words.ts'

const run = { id: '1', isDryRun: false, state: 'done' as const, askedAt: '', tally: [] }

test('what a run did is told in a line, without what came to nothing', () => {
  const tally = [
    { what: 'blobs', count: 0 },
    { what: 'objects without a row', count: 2 },
    { what: 'in those', count: 2048, unit: 'bytes' as const },
  ]
  expect(outcomeOf({ ...run, tally })).toBe('2 objects without a row, 2 KB in those.')
  expect(outcomeOf({ ...run, tally, isDryRun: true })).toBe('It would be: 2 objects without a row, 2 KB in those.')
  expect(outcomeOf(run)).toBe('There was nothing to do.')
  expect(outcomeOf({ ...run, state: 'failed', failure: 'The disk is full.' })).toBe('The disk is full.')
})

test('a fault is one that failed, or that found what should not be', () => {
  expect(hasFault(run)).toBe(false)
  expect(hasFault({ ...run, state: 'failed', failure: 'x' })).toBe(true)
  expect(hasFault({ ...run, tally: [{ what: 'rows without an object', count: 1, isFault: true }] })).toBe(true)
  expect(hasFault({ ...run, tally: [{ what: 'rows without an object', count: 0, isFault: true }] })).toBe(false)
})

test('times are told as one would say them', () => {
  const took = (ms: number) => tookOf({ beganAt: new Date(0).toISOString(), endedAt: new Date(ms).toISOString() })
  expect([took(120), took(14_000), took(120_000), took(7_200_000)]).toEqual(['0.1 s', '14 s', '2 min', '2 h'])
  expect(tookOf({})).toBe(undefined)
  expect(everyOf('* * * * *', new Date().toISOString())).toBe('Every minute')
  expect(everyOf('*/5 * * * *', new Date().toISOString())).toBe('Every 5 minutes')
  expect(everyOf('13 * * * *', new Date().toISOString())).toBe('Every hour')
  expect(everyOf('17 3 * * *', '2026-05-04T03:17:00Z')).toMatch(/^Every day at /)
})
