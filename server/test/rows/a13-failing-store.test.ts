import { describe, test } from 'node:test'
import { withoutCeph } from '../services/ceph.ts'
import { uploadThroughFaults } from './a13-failing-store.ts'

describe('A13: a store that fails', { skip: withoutCeph }, () => {
  test('with three of ten requests failing, what was acknowledged is whole and nothing is left behind', async (t) => {
    const { faults, requests, refusals } = await uploadThroughFaults({
      files: 9,
      atOnce: 3,
      maxBytes: 12 * 1024 * 1024,
      seed: 13,
    })
    t.diagnostic(`${faults} of ${requests} requests failed; clients were told to wait ${refusals} times`)
  })
})
