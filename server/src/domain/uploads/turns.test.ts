import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, test } from 'node:test'
import { createTurns, Overtaken } from './turns.ts'

describe('the turn to write', () => {
  test('is given up to the newest, one at a time', async () => {
    const turns = createTurns()
    const first = await turns.take('a', 1000)
    const second = turns.take('a', 1000)
    const third = turns.take('a', 1000)
    assert.equal(first.signal.aborted, true)
    first.end()
    const overtaken = await second
    assert.equal(overtaken.signal.aborted, true)
    overtaken.end()
    const last = await third
    assert.equal(last.signal.aborted, false)
    last.end()
    assert.equal(turns.isTaken('a'), false)
  })

  test('of one upload does not wait for that of another', async () => {
    const turns = createTurns()
    const [a, b] = await Promise.all([turns.take('a', 10), turns.take('b', 10)])
    assert.deepEqual([a.signal.aborted, b.signal.aborted], [false, false])
  })

  test('is refused when nobody lets go, and can be had when they have', async () => {
    const turns = createTurns()
    const holder = await turns.take('a', 10)
    await assert.rejects(turns.take('a', 10), { kind: 'unavailable' })
    const patient = turns.take('a', 1000)
    await delay(10)
    holder.end()
    ;(await patient).end()
    await delay(0)
    assert.equal(turns.isTaken('a'), false)
  })

  test('is refused to a request that a newer one has overtaken', async () => {
    const turns = createTurns()
    ;(await turns.take('a', 10, 200)).end()
    await assert.rejects(turns.take('a', 10, 100), Overtaken)
    ;(await turns.take('b', 10, 100)).end()
    ;(await turns.take('a', 10, 300)).end()
  })

  test('is interrupted for all when the program stops', async () => {
    const turns = createTurns()
    const taken = await Promise.all(['a', 'b'].map((id) => turns.take(id, 10)))
    for (const turn of taken) turn.signal.addEventListener('abort', () => turn.end())
    await turns.interruptAll(1000)
    assert.deepEqual([turns.isTaken('a'), turns.isTaken('b')], [false, false])
  })
})
