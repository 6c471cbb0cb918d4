import type { KnownBytes } from '@trove/contract/known-bytes'
import type { Upload } from '@trove/contract/uploads'
import { afterEach, assert, beforeEach, describe, test, vi } from 'vitest'
import { ApiProblem, unreachable } from '../lib/problem.ts'
import { createBench, target } from './engine.test-bench.ts'
import { createKnown } from './known.ts'
import type { Picked } from './model.ts'
import type { Sending } from './tus.ts'
import { rowLine } from './words.ts'

const MIB = 1024 * 1024
const HASH_MS = 3

const proof: NonNullable<KnownBytes['proof']> = {
  challenge: 'challenge',
  nonce: '00ff',
  ranges: [{ first: 2, last: 4 }],
  expiresAt: '',
}

/** Files whose hash is their name; the server has those that are named so. */
function createServer() {
  const server = {
    known: new Set<string>(),
    hashed: [] as string[],
    stopped: [] as string[],
    answers: [] as number[],
    claims: [] as { filename: string; answer: string; challenge: string }[],
    hashMs: HASH_MS,
    isBroken: false,
    onAdd: (_name: string): void => {},
  }
  const known = createKnown({
    async sha256(parts, isPatient, signal) {
      const [first] = parts
      if (!isPatient) {
        server.answers.push(parts.length)
        return 'answer'
      }
      server.hashed.push((first as File).name)
      await new Promise((resolve) => setTimeout(resolve, server.hashMs))
      if (signal.aborted) server.stopped.push((first as File).name)
      return server.isBroken || signal.aborted ? undefined : `hash of ${(first as File).name}`
    },
    async find(_organizationId, { sha256 }) {
      return server.known.has(sha256) ? { isKnown: true, proof } : { isKnown: false }
    },
    async add(_organizationId, claim) {
      server.onAdd(claim.filename)
      server.claims.push(claim)
      return { uploadId: `upload of ${claim.filename}`, fileId: `file of ${claim.filename}` }
    },
  })
  return { server, known }
}

const large = (name: string, size = 12 * MIB): Picked => ({
  file: { name, size, type: 'video/mp4', lastModified: 7, slice: () => new Blob([]) } as unknown as File,
  folder: '',
})
const NAMES = ['1', '2', '3', '4', '5', '6']

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** Drops six files, of which four go at once; what was sent, by name. */
async function drop(known: ReturnType<typeof createKnown> | undefined) {
  const bench = createBench(known)
  const sent = new Map<string, Sending['metadata']>()
  bench.line.obstacles = NAMES.map(() => (sending: Sending) => {
    sent.set(sending.metadata['filename'] ?? '', sending.metadata)
    return undefined
  })
  bench.engine.start(true)
  bench.engine.add(
    NAMES.map((name) => large(name)),
    target,
  )
  await vi.advanceTimersByTimeAsync(5_000)
  return { ...bench, sent }
}

