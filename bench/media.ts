import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, setPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createRenderer, mediaTasks, useRenderer } from '../server/src/domain/media/index.ts'
import { startWorkers } from '../server/src/platform/jobs/index.ts'
import { makeOrganization, makeUser } from '../server/test/make.ts'
import { image } from '../server/test/media/make.ts'
import { startTestPlatform, type TestPlatform } from '../server/test/platform.ts'
import { makeStoredFile, untilSettled } from '../server/test/stored.ts'

export type Measured = { name: string; value: number; limit: number; ratio: number; unit: string }

const PHOTOGRAPHS = 100
const DIFFERENT = 4
/** 12 megapixels. */
const SIZE = { widthPixels: 4000, heightPixels: 3000 }
const SHARP_ALONE = fileURLToPath(new URL('media-sharp.ts', import.meta.url))
const CHILD_NICENESS = 10
const WITHIN_MS = 600_000

/**
 * 100 photographs of 12 MP from the queue to all variants in the store, with rows, against sharp alone in one process
 * on the same cores, which only keeps what it made in memory. The ratio should be 0.8 or more.
 */
export async function benchMedia(photographs = PHOTOGRAPHS): Promise<Measured[]> {
  const different = await Promise.all(Array.from({ length: DIFFERENT }, (_, seed) => image('jpeg', { ...SIZE, seed })))
  const originals = Array.from({ length: photographs }, (_, i) =>
    distinct(different[i % DIFFERENT] ?? Buffer.alloc(0), i),
  )
  const limit = photographs / (await measureSharp(originals))
  const value = photographs / (await measureTrove(originals))
  return [{ name: 'photographs of 12 MP to all variants', value, limit, ratio: value / limit, unit: 'photographs/s' }]
}

/** Bytes behind the end of a JPEG change nothing but its hash. */
const distinct = (jpeg: Buffer, index: number): Buffer => Buffer.concat([jpeg, Buffer.from(`#${index}`)])

/** Seconds. */
async function measureTrove(originals: readonly Buffer[]): Promise<number> {
  const t = await startTestPlatform()
  const slots = availableParallelism()
  const renderer = createRenderer({ ...t.platform, settings: { ...t.platform.settings, workerConcurrency: slots } })
  useRenderer(t.platform, renderer)
  try {
    await work(t, originals.slice(0, slots * 2), slots)
    return await work(t, originals, slots)
  } finally {
    renderer.close()
    await t.stop()
  }
}

/** From the moment that a worker may begin until the last file is settled. */
async function work(t: TestPlatform, originals: readonly Buffer[], slots: number): Promise<number> {
  const uploader = await makeUser(t.platform)
  const { id: organizationId } = await makeOrganization(t.platform, uploader)
  for (const [i, bytes] of originals.entries())
    await makeStoredFile(t.platform, { organizationId, uploader, name: `${i}.jpg`, bytes })
  const began = performance.now()
  const workers = await startWorkers(t.platform, mediaTasks, {
    connectionString: t.config.databaseUrl,
    log: t.platform.log,
    slots,
  })
  const settled = await untilSettled(t.platform, organizationId, WITHIN_MS)
  const seconds = (performance.now() - began) / 1000
  await workers.stop()
  const failed = settled.filter(({ status }) => status !== 'ready')
  if (failed.length > 0) throw new Error(`${failed.length} photographs were not rendered: ${failed[0]?.failure ?? ''}`)
  return seconds
}

/**
 * The same variants by sharp, in a process of its own that is as nice to others as a media child: on a machine that
 * does other things too, both are held back alike. Seconds.
 */
async function measureSharp(originals: readonly Buffer[]): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'trove-bench-'))
  await Promise.all(originals.map((bytes, i) => writeFile(join(folder, `${i}.jpg`), bytes)))
  const child = fork(SHARP_ALONE, [folder, String(originals.length)])
  setPriority(child.pid ?? 0, CHILD_NICENESS)
  const [seconds] = (await once(child, 'message')) as [number]
  await rm(folder, { recursive: true })
  return seconds
}

if (import.meta.main)
  for (const { name, value, limit, ratio, unit } of await benchMedia())
    console.log(`${name}: ${value.toFixed(2)} ${unit}, sharp alone ${limit.toFixed(2)}, ratio ${ratio.toFixed(2)}`)
