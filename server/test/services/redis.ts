import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findRedis } from '../../../scripts/redis.mjs'

/** Why tests with a real Redis are skipped; false where they are not. `.ci/run` installs one. */
export const withoutRedis: string | false =
  findRedis() === undefined ? 'there is no redis-server: apt-get install redis-server' : false

export type RedisServer = {
  url: string
  /** Hangs it, and lets it go on. */
  freeze(): void
  thaw(): void
  /** Ends it, and starts it again on the same port, empty. */
  kill(): Promise<void>
  start(): Promise<void>
  stop(): Promise<void>
}

const READY = /Ready to accept connections/

/** A Redis of its own on this machine, that keeps nothing. */
export async function startRedis(): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'trove-redis-'))
  const port = await freePort()
  let child: ChildProcess | undefined

  async function start() {
    const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder]
    const started = spawn(findRedis() ?? 'redis-server', args, { stdio: ['ignore', 'pipe', 'ignore'] })
    child = started
    await new Promise<void>((resolve, reject) => {
      started.once('error', reject).once('exit', (code) => reject(new Error(`redis-server ended with ${code}`)))
      started.stdout.on('data', (text: Buffer) => READY.test(text.toString()) && resolve())
    })
  }
  async function kill() {
    if (child === undefined || child.exitCode !== null) return
    const ended = new Promise((resolve) => child?.once('exit', resolve))
    child.kill('SIGKILL')
    await ended
    child = undefined
  }
  await start()
  return {
    url: `redis://127.0.0.1:${port}/0`,
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    kill,
    start,
    async stop() {
      await kill()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
