import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  cutConnections,
  fillDisk,
  leaveDownloads,
  mountSmallDisk,
  requireDurableOrder,
  withRig,
} from '../../../test/rows.ts'
import { canTrace } from '../../../test/strace.ts'

const MIB = 1024 * 1024

// A few rounds of what `npm run test:long` does often.
describe('the path of a byte', () => {
  test('connections that are cut again and again lose nothing', { timeout: 120_000 }, () =>
    withRig(async (rig) => {
      const cuts = await cutConnections(rig, { files: 12, cutsPerFile: 4, atOnce: 6, maxBytes: 3 * MIB })
      assert.ok(cuts > 20)
    }),
  )

  test(
    'fsync(file), rename, fsync(folder), COMMIT and the response come in this order',
    { timeout: 120_000 },
    async (t) => {
      if (!canTrace()) return t.skip('strace cannot be had here')
      await withRig((rig) => requireDurableOrder(rig, [20_000, 3 * MIB, 70_000, 1]))
    },
  )

  test(
    'a full disk is told plainly, the offset stays true, and the upload goes on when there is room',
    { timeout: 120_000 },
    async (t) => {
      const disk = await mountSmallDisk(64)
      if (disk === undefined) return t.skip('no file system may be mounted here')
      try {
        await fillDisk(disk.folder)
      } finally {
        await disk.unmount()
      }
    },
  )

  test('downloads that are cut or closed harm nobody', { timeout: 120_000 }, () =>
    withRig((rig) => leaveDownloads(rig, 10, [1000, MIB, 20 * MIB])),
  )
})
