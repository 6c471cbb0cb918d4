import { assert, test } from 'vitest'
import { beginAt, endAt, firstPart } from './part.ts'

const bounds = { durationMs: 60_000, limitMs: 20_000 }

test('a part begins with the beginning, as long as a clip may be', () => {
  assert.deepEqual(firstPart(bounds), { startMs: 0, endMs: 20_000 })
  assert.deepEqual(firstPart({ durationMs: 5_000, limitMs: 20_000 }), { startMs: 0, endMs: 5_000 })
})

test('beginning later keeps the end as long as it can', () => {
  const part = { startMs: 0, endMs: 20_000 }
  assert.deepEqual(beginAt(part, 10_000, bounds), { startMs: 10_000, endMs: 20_000 })
  assert.deepEqual(beginAt(part, 30_000, bounds), { startMs: 30_000, endMs: 30_500 })
  assert.deepEqual(beginAt({ startMs: 30_000, endMs: 40_000 }, 5_000, bounds), { startMs: 5_000, endMs: 25_000 })
  assert.deepEqual(beginAt(part, 90_000, bounds), { startMs: 59_500, endMs: 60_000 })
})

test('ending elsewhere takes the beginning along when the part would be too long or too short', () => {
  const part = { startMs: 10_000, endMs: 20_000 }
  assert.deepEqual(endAt(part, 28_000, bounds), { startMs: 10_000, endMs: 28_000 })
  assert.deepEqual(endAt(part, 50_000, bounds), { startMs: 30_000, endMs: 50_000 })
  assert.deepEqual(endAt(part, 5_000, bounds), { startMs: 4_500, endMs: 5_000 })
})
