import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { startCeph, withoutCeph } from '../services/ceph.ts'
import { survive } from './chaos.ts'

const MIB = 1024 * 1024

describe('chaos', () => {
  test('lines go dead, API, worker and database are killed in turn: nothing acknowledged is lost, nothing is left over', async (t) => {
    const disturbances = (['line', 'api', 'database', 'line', 'worker', 'api', 'line', 'database'] as const).slice()
    const done = await survive({ disturbances, maxBytes: 3 * MIB })
    t.diagnostic(`${done.uploads} uploads, ${done.attempts} attempts, ready after ${done.slowestReturnMs} ms`)
    assert.ok(done.slowestReturnMs <= 10_000)
  })

  test('with the bytes in S3, whose gateway is killed too', { skip: withoutCeph }, async (t) => {
    const ceph = await startCeph()
    try {
      const store = { url: ceph.url(await ceph.makeBucket()), kill: ceph.kill, start: ceph.start }
      const disturbances = ['line', 'store', 'api', 'database', 'store', 'line'] as const
      const done = await survive({ disturbances, maxBytes: 12 * MIB, store })
      t.diagnostic(`${done.uploads} uploads, ${done.attempts} attempts, ready after ${done.slowestReturnMs} ms`)
    } finally {
      await ceph.stop()
    }
  })
})
