import type { Upload } from '@trove/contract/uploads'
import { afterEach, assert, beforeEach, describe, test, vi } from 'vitest'
import { createBench, picked, PROGRESS, target } from './engine.test-bench.ts'
import type { Picked } from './model.ts'
import type { Sending } from './tus.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('sending files', () => {
  test('many files go four at a time, in one session, and each ends when the server says so', async () => {
    const { line, engine, rows } = createBench()
    engine.start(true)
    engine.add(
      Array.from({ length: 300 }, (_, i) => picked(`${i}.jpg`)),
      target,
    )
    await vi.advanceTimersByTimeAsync(2_000)
    assert.strictEqual(line.mostAtOnce, 4)
    assert.deepEqual(new Set(rows().map(({ state }) => state)), new Set(['processing']))
    for (const { fileId } of rows()) {
      engine.hear({
        kind: 'event',
        cursor: '1',
        event: { type: 'file.settled', organizationId: 'org', fileId: fileId ?? '', status: 'ready' },
      })
    }
    await vi.advanceTimersByTimeAsync(10)
    assert.strictEqual(engine.getSnapshot().tally.done, 300)
    engine.stop()
  })

  test('finds its own upload again when answers were lost, among files of one name and size in two folders', async () => {
    const { line, engine, rows } = createBench()
    line.obstacles = [
      // The first never arrives; the second does, but its answer is lost.
      () => ({ kind: 'lost' }),
      (sending) => {
        line.receive({ ...sending, onCreated: () => {}, onProgress: () => {} }, 10)
        return { kind: 'lost' }
      },
    ]
    engine.start(true)
    const inFolder = (folder: string): Picked => ({ ...picked('IMG_0001.jpg'), folder })
    engine.add([inFolder('Day 2'), inFolder('Day 1')], target)
    await vi.advanceTimersByTimeAsync(20_000)
    assert.strictEqual(line.uploads.size, 2, 'nothing is created twice')
    for (const { folder, uploadId } of rows())
      assert.strictEqual(line.uploads.get(uploadId ?? '')?.folderId, `folder ${folder}`)
    engine.stop()
  })

  test('goes on from the byte where a cut line stopped it, and progress never falls', async () => {
    const { line, engine, row } = createBench()
    line.obstacles = [
      (sending) => (line.receive(sending, 60), { kind: 'lost' }),
      (sending) => {
        // The line carried more than the server kept.
        line.uploads.set('u1', { ...(line.uploads.get('u1') as Upload), bytesUploaded: 40 })
        sending.onProgress(40)
        return { kind: 'lost' }
      },
    ]
    engine.start(true)
    const seen: number[] = []
    engine.subscribe(() => seen.push(engine.getSnapshot().share))
    engine.add([picked('clip.mov')], target)
    await vi.advanceTimersByTimeAsync(30_000)
    assert.strictEqual(row('clip.mov')?.state, 'processing')
    assert.strictEqual(line.uploads.size, 1)
    assert.deepEqual(
      seen,
      seen.toSorted((a, b) => a - b),
    )
    assert.ok(seen.every((share) => share >= 0 && share <= 1))
    engine.stop()
  })

  test('begins anew by the other way when the store itself cannot be reached, and the row stays', async () => {
    const { line, engine, row, cancelled } = createBench()
    line.obstacles = [(sending) => (line.receive(sending, 0), { kind: 'blocked' })]
    engine.start(true)
    engine.add([picked('clip.mov')], target)
    await vi.advanceTimersByTimeAsync(20)
    engine.hear({
      kind: 'event',
      cursor: '1',
      event: {
        type: 'upload.changed',
        organizationId: 'org',
        uploadSessionId: 'session',
        uploadId: 'u1',
        status: 'cancelled',
        stage: 'uploading',
      },
    })
    await vi.advanceTimersByTimeAsync(2_000)
    assert.deepEqual(cancelled, ['u1'])
    assert.strictEqual(row('clip.mov')?.state, 'processing')
    assert.strictEqual(row('clip.mov')?.uploadId, 'u2')
    engine.stop()
  })

  test('waits while there is no network, and goes on at once when it is back', async () => {
    const { engine, row } = createBench()
    engine.start(false)
    engine.add([picked('a.jpg')], target)
    await vi.advanceTimersByTimeAsync(600_000)
    assert.strictEqual(row('a.jpg')?.state, 'retrying')
    assert.strictEqual(row('a.jpg')?.reason, 'Waiting for the connection')
    engine.setOnline(true)
    await vi.advanceTimersByTimeAsync(50)
    assert.strictEqual(row('a.jpg')?.state, 'processing')
    engine.stop()
  })

  test('does not send a file twice when the answer to its creation was lost', async () => {
    const { line, engine, row } = createBench()
    line.obstacles = [
      (sending) => {
        line.receive({ ...sending, onCreated: () => {} }, 100)
        line.uploads.set('u1', {
          ...(line.uploads.get('u1') as Upload),
          status: 'completed',
          stage: 'ready',
          fileId: 'f',
        })
        return { kind: 'lost' }
      },
    ]
    engine.start(true)
    engine.add([picked('a.jpg')], target)
    await vi.advanceTimersByTimeAsync(5_000)
    assert.strictEqual(row('a.jpg')?.state, 'ready')
    assert.strictEqual(line.uploads.size, 1)
    engine.stop()
  })

  test('tells a refusal in the words of the server, and the rest goes on', async () => {
    const { line, engine, row } = createBench()
    const detail = 'a.exe is a program; programs are not accepted here.'
    line.obstacles = [
      () => ({
        kind: 'refused',
        status: 422,
        problem: 'type-not-allowed',
        detail,
        retryAfterSeconds: undefined,
        wasNew: true,
      }),
    ]
    engine.start(true)
    engine.add([picked('a.exe'), picked('b.jpg')], target)
    await vi.advanceTimersByTimeAsync(2_000)
    assert.strictEqual(row('a.exe')?.reason, detail)
    assert.strictEqual(row('a.exe')?.canRetry, false)
    assert.strictEqual(row('b.jpg')?.state, 'processing')
    assert.strictEqual(engine.getSnapshot().transfers[0]?.name, 'a.exe')
    engine.stop()
  })

  test('begins anew when the server no longer has the upload', async () => {
    const { line, engine, row } = createBench()
    line.obstacles = [
      (sending) => (line.receive(sending, 60), { kind: 'lost' }),
      () => {
        line.uploads.delete('u1')
        return {
          kind: 'refused',
          status: 404,
          problem: 'not-found',
          detail: 'x',
          retryAfterSeconds: undefined,
          wasNew: false,
        }
      },
    ]
    engine.start(true)
    engine.add([picked('a.jpg')], target)
    await vi.advanceTimersByTimeAsync(10_000)
    assert.strictEqual(row('a.jpg')?.state, 'processing')
    engine.stop()
  })
})

