import { afterEach, assert, beforeEach, describe, test, vi } from 'vitest'
import { changed, createBench, picked, target } from './engine.test-bench.ts'
import type { Sending } from './tus.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('a session that is paused', () => {
  const underWay = async () => {
    const bench = createBench()
    bench.line.obstacles = Array.from(
      { length: 2 },
      () => (sending: Sending) => (bench.line.receive(sending, 30), 'never' as const),
    )
    bench.engine.start(true)
    bench.engine.add([picked('a.mov'), picked('b.mov')], target)
    await vi.advanceTimersByTimeAsync(1_000)
    return bench
  }

  test('from another device stands still here and says so; when it is resumed there it goes on by itself', async () => {
    const { line, engine, rows } = await underWay()
    line.status = 'paused'
    engine.hear(changed('paused', 'me'))
    await vi.advanceTimersByTimeAsync(3_000)
    assert.deepEqual(
      rows().map(({ state, reason }) => [state, reason]),
      [
        ['paused', 'Paused from another device'],
        ['paused', 'Paused from another device'],
      ],
    )
    assert.strictEqual(engine.getSnapshot().tally.pausedBy, 'Paused from another device')
    line.status = 'active'
    engine.hear(changed('active', 'me'))
    await vi.advanceTimersByTimeAsync(1_000)
    assert.deepEqual(new Set(rows().map(({ state }) => state)), new Set(['processing']))
    engine.stop()
  })

  test('by somebody else names them', async () => {
    const { line, engine, rows } = await underWay()
    line.status = 'paused'
    line.pausedBy = { id: 'bo', name: 'Bo' }
    engine.hear(changed('paused', 'bo'))
    await vi.advanceTimersByTimeAsync(5_000)
    assert.strictEqual(rows()[0]?.reason, 'Paused by Bo')
    engine.stop()
  })

  test('is obeyed too when only a refusal tells of it, and does not fail', async () => {
    const { line, engine, row } = createBench()
    line.obstacles = [
      (sending) => {
        line.receive(sending, 30)
        line.status = 'paused'
        const [problem, detail] = ['wrong-state', 'Ada has paused this upload session; resume it to go on.']
        return { kind: 'refused', status: 409, problem, detail, retryAfterSeconds: undefined, wasNew: false }
      },
    ]
    engine.start(true)
    engine.add([picked('a.mov')], target)
    await vi.advanceTimersByTimeAsync(10_000)
    assert.strictEqual(row('a.mov')?.state, 'paused')
    line.status = 'active'
    engine.hear(changed('active', 'me'))
    await vi.advanceTimersByTimeAsync(1_000)
    assert.strictEqual(row('a.mov')?.state, 'processing')
    engine.stop()
  })

  test('as a whole is paused for every device, and what was paused by itself stays so when the rest goes on', async () => {
    const { engine, row, asked } = await underWay()
    engine.pause([row('a.mov')?.key ?? ''])
    await vi.advanceTimersByTimeAsync(10)
    assert.deepEqual(asked, [])
    engine.pause()
    await vi.advanceTimersByTimeAsync(10)
    assert.deepEqual(asked, ['pause session'])
    // Word of what was done here comes back.
    engine.hear(changed('paused', 'me'))
    await vi.advanceTimersByTimeAsync(3_000)
    assert.strictEqual(row('b.mov')?.reason, undefined)
    engine.hear(changed('active', 'me'))
    await vi.advanceTimersByTimeAsync(1_000)
    assert.deepEqual([row('a.mov')?.state, row('b.mov')?.state], ['paused', 'processing'])
    engine.stop()
  })

  test('of another device can be paused and resumed from here', async () => {
    const { line, engine, rows, asked } = createBench()
    const sending = {
      file: picked('clip.mov').file,
      metadata: { filename: 'clip.mov' },
      uploadId: undefined,
    } as Sending & object
    line.receive({ ...sending, onCreated: () => {}, onProgress: () => {} } as Sending, 41)
    engine.start(true)
    await engine.meet('org')
    await vi.advanceTimersByTimeAsync(10)
    engine.pause()
    await vi.advanceTimersByTimeAsync(10)
    assert.strictEqual(rows()[0]?.state, 'paused')
    engine.resume()
    await vi.advanceTimersByTimeAsync(10)
    assert.strictEqual(rows()[0]?.state, 'elsewhere')
    assert.deepEqual(asked, ['pause session', 'resume session'])
    engine.stop()
  })
})
