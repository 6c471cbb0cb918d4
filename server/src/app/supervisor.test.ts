import assert from 'node:assert/strict'
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { eventually, isAlive } from './processes.ts'
import { ROOT } from './root.ts'

const MAIN = join(ROOT, 'server', 'src', 'main.ts')
/** A first start makes the cluster and may build the page, on a machine that does other things too. */
const FIRST_START_MS = 90_000
const STOP_MS = 15_000

type Trove = { process: ChildProcess; words: () => string; exit: Promise<number | null> }

describe('npm start', () => {
  const folder = mkdtempSync(join(tmpdir(), 'trove-supervisor-'))
  const started: ChildProcess[] = []
  let port = 0

  after(async () => {
    for (const child of started) child.kill('SIGKILL')
    await eventually(() => membersOf(folder).length === 0, 10_000)
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  })

  const start = (env: Record<string, string> = {}): Trove => {
    const child = spawn(process.execPath, [MAIN], {
      env: {
        PATH: process.env['PATH'],
        NODE_COMPILE_CACHE: join(ROOT, 'node_modules', '.cache', 'compile'),
        TROVE_DATA: folder,
        PORT: String(port),
        LOG_LEVEL: 'warn',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    started.push(child)
    let words = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (words += text))
    return { process: child, words: () => words, exit: new Promise((resolve) => child.once('close', resolve)) }
  }

  const startAndWait = async (): Promise<Trove> => {
    const trove = start()
    assert.ok(
      await eventually(() => trove.words().includes('Trove is at') || trove.process.exitCode !== null, FIRST_START_MS),
    )
    assert.match(trove.words(), /Trove is at/)
    assert.equal((await fetch(`http://127.0.0.1:${port}/healthz`)).status, 200)
    return trove
  }

  test('serves, refuses a second one on the same data, and stops cleanly', async () => {
    port = await freePort()
    const first = await startAndWait()
    const holder = JSON.parse(readFileSync(join(folder, 'trove.pid'), 'utf8'))
    assert.equal(holder.pid, first.process.pid)

    const second = start({ PORT: '0' })
    assert.equal(await second.exit, 1)
    assert.equal(
      second.words().trim(),
      `Trove is already running on ${folder}: ${holder.address} (process ${holder.pid}).`,
    )

    const stoppedAt = Date.now()
    first.process.kill('SIGTERM')
    assert.equal(await first.exit, 0)
    assert.ok(Date.now() - stoppedAt < STOP_MS)
    assert.deepEqual(membersOf(folder), [])
    assert.ok(!readdirSync(folder).includes('trove.pid'))
  })

  test('killed, it takes everything with it, and the next start serves at once', async () => {
    const first = await startAndWait()
    const members = membersOf(folder)
    assert.ok(members.length >= 4, `supervisor, PostgreSQL, API and worker: ${members.join()}`)
    first.process.kill('SIGKILL')
    await first.exit
    assert.ok(await eventually(() => members.every((pid) => !isAlive(pid)), 5000), 'nothing is left')

    const startedAt = Date.now()
    const next = await startAndWait()
    assert.ok(Date.now() - startedAt < 15_000, 'recovers within seconds')
    next.process.kill('SIGINT')
    assert.equal(await next.exit, 0)
  })

  test('starts again what dies: the API, the worker, PostgreSQL', async () => {
    const trove = await startAndWait()
    for (const name of ['main.ts api', 'main.ts worker', 'bin/postgres']) {
      const pid = memberNamed(folder, name)
      process.kill(pid, 'SIGKILL')
      const isBack = async () => {
        const next = memberNamed(folder, name)
        return (
          next > 0 &&
          next !== pid &&
          (await fetch(`http://127.0.0.1:${port}/readyz`).then(
            ({ ok }) => ok,
            () => false,
          ))
        )
      }
      assert.ok(await eventually(isBack, 30_000), `${name} is back\n${trove.words()}`)
    }
    assert.match(trove.words(), /The api ended \(SIGKILL\)\. Starting it again\./)
    trove.process.kill('SIGTERM')
    assert.equal(await trove.exit, 0)
  })

  test('a lock whose process id went to a stranger, and a port that is taken', async () => {
    writeFileSync(join(folder, 'trove.pid'), JSON.stringify({ pid: process.pid, startedAt: 'long ago', address: 'x' }))
    const other = createServer().listen(port, '127.0.0.1')
    const trove = start()
    assert.equal(await trove.exit, 1)
    other.close()
    assert.match(trove.words(), new RegExp(`^Port ${port} on 127.0.0.1 is taken by another program`))
  })
})

/** The processes that work on a data folder, by their command line or their environment. */
function membersOf(folder: string): number[] {
  return listProcesses(folder).map(({ pid }) => pid)
}

function memberNamed(folder: string, name: string): number {
  return listProcesses(folder).find(({ command }) => command.includes(name))?.pid ?? 0
}

function listProcesses(folder: string): { pid: number; command: string }[] {
  return everyProcess().filter(
    ({ pid, command, environment }) => pid !== process.pid && `${command} ${environment}`.includes(folder),
  )
}

function everyProcess(): { pid: number; command: string; environment: string }[] {
  if (process.platform !== 'linux') {
    // `e` shows the environment after the command line.
    const lines = execFileSync('ps', ['axeww', '-o', 'pid=,command='], { encoding: 'utf8', maxBuffer: 2 ** 26 }).split(
      '\n',
    )
    return lines.map((line) => ({ pid: Number.parseInt(line, 10), command: line, environment: '' }))
  }
  const read = (pid: number, name: string) => {
    try {
      return readFileSync(`/proc/${pid}/${name}`, 'utf8').replaceAll('\0', ' ')
    } catch {
      return '' // it has ended, or is somebody else's
    }
  }
  const pids = readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0)
  return pids.map((pid) => ({ pid, command: read(pid, 'cmdline'), environment: read(pid, 'environ') }))
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => probe.once('listening', resolve))
  const { port } = probe.address() as AddressInfo
  probe.close()
  return port
}
