import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, memoryOf, sleep, startPart } from '../server/test/server.ts'
import type { Measured } from './measured.ts'

const SETTLE_MS = 5_000
const MIB = 1024 * 1024

/** How long a start takes and what the whole tree of processes, PostgreSQL included, holds when it has nothing to do. */
export async function benchFootprint(): Promise<Measured[]> {
  const folder = await mkdtemp(join(tmpdir(), 'trove-bench-footprint-'))
  const environment = { TROVE_DATA: join(folder, 'data'), PORT: String(await freePort()), LOG_LEVEL: 'warn' }
  const start = async () => {
    const startedAt = performance.now()
    const trove = await startPart('serve', environment)
    return { trove, seconds: (performance.now() - startedAt) / 1_000 }
  }
  try {
    const first = await start()
    await first.trove.stop()
    const second = await start()
    await sleep(SETTLE_MS)
    const memory = memoryOf(second.trove.pid) / MIB
    await second.trove.stop()
    return [
      { name: 'first start, with a new database', ...alone(first.seconds), unit: 's' },
      { name: 'second start', ...alone(second.seconds), unit: 's' },
      { name: 'memory when idle, all processes', ...alone(memory), unit: 'MiB' },
    ]
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** What has no limit to stand beside. */
const alone = (value: number) => ({ value, limit: Number.NaN, ratio: Number.NaN })
