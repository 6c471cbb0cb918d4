import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Log } from '../platform.ts'
import { withDescendants } from './memory.ts'
import { createProcessPool, type ProcessPool } from './index.ts'

const script = fileURLToPath(new URL('pool.test-child.ts', import.meta.url))
const log: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const MIB = 1024 ** 2
const never = new AbortController().signal

let folder: string
let pool: ProcessPool<object, unknown>

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trove-hidden-'))
  await writeFile(join(folder, 'signing-key'), 'secret')
  pool = createProcessPool({
    script,
    size: 2,
    timeoutMs: 2_000,
    memoryBytes: 400 * MIB,
    hiddenFolders: [folder, join(folder, 'absent')],
    log,
  })
})

after(async () => {
  pool.close()
  await rm(folder, { recursive: true })
})

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
const own = { of: 'a' }
const nameOf = async (of = 'a') => ((await pool.run({ do: 'echo' }, never, { of })) as { value: string }).value

/** The children themselves, as they are called here outside. */
const childrenOf = (pid: number): number[] =>
  withDescendants(pid).filter((each) => {
    const [program = '', ...words] = readFileSync(`/proc/${each}/cmdline`, 'utf8').split('\0')
    return program.endsWith('node') && words.includes(script)
  })

async function untilGone(pid: number): Promise<void> {
  for (let waited = 0; isAlive(pid) && waited < 3_000; waited += 20)
    await new Promise((resolve) => setTimeout(resolve, 20))
  assert.equal(isAlive(pid), false)
}

