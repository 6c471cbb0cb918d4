import { test } from 'node:test'
import { readAfterWrite } from '../rows/a14-read-after-write.ts'
import { sharedCeph, withoutCeph } from '../services/ceph.ts'

test('A14: 1,000 times finished and read by another session at once, from the disk', () => readAfterWrite(1000, {}))

test('A14: the same from S3', { skip: withoutCeph }, async () => {
  const ceph = await sharedCeph()
  await readAfterWrite(1000, { STORAGE_URL: ceph.url(await ceph.makeBucket()) })
})
