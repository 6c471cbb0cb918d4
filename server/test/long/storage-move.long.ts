import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { moveWhileInUse } from '../rows/storage-move.ts'
import { sharedCeph, withoutCeph } from '../services/ceph.ts'

const ABOUT = { files: 40, fileBytes: 6_000_000 }

async function inFolder(work: (urlOf: (name: string) => string) => Promise<{ files: number; resumed: number }>) {
  const folder = await mkdtemp(join(tmpdir(), 'trove-move-'))
  try {
    return await work((name) => pathToFileURL(join(folder, name)).href)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

test('an installation moves from one disk to another while it is used', () =>
  inFolder((urlOf) => moveWhileInUse(urlOf('from'), urlOf('to'), ABOUT)).then(() => undefined))

test('an installation moves from its disk to S3 while it is used', { skip: withoutCeph }, () =>
  inFolder(async (urlOf) => {
    const ceph = await sharedCeph()
    return moveWhileInUse(urlOf('from'), ceph.url(await ceph.makeBucket()), ABOUT)
  }).then(() => undefined),
)

test('an installation moves from S3 back to its disk while it is used', { skip: withoutCeph }, () =>
  inFolder(async (urlOf) => {
    const ceph = await sharedCeph()
    return moveWhileInUse(ceph.url(await ceph.makeBucket()), urlOf('to'), ABOUT)
  }).then(() => undefined),
)
