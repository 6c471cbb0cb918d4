import { assert, describe, test } from 'vitest'
import { neighbours } from './neighbours.ts'

describe('what a compared picture can be exchanged for', () => {
  const among = ['a', 'b', 'c', 'd']

  test('the other one of the two is passed over', () => {
    assert.deepEqual(neighbours(among, 'a', 'b'), { before: undefined, after: 'c' })
    assert.deepEqual(neighbours(among, 'c', 'b'), { before: 'a', after: 'd' })
  })

  test('the last has nothing after it, and a picture of elsewhere has nothing beside it', () => {
    assert.deepEqual(neighbours(among, 'd', 'a'), { before: 'c', after: undefined })
    assert.deepEqual(neighbours(among, 'x', 'a'), { before: undefined, after: undefined })
  })
})
