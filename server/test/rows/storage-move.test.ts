import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { moveWhileInUse } from './storage-move.ts'

test('an installation moves from one disk to another while it is used, and a kill in the middle costs nothing', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'trove-move-'))
  try {
    const [from, to] = ['from', 'to'].map((name) => pathToFileURL(join(folder, name)).href)
    const { files, resumed } = await moveWhileInUse(from ?? '', to ?? '', { files: 12, fileBytes: 400_000 })
    t.diagnostic(`${files} files; ${resumed} had been copied before the kill`)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
