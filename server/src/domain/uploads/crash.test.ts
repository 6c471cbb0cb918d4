import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { crashAtEveryPoint, killAndResume, openRig } from '../../../test/crash-rig.ts'

const MIB = 1024 * 1024

describe('a process that dies', () => {
  test('at any named step of finishing loses nothing and leaves nothing', { timeout: 300_000 }, async () => {
    const rig = await openRig()
    try {
      await crashAtEveryPoint(rig, (place) => [place % 2 === 0 ? 3 * MIB : 20_000])
    } finally {
      await rig.stop()
    }
  })

  test(
    'by kill -9 at the last byte and at random moments loses nothing acknowledged, and no upload',
    { timeout: 300_000 },
    async () => {
      const rig = await openRig()
      try {
        const done = await killAndResume(rig, { kills: 5, atLastByteOfTen: 7, uploadsAtOnce: 3, maxBytes: 6 * MIB })
        assert.equal(done.uploads, 15)
      } finally {
        await rig.stop()
      }
    },
  )
})