describe('a pool of processes', () => {
  test('a child serves one request after the other', async () => {
    assert.equal(await nameOf(), await nameOf())
  })

  test('a child that has had a file of one never gets one of another, and that one waits for no start', async () => {
    const [a, b] = [await nameOf('a'), await nameOf('b')]
    assert.notEqual(a, b)
    assert.deepEqual([await nameOf('a'), await nameOf('b')], [a, b], 'both are kept where there is room for both')
    assert.ok(![a, b].includes(await nameOf('c')), 'where there is none, one goes')
    assert.equal(await nameOf('b'), b, 'the one that was at rest the longest')
    assert.notEqual(await nameOf('a'), a)
    assert.ok(childrenOf(process.pid).length <= 3, 'two, and one that is ready for whoever comes')
  })

  test('more requests than children wait for their turn', async () => {
    const names = await Promise.all(Array.from({ length: 6 }, () => nameOf()))
    assert.ok(new Set(names).size <= 2)
  })

  for (const [order, failure] of [
    ['hang', 'it took longer than 2 s'],
    ['hoard', 'it needed more than 400 MB of memory'],
    ['hoard apart', 'it needed more than 400 MB of memory'],
    ['crash', 'its decoder crashed'],
  ] as const)
    test(`one that is to ${order} ends as: ${failure}`, async () => {
      const outcome = await pool.run({ do: order }, never, {
        ...own,
        ...(order !== 'hang' && { timeoutMs: 20_000 }),
      })
      assert.equal(!outcome.ok && outcome.failure, failure)
      assert.ok(await nameOf(), 'the next one is served by another child')
    })

  test('an abort kills the child and rejects with its reason', async () => {
    const abort = new AbortController()
    const hanging = pool.run({ do: 'hang' }, abort.signal, own)
    setTimeout(() => abort.abort(new Error('enough')), 100)
    await assert.rejects(hanging, { message: 'enough' })
    assert.ok(await nameOf())
  })

  test('a child that somebody else kills is a fault, not a failure of the request', async () => {
    await nameOf()
    const hanging = pool.run({ do: 'hang' }, never, own)
    const killed = new Promise((resolve) => setTimeout(resolve, 200)).then(() => {
      for (const pid of childrenOf(process.pid)) process.kill(pid, 'SIGKILL')
    })
    await assert.rejects(hanging, { message: 'a media process was killed from outside' })
    await killed
  })

  test('a child that cannot be started is a fault, not a failure of the request', async () => {
    const broken = createProcessPool({
      script: `${script}.absent`,
      size: 1,
      timeoutMs: 5_000,
      memoryBytes: 4e8,
      hiddenFolders: [],
      log,
    })
    await assert.rejects(broken.run({ do: 'echo' }, never, own), /cannot be started/)
  })

  test('a child knows nothing of the environment', async () => {
    process.env['TROVE_SECRET'] = 'secret'
    const outcome = await pool.run({ do: 'environment' }, never, own)
    delete process.env['TROVE_SECRET']
    assert.ok(outcome.ok && !(outcome.value as string[]).some((name) => /SECRET|DATABASE|PG/.test(name)))
  })

  test('a child reaches no network and sees nothing in the hidden folders, where the machine allows that', async (t) => {
    if (!pool.isClosed) return t.skip('this machine allows no namespaces')
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const outcome = await pool.run({ do: 'call', port: (server.address() as AddressInfo).port }, never, own)
    server.close()
    assert.deepEqual(outcome, { ok: true, value: 'refused' })
    assert.deepEqual(await pool.run({ do: 'look', folder }, never, own), { ok: true, value: [] })
  })

  test('a child reads the one file that is lent to it, cannot write it, and what it writes comes back', async () => {
    const reads = join(folder, 'lent')
    const writes = join(folder, 'written')
    await writeFile(reads, 'abc')
    await mkdir(writes)
    const lend = (order: string) =>
      pool.run((at) => ({ do: order, folder, ...at }), never, { ...own, lent: { reads, writes } }) as Promise<{
        value: string
      }>
    assert.equal((await lend('copy')).value, 'copied')
    assert.equal(await readFile(join(writes, 'copy'), 'utf8'), 'ABC')
    if (!pool.isWalled) return
    assert.equal((await lend('spoil')).value, 'EROFS')
    assert.equal(await readFile(reads, 'utf8'), 'abc')
    // A link that a broken decoder leaves would be followed by whoever reads what came back.
    assert.equal((await lend('plant')).value, 'done')
    assert.deepEqual(await readdir(writes), ['copy'])
    assert.deepEqual(
      await pool.run({ do: 'look', folder: '/' }, never, own),
      await pool.run({ do: 'look', folder: '/in/..' }, never, own),
    )
  })

  test('a child writes no more than it may, whatever it writes, and nothing of it comes back', async () => {
    const writes = join(folder, 'room')
    await mkdir(writes)
    const lent = { writes, mostBytes: 8 * MIB }
    for (const order of ['pour', 'hollow', 'burrow']) {
      const outcome = await pool.run((at) => ({ do: order, ...at }), never, { ...own, lent })
      assert.equal(!outcome.ok && outcome.failure, 'it wrote more than 8 MB', order)
      if (pool.isWalled) assert.deepEqual(await readdir(writes), [], order)
    }
  })

  test('a child that answers something else is not believed and not asked again', async () => {
    const before = await nameOf()
    const [asked, other] = [{ do: 'echo' }, { ...own, accepts: (answer: unknown) => typeof answer === 'number' }]
    const outcome = await pool.run(asked, never, other)
    assert.equal(!outcome.ok && outcome.failure, 'its decoder crashed: it answered something else')
    assert.notEqual(await nameOf(), before)
  })

  test('a child sees neither homes nor what others have for the moment, where the machine allows that', async (t) => {
    if (!pool.isWalled) return t.skip('this machine allows no walls')
    // A folder that this program itself lies in is there, with nothing but the way to it.
    const places = ['/home', '/root', '/tmp', '/etc/ssh', '/in', '/out', folder].filter(
      (place) => !script.startsWith(`${place}/`),
    )
    for (const place of places)
      assert.deepEqual(await pool.run({ do: 'look', folder: place }, never, own), { ok: true, value: [] }, place)
  })

  test('children die with the process that started them, also when that is killed', async () => {
    const program = `
      import { createProcessPool } from ${JSON.stringify(new URL('index.ts', import.meta.url).href)}
      const log = { debug() {}, info() {}, warn() {}, error() {} }
      const pool = createProcessPool({ script: ${JSON.stringify(script)}, size: 1, timeoutMs: 60_000, memoryBytes: 4e8, hiddenFolders: [], log })
      const never = new AbortController().signal
      console.log((await pool.run({ do: 'echo' }, never, { of: 'a' })).value)
      await pool.run({ do: 'hang' }, never, { of: 'a' })`
    const parent = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(parent.stdout, 'data')
    await new Promise((resolve) => setTimeout(resolve, 200))
    const [child = 0] = childrenOf(parent.pid ?? 0)
    assert.ok(child > 1)
    parent.kill('SIGKILL')
    await untilGone(child)
  })
})
