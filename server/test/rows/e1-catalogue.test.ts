import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runCatalogue } from './e1-catalogue.ts'

test('E1, every eighth specimen: odd and hostile files end as they should', async () => {
  // Each page of a hostile document is given its time, which are minutes.
  const { specimens, faults } = await runCatalogue((specimen, index) => specimen.isSlow !== true && index % 8 === 0, {
    unawaited: ['pages'],
  })
  assert.ok(specimens > 45)
  assert.deepEqual(faults, [])
})
