import { test } from 'node:test'
import { plantAndVerify } from './a4-integrity.ts'

test('A4, 60 files: 30 of 30 planted faults are found with the right class, none before, and nothing is deleted', async () => {
  await plantAndVerify(60, 100_000)
})
