import { assert, describe, test } from 'vitest'
import { secretIn } from './secret.ts'

const SECRET = 'Q7yc68s-doVP88MDLQbbYrrb4s-z-bopgFPRHnSAxrg'

describe('the address of a link', () => {
  test('carries its secret behind the point', () => {
    assert.equal(secretIn(`#01a1fccb-71cb-741d-b784-c2c36888a962.${SECRET}`), SECRET)
    assert.equal(secretIn(`#${SECRET}`), SECRET)
  })

  test('that was cut off or is another has none', () => {
    for (const hash of ['', '#', '#01a1fccb.', '#t=83.2', `#${SECRET} and more`, '#01a1fccb-71cb.Q7yc'])
      assert.equal(secretIn(hash), undefined, hash)
  })
})
