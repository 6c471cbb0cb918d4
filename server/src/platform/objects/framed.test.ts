import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ringOf } from '../../../test/ring.ts'
import { openDiskStore } from './disk.ts'
import { framed } from './framed.ts'
import { objectStoreSuite } from './object-store.suite.ts'

const KINDS = { encrypted: [true, false], compressed: [false, true], 'encrypted and compressed': [true, true] } as const

for (const [name, [isOn, packs]] of Object.entries(KINDS)) {
  objectStoreSuite(`disk, ${name}`, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'trove-objects-'))
    const store = framed(await openDiskStore(folder), { keys: ringOf(isOn), packs })
    const newKey = store.newKey.bind(store)
    // Of a type that is worth a try, so that it is framed in every case.
    store.newKey = (about) => newKey({ ...about, extension: 'txt' })
    return { store, stop: () => rm(folder, { recursive: true, force: true }) }
  })
}
