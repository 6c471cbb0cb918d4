import assert from 'node:assert/strict'
import { appendFile, mkdtemp, readFile, rm, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { randomOf, type Random } from '../../../test/random.ts'
import { ringOf } from '../../../test/ring.ts'
import { openDiskStore } from './disk.ts'
import { framed } from './framed.ts'
import { OWNER, planFor } from './object-store.suite.ts'
import type { ObjectStore, StagedBytes } from './object-store.ts'

const SEEDS = 12
const STEPS = 40

describe('frames that are staged', () => {
  let folder: string
  before(async () => (folder = await mkdtemp(join(tmpdir(), 'trove-frames-'))))
  after(() => rm(folder, { recursive: true, force: true }))

  /** Another process on the same folder: it knows nothing of what this one has in memory. */
  const keys = new Map<string, Uint8Array>()
  const openStore = async (isOn: boolean) =>
    framed(await openDiskStore(folder), { keys: ringOf(isOn, keys), packs: true })
  const stagedPath = (id: string) => join(folder, '.staging', `${id}-framed`)

  test('are what was written, whatever is written, flushed, cut, read, left and opened again', async () => {
    for (let seed = 1; seed <= SEEDS; seed++) await playOne(seed, randomOf(seed))
  })

  async function playOne(seed: number, random: Random): Promise<void> {
    const isOn = seed % 3 !== 0
    let store = await openStore(isOn)
    const key = store.newKey({ family: 'files', role: 'originals', extension: 'txt' })
    const id = crypto.randomUUID()
    let staged = await store.staging.open(id, planFor(key))
    let model: Buffer = Buffer.alloc(0)
    for (let step = 0; step < STEPS; step++) {
      const told = `seed ${seed}, step ${step}`
      const choice = random.below(10)
      if (choice < 5) model = await writeSome(staged, model, random)
      else if (choice === 5) await staged.flush()
      else if (choice === 6) {
        const size = random.chance(0.5) ? random.below(model.length + 1) : model.length
        await staged.truncate(size)
        model = model.subarray(0, size)
      } else if (choice === 7) {
        await staged.close()
        if (random.chance(0.5)) {
          store = await openStore(isOn)
          // What was on its way when the process before died.
          if (model.length > 0 && random.chance(0.5))
            await appendFile(stagedPath(id), bytesOf(random, 1 + random.below(500)))
        }
        assert.equal(await store.staging.sizeBytes(id), model.length, told)
        staged = await store.staging.open(id, planFor(key))
        assert.equal(staged.sizeBytes, model.length, told)
      } else {
        const at = random.below(model.length + 1)
        const some = Buffer.alloc(random.below(200_000))
        const beside = random.chance(0.5) ? staged : await store.staging.open(id, planFor(key))
        const count = await beside.read(some, at)
        if (beside !== staged) await beside.close()
        assert.equal(count, Math.min(some.length, model.length - at), told)
        assert.ok(some.subarray(0, count).equals(model.subarray(at, at + count)), told)
      }
    }
    await staged.write(Buffer.from('the end'), model.length)
    model = Buffer.concat([model, Buffer.from('the end')])
    await staged.close()
    assert.equal((await store.staging.adopt(id, key)).sizeBytes, model.length)
    await compare(isOn ? await openStore(isOn) : store, key, model, random)
  }

  async function compare(store: ObjectStore, key: string, model: Buffer, random: Random): Promise<void> {
    assert.equal((await store.head(key))?.sizeBytes, model.length)
    assert.ok((await read(store, key)).equals(model))
    for (let round = 0; round < 20; round++) {
      const first = random.below(model.length)
      const last = Math.min(model.length - 1, first + random.below(300_000))
      assert.ok((await read(store, key, { first, last })).equals(model.subarray(first, last + 1)), `${first}-${last}`)
    }
  }

  test('are cut to what is whole after a crash in the middle of a write, at any byte of it', async () => {
    const store = await openStore(true)
    const key = store.newKey({ family: 'files', role: 'originals', extension: 'jpg' })
    const id = crypto.randomUUID()
    const staged = await store.staging.open(id, planFor(key))
    await staged.write(Buffer.alloc(1000, 1), 0)
    await staged.flush()
    const flushed = (await readFile(stagedPath(id))).length
    await staged.write(Buffer.alloc(70_000, 2), 1000)
    await staged.close()
    const whole = (await readFile(stagedPath(id))).length
    for (const size of [whole - 1, whole - 30, flushed + 17, flushed + 16, flushed + 1, flushed]) {
      await truncate(stagedPath(id), size)
      const later = await openStore(true)
      assert.equal(await later.staging.sizeBytes(id), 1000)
      const again = await later.staging.open(id, planFor(key))
      assert.equal(again.sizeBytes, 1000)
      await again.write(Buffer.from('more'), 1000)
      const back = Buffer.alloc(10)
      assert.equal(await again.read(back, 998), 6)
      assert.deepEqual(back.subarray(0, 6), Buffer.from([1, 1, ...Buffer.from('more')]))
      await again.truncate(1000)
      await again.close()
    }
  })

  test('are given an end again when the process died between that and the rename, also under another key', async () => {
    const store = await openStore(true)
    const newKey = () => store.newKey({ family: 'files', role: 'originals', extension: 'jpg' })
    const [first, second] = [newKey(), newKey()]
    const id = crypto.randomUUID()
    const staged = await store.staging.open(id, planFor(first))
    await staged.write(Buffer.alloc(200_000, 7), 0)
    await staged.close()
    const before = await readFile(stagedPath(id))
    await store.staging.adopt(id, first)
    const ended = await readFile(join(folder, first))
    // As it lay there before the rename.
    await appendFile(stagedPath(id), ended)
    assert.ok(ended.length > before.length)
    const later = await openStore(true)
    assert.equal(await later.staging.sizeBytes(id), 200_000)
    assert.equal((await later.staging.adopt(id, second)).sizeBytes, 200_000)
    assert.ok((await read(later, second)).equals(Buffer.alloc(200_000, 7)))
  })

  test('take little more room than the bytes, and text much less', async () => {
    const store = await openStore(true)
    const text = Buffer.from('What repeats itself is short. '.repeat(100_000))
    const noise = bytesOf(randomOf(5), 3_000_000)
    for (const [bytes, extension, most] of [
      [text, 'txt', 0.1],
      [noise, 'bin', 1.001],
      [text, 'jpg', 1.001],
    ] as const) {
      const key = store.newKey({ family: 'files', role: 'originals', extension })
      await store.put(key, once(bytes), OWNER)
      const takes = (await readFile(join(folder, key))).length / bytes.length
      assert.ok(takes < most, `${extension}: ${takes}`)
      assert.ok((await read(store, key)).equals(bytes))
    }
  })
})

async function writeSome(staged: StagedBytes, model: Buffer, random: Random): Promise<Buffer> {
  const pieces = Array.from({ length: 1 + random.below(3) }, () =>
    bytesOf(random, 1 + random.below(random.pick([50, 70_000, 1_500_000]))),
  )
  let at = model.length
  const writes = pieces.map((piece) => {
    at += piece.length
    return staged.write(piece, at - piece.length).then(() => piece.fill(0xee))
  })
  const copies = pieces.map((piece) => Buffer.from(piece))
  await Promise.all(writes)
  return Buffer.concat([model, ...copies])
}

function bytesOf(random: Random, length: number): Buffer {
  const bytes = Buffer.alloc(length, random.pick(['some words ', 'x']))
  if (random.chance(0.5)) for (let at = 0; at < length; at++) bytes[at] = random.below(256)
  return bytes
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

async function read(store: ObjectStore, key: string, range?: { first: number; last: number }): Promise<Buffer> {
  return Buffer.concat(await (await store.get(key, range)).toArray())
}
