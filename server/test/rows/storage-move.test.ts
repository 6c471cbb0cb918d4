import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { sharedCeph, withoutCeph } from '../services/ceph.ts'
import { moveWhileInUse } from './storage-move.ts'

test(
  'an installation moves from its disk to S3 while it is used, and a kill in the middle costs nothing',
  { skip: withoutCeph },
  async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'trove-move-'))
    try {
      const ceph = await sharedCeph()
      const to = ceph.url(await ceph.makeBucket())
      const { files, resumed } = await moveWhileInUse(pathToFileURL(join(folder, 'from')).href, to, {
        files: 12,
        fileBytes: 400_000,
      })
      t.diagnostic(`${files} files; ${resumed} had been copied before the kill`)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
)
