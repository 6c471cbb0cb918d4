import { test } from 'node:test'
import { killWorkers } from './a10-killed-workers.ts'

test('A10, three kills: a killed worker loses nothing and leaves one set of variants', () => killWorkers(3))