test('a tab may be closed without a word once no bytes depend on it', async () => {
  const { line, engine } = createBench()
  line.obstacles = [(sending) => (line.receive(sending, 30), 'never')]
  engine.start(true)
  assert.strictEqual(engine.wouldLoseBytes(), false)
  engine.add([picked('a.mov')], target)
  await vi.advanceTimersByTimeAsync(1_000)
  assert.strictEqual(engine.wouldLoseBytes(), true)
  engine.pause()
  engine.resume()
  await vi.advanceTimersByTimeAsync(1_000)
  assert.strictEqual(engine.wouldLoseBytes(), false)
  engine.stop()
})

describe('a person', () => {
  test('pauses and resumes one file, and the others go on', async () => {
    const { line, engine, row } = createBench()
    line.obstacles = [(sending) => (line.receive(sending, 30), 'never')]
    engine.start(true)
    engine.add([picked('a.mov'), picked('b.jpg')], target)
    await vi.advanceTimersByTimeAsync(1_000)
    engine.pause([row('a.mov')?.key ?? ''])
    await vi.advanceTimersByTimeAsync(1_000)
    assert.strictEqual(row('a.mov')?.state, 'paused')
    assert.strictEqual(row('a.mov')?.bytesSent, 30)
    engine.resume()
    await vi.advanceTimersByTimeAsync(1_000)
    assert.strictEqual(row('a.mov')?.state, 'processing')
    engine.stop()
  })

  test('cancels one upload, or the whole session at once', async () => {
    const { line, engine, rows, row, cancelled } = createBench()
    line.obstacles = Array.from(
      { length: 3 },
      () => (sending: Sending) => (line.receive(sending, 30), 'never' as const),
    )
    engine.start(true)
    engine.add([picked('a.mov'), picked('b.mov'), picked('c.mov')], target)
    await vi.advanceTimersByTimeAsync(1_000)
    engine.cancel([row('a.mov')?.key ?? ''])
    await vi.advanceTimersByTimeAsync(10)
    assert.deepEqual(cancelled, ['u1'])
    engine.cancel()
    await vi.advanceTimersByTimeAsync(10)
    assert.deepEqual(cancelled, ['u1', 'session'])
    assert.strictEqual(rows().length, 0)
    engine.stop()
  })

  test('sees what another device sends, and goes on with it by choosing the file', async () => {
    const { line, engine, row } = createBench()
    line.uploads.set('u1', {
      id: 'u1',
      filename: 'clip.mov',
      status: 'uploading',
      stage: 'uploading',
      milestones: [],
      bytesUploaded: 41,
      totalBytes: 100,
      expiresAt: '',
    })
    engine.start(true)
    await engine.meet('org')
    await vi.advanceTimersByTimeAsync(10)
    assert.strictEqual(row('clip.mov')?.state, 'elsewhere')
    engine.hear({
      kind: 'progress',
      progress: { ...PROGRESS, uploads: [{ uploadId: 'u1', bytesUploaded: 55 }] },
    })
    await vi.advanceTimersByTimeAsync(10)
    assert.strictEqual(row('clip.mov')?.bytesSent, 55)
    engine.add([picked('clip.mov')], target)
    await vi.advanceTimersByTimeAsync(1_000)
    assert.strictEqual(row('clip.mov')?.state, 'processing')
    assert.strictEqual(line.uploads.size, 1)
    engine.stop()
  })
})
