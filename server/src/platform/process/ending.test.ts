import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { setTimeout as delay } from 'node:timers/promises'
import type { Log } from '../platform.ts'
import { startChild } from './child.ts'
import { createProcessPool } from './index.ts'
import { heldBytes, untilEnded, withDescendants } from './memory.ts'
import { findSandbox } from './sandbox.ts'
import { makeSeat } from './seat.ts'

const script = fileURLToPath(new URL('pool.test-child.ts', import.meta.url))
const log: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const MIB = 1024 ** 2
const never = new AbortController().signal

/** Takes all handles of files but one, and starts a child then. */
const EXHAUST = `
  import { openSync } from 'node:fs'
  import { startChild } from '${new URL('child.ts', import.meta.url).href}'
  const sandbox = { wrap: (command) => command, isClosed: false, isWalled: false }
  const start = () => startChild({ script: '/absent', memoryBytes: 1e9, sandbox, seat: '/' })
  try { for (;;) openSync('/dev/null') } catch {}
  const child = start()
  await child.run({}, new AbortController().signal, { timeoutMs: 5_000 }).catch((error) => console.log(error.message))
  await child.end()
  console.log(child.isAlive)
  process.exit()`

describe('the end of a child', () => {
  test('is told where there are no more handles of files for one to be started with', () => {
    const command = [
      '-c',
      'ulimit -n 120; exec "$0" "$@"',
      process.execPath,
      '--no-warnings',
      '--input-type=module',
      '-e',
    ]
    const { stdout, stderr } = spawnSync('sh', [...command, EXHAUST], { encoding: 'utf8', timeout: 20_000 })
    assert.match(stdout, /^a media process cannot be started: spawn .*EMFILE\nfalse\n$/, stderr)
  })

  test('is that of all it has started, also when it was killed before', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'trove-ending-'))
    try {
      const seat = await makeSeat(folder)
      const child = startChild<object, unknown>({
        script,
        memoryBytes: 2_000 * MIB,
        sandbox: findSandbox([], log),
        seat,
      })
      assert.ok((await child.run({ do: 'idle hoard' }, never, { timeoutMs: 20_000 })).ok)
      const all = withDescendants(child.pid ?? 0)
      while ((heldBytes(child.pid ?? 0) ?? 0) < 500 * MIB) await delay(20)
      child.kill()
      await child.end()
      const startedAt = performance.now()
      await untilEnded(all)
      assert.ok(performance.now() - startedAt < 4, 'nothing was left to wait for')
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  test('does not come to one whose request was called off before its turn', async () => {
    const pool = createProcessPool<object, string>({
      script,
      size: 1,
      timeoutMs: 20_000,
      memoryBytes: 400 * MIB,
      hiddenFolders: [],
      log,
    })
    try {
      const abort = new AbortController()
      const first = pool.run({ do: 'echo' }, never, { of: 'a' })
      const waiting = pool.run({ do: 'echo' }, abort.signal, { of: 'a' })
      const last = pool.run({ do: 'echo' }, never, { of: 'a' })
      abort.abort(new Error('enough'))
      await assert.rejects(waiting, { message: 'enough' })
      assert.deepEqual(await last, await first)
    } finally {
      pool.close()
    }
  })
})
