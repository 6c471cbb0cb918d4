import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cutConnections, withRig } from '../rows.ts'

const MIB = 1024 * 1024

test('A2: 2,000 cut connections or more over 800 files: every file is whole', () =>
  withRig(async (rig) => {
    const cuts = await cutConnections(rig, { files: 800, cutsPerFile: 4, atOnce: 12, maxBytes: 2 * MIB })
    assert.ok(cuts >= 2000, `${cuts} cuts`)
  }))
