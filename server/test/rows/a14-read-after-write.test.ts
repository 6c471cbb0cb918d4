import { describe, test } from 'node:test'
import { sharedCeph, withoutCeph } from '../services/ceph.ts'
import { readAfterWrite } from './a14-read-after-write.ts'

describe('A14: what has been written is there', () => {
  test('for another session at once, from the disk', () => readAfterWrite(20, {}))

  test('for another session at once, from S3', { skip: withoutCeph }, async () => {
    const ceph = await sharedCeph()
    await readAfterWrite(20, { STORAGE_URL: ceph.url(await ceph.makeBucket()) })
  })
})
