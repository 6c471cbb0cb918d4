import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRenderer, sniff } from '../../src/domain/media/index.ts'
import { randomFrom } from '../../src/app/demo/random.ts'
import type { Log } from '../../src/platform/platform.ts'
import { catalogue } from '../media/catalogue.ts'

const MIB = 1024 ** 2
const LARGEST_SEED_BYTES = 100_000
const AT_ONCE = 2
const log: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

export type Mutated = {
  mutants: number
  ready: number
  failures: Map<string, number>
  slowest: { name: string; ms: number }
}

/**
 * E3: real media with bits, bytes and stretches changed, through the decoders of the media child. The seed fixes all of it.
 *
 * @param options.every  how many originals of the catalogue one is taken of
 */
export async function decodeMutants(count: number, { seed = 1, every = 1 } = {}): Promise<Mutated> {
  const originals = await collect(every)
  const folder = await mkdtemp(join(tmpdir(), 'trove-mutants-'))
  const renderer = createRenderer({
    settings: {
      workerConcurrency: AT_ONCE,
      mediaTimeoutMs: 120_000,
      mediaMemoryBytes: 1024 * MIB,
      temporaryFolder: folder,
    },
    log,
  })
  const result: Mutated = { mutants: 0, ready: 0, failures: new Map(), slowest: { name: '', ms: 0 } }
  const decodeSome = async (lane: number) => {
    for (let n = lane; n < count; n += AT_ONCE) {
      const original = originals[n % originals.length]
      if (original === undefined) return
      const bytes = mutate(original.bytes, `${seed}-${n}`)
      const path = join(folder, String(lane))
      await writeFile(path, bytes)
      const began = performance.now()
      const mediaType = sniff(bytes)?.mediaType ?? original.mediaType
      const rendering = await renderer.render(
        { path, sizeBytes: bytes.length, mediaType },
        new AbortController().signal,
        { of: String(lane) },
      )
      const ms = performance.now() - began
      if (ms > result.slowest.ms) result.slowest = { name: `${original.name} #${n}`, ms }
      result.mutants++
      if (rendering.ok) result.ready++
      else result.failures.set(rendering.failure, (result.failures.get(rendering.failure) ?? 0) + 1)
    }
  }
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, (_, lane) => decodeSome(lane)))
  } finally {
    renderer.close()
    await rm(folder, { recursive: true })
  }
  return result
}

export type Original = { name: string; bytes: Buffer; mediaType: string }

const SHOWN = /^(image|video|audio)\/|^application\/(pdf|mxf)$/

/** Small originals of the catalogue that are ready: one of so many, of these types. Those that can be shown unless said. */
export async function collect(every: number, types: RegExp = SHOWN): Promise<Original[]> {
  const originals: Original[] = []
  for (const [index, { name, outcome, isSlow, make }] of catalogue.entries()) {
    if (outcome !== 'ready' || isSlow || index % every !== 0) continue
    const bytes = await make()
    const mediaType = sniff(bytes)?.mediaType ?? ''
    if (bytes.length <= LARGEST_SEED_BYTES && types.test(mediaType)) originals.push({ name, bytes, mediaType })
  }
  return originals
}

/** One to some dozens of changes: bits turned, bytes set to extremes, stretches doubled, cut out or zeroed, the end cut off. */
export function mutate(original: Buffer, seed: string): Buffer {
  const random = randomFrom(seed)
  const upTo = (limit: number) => Math.floor(random() * limit)
  let bytes = Buffer.from(original)
  const changes = 1 + upTo(24)
  for (let change = 0; change < changes; change++) {
    // Most changes go to the beginning, where structure is.
    const at = random() < 0.6 ? upTo(Math.min(bytes.length, 1024)) : upTo(bytes.length)
    const length = 1 + upTo(64)
    switch (upTo(6)) {
      case 0:
      case 1:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << upTo(8))
        break
      case 2:
        bytes[at] = [0, 1, 127, 128, 255][upTo(5)] ?? 0
        break
      case 3:
        bytes.fill(upTo(2) * 255, at, Math.min(at + Math.min(length, 8), bytes.length))
        break
      case 4:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at, at + length), bytes.subarray(at)])
        break
      default:
        bytes =
          random() < 0.1
            ? bytes.subarray(0, Math.max(at, 16))
            : Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)])
    }
    if (bytes.length < 16) return bytes
    bytes = Buffer.from(bytes)
  }
  return bytes
}
