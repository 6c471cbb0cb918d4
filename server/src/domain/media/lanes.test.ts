import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createLanes, type Lanes, type Passage } from './lanes.ts'

const never = new AbortController().signal

/** Who is in, in the order in which they came in, and the way to send one out. */
function hall(lanes: Lanes) {
  const order: string[] = []
  const leaves = new Map<string, () => void>()
  return {
    order,
    come(name: string, passage: Passage) {
      void lanes.enter(passage, never).then((leave) => {
        order.push(name)
        leaves.set(name, leave)
      })
    },
    async leave(name: string) {
      leaves.get(name)?.()
      await settled()
    },
  }
}
const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('lanes', () => {
  test('what takes long never holds all seats, and a new upload finds one', async () => {
    for (const usual of [1, 2, 4]) {
      const at = hall(createLanes(usual))
      for (let n = 0; n < 10; n++) at.come(`heavy ${n}`, { lane: 'heavy', organizationId: `o${n}` })
      for (let n = 0; n < 10; n++) at.come(`looked at ${n}`, { lane: 'urgent', isHeavy: true })
      at.come('upload', { lane: 'first' })
      await settled()
      assert.ok(at.order.includes('upload'), `with ${usual} seats: ${at.order.join(', ')}`)
    }
  })

  test('one goes in for one that leaves, uploads before what is made in its own time, and no more than there are seats', async () => {
    const lanes = createLanes(2)
    const at = hall(lanes)
    at.come('a', { lane: 'first' })
    at.come('b', { lane: 'light' })
    at.come('c', { lane: 'light' })
    at.come('d', { lane: 'first' })
    await settled()
    assert.deepEqual(at.order, ['a', 'b'])
    await at.leave('b')
    assert.deepEqual(at.order, ['a', 'b', 'd'])
    await at.leave('d')
    assert.deepEqual(at.order, ['a', 'b', 'd', 'c'])
  })

  test('what somebody waits for finds a seat also when all usual ones are taken', async () => {
    const at = hall(createLanes(2))
    for (const name of ['a', 'b', 'c']) at.come(name, { lane: 'first' })
    at.come('looked at', { lane: 'urgent' })
    await settled()
    assert.deepEqual(at.order, ['a', 'b', 'looked at'])
  })

  test('what takes long of another organization does not wait for what takes long', async () => {
    const at = hall(createLanes(2))
    for (let n = 0; n < 5; n++) at.come(`a${n}`, { lane: 'heavy', organizationId: 'a' })
    at.come('b', { lane: 'heavy', organizationId: 'b' })
    await settled()
    assert.deepEqual(at.order, ['a0', 'b'])
  })

  test('a new upload finds a seat also where all usual ones are taken by what is made in its own time', async () => {
    const at = hall(createLanes(2))
    for (const name of ['a', 'b', 'c']) at.come(name, { lane: 'light' })
    for (const name of ['upload', 'another']) at.come(name, { lane: 'first' })
    await settled()
    assert.deepEqual(at.order, ['a', 'b', 'upload'])
  })

  test('who has waited long enough goes with the uploads, however many of them come', async () => {
    let now = 0
    const at = hall(createLanes(2, () => now))
    at.come('u0', { lane: 'first' })
    at.come('u1', { lane: 'first' })
    at.come('light', { lane: 'light' })
    now = 6_000
    at.come('u2', { lane: 'first' })
    await settled()
    await at.leave('u0')
    assert.deepEqual(at.order, ['u0', 'u1', 'light'])
  })

  test('who gives up waiting leaves no gap', async () => {
    const lanes = createLanes(2)
    const at = hall(lanes)
    at.come('a', { lane: 'first' })
    at.come('b', { lane: 'first' })
    const impatient = new AbortController()
    const waiting = lanes.enter({ lane: 'first' }, impatient.signal)
    at.come('c', { lane: 'first' })
    impatient.abort(new Error('enough'))
    await assert.rejects(waiting, /enough/)
    await at.leave('a')
    assert.deepEqual(at.order, ['a', 'b', 'c'])
  })
})
