import assert from 'node:assert/strict'
import { test } from 'node:test'
import { play } from '../oracle/play.ts'

const SEEDS = Array.from({ length: 20 }, (_, index) => 7_000 + index)
const MOVES_EACH = 1_000

test('D7: 20,000 random changes by 2 organizations of 6 people each, decided as the model decides', async (t) => {
  let moves = 0
  let compared = 0
  for (const seed of SEEDS) {
    const game = await play(seed, MOVES_EACH)
    assert.deepEqual(game.divergences, [])
    moves += game.moves
    compared += game.compared
  }
  t.diagnostic(`${moves} moves, ${compared} answers compared`)
  assert.equal(moves, SEEDS.length * MOVES_EACH)
})
