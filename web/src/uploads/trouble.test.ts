import { afterEach, assert, beforeEach, describe, test, vi } from 'vitest'
import { createBench, picked, PROGRESS, target } from './engine.test-bench.ts'
import type { Sending } from './tus.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('a file that was deleted or changed while it waited or was sent', () => {
  test('ends by itself with a reason, and holds up none of the others', async () => {
    const { line, engine, row, rows } = createBench()
    // As many as are sent at once, one of them in the middle.
    line.obstacles = Array.from({ length: 4 }, (_, i) => (sending: Sending) => {
      if (i === 0) line.receive(sending, 30)
      return { kind: 'unreadable' as const }
    })
    engine.start(true)
    engine.add(
      Array.from({ length: 12 }, (_, i) => picked(`${i}.jpg`)),
      target,
    )
    await vi.advanceTimersByTimeAsync(5_000)
    const failed = rows().filter(({ state }) => state === 'failed')
    assert.strictEqual(failed.length, 4)
    for (const { reason } of failed) assert.match(reason ?? '', /moved, changed or deleted/)
    assert.strictEqual(rows().filter(({ state }) => state === 'processing').length, 8)
    assert.strictEqual(row('11.jpg')?.state, 'processing')
    engine.stop()
  })
})

describe('progress', () => {
  test('is between nothing and all of it and never falls, whatever goes wrong', async () => {
    for (let seed = 1; seed <= 150; seed++) {
      const random = randomOf(seed)
      const { line, engine, rows } = createBench()
      const sizes = Array.from({ length: 1 + Math.floor(random() * 5) }, () => 1 + Math.floor(random() * 1_000))
      line.obstacles = Array.from({ length: Math.floor(random() * 12) }, () => (sending: Sending) => {
        const { size } = sending.file
        const known = line.uploads.get(sending.uploadId ?? '')
        switch (Math.floor(random() * 6)) {
          case 0:
            // More has left than has arrived.
            sending.onProgress(size)
            line.receive(sending, Math.max(known?.bytesUploaded ?? 0, Math.floor(random() * size)))
            return { kind: 'lost' }
          case 1:
            // The server has lost some of what it had.
            if (known)
              line.uploads.set(known.id, { ...known, bytesUploaded: Math.floor(random() * known.bytesUploaded) })
            return { kind: 'lost' }
          case 2:
            if (known) line.uploads.delete(known.id)
            return { kind: 'lost' }
          case 3:
            return refusal(503)
          case 4:
            // Nothing more comes of it, and what it had moved no longer counts.
            line.receive(sending, Math.floor(random() * size))
            return { kind: 'unreadable' }
          default:
            // Other devices are told of it too, late or too much.
            engine.hear({
              kind: 'progress',
              progress: {
                ...PROGRESS,
                uploads: [{ uploadId: 'u1', bytesUploaded: Math.floor(random() * size * 3) }],
              },
            })
            return { kind: 'lost' }
        }
      })
      const seen: number[] = []
      const moved = new Map<string, number>()
      engine.subscribe(() => {
        // When nothing is left to be sent there is no progress to be shown.
        if (engine.getSnapshot().tally.bytesTotal > 0) seen.push(engine.getSnapshot().share)
        for (const { key, bytesSent, sizeBytes } of rows()) {
          assert.ok(
            bytesSent >= (moved.get(key) ?? 0) && bytesSent <= sizeBytes,
            `${bytesSent} of ${sizeBytes}, ${seed}`,
          )
          moved.set(key, bytesSent)
        }
      })
      engine.start(true)
      engine.add(
        sizes.map((size, i) => picked(`${i}.mov`, size)),
        target,
      )
      await vi.advanceTimersByTimeAsync(200_000)
      assert.ok(seen.length > 0)
      assert.deepEqual(
        seen,
        seen.toSorted((a, b) => a - b),
        `seed ${seed}`,
      )
      assert.ok(seen.every((share) => share >= 0 && share <= 1))
      assert.ok(
        rows().every(({ state }) => state === 'processing' || state === 'failed'),
        `seed ${seed}`,
      )
      engine.stop()
    }
  })
})

const refusal = (status: number) => ({
  kind: 'refused' as const,
  status,
  problem: 'unavailable',
  detail: 'Later.',
  retryAfterSeconds: undefined,
  wasNew: false,
})

/** Numbers from 0 to 1, the same for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
