import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeMutants } from './e3-mutants.ts'

test('E3, 300 mutants: the decoders end with each of them, and soon', async () => {
  const { mutants, failures, slowest } = await decodeMutants(300, { every: 9 })
  assert.equal(mutants, 300)
  // An answer that is not taken is a fault of ours when it is of a mutant.
  assert.deepEqual(
    [...failures.keys()].filter((failure) => /something else/.test(failure)),
    [],
  )
  assert.ok(slowest.ms < 20_000, `${slowest.name}: ${slowest.ms} ms`)
})
