import { startCeph, withoutCeph } from '../../../test/services/ceph.ts'
import { objectStoreSuite } from './object-store.suite.ts'
import { openS3Store } from './s3.ts'

if (!withoutCeph)
  objectStoreSuite('S3', async () => {
    const ceph = await startCeph()
    const store = await openS3Store(ceph.options(await ceph.makeBucket()))
    return {
      store,
      async stop() {
        await store.close()
        await ceph.stop()
      },
    }
  })
