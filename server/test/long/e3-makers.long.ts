import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeOfMutants } from '../rows/e3-makers.ts'

test('E3: what the later steps make of each of 4,000 mutants ends, and none breaks the machinery', async (t) => {
  const { mutants, runs, made, failures, disbelieved, slowest } = await makeOfMutants(4_000)
  t.diagnostic(`${runs} runs, ${made} made, slowest ${slowest.name} ${Math.round(slowest.ms)} ms`)
  for (const [failure, count] of failures) t.diagnostic(`${count} × ${failure}`)
  assert.equal(mutants, 4_000)
  assert.deepEqual(disbelieved, [])
  assert.ok(slowest.ms < 60_000, `${slowest.name}: ${slowest.ms} ms`)
})
