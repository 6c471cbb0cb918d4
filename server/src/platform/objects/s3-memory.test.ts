import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createMemory, type Holder } from './s3-memory.ts'

describe('the room for parts on their way', () => {
  /** Holds bytes that it can bring away. */
  function holderIn(
    memory: ReturnType<typeof createMemory>,
  ): Holder & { held: number; hold(bytes: number): Promise<void> } {
    const holder = {
      held: 0,
      async hold(bytes: number) {
        await memory.take(bytes, holder)
        holder.held += bytes
        memory.setSpillable(holder, true)
      },
      async spill() {
        memory.give(holder.held)
        holder.held = 0
      },
    }
    return holder
  }

  test('who waits longest is brought away first, and the sum never exceeds the limit', async () => {
    const memory = createMemory(100)
    const [one, two, three] = [holderIn(memory), holderIn(memory), holderIn(memory)]
    await one.hold(40)
    await two.hold(40)
    await one.hold(10)
    await three.hold(30)
    assert.deepEqual([one.held, two.held, three.held, memory.usedBytes()], [50, 0, 30, 80])
    await three.hold(40)
    assert.deepEqual([one.held, three.held, memory.usedBytes()], [0, 70, 70])
  })

  test('alone, it brings its own away; and what is larger than everything gets through when nothing else is there', async () => {
    const memory = createMemory(100)
    const one = holderIn(memory)
    await one.hold(90)
    await one.hold(20)
    assert.equal(memory.usedBytes(), 20)
    await one.spill()
    await one.hold(500)
    assert.equal(memory.usedBytes(), 500)
  })

  test('what is on its way is waited for', async () => {
    const memory = createMemory(100)
    const one = holderIn(memory)
    await memory.take(100, one)
    const waiting = one.hold(50)
    memory.give(100)
    await waiting
    assert.equal(memory.usedBytes(), 50)
  })

  test('one that cannot be brought away is not asked again and again', async () => {
    const memory = createMemory(100)
    const [one, stuck] = [holderIn(memory), holderIn(memory)]
    await stuck.hold(80)
    let asked = 0
    stuck.spill = () => {
      asked += 1
      return Promise.reject(new Error('the store is away'))
    }
    const waiting = one.hold(50)
    await new Promise((resolve) => setTimeout(resolve, 20))
    assert.equal(asked, 1)
    memory.give(80)
    await waiting
  })
})
