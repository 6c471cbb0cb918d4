import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeMutants } from '../rows/e3-mutants.ts'

test('E3: the decoders end with each of 10,000 mutants, none later than 20 s', async (t) => {
  const { mutants, ready, failures, slowest } = await decodeMutants(10_000)
  t.diagnostic(`${ready} ready, slowest ${slowest.name} ${Math.round(slowest.ms)} ms`)
  for (const [failure, count] of failures) t.diagnostic(`${count} × ${failure}`)
  assert.equal(mutants, 10_000)
  // An answer that is not taken is a fault of ours when it is of a mutant.
  assert.deepEqual(
    [...failures.keys()].filter((failure) => /it answered/.test(failure)),
    [],
  )
  assert.ok(slowest.ms < 20_000, `${slowest.name}: ${slowest.ms} ms`)
})
