import { describe, test } from 'node:test'
import { sharedCeph, withoutCeph } from '../services/ceph.ts'
import { holdOnEveryAddress } from './b2-given-away.ts'

describe('B2: ranges and conditions on what is given away', () => {
  test('by a link, as the ZIP of a link and by a signed address', () => holdOnEveryAddress())

  test('the same from S3', { skip: withoutCeph }, async () => {
    const ceph = await sharedCeph()
    await holdOnEveryAddress({ STORAGE_URL: ceph.url(await ceph.makeBucket()) })
  })
})
