import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { framed, openDiskStore, type ObjectStore } from '../server/src/platform/objects/index.ts'
import { ringOf } from '../server/test/ring.ts'
import type { Line } from './uploads.ts'

const MIB = 1024 * 1024
const SIZE = 128 * MIB
const FLUSH_EVERY = 16 * MIB
const ROUNDS = 3
const RANGES = 500
const RANGE_BYTES = 64 * 1024
const OWNER = { organizationId: '01890000-0000-7000-8000-000000000001' }

type Kind = { store: ObjectStore; extension: string; piece: Buffer }

/** What encryption and compression cost and gain: staged as uploads are, read whole and in ranges, each beside plain. */
export async function benchFrames(): Promise<Line[]> {
  const folder = await mkdtemp(join(tmpdir(), 'trove-bench-'))
  const open = async (isOn: boolean, packs: boolean) =>
    framed(await openDiskStore(folder), { keys: ringOf(isOn), packs })
  const noise = randomBytes(MIB)
  const text = textOf(MIB)
  const kinds: Record<string, Kind> = {
    plain: { store: await open(false, false), extension: 'jpg', piece: noise },
    encrypted: { store: await open(true, false), extension: 'jpg', piece: noise },
    'plain text': { store: await open(false, false), extension: 'txt', piece: text },
    'compressed text': { store: await open(false, true), extension: 'txt', piece: text },
    'encrypted and compressed text': { store: await open(true, true), extension: 'txt', piece: text },
    'compressed, of a type that is tried and does not shrink': {
      store: await open(false, true),
      extension: 'tif',
      piece: noise,
    },
  }
  try {
    return await measure(kinds)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

type Taken = { write: number[]; read: number[]; ranges: number[]; end: number[]; stored: number }

async function measure(kinds: Record<string, Kind>): Promise<Line[]> {
  const taken: Record<string, Taken> = {}
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, kind] of Object.entries(kinds)) {
      const into = (taken[name] ??= { write: [], read: [], ranges: [], end: [], stored: 0 })
      await measureOnce(kind, into)
    }
  }
  const lines: Line[] = []
  for (const [name, { write, read, ranges, stored }] of Object.entries(taken)) {
    const against = name.includes('text') ? 'plain text' : 'plain'
    const limit = taken[against]
    if (name === against || limit === undefined) continue
    lines.push(
      line(`128 MiB staged, ${name}, against ${against}`, write, limit.write, 'MiB/s'),
      line(`128 MiB read, ${name}, against ${against}`, read, limit.read, 'MiB/s'),
      line(`ranges of 64 KiB, ${name}, against ${against}`, ranges, limit.ranges, '/s'),
      line(`room taken, ${name}, against its bytes`, [stored / MIB], [SIZE / MIB], 'MiB'),
    )
  }
  const ends = [taken['encrypted']?.end ?? [], taken['plain']?.end ?? []] as const
  lines.push(line('from the last byte of 128 MiB to the object, encrypted, against plain', ...ends, 'ms'))
  const most = opensslRate()
  if (most !== undefined)
    lines.push(
      line(
        '128 MiB staged, encrypted, against openssl speed of AES-256-GCM',
        taken['encrypted']?.write ?? [],
        [most],
        'MiB/s',
      ),
    )
  return lines
}

async function measureOnce({ store, extension, piece }: Kind, into: Taken): Promise<void> {
  const key = store.newKey({ family: 'files', role: 'originals', extension })
  const id = crypto.randomUUID()
  let startedAt = performance.now()
  const staged = await store.staging.open(id, { ...OWNER, lengthBytes: SIZE, key: () => key })
  for (let at = 0; at < SIZE; at += FLUSH_EVERY) {
    const writes = Array.from({ length: FLUSH_EVERY / MIB }, (_, number) => staged.write(piece, at + number * MIB))
    await Promise.all(writes)
    await staged.flush()
  }
  into.write.push(rate(startedAt))
  await staged.close()
  startedAt = performance.now()
  await store.staging.adopt(id, key)
  into.end.push(performance.now() - startedAt)

  startedAt = performance.now()
  let bytes = 0
  for await (const chunk of (await store.get(key)) as AsyncIterable<Buffer>) bytes += chunk.length
  if (bytes !== SIZE) throw new Error(`${bytes} bytes came back`)
  into.read.push(rate(startedAt))

  startedAt = performance.now()
  for (let number = 0; number < RANGES; number++) {
    const first = Math.floor(Math.random() * (SIZE - RANGE_BYTES))
    for await (const chunk of await store.get(key, { first, last: first + RANGE_BYTES - 1 })) void chunk
  }
  into.ranges.push(RANGES / ((performance.now() - startedAt) / 1000))
  for await (const each of store.list()) if (each.key === key) into.stored = each.sizeBytes
  await store.delete([key])
}

const rate = (startedAt: number): number => SIZE / MIB / ((performance.now() - startedAt) / 1000)

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

function line(name: string, values: readonly number[], limits: readonly number[], unit: string): Line {
  const [value, limit] = [median(values), median(limits)]
  return { name, value, limit, ratio: value / limit, unit }
}

/** Lines as programs log them: words that come again, numbers that do not. */
function textOf(length: number): Buffer {
  const lines: string[] = []
  for (let at = 0, size = 0; size < length; at++) {
    const line = `{"id":${(at * 7919) % 100_003},"name":"file-${at % 97}.jpg","size":${Math.floor(Math.abs(Math.sin(at)) * 1e9)}}\n`
    lines.push(line)
    size += line.length
  }
  return Buffer.from(lines.join('')).subarray(0, length)
}

/** What this processor does at most with blocks of a frame's size; undefined where there is no openssl. */
function opensslRate(): number | undefined {
  const args = ['speed', '-elapsed', '-seconds', '2', '-bytes', '65536', '-evp', 'aes-256-gcm']
  const { stdout } = spawnSync('openssl', args, { encoding: 'utf8' })
  const [, kilobytes] = /AES-256-GCM\s+([\d.]+)k/i.exec(stdout ?? '') ?? []
  return kilobytes === undefined ? undefined : (Number(kilobytes) * 1000) / MIB
}
