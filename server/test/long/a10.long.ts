import { test } from 'node:test'
import { killWorkers } from '../rows/a10-killed-workers.ts'

test('A10: fifty kills of the worker lose nothing and leave one set of variants each', () => killWorkers(50))
