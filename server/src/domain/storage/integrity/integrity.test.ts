import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdir, open, rm, truncate } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import { makeOrganization, makeUser } from '../../../../test/make.ts'
import { startTestPlatform, type TestPlatform } from '../../../../test/platform.ts'
import { makeStoredFile } from '../../../../test/stored.ts'
import { inTransaction } from '../../../platform/db/index.ts'
import { ObjectMissing, type ObjectStore } from '../../../platform/objects/index.ts'
import { hasBlob, recordBlob } from '../operations.ts'
import { StoreAway } from './reading.ts'
import { verify, type Options, type Progress } from './running.ts'

describe('integrity', () => {
  let t: TestPlatform
  let uploader: Awaited<ReturnType<typeof makeUser>>
  let organizationId: string
  before(async () => {
    t = await startTestPlatform()
    uploader = await makeUser(t.platform)
    organizationId = (await makeOrganization(t.platform, uploader)).id
  })
  after(() => t.stop())

  const store = (bytes = randomBytes(50_000), into = organizationId) =>
    makeStoredFile(t.platform, { organizationId: into, uploader, name: 'a.bin', bytes, isEnqueued: false })
  const blobOf = (id: string) =>
    t.platform.db.selectFrom('blob').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
  const pathOf = async (id: string) => t.platform.objects.localPath((await blobOf(id)).object_key) ?? ''
  const run = (about: Partial<Options> = {}, scope = {}) =>
    verify(t.platform, scope, { kind: 'command', readers: 2, settledMs: 100, ...about })
  async function flip(path: string, position: number) {
    const handle = await open(path, 'r+')
    const byte = Buffer.alloc(1)
    await handle.read(byte, 0, 1, position)
    await handle.write(Buffer.from([(byte[0] ?? 0) ^ 1]), 0, 1, position)
    await handle.close()
  }
  const eventsOf = async (kind: string) =>
    (await t.platform.db.selectFrom('security_event').select('facts').where('kind', '=', kind).execute()).length

  test('what is whole is found whole, and is written down as read', async () => {
    const { blobId } = await store(randomBytes(3_000_000))
    await store()
    const found = await run()
    assert.deepEqual([found.isDone, found.faults, found.blobs, found.orphans], [true, [], 2, 0])
    assert.ok((await blobOf(blobId)).verified_at)
  })

  test('a bit, a missing object and one that is cut are told apart, once each, and nothing is deleted', async () => {
    const [changed, missing, cut, whole] = [await store(), await store(), await store(), await store()]
    await flip(await pathOf(changed.blobId), 31_337)
    await rm(await pathOf(missing.blobId))
    await truncate(await pathOf(cut.blobId), 100)
    const before = await eventsOf('blob.damaged')
    const found = await run()
    const told = found.faults.map(({ kind, blobId }) => `${kind} ${blobId}`).toSorted()
    assert.deepEqual(
      told,
      [`changed ${changed.blobId}`, `missing ${missing.blobId}`, `changed ${cut.blobId}`].toSorted(),
    )
    assert.ok(await t.platform.objects.head((await blobOf(changed.blobId)).object_key))
    assert.equal(await eventsOf('blob.damaged'), before + 3)
    const again = await run()
    assert.equal(again.faults.length, 3, 'they are still')
    assert.equal(await eventsOf('blob.damaged'), before + 3, 'and are no news')
    const version = await t.platform.db
      .selectFrom('version')
      .select('damage')
      .where('id', '=', changed.versionId)
      .execute()
    assert.deepEqual(version, [{ damage: 'changed' }])
    assert.equal((await blobOf(whole.blobId)).damage, null)

    await flip(await pathOf(changed.blobId), 31_337)
    const healed = await run()
    assert.deepEqual([healed.healed, healed.faults.length], [1, 2])
    assert.equal((await blobOf(changed.blobId)).damage, null)
  })

  test('an object that no row mentions is told as an orphan, and stays', async () => {
    const key = t.platform.objects.newKey({ family: 'files', role: 'derived', extension: 'bin' })
    await t.platform.objects.put(key, [Buffer.from('nobody')] as unknown as AsyncIterable<Uint8Array>, {
      organizationId,
    })
    const { faults, orphans } = await run()
    assert.equal(orphans, 1)
    assert.ok(faults.some(({ kind, objectKey }) => kind === 'orphan' && objectKey === key))
    assert.ok(await t.platform.objects.head(key))
    await t.platform.objects.delete([key])
  })

  test('the same bytes heal what is damaged when they are uploaded again; believed ones do not', async () => {
    const bytes = randomBytes(10_000)
    const { blobId, versionId } = await store(bytes)
    const { sha256, size_bytes: sizeBytes, object_key: lostKey } = await blobOf(blobId)
    await rm(await pathOf(blobId))
    await run()
    assert.equal(await hasBlob(t.platform.db, organizationId, sha256), false)
    const blob = { organizationId, sha256, sizeBytes, mediaType: 'application/octet-stream' }
    const record = (objectKey: string | undefined) =>
      inTransaction(t.platform.db, (tx) => recordBlob(tx, { ...blob, objectKey }))
    assert.equal(await record(undefined), undefined)
    const objectKey = t.platform.objects.newKey({ family: 'files', role: 'originals', extension: 'bin' })
    await t.platform.objects.put(objectKey, [bytes] as unknown as AsyncIterable<Uint8Array>, { organizationId })
    assert.deepEqual(await record(objectKey), { blobId, isNew: true, isCharged: false })
    const healed = await blobOf(blobId)
    assert.deepEqual([healed.damage, healed.object_key], [null, objectKey])
    assert.notEqual(lostKey, objectKey)
    assert.equal(
      (await t.platform.db.selectFrom('version').select('damage').where('id', '=', versionId).executeTakeFirstOrThrow())
        .damage,
      null,
    )
    assert.equal(await hasBlob(t.platform.db, organizationId, sha256), true)
    assert.ok((await eventsOf('blob.healed')) > 0)
  })

  test('a reading that is cut short goes on where it was', async () => {
    const other = await makeOrganization(t.platform, uploader)
    for (let i = 0; i < 8; i += 1) await store(randomBytes(20_000), other.id)
    const scope = { organizationId: other.id }
    const stopping = new AbortController()
    const onProgress = ({ readBlobs }: Progress) => readBlobs >= 3 && stopping.abort()
    const first = await run({ signal: stopping.signal, readers: 1, onProgress }, scope)
    assert.equal(first.isDone, false)
    assert.ok(first.blobs >= 3 && first.blobs < 8, String(first.blobs))
    const read: Progress[] = []
    const second = await run({ onProgress: (progress) => read.push({ ...progress }) }, scope)
    assert.deepEqual([second.isDone, second.blobs, second.bytes], [true, 8, 160_000])
    assert.deepEqual([read[0]?.isResumed, read[0]?.readBlobs], [true, first.blobs])
    assert.ok(read.every((step, i) => step.readBytes >= (read[i - 1]?.readBytes ?? 0)))
    assert.equal(read.at(-1)?.readBytes, 160_000)
  })

  test('a sample reads some, and the same again when it goes on', async () => {
    const other = await makeOrganization(t.platform, uploader)
    for (let i = 0; i < 40; i += 1) await store(randomBytes(100), other.id)
    const found = await run({}, { organizationId: other.id, samplePercent: 50 })
    assert.ok(found.isDone && found.blobs > 5 && found.blobs < 35, String(found.blobs))
    assert.equal(found.orphans, undefined)
  })

  test('a store that does not answer, or is not mounted, blames no object', async () => {
    const { blobId } = await store()
    const away: ObjectStore = {
      ...t.platform.objects,
      get: () => Promise.reject(new Error('ECONNREFUSED')),
      head: () => Promise.reject(new Error('ECONNREFUSED')),
    }
    await assert.rejects(verify({ ...t.platform, objects: away }, {}, { kind: 'command', readers: 1 }), StoreAway)
    async function* nothing() {}
    const empty: ObjectStore = {
      ...t.platform.objects,
      get: (key) => Promise.reject(new ObjectMissing(key)),
      head: () => Promise.resolve(undefined),
      list: nothing,
    }
    await assert.rejects(verify({ ...t.platform, objects: empty }, {}, { kind: 'command', readers: 1 }), StoreAway)
    assert.equal((await blobOf(blobId)).damage, null)
  })

  test('an object that alone cannot be read is called unreadable', async () => {
    const { blobId } = await store()
    const path = await pathOf(blobId)
    await rm(path)
    // Reading a folder fails as a bad sector does: the name is there, the bytes are not to be had.
    await mkdir(path)
    const { faults } = await run()
    assert.deepEqual(
      faults.filter((fault) => fault.blobId === blobId).map(({ kind }) => kind),
      ['unreadable'],
    )
  })
})
