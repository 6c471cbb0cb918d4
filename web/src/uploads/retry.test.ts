import { assert, describe, test } from 'vitest'
import { nextStep, type Ending } from './retry.ts'

const refusal = (status: number, more: Partial<Extract<Ending, { kind: 'refused' }>> = {}): Ending => ({
  kind: 'refused',
  status,
  problem: 'x',
  detail: 'No.',
  retryAfterSeconds: undefined,
  wasNew: false,
  ...more,
})
const after = (ending: Ending, failures = 0) => nextStep(ending, { failures, random: 0.5 })

describe('after an attempt', () => {
  test('a lost connection is waited for with growing patience, and never given up', () => {
    const waits = [1, 2, 3, 4, 50, 1000].map((failures) => {
      const step = after({ kind: 'lost' }, failures)
      return step.kind === 'wait' ? step.delayMs : undefined
    })
    assert.deepEqual(waits, [500, 1000, 2000, 4000, 30_000, 30_000])
  })

  for (const status of [408, 423, 425, 429, 500, 502, 503, 504, 507]) {
    test(`${status} is waited for`, () => assert.strictEqual(after(refusal(status), 40).kind, 'wait'))
  }

  test('the wait that the server names is kept', () => {
    const step = after(refusal(429, { retryAfterSeconds: 60 }))
    assert.strictEqual(step.kind === 'wait' && step.delayMs, 60_000)
  })

  test('a full disk says so while it waits', () => {
    const step = after(refusal(507, { detail: 'The disk of this installation is full.' }))
    assert.strictEqual(step.kind === 'wait' && step.reason, 'The disk of this installation is full.')
  })

  for (const status of [400, 403, 413, 415, 422]) {
    test(`${status} is final and told in the words of the server`, () => {
      assert.deepEqual(after(refusal(status, { detail: 'clip.exe is a program.' })), {
        kind: 'fail',
        reason: 'clip.exe is a program.',
        canRetry: true,
      })
    })
  }

  test('a type that is not taken is not offered for another try', () => {
    const step = after(refusal(422, { problem: 'type-not-allowed' }))
    assert.strictEqual(step.kind === 'fail' && step.canRetry, false)
  })

  test('an upload that is gone or stands elsewhere is looked at again, but not for ever', () => {
    for (const status of [404, 409, 410]) {
      assert.strictEqual(after(refusal(status)).kind, 'look')
      assert.strictEqual(after(refusal(status), 9).kind, 'fail')
    }
  })

  test('a refused creation is final', () => {
    for (const status of [404, 409]) assert.strictEqual(after(refusal(status, { wasNew: true })).kind, 'fail')
  })

  test('a refused token is renewed', () => {
    assert.strictEqual(after(refusal(401)).kind, 'renew')
    assert.strictEqual(after(refusal(401), 5).kind, 'fail')
  })
})
