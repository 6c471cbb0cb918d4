import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crashAtEveryPoint, killAndResume } from '../crash-rig.ts'
import { withRig } from '../rows.ts'

const MIB = 1024 * 1024

test('A1: 200 times kill -9, 150 of them or more at the last byte: nothing acknowledged is lost, no upload, nothing is left over', () =>
  withRig(async (rig) => {
    const done = await killAndResume(rig, { kills: 200, atLastByteOfTen: 8, uploadsAtOnce: 3, maxBytes: 8 * MIB })
    assert.ok(done.atLastByte >= 150)
  }))

test('A1: the process dies at every named step of finishing, for small uploads and for large ones', () =>
  withRig((rig) => crashAtEveryPoint(rig, () => [20_000, 3 * MIB])))
