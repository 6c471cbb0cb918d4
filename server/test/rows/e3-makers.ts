import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRenderer, sniff } from '../../src/domain/media/index.ts'
import { laterSteps } from '../../src/domain/media/steps/all.ts'
import type { MakeRequest } from '../../src/domain/media/rendering.ts'
import type { Log } from '../../src/platform/platform.ts'
import { collect, mutate } from './e3-mutants.ts'

const MIB = 1024 ** 2
const AT_ONCE = 2
const log: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const OFFICE = /officedocument|opendocument|rtf|msword|vnd\.ms-/

/** What the steps ask for beside the file, so that nothing is left out for being small. */
const asked: Partial<Record<MakeRequest['make'], Record<string, unknown>[]>> = {
  formats: [{ webpBytes: { medium: MIB, large: MIB } }, { side: 640 }],
  pages: [{ first: 1, last: 12, withPreview: true }],
  trim: [{ startMs: 200, lengthMs: 700, muxer: 'matroska', name: 'part' }],
}

export type Made = {
  mutants: number
  /** Each step that applies to each mutant. */
  runs: number
  made: number
  failures: Map<string, number>
  /** Answers of a child that were not taken: of a mutant, that is a fault of ours. */
  disbelieved: string[]
  slowest: { name: string; ms: number }
}

/**
 * E3: damaged media through what the later steps make of it. A rejection, which is what a fault of the machinery is, is
 * passed on. The seed fixes all of it.
 *
 * @param options.every  how many originals of the catalogue one is taken of
 */
export async function makeOfMutants(count: number, { seed = 1, every = 1 } = {}): Promise<Made> {
  const originals = await collect(every, /./)
  const folder = await mkdtemp(join(tmpdir(), 'trove-makers-'))
  const renderer = createRenderer({
    settings: {
      workerConcurrency: AT_ONCE,
      mediaTimeoutMs: 120_000,
      mediaMemoryBytes: 1024 * MIB,
      temporaryFolder: folder,
    },
    log,
  })
  const result: Made = {
    mutants: 0,
    runs: 0,
    made: 0,
    failures: new Map(),
    disbelieved: [],
    slowest: { name: '', ms: 0 },
  }
  const makeSome = async (lane: number) => {
    const place = join(folder, `lane-${lane}`)
    for (let n = lane; n < count; n += AT_ONCE) {
      const original = originals[n % originals.length]
      if (original === undefined) return
      const bytes = mutate(original.bytes, `${seed}-${n}`)
      const mediaType = sniff(bytes)?.mediaType ?? original.mediaType
      result.mutants++
      for (const { make, options } of ordersFor(mediaType)) {
        await rm(place, { recursive: true, force: true })
        await mkdir(join(place, 'out'), { recursive: true })
        const path = join(place, 'original')
        await writeFile(path, bytes)
        const request = { make, path, sizeBytes: bytes.length, mediaType, outputFolder: join(place, 'out'), options }
        const name = `${make} of ${original.name} #${n}`
        const began = performance.now()
        const making = await renderer.make(request, new AbortController().signal, { of: 'mutants' })
        const ms = performance.now() - began
        if (ms > result.slowest.ms) result.slowest = { name, ms }
        result.runs++
        if (making.ok) result.made++
        else if (/it answered/.test(making.failure)) result.disbelieved.push(name)
        else result.failures.set(making.failure, (result.failures.get(making.failure) ?? 0) + 1)
      }
    }
  }
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, (_, lane) => makeSome(lane)))
  } finally {
    renderer.close()
    await rm(folder, { recursive: true })
  }
  return result
}

/** Every maker that such a file comes to, and the one that clips are cut by. LibreOffice has tests of its own. */
function ordersFor(mediaType: string): { make: MakeRequest['make']; options: Record<string, unknown> }[] {
  const makes: MakeRequest['make'][] = laterSteps
    .filter(({ name, appliesTo }) => appliesTo(mediaType) && !(name === 'pages' && OFFICE.test(mediaType)))
    .map(({ name }) => name)
  if (mediaType.startsWith('video/')) makes.push('trim')
  return makes.flatMap((make) => (asked[make] ?? [{}]).map((options) => ({ make, options })))
}
