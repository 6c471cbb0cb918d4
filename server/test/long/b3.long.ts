import { test } from 'node:test'
import { leaveDownloads, withRig } from '../rows.ts'

const MIB = 1024 * 1024

test('B3: 200 downloads with Connection: close and 200 cut ones for each size: the process lives on', () =>
  withRig((rig) => leaveDownloads(rig, 200, [1000, MIB, 20 * MIB])))
