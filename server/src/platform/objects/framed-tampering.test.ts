import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { randomOf } from '../../../test/random.ts'
import { ringOf } from '../../../test/ring.ts'
import { openDiskStore } from './disk.ts'
import { createSealer } from './framed-cipher.ts'
import { writeHeader } from './framed-format.ts'
import { createPacking } from './framed-packing.ts'
import { framedBody } from './framed-write.ts'
import { framed } from './framed.ts'
import { OWNER, planFor } from './object-store.suite.ts'
import type { ObjectStore } from './object-store.ts'

const OTHER = { organizationId: '01890000-0000-7000-8000-000000000002' }
const FRAME = 64 * 1024 + 28
const HEADER = 64

describe('an encrypted object that was tampered with', () => {
  let folder: string
  let store: ObjectStore
  const keys = new Map<string, Uint8Array>()
  const openStore = async () => framed(await openDiskStore(folder), { keys: ringOf(true, keys), packs: false })
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'trove-frames-'))
    store = await openStore()
  })
  after(() => rm(folder, { recursive: true, force: true }))

  const plant = async (bytes: Buffer, owner = OWNER) => {
    const key = store.newKey({ family: 'files', role: 'originals', extension: 'bin' })
    await store.put(key, once(bytes), owner)
    return key
  }
  const fileOf = (key: string) => readFile(join(folder, key))

  /** Reads it by a store that has not seen it before: every byte that comes must be right, and it must not end well. */
  async function requireFound(key: string, changed: Uint8Array, bytes: Buffer, told: string): Promise<void> {
    await writeFile(join(folder, key), changed)
    const fresh = await openStore()
    for (const range of [undefined, { first: 0, last: bytes.length - 1 }]) {
      let right = 0
      const reading = async () => {
        for await (const chunk of (await fresh.get(key, range)) as AsyncIterable<Buffer>) {
          assert.ok(chunk.equals(bytes.subarray(right, right + chunk.length)), `${told}: wrong bytes came`)
          right += chunk.length
        }
      }
      await assert.rejects(reading(), { name: 'ObjectChanged' }, told)
      assert.ok(right < bytes.length, told)
    }
  }

  test('is a fault when one that is not encrypted is put in its place, which needs no key', async () => {
    const key = await plant(randomBytes(100_000))
    const bytes = randomBytes(100_000)
    const header = writeHeader('none', OWNER.organizationId, randomBytes(32))
    const sealer = createSealer(header, undefined)
    const forged = framedBody(key, once(bytes), { header, sealer, packing: createPacking(false) })
    await writeFile(join(folder, key), Buffer.concat(await Array.fromAsync(forged)))
    const fresh = await openStore()
    const reading = async () => Buffer.concat(await (await fresh.get(key)).toArray())
    await assert.rejects(reading(), { name: 'ObjectChanged' })
    await assert.rejects(fresh.head(key), { name: 'ObjectChanged' })
  })

  test('stays encrypted when its key was given before encryption was switched off', async () => {
    const key = store.newKey({ family: 'files', role: 'originals', extension: 'bin' })
    const off = framed(await openDiskStore(folder), { keys: ringOf(false, keys), packs: true })
    const bytes = randomBytes(70_000)
    await off.put(key, once(bytes), OWNER)
    assert.ok(!(await fileOf(key)).includes(bytes.subarray(0, 32)))
    assert.ok(Buffer.concat(await (await off.get(key)).toArray()).equals(bytes))
    const staged = await off.staging.open('switched', planFor(key, bytes.length))
    await staged.write(bytes, 0)
    await staged.close()
    const again = off.newKey({ family: 'photos', role: 'originals', extension: 'jpg', insteadOf: key })
    await off.staging.adopt('switched', again)
    assert.ok(Buffer.concat(await (await store.get(again)).toArray()).equals(bytes))
  })

  test('is a fault wherever a bit is turned, and never wrong bytes', async () => {
    const random = randomOf(11)
    const bytes = randomBytes(300_000)
    const key = await plant(bytes)
    const right = await fileOf(key)
    const places = [0, 8, 9, 16, 40, HEADER, HEADER + 5, right.length - 1, right.length - 100, right.length - 140]
    for (const at of [...places, ...Array.from({ length: 60 }, () => random.below(right.length))]) {
      // The first 64 bytes are there for whoever goes on with an upload; what counts is their copy in the footer.
      if (at < HEADER) continue
      const changed = Buffer.from(right)
      changed.writeUInt8((changed[at] ?? 0) ^ (1 << random.below(8)), at)
      await requireFound(key, changed, bytes, `bit at ${at} of ${right.length}`)
    }
  })

  test('is a fault when frames were swapped, left out or taken from elsewhere, and when it was cut', async () => {
    const bytes = randomBytes(400_000)
    const key = await plant(bytes)
    const right = await fileOf(key)
    const other = await fileOf(await plant(randomBytes(400_000)))
    const foreign = await fileOf(await plant(bytes, OTHER))
    const begin = HEADER + 16
    const frame = (file: Buffer, number: number) => file.subarray(begin + number * FRAME, begin + (number + 1) * FRAME)
    const swapped = Buffer.concat([
      right.subarray(0, begin),
      frame(right, 1),
      frame(right, 0),
      right.subarray(begin + 2 * FRAME),
    ])
    const taken = Buffer.concat([right.subarray(0, begin), frame(other, 0), right.subarray(begin + FRAME)])
    const dropped = Buffer.concat([right.subarray(0, begin), right.subarray(begin + FRAME)])
    const withEnd = Buffer.concat([right.subarray(0, -1000), right.subarray(-500)])
    const changes = {
      swapped,
      taken,
      dropped,
      withEnd,
      other,
      foreign,
      cut: right.subarray(0, -1),
      half: right.subarray(0, 200_000),
    }
    for (const [name, changed] of Object.entries({
      ...changes,
      empty: Buffer.alloc(0),
      nulls: Buffer.alloc(right.length),
    }))
      await requireFound(key, changed, bytes, name)
    await writeFile(join(folder, key), right)
    assert.ok(Buffer.concat(await (await (await openStore()).get(key)).toArray()).equals(bytes))
  })

  test('is a fault when it says that it is of another organization', async () => {
    const bytes = randomBytes(1000)
    const key = await plant(bytes)
    await plant(bytes, OTHER)
    const right = await fileOf(key)
    const changed = Buffer.from(right)
    const other = Buffer.from(OTHER.organizationId.replaceAll('-', ''), 'hex')
    other.copy(changed, 16)
    other.copy(changed, right.length - 128 + 24 + 16)
    await requireFound(key, changed, bytes, 'another organization')
  })

  test('is a fault for whoever had read it before', async () => {
    const bytes = randomBytes(3_000_000)
    const key = await plant(bytes)
    await (await store.get(key)).toArray()
    const changed = await fileOf(key)
    changed.writeUInt8((changed[2_000_000] ?? 0) ^ 1, 2_000_000)
    await writeFile(join(folder, key), changed)
    await assert.rejects((await store.get(key)).toArray(), { name: 'ObjectChanged' })
    // A range that does not touch the frame is as good as before.
    const range = { first: 10, last: 20 }
    assert.deepEqual(Buffer.concat(await (await store.get(key, range)).toArray()), bytes.subarray(10, 21))
  })

  test('cannot be read at all once the key of its organization is gone, nor is it told from one that was changed', async () => {
    const key = await plant(randomBytes(1000))
    const gone = framed(await openDiskStore(folder), { keys: ringOf(true), packs: false })
    await assert.rejects(gone.get(key), { name: 'ObjectChanged' })
  })

  test('holds nothing of what was written, nor does what is only staged', async () => {
    const planted = 'a sentence that must not be found on the disk'
    const bytes = Buffer.from(`${planted} `.repeat(5000))
    await plant(bytes)
    const key = store.newKey({ family: 'files', role: 'originals', extension: 'txt' })
    const staged = await store.staging.open(crypto.randomUUID(), planFor(key))
    await staged.write(bytes, 0)
    await staged.flush()
    await staged.close()
    let files = 0
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue
      files += 1
      assert.ok(!(await readFile(join(entry.parentPath, entry.name))).includes(planted.slice(2, 20)), entry.name)
    }
    assert.ok(files > 1)
  })
})

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
