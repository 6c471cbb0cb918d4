import { test } from 'node:test'
import { withoutCeph } from '../services/ceph.ts'
import { uploadThroughFaults } from '../rows/a13-failing-store.ts'

for (const seed of [1, 2, 3])
  test(`A13: S3 with 30 % of all requests failing, the ${seed}. way`, { skip: withoutCeph }, async (t) => {
    const { faults, requests, refusals } = await uploadThroughFaults({
      files: 60,
      atOnce: 6,
      maxBytes: 30 * 1024 * 1024,
      seed,
    })
    t.diagnostic(`${faults} of ${requests} requests failed; clients were told to wait ${refusals} times`)
  })
