import { sharedCeph, withoutCeph } from '../../../test/services/ceph.ts'
import { objectStoreSuite } from './object-store.suite.ts'
import type { S3Options } from './s3-options.ts'
import { openS3Store } from './s3.ts'

const make = (more: Partial<S3Options>) => async () => {
  const ceph = await sharedCeph()
  const store = await openS3Store(ceph.options(await ceph.makeBucket(), more))
  return { store, stop: () => store.close() }
}

if (!withoutCeph) {
  objectStoreSuite('S3', make({}))
  const encryption = { kind: 'customer', key: new Uint8Array(32).fill(7) } as const
  objectStoreSuite('S3, in a folder of the bucket, with a key of ours', make({ prefix: 'one/two/', encryption }))
  objectStoreSuite('S3, encrypted by its key server', make({ encryption: { kind: 'kms', keyId: 'testkey-1' } }))
}
