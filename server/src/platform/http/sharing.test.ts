import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createSharing, writeShared } from './sharing.ts'

describe('sharing', () => {
  /** A reading that ends when told to, and what each saw when it began. */
  function reader() {
    let state = 0
    const begun: (() => void)[] = []
    const read = () => {
      const seen = { state }
      return new Promise<{ state: number }>((resolve) => begun.push(() => resolve(seen)))
    }
    return { read, begun, change: () => (state += 1) }
  }
  const settle = () => new Promise((resolve) => setImmediate(resolve))

  test('a hundred who ask while one reads are answered by one more reading', async () => {
    const sharing = createSharing<{ state: number }>()
    const { read, begun } = reader()
    const answers = Array.from({ length: 100 }, () => sharing.read('a', read))
    assert.equal(begun.length, 1)
    begun[0]?.()
    await settle()
    assert.equal(begun.length, 2)
    begun[1]?.()
    assert.equal((await Promise.all(answers)).length, 100)
    await settle()
    void sharing.read('a', read)
    assert.equal(begun.length, 3, 'nothing is kept')
  })

  test('nobody hears what was read before they asked', async () => {
    const sharing = createSharing<{ state: number }>()
    const { read, begun, change } = reader()
    const first = sharing.read('a', read)
    change()
    const second = sharing.read('a', read)
    begun[0]?.()
    await settle()
    change()
    const third = sharing.read('a', read)
    begun[1]?.()
    await settle()
    begun[2]?.()
    assert.deepEqual([await first, await second, await third], [{ state: 0 }, { state: 1 }, { state: 2 }])
  })

  test('other keys do not wait, and a failure is told to those who joined it and ends there', async () => {
    const sharing = createSharing<{ state: number }>()
    const { read, begun } = reader()
    const failing = sharing.read('a', () => Promise.reject(new Error('away')))
    const joined = sharing.read('a', read)
    void sharing.read('b', read)
    assert.equal(begun.length, 1)
    await assert.rejects(failing, /away/)
    await settle()
    begun[1]?.()
    assert.deepEqual(await joined, { state: 0 })
  })

  test('what goes to many is written once', async () => {
    const sharing = createSharing<{ state: number }>()
    const read = async () => ({ state: 7 })
    const [alone, ...many] = await Promise.all(Array.from({ length: 5 }, () => sharing.read('a', read)))
    let times = 0
    const write = (answer: object) => {
      times += 1
      return JSON.stringify(answer)
    }
    assert.equal(writeShared(alone, write), undefined)
    for (const answer of many) assert.equal(writeShared(answer, write)?.toString(), '{"state":7}')
    assert.equal(times, 1)
  })
})
