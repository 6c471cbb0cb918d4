import { test } from 'node:test'
import { survive, type Disturbance } from '../rows/chaos.ts'

const MIB = 1024 * 1024
const ROUNDS = 12

test('chaos: dead lines, killed APIs, workers and databases, over and over', async (t) => {
  const turn: readonly Disturbance[] = ['line', 'api', 'line', 'database', 'worker']
  const disturbances = Array.from({ length: ROUNDS }, () => turn).flat()
  const { uploads, attempts, slowestReturnMs } = await survive({ disturbances, maxBytes: 12 * MIB })
  t.diagnostic(`${uploads} uploads, ${attempts} attempts; ready after ${slowestReturnMs} ms at most`)
})
