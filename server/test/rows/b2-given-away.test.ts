import { describe, test } from 'node:test'
import { holdOnEveryAddress } from './b2-given-away.ts'

describe('B2: ranges and conditions on what is given away', () => {
  test('by a link, as the ZIP of a link and by a signed address', holdOnEveryAddress)
})
