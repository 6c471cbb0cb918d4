import assert from 'node:assert/strict'
import { test } from 'node:test'
import { play } from '../oracle/play.ts'

for (const seed of [1, 20_261]) {
  test(`D7, 250 moves of seed ${seed}: the program decides as the model does, for one, for many, and in its reasons`, async () => {
    const { divergences } = await play(seed, 250)
    assert.deepEqual(divergences, [])
  })
}
