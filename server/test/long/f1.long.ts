import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { uploadAtSpeed } from '../rows/f-load.ts'
import { sharedCeph, withoutCeph } from '../services/ceph.ts'

test('F1: 200 files of 5 MB, 50 at a time', async (t) => {
  const { megabytesPerSecond, errors } = await uploadAtSpeed(200, 50)
  t.diagnostic(`${megabytesPerSecond.toFixed(0)} MB/s`)
  assert.deepEqual(errors, [])
  assert.ok(megabytesPerSecond >= 80)
})

test('F1: the same, encrypted', async (t) => {
  const environment = { TROVE_MASTER_KEY: randomBytes(32).toString('base64') }
  const { megabytesPerSecond, errors } = await uploadAtSpeed(200, 50, environment)
  t.diagnostic(`${megabytesPerSecond.toFixed(0)} MB/s, encrypted`)
  assert.deepEqual(errors, [])
  assert.ok(megabytesPerSecond >= 80)
})

// The store has no disk to wait for, but it shares the two cores with everything else.
test('F1: the same onto S3', { skip: withoutCeph }, async (t) => {
  const ceph = await sharedCeph()
  const { megabytesPerSecond, errors } = await uploadAtSpeed(200, 50, {
    STORAGE_URL: ceph.url(await ceph.makeBucket()),
  })
  t.diagnostic(`${megabytesPerSecond.toFixed(0)} MB/s onto S3`)
  assert.deepEqual(errors, [])
  assert.ok(megabytesPerSecond >= 80)
})
