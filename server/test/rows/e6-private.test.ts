import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lookForSecrets } from './e6-private.ts'

test('E6: nothing that is made of a picture says who made it, of whom, where or with what', async (t) => {
  const { derivatives, read, faults } = await lookForSecrets()
  t.diagnostic(`${derivatives} derivatives, ${read} of them read by exiftool`)
  assert.ok(derivatives >= 30)
  assert.deepEqual(faults, [])
})
