import { test } from 'node:test'
import { plantAndVerify } from '../rows/a4-integrity.ts'

test('A4: of 2,000 files 30 planted faults are found with the right class, none before, and nothing is deleted', async (t) => {
  const { tookMs } = await plantAndVerify(2_000, 1_000_000)
  t.diagnostic(`read again in ${Math.round(tookMs)} ms`)
})
