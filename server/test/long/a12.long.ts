import { test } from 'node:test'
import { fillDisk, mountSmallDisk } from '../rows.ts'

test('A12: a store of 64 MB runs full three times: plain 507, true offset, resumed after room was made, reads go on, no temporary file stays', async (t) => {
  const disk = await mountSmallDisk(64)
  if (disk === undefined) return t.skip('no file system may be mounted here')
  try {
    for (let round = 0; round < 3; round++) {
      await fillDisk(disk.folder)
      await disk.empty()
    }
  } finally {
    await disk.unmount()
  }
})
