import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeMutants } from './e3-mutants.ts'

test('E3, 300 mutants: the decoders end with each of them, and soon', async () => {
  const { mutants, slowest } = await decodeMutants(300, { every: 9 })
  assert.equal(mutants, 300)
  assert.ok(slowest.ms < 20_000, `${slowest.name}: ${slowest.ms} ms`)
})
