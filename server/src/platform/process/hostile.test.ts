import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Log } from '../platform.ts'
import { createFrameReader, frameOf } from './frames.ts'
import { heldBytes } from './memory.ts'
import { createProcessPool, type ProcessPool } from './index.ts'

const script = fileURLToPath(new URL('pool.test-child.ts', import.meta.url))
const log: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const MIB = 1024 ** 2
const never = new AbortController().signal
const ELSE = 'its decoder crashed: it answered something else'
const MORE = 'its decoder crashed: it answered more than may be'

describe('a child that a file has taken over', () => {
  let folder: string
  let pool: ProcessPool<object, unknown>
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'trove-hostile-'))
    pool = createProcessPool({
      script,
      size: 1,
      timeoutMs: 20_000,
      memoryBytes: 400 * MIB,
      hiddenFolders: [],
      folder,
      log,
    })
  })
  after(async () => {
    pool.close()
    await rm(folder, { recursive: true, force: true })
  })

  const run = (order: string, options: { accepts?: (answer: unknown) => boolean } = {}) =>
    pool.run({ do: order }, never, { of: order, ...options })
  const nameOf = async (of: string) => ((await pool.run({ do: 'echo' }, never, { of })) as { value: string }).value

  for (const [order, failure] of [
    ['garbage', ELSE],
    ['claim', ELSE],
    ['flood', ELSE],
    ['chatter', MORE],
    ['many', ELSE],
    ['elsewhere', ELSE],
    ['unasked', ELSE],
  ] as const)
    test(`and that writes what is called ${order} here ends alone, as: ${failure}`, async () => {
      const before = process.memoryUsage().rss
      const outcome = await run(order)
      assert.equal(!outcome.ok && outcome.failure, failure)
      assert.ok(process.memoryUsage().rss - before < 400 * MIB)
      assert.ok(await nameOf(order), 'the next one is served by another child')
    })

  test('and that answers deeper than any stack is not believed', async () => {
    const look = (value: unknown): boolean => !Array.isArray(value) || value.every(look)
    const outcome = await run('deep', { accepts: look })
    assert.equal(!outcome.ok && outcome.failure, ELSE)
  })

  test('and that closes what it is spoken to by ends', async () => {
    const outcome = await run('silent').catch((error: Error) => error)
    assert.ok(outcome instanceof Error || !outcome.ok)
  })

  test('and that answers twice, or after it has answered, is not asked again', async () => {
    for (const order of ['twice', 'late']) {
      const first = await nameOf(order)
      const outcome = await run(order)
      assert.equal(outcome.ok, order === 'late', order)
      await delay(150)
      assert.notEqual(await nameOf(order), first)
    }
  })

  test('and that writes to a file without a name writes no more than it may', async () => {
    const outcome = await pool.run((at) => ({ do: 'hide', ...at }), never, {
      of: 'hide',
      lent: { writes: folder, mostBytes: 8 * MIB },
    })
    assert.equal(!outcome.ok && outcome.failure, 'it wrote more than 8 MB')
  })

  test('and that fills the memory once it has answered does not rest', async () => {
    const before = await nameOf('idle hoard')
    const alive = heldBytes(process.pid) ?? 0
    assert.ok((await run('idle hoard')).ok)
    const most = alive + 900 * MIB
    for (let waited = 0; waited < 4_000; waited += 50) {
      assert.ok((heldBytes(process.pid) ?? 0) < most)
      await delay(50)
    }
    assert.notEqual(await nameOf('idle hoard'), before)
  })

  test('is told from one that answers what it is asked, with bytes in it', async () => {
    let share = 0
    const outcome = await pool.run({ do: 'bytes' }, never, { of: 'bytes', onProgress: (told) => (share = told) })
    assert.ok(outcome.ok)
    assert.equal(share, 0.5)
    assert.deepEqual(outcome.value, {
      text: 'ünï\u0000code',
      nested: [{ bytes: Buffer.alloc(3 * MIB, 7) }, Buffer.from([1, 2])],
    })
  })
})

describe('frames', () => {
  test('are read however they are cut', () => {
    const messages = [{ a: 1 }, { b: Buffer.from('bytes'), c: [Buffer.alloc(0), 'ü'] }, 'text', null]
    const sent = Buffer.concat(messages.flatMap(frameOf))
    for (const length of [1, 3, 7, 1000]) {
      const heard: unknown[] = []
      const read = createFrameReader((message) => heard.push(message))
      for (let at = 0; at < sent.length; at += length) read(sent.subarray(at, at + length))
      assert.deepEqual(heard, messages)
    }
  })

  test('are held once, in whatever small pieces they come', () => {
    const heard: unknown[] = []
    const read = createFrameReader((message) => heard.push(message))
    const piece = Buffer.alloc(1)
    for (const sign of Buffer.concat([...frameOf({ a: Buffer.from('bytes') }), ...frameOf('b')])) {
      piece[0] = sign
      read(piece)
    }
    assert.deepEqual(heard, [{ a: Buffer.from('bytes') }, 'b'])
  })

  test('do not tell the same bytes over and over', () => {
    const words = JSON.stringify([{ '@bytes': [0, 4] }, { '@bytes': [0, 4] }])
    const head = Buffer.alloc(8)
    head.writeUInt32LE(words.length, 0)
    head.writeUInt32LE(4, 4)
    const read = createFrameReader(() => assert.fail('it was heard'))
    assert.throws(() => read(Buffer.concat([head, Buffer.from(words), Buffer.alloc(4)])), { name: 'BrokenFrame' })
  })
})
