import { test } from 'node:test'
import { oneAmongMany } from './f5-fairness.ts'

test('F5, sixty files of another: what one organization asks for is begun within 15 s', () => oneAmongMany(60))
