import { spawn, type ChildProcess } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { findClamd } from '../../../scripts/clamav.mjs'
import { createClamd } from '../../src/platform/scan/index.ts'

/** Why tests with a real clamd are skipped; false where they are not. `.ci/run` installs one. */
export const withoutClamd: string | false =
  findClamd() === undefined ? 'there is no clamd: apt-get install clamav-daemon' : false

/** Harmless bytes that the signatures of these tests know, kept apart so that no scanner minds this file. */
export const MARKER = ['TROVE', 'TEST', 'MARKER', '5e1f'].join('-')
/** The standard file for trying scanners (eicar.org), made when it is needed for the same reason. */
export const eicar = (): Buffer =>
  Buffer.from(['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE', '!$H+H*'].join(''))

const MIB = 1024 ** 2
export const STREAM_MAX_BYTES = 8 * MIB
export const FILE_MAX_BYTES = 4 * MIB
const START_MS = 15_000

export type Clamd = {
  url: string
  /** Hangs it, and lets it go on. */
  freeze(): void
  thaw(): void
  /** Ends it, and starts it again at the same address. */
  kill(): Promise<void>
  start(): Promise<void>
  stop(): Promise<void>
}

/**
 * A clamd of its own on this machine, with two signatures, so that it is there at once.
 *
 * @param options  lines of clamd.conf that differ; `null` leaves one out
 */
export async function startClamd(options: Record<string, string | null> = {}): Promise<Clamd> {
  const folder = await mkdtemp(join(tmpdir(), 'trove-clamd-'))
  const port = await freePort()
  const signatures = join(folder, 'signatures')
  await mkdir(signatures)
  const body = eicar().subarray(0, -10).toString('hex')
  const marker = Buffer.from(MARKER).toString('hex')
  await writeFile(join(signatures, 'trove.ndb'), `Trove.Test.Eicar:0:*:${body}\nTrove.Test.Marker:0:*:${marker}\n`)
  const settings: Record<string, string | null> = {
    Foreground: 'yes',
    LogFile: join(folder, 'clamd.log'),
    DatabaseDirectory: signatures,
    TemporaryDirectory: folder,
    TCPAddr: '127.0.0.1',
    TCPSocket: String(port),
    // As root clamd becomes the user `clamav`, who may not see the folder.
    ...(process.getuid?.() === 0 && { User: 'root' }),
    StreamMaxLength: String(STREAM_MAX_BYTES),
    MaxFileSize: String(FILE_MAX_BYTES),
    MaxScanSize: String(STREAM_MAX_BYTES),
    AlertExceedsMax: 'yes',
    AlertEncrypted: 'yes',
    MaxThreads: '4',
    SelfCheck: '0',
    ...options,
  }
  const lines = Object.entries(settings).flatMap(([name, value]) => (value === null ? [] : [`${name} ${value}`]))
  await writeFile(join(folder, 'clamd.conf'), `${lines.join('\n')}\n`)
  const url = `tcp://127.0.0.1:${port}`
  let child: ChildProcess | undefined

  async function start() {
    const started = spawn(findClamd() ?? 'clamd', ['-c', join(folder, 'clamd.conf')], { stdio: 'ignore' })
    child = started
    const probe = createClamd({ host: '127.0.0.1', port })
    for (const until = Date.now() + START_MS; Date.now() < until; await delay(20)) {
      if (started.exitCode !== null) throw new Error(`clamd ended with ${started.exitCode}`)
      if ((await probe.engine()) !== undefined) return
    }
    throw new Error('clamd did not start')
  }
  async function kill() {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise((resolve) => child?.once('exit', resolve))
    child.kill('SIGKILL')
    await ended
  }
  await start()
  return {
    url,
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
