import type { Upload, UploadSession } from '@trove/contract/uploads'
import { afterEach, assert, beforeEach, describe, test, vi } from 'vitest'
import { createEngine } from './engine.ts'
import { createMemory } from './memory.ts'
import type { Picked, Transfer } from './model.ts'
import type { Remote } from './remote.ts'
import type { Ending } from './retry.ts'
import { createShelf } from './shelf.ts'
import type { Sending } from './tus.ts'

const limits = { maxFileBytes: 1e10, maxSessionBytes: 5e10 }
const target = { organizationId: 'org', folderId: undefined, limits }
const picked = (name: string, size = 100): Picked => ({
  file: { name, size, type: 'image/jpeg', lastModified: 7 } as File,
  folder: '',
})

/** A server of one session that keeps what it is sent, and a line to it that can be cut. */
function createLine() {
  const uploads = new Map<string, Upload>()
  const line = {
    uploads,
    /** What happens to the next attempts, in order; afterwards everything goes well. */
    obstacles: [] as ((sending: Sending) => Ending | undefined | 'never')[],
    atOnce: 0,
    mostAtOnce: 0,
    async send(sending: Sending): Promise<Ending> {
      line.atOnce += 1
      line.mostAtOnce = Math.max(line.mostAtOnce, line.atOnce)
      await new Promise((resolve) => setTimeout(resolve, 5))
      line.atOnce -= 1
      if (sending.signal.aborted) return { kind: 'stopped' }
      const obstacle = line.obstacles.shift()?.(sending)
      if (obstacle === 'never')
        return new Promise((resolve) => sending.signal.addEventListener('abort', () => resolve({ kind: 'stopped' })))
      if (obstacle !== undefined) return obstacle
      const upload = line.receive(sending, sending.file.size)
      uploads.set(upload.id, { ...upload, status: 'completed', stage: 'processing', fileId: `file-${upload.id}` })
      return { kind: 'done', fileId: `file-${upload.id}` }
    },
    receive(sending: Sending, upTo: number): Upload {
      const known = uploads.get(sending.uploadId ?? '')
      const upload: Upload = known ?? {
        id: `u${uploads.size + 1}`,
        filename: sending.metadata['filename'] ?? '',
        ...(sending.metadata['folderId'] === undefined ? {} : { folderId: sending.metadata['folderId'] }),
        status: 'uploading',
        stage: 'uploading',
        bytesUploaded: 0,
        totalBytes: sending.file.size,
        expiresAt: '',
      }
      uploads.set(upload.id, { ...upload, bytesUploaded: upTo })
      if (known === undefined) sending.onCreated(upload.id)
      sending.onProgress(upload.bytesUploaded)
      sending.onProgress(upTo)
      return { ...upload, bytesUploaded: upTo }
    },
    session: (): UploadSession => ({
      id: 'session',
      organizationId: 'org',
      status: 'active',
      fileCount: 1,
      bytesUploaded: 0,
      totalBytes: 0,
      createdAt: '2026-01-01T00:00:00Z',
      uploads: [...uploads.values()],
    }),
  }
  return line
}

function createBench() {
  const line = createLine()
  const shelf = createShelf({ nextFrame: (run) => void setTimeout(run, 1), now: Date.now })
  const cancelled: string[] = []
  const remote: Remote = {
    createSession: async () => ({ ...line.session(), uploads: [] }),
    session: async () => line.session(),
    activeSessions: async () => [line.session()],
    cancelUpload: async (id) => void cancelled.push(id) as undefined,
    cancelSession: async (id) => void cancelled.push(id) as undefined,
    folders: async () => [],
    makeFolder: async (_, { name }) => ({ id: `folder ${name}` }) as never,
    processAgain: async () => undefined as never,
  }
  let key = 0
  const engine = createEngine(
    {
      shelf,
      memory: createMemory(),
      remote,
      send: line.send,
      holdTurn: async () => {},
      newKey: () => `k${(key += 1)}`,
      now: Date.now,
      random: () => 0.5,
    },
    'me',
  )
  const rows = () => engine.getSnapshot().transfers
  const row = (name: string): Transfer | undefined => rows().find((transfer) => transfer.name === name)
  return { line, engine, rows, row, cancelled }
}

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
      progress: {
        type: 'upload.progressed',
        organizationId: 'org',
        uploadId: 'u1',
        uploadSessionId: 'session',
        bytesUploaded: 55,
      },
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
