import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeOfMutants } from './e3-makers.ts'

test('E3, in short: what later steps make of mutants ends, none breaks the machinery, and every answer is one', async () => {
  const { mutants, runs, disbelieved, slowest } = await makeOfMutants(36, { every: 4 })
  assert.equal(mutants, 36)
  assert.ok(runs > mutants)
  assert.deepEqual(disbelieved, [])
  assert.ok(slowest.ms < 60_000, `${slowest.name}: ${slowest.ms} ms`)
})
