// A worker to be killed: takes one job of the queue named, says so, and never ends.
import { Type } from 'typebox'
import type { Log, Platform } from '../platform.ts'
import { defineTask, startWorkers } from './index.ts'

const [connectionString = '', name = '', maxAttempts = '3'] = process.argv.slice(2)
const log: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const task = defineTask({
  name,
  payload: Type.Object({ n: Type.Integer() }),
  maxAttempts: Number(maxAttempts),
  timeoutMs: 60_000,
  run: () => new Promise<void>(() => process.stdout.write('taken\n')),
})
await startWorkers({ log } as Partial<Platform> as Platform, [task], { connectionString, log, slots: 1 })