describe('bytes that the server has already', () => {
  test('are not sent, when that was found out while the file waited; the first ones never wait for it', async () => {
    const { server, known } = createServer()
    server.known.add('hash of 6').add('hash of 1')
    server.hashMs = 1
    const { engine, row, sent } = await drop(known)
    assert.deepEqual(server.hashed, ['5', '6'])
    assert.deepEqual([...sent.keys()].toSorted(), ['1', '2', '3', '4', '5'])
    assert.strictEqual(sent.get('1')?.['sha256'], undefined)
    assert.strictEqual(sent.get('5')?.['sha256'], 'hash of 5', 'what is sent is announced')
    assert.deepEqual(server.answers, [2], 'the nonce and one range')
    assert.strictEqual(server.claims[0]?.answer, 'answer')
    const six = row('6')
    assert.ok(six)
    assert.strictEqual(six.state, 'processing')
    assert.strictEqual(rowLine(six, 0), 'Already here: nothing was sent')
    engine.hear({
      kind: 'event',
      cursor: '1',
      event: { type: 'file.settled', organizationId: 'org', fileId: 'file of 6', status: 'ready' },
    })
    await vi.advanceTimersByTimeAsync(10)
    assert.strictEqual(row('6')?.state, 'ready')
    engine.stop()
  })

  test('what is still being read when its turn comes is sent at once', async () => {
    const { server, known } = createServer()
    server.known.add('hash of 5')
    server.hashMs = 1_000
    const { engine, rows, sent } = await drop(known)
    assert.strictEqual(sent.size, 6)
    assert.deepEqual(server.stopped, ['5'])
    assert.ok([...sent.values()].every(({ sha256 }) => sha256 === undefined))
    assert.ok(rows().every(({ state }) => state === 'processing'))
    engine.stop()
  })

  test('where nothing can be hashed, or the code for it does not come, all is sent as ever', async () => {
    const { server, known } = createServer()
    server.isBroken = true
    server.hashMs = 1
    for (const one of [known, undefined]) {
      const { engine, rows, sent } = await drop(one)
      assert.strictEqual(sent.size, 6)
      assert.ok(rows().every(({ state, wasKnown }) => state === 'processing' && wasKnown === undefined))
      engine.stop()
    }
  })

  test('a refusal at the last moment means that the file is sent', async () => {
    const { server, known } = createServer()
    server.hashMs = 1
    server.known.add('hash of 6')
    server.onAdd = () => {
      throw new ApiProblem({ type: 'https://trove.invalid/problems/not-found', status: 404, title: 'Not there' })
    }
    const { engine, row, sent } = await drop(known)
    assert.strictEqual(sent.get('6')?.['sha256'], 'hash of 6')
    assert.strictEqual(row('6')?.state, 'processing')
    assert.strictEqual(row('6')?.wasKnown, undefined)
    engine.stop()
  })

  test('a file whose addition was not answered is looked for, and neither added nor sent twice', async () => {
    const { server, known } = createServer()
    server.hashMs = 1
    server.known.add('hash of 6')
    const bench = createBench(known)
    server.onAdd = () => {
      const upload: Upload = {
        id: 'added',
        filename: '6',
        status: 'completed',
        stage: 'ready',
        fileId: 'f',
        bytesUploaded: 12 * MIB,
        totalBytes: 12 * MIB,
        milestones: [],
        expiresAt: '',
      }
      bench.line.uploads.set('added', upload)
      throw unreachable()
    }
    bench.engine.start(true)
    bench.engine.add(
      NAMES.map((name) => large(name)),
      target,
    )
    await vi.advanceTimersByTimeAsync(5_000)
    assert.strictEqual(bench.row('6')?.state, 'ready')
    assert.strictEqual(bench.line.uploads.size, 6)
    assert.strictEqual(server.claims.length, 0)
    bench.engine.stop()
  })

  test('small files are not asked about', async () => {
    const { server, known } = createServer()
    const { engine } = createBench(known)
    engine.start(true)
    engine.add(
      NAMES.map((name) => large(name, MIB)),
      target,
    )
    await vi.advanceTimersByTimeAsync(2_000)
    assert.deepEqual(server.hashed, [])
    engine.stop()
  })
})

describe('a file that changed while it was sent', () => {
  test('is told in the words of the server, and can be sent again as it is now', async () => {
    const { server, known } = createServer()
    server.hashMs = 1
    const bench = createBench(known)
    const hashes: (string | undefined)[] = []
    const detail = 'The file is not the one that was announced. Send it again.'
    const refuse = (sending: Sending) => {
      if (sending.metadata['filename'] !== '6') return undefined
      hashes.push(sending.metadata['sha256'])
      return hashes.length > 1
        ? undefined
        : ({
            kind: 'refused',
            status: 460,
            problem: 'checksum-mismatch',
            detail,
            retryAfterSeconds: undefined,
            wasNew: false,
          } as const)
    }
    bench.line.obstacles = Array.from({ length: 7 }, () => refuse)
    bench.engine.start(true)
    bench.engine.add(
      NAMES.map((name) => large(name)),
      target,
    )
    await vi.advanceTimersByTimeAsync(5_000)
    assert.strictEqual(bench.row('6')?.state, 'failed')
    assert.strictEqual(bench.row('6')?.reason, detail)
    bench.engine.retry()
    await vi.advanceTimersByTimeAsync(5_000)
    assert.strictEqual(bench.row('6')?.state, 'processing')
    assert.deepEqual(hashes, ['hash of 6', undefined], 'what was found out of it before is true no more')
    bench.engine.stop()
  })
})
