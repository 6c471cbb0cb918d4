import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { startEmbedded } from '../src/app/embedded.ts'
import { migrate } from '../src/platform/db/migrate.ts'
import { makeHome, startPart, until, type Part, type Person } from './server.ts'
import { pathOf } from './tus.ts'

const AUTOCANNON = fileURLToPath(new URL('../../node_modules/.bin/autocannon', import.meta.url))

export type Trove = { api: Part; worker: Part | undefined; databaseUrl: string }

/**
 * The API, and the worker if wanted, as processes on a PostgreSQL of their own that flushes like that of a real installation.
 *
 * @param kept  a folder for the database that is there afterwards too, and is used again; without one it is gone
 */
export async function withTrove<T>(
  parts: readonly ('api' | 'worker')[],
  work: (trove: Trove) => Promise<T>,
  more: Record<string, string> = {},
  kept?: string,
): Promise<T> {
  const folder = kept ?? (await mkdtemp(join(tmpdir(), 'trove-load-postgres-')))
  await mkdir(folder, { recursive: true })
  await chmod(folder, 0o711)
  const postgres = await startEmbedded({ dataFolder: folder })
  const home = await makeHome('load', postgres.url)
  const running: Part[] = []
  try {
    await migrate(postgres.url)
    const environment = { ...home.environment, LOG_LEVEL: parts.includes('worker') ? 'info' : 'warn', ...more }
    for (const part of parts) running.push(await startPart(part, environment))
    const worker = running[parts.indexOf('worker')]
    return await work({ api: running[parts.indexOf('api')] as Part, worker, databaseUrl: postgres.url })
  } finally {
    await Promise.all(running.map((part) => part.stop()))
    await postgres.stop(kept === undefined ? 'now' : undefined)
    await home.remove()
    if (kept === undefined) await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

export type Load = { requestsPerSecond: number; p50Ms: number; p99Ms: number; failures: number; timeouts: number }

/** GETs by a process of its own, as many at once as there are connections. */
export async function hammer(
  url: string,
  authorization: string,
  options: { connections: number; seconds: number },
): Promise<Load> {
  const args = [
    '--json',
    '--connections',
    options.connections,
    '--duration',
    options.seconds,
    '--headers',
    `authorization: ${authorization}`,
    url,
  ]
  const { stdout } = await promisify(execFile)(AUTOCANNON, args.map(String), { maxBuffer: 2 ** 24 })
  const told = JSON.parse(stdout) as {
    requests: { average: number }
    latency: { p50: number; p99: number }
    errors: number
    timeouts: number
    non2xx: number
  }
  const { requests, latency, errors, timeouts, non2xx } = told
  return {
    requestsPerSecond: requests.average,
    p50Ms: latency.p50,
    p99Ms: latency.p99,
    failures: errors + non2xx,
    timeouts,
  }
}

/** Files of one size, so many at once, no two alike. Resolves with what failed and the speed in MB (10^6 bytes) a second. */
export async function uploadMany(
  { tus, organizationId }: Person,
  { count, atOnce, sizeBytes, isOver }: { count: number; atOnce: number; sizeBytes: number; isOver?: () => boolean },
): Promise<{ megabytesPerSecond: number; done: number; errors: string[] }> {
  const common = randomBytes(sizeBytes)
  const errors: string[] = []
  let begun = 0
  let done = 0
  const startedAt = performance.now()
  const uploadOne = async () => {
    const bytes = Buffer.concat([randomBytes(16), common.subarray(16)])
    const created = await tus.create({ length: sizeBytes, organizationId })
    if (created.status !== 201)
      return void errors.push(`created: ${created.status} ${created.body.toString().slice(0, 200)}`)
    const path = pathOf(created)
    const sent = await tus.patch(path, 0, bytes)
    // A busy server says that it has everything and goes on finishing; asking tells when it has.
    const hasFile = async () => (await tus.head(path)).headers['trove-file-id'] !== undefined
    const isFile =
      sent.status === 204 && (sent.headers['trove-file-id'] !== undefined || (await until(hasFile, 30_000)))
    if (!isFile) errors.push(`sent: ${sent.status} ${sent.body.toString().slice(0, 200)}`)
    done += 1
  }
  const lane = async () => {
    while (begun < count && isOver?.() !== true) {
      begun += 1
      await uploadOne().catch((error: unknown) => errors.push(String(error)))
    }
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
  return { megabytesPerSecond: (done * sizeBytes) / 1e3 / (performance.now() - startedAt), done, errors }
}
