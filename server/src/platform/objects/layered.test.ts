import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { openDiskStore } from './disk.ts'
import { layered, type Layers } from './layered.ts'
import { objectStoreSuite, OWNER, planFor } from './object-store.suite.ts'
import { ObjectMissing, type ObjectStore } from './object-store.ts'
import { createPace } from './pace.ts'

async function openLayers(): Promise<{
  layers: Required<Layers> & { cold: ObjectStore; old: ObjectStore }
  stop(): Promise<void>
}> {
  const folder = await mkdtemp(join(tmpdir(), 'trove-layers-'))
  const [hot, cold, old] = await Promise.all(['hot', 'cold', 'old'].map((name) => openDiskStore(join(folder, name))))
  if (hot === undefined || cold === undefined || old === undefined) throw new Error('three stores were asked for')
  return { layers: { hot, cold, old }, stop: () => rm(folder, { recursive: true, force: true }) }
}

objectStoreSuite('layered', async () => {
  const { layers, stop } = await openLayers()
  return { store: layered(layers), stop }
})

describe('stores as one', () => {
  let layers: Awaited<ReturnType<typeof openLayers>>['layers']
  let store: ObjectStore
  let stop: () => Promise<void>
  before(async () => {
    ;({ layers, stop } = await openLayers())
    store = layered(layers)
  })
  after(() => stop())

  const newKey = () => store.newKey({ family: 'files', role: 'originals', extension: 'bin' })
  async function* once(bytes: Uint8Array) {
    yield bytes
  }
  const read = async (key: string) => Buffer.concat(await (await store.get(key)).toArray()).toString()

  test('new objects go to the hot one; what is in another is found, read in place and deleted all the same', async () => {
    const fresh = newKey()
    await store.put(fresh, once(Buffer.from('fresh')), OWNER)
    assert.ok(await layers.hot.head(fresh))
    for (const place of [layers.cold, layers.old]) {
      const key = newKey()
      await place.put(key, once(Buffer.from('elsewhere')), OWNER)
      assert.equal(await read(key), 'elsewhere')
      assert.equal((await store.head(key))?.sizeBytes, 9)
      assert.equal(store.localPath(key), place.localPath(key))
      assert.ok((await Array.fromAsync(store.list())).some((each) => each.key === key))
      await store.delete([key])
      assert.equal(await place.head(key), undefined)
      await assert.rejects(store.get(key), ObjectMissing)
    }
  })

  test('an object that moves while it is asked for is found where it has gone', async () => {
    const key = newKey()
    await layers.cold.put(key, once(Buffer.from('there and back')), OWNER)
    // Comes back at the moment when the hot store has been asked already.
    const overtaken: ObjectStore = {
      ...layers.cold,
      async get(...asked) {
        if ((await layers.hot.head(key)) === undefined) {
          await layers.hot.put(key, (await layers.cold.get(key)) as AsyncIterable<Uint8Array>, OWNER)
          await layers.cold.delete([key])
        }
        return layers.cold.get(...asked)
      },
    }
    const moving = layered({ ...layers, cold: overtaken })
    assert.equal(Buffer.concat(await (await moving.get(key)).toArray()).toString(), 'there and back')
  })

  test('an upload that was begun in the old store goes on there; a new one is staged in the new', async () => {
    const [id, other, key] = [crypto.randomUUID(), crypto.randomUUID(), newKey()]
    const begun = await layers.old.staging.open(id, planFor(key))
    await begun.write(Buffer.from('begun, '), 0)
    await begun.flush()
    await begun.close()
    const goesOn = await store.staging.open(id, planFor(key))
    assert.equal(goesOn.sizeBytes, 7)
    await goesOn.write(Buffer.from('ended'), 7)
    await goesOn.flush()
    await goesOn.close()
    await store.staging.adopt(id, key)
    assert.equal(await read(key), 'begun, ended')
    assert.ok(await layers.old.head(key))
    assert.equal((await store.staging.adopt(id, key)).sizeBytes, 12, 'again, after a crash')

    await (await store.staging.open(other, planFor(newKey()))).close()
    assert.equal(await layers.old.staging.sizeBytes(other), undefined)
    assert.equal(await layers.hot.staging.sizeBytes(other), 0)
    await store.staging.remove(other)
    await assert.rejects(store.staging.adopt(crypto.randomUUID(), newKey()), ObjectMissing)
  })

  test('a pace holds a rate, and does not make up for having been idle', async () => {
    const pace = createPace(1_000_000)
    await new Promise((resolve) => setTimeout(resolve, 30))
    const began = performance.now()
    for (let i = 0; i < 20; i += 1) await pace.take(randomBytes(10_000).length)
    const tookMs = performance.now() - began
    assert.ok(tookMs >= 150 && tookMs < 600, `${tookMs} ms for 200 kB at 1 MB/s`)
    await assert.rejects(pace.take(1e9, AbortSignal.timeout(20)), /aborted|timeout/i)
  })
})
