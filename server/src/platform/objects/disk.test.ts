import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDiskStore } from './disk.ts'
import { objectStoreSuite } from './object-store.suite.ts'

objectStoreSuite('disk', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'trove-objects-'))
  const store = await openDiskStore(folder)
  return { store, stop: () => rm(folder, { recursive: true, force: true }) }
})
