import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensurePage } from '../server/src/app/page.ts'
import { freePort, memoryOf, sleep, startPart } from '../server/test/server.ts'
import type { Line } from './uploads.ts'

const MIB = 1024 ** 2
/** What a small machine can spare, and what somebody at a terminal waits for. */
const IDLE_MIB = 400
const FIRST_START_S = 20
const NEXT_START_S = 5
const REST_MS = 10_000

/** From the command to "Trove is at", on new data and again, and what all processes together hold when nothing happens. */
export async function benchStart(): Promise<Line[]> {
  // Built before, as it is by everybody but the first.
  await ensurePage(() => undefined, new AbortController().signal)
  const folder = await mkdtemp(join(tmpdir(), 'trove-bench-start-'))
  await chmod(folder, 0o711)
  const environment = { TROVE_DATA: folder, PORT: String(await freePort()), LOG_LEVEL: 'warn' }
  try {
    const first = await measureStart(environment)
    await first.trove.stop()
    const next = await measureStart(environment)
    await sleep(REST_MS)
    const idleMib = memoryOf(next.trove.pid) / MIB
    await next.trove.stop()
    return [
      lineOf('the first start on new data', first.seconds, FIRST_START_S, 's'),
      lineOf('the next start', next.seconds, NEXT_START_S, 's'),
      lineOf('memory of all processes, idle', idleMib, IDLE_MIB, 'MiB'),
    ]
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 300 })
  }
}

async function measureStart(environment: Record<string, string>) {
  const startedAt = performance.now()
  const trove = await startPart('serve', environment)
  return { trove, seconds: (performance.now() - startedAt) / 1000 }
}

const lineOf = (name: string, value: number, limit: number, unit: string): Line => ({
  name: `${name} (at most 1)`,
  value,
  limit,
  ratio: value / limit,
  unit,
})
