import { test } from 'node:test'
import { oneAmongMany } from '../rows/f5-fairness.ts'

test('F5: what one organization asks for is begun within 15 s, whatever the 500 files of another', () =>
  oneAmongMany(500))
