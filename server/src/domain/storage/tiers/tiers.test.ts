import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { sql } from 'kysely'
import { bearer, makeOrganization, makeUser } from '../../../../test/make.ts'
import { startTestPlatform, type TestPlatform } from '../../../../test/platform.ts'
import { makeStoredFile } from '../../../../test/stored.ts'
import { inTransaction } from '../../../platform/db/index.ts'
import type { ObjectStore } from '../../../platform/objects/index.ts'
import { sweep } from '../sweep.ts'
import { thawAll } from './all.ts'
import { freeze, thaw, tidyMoves } from './moving.ts'
import { secondsUntilBack } from './rules.ts'
import * as store from './store.ts'
import { recallBlob } from './tasks.ts'

const LONG_AGO_DAYS = 100
const SIGNAL = new AbortController().signal

describe('tiers', () => {
  let folder: string
  let t: TestPlatform
  let recalling: TestPlatform
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'trove-cold-'))
    const cold = (name: string) => ({ STORAGE_COLD_URL: pathToFileURL(join(folder, name)).href, TIER_AFTER_DAYS: '30' })
    t = await startTestPlatform(cold('direct'))
    recalling = await startTestPlatform({ ...cold('recall'), TIER_READS: 'recall' })
  })
  after(async () => {
    await t.stop()
    await recalling.stop()
    await rm(folder, { recursive: true, force: true })
  })

  /** A file that nobody has fetched for long, with whoever uploaded it. */
  async function stale({ platform, api }: TestPlatform, bytes = randomBytes(300_000)) {
    const uploader = await makeUser(platform)
    const { id: organizationId } = await makeOrganization(platform, uploader)
    const about = { organizationId, uploader, name: 'old.bin', bytes, isEnqueued: false }
    const file = await makeStoredFile(platform, about)
    await platform.db
      .updateTable('blob')
      .set({ fetched_on: sql`current_date - ${LONG_AGO_DAYS}::int` })
      .where('id', '=', file.blobId)
      .execute()
    await platform.db.updateTable('version').set({ status: 'ready' }).where('id', '=', file.versionId).execute()
    const { app } = await api()
    const headers = await bearer(platform, uploader)
    const ask = (method: 'GET' | 'POST', path: string) => app.inject({ method, url: `/api${path}`, headers })
    return { ...file, bytes, ask, organizationId }
  }
  const blobOf = ({ platform }: TestPlatform, id: string) =>
    platform.db.selectFrom('blob').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
  async function placesOf(on: TestPlatform, blobId: string) {
    const { object_key: key } = await blobOf(on, blobId)
    const { hot, cold } = on.platform.layers
    return { hot: (await hot.head(key)) !== undefined, cold: (await cold?.head(key)) !== undefined }
  }
  async function eventually(holds: () => Promise<boolean>) {
    for (let left = 200; left > 0 && !(await holds()); left -= 1) await new Promise((done) => setTimeout(done, 20))
    assert.ok(await holds())
  }

  test('what nobody has fetched for long goes to the cold tier, and is read there; what was fetched stays', async () => {
    const { blobId, id, bytes, ask } = await stale(t)
    assert.deepEqual((await store.listUntouched(t.platform.db, 30, '', 10)).includes(blobId), true)
    assert.equal(await freeze(t.platform, blobId, LONG_AGO_DAYS + 1), 'not now', 'not so long')
    assert.deepEqual(await placesOf(t, blobId), { hot: true, cold: false })
    assert.equal(await freeze(t.platform, blobId, 30), 'moved')
    assert.deepEqual(await placesOf(t, blobId), { hot: false, cold: true })
    assert.equal((await ask('GET', `/files/${id}`)).json().tier, 'cold')

    const range = await ask('GET', `/files/${id}/content`)
    assert.deepEqual(range.rawPayload, bytes)
    // Fetched, it is wanted back, once, and does not go again tomorrow.
    await eventually(async () => (await blobOf(t, blobId)).fetched_on > new Date(Date.now() - 2 * 86_400_000))
    await eventually(async () => (await countRecalls(t, blobId)) === 1)
    await recallBlob.run(t.platform, { blobId }, SIGNAL)
    assert.deepEqual(await placesOf(t, blobId), { hot: true, cold: false })
    assert.equal((await blobOf(t, blobId)).tier, 'hot')
    assert.deepEqual((await ask('GET', `/files/${id}/content`)).rawPayload, bytes)
    assert.deepEqual(await store.listUntouched(t.platform.db, 30, '', 10), [])
  })

  const countRecalls = async ({ platform }: TestPlatform, blobId: string) =>
    (await platform.db.selectFrom('recall').select('id').where('blob_id', '=', blobId).execute()).length

  test('where the cold tier is not read, whoever asks is told how long, waits, and is asked for once', async () => {
    const { blobId, id, bytes, ask } = await stale(recalling, randomBytes(30_000_000))
    await freeze(recalling.platform, blobId, 30)
    const refused = await ask('GET', `/files/${id}/content`)
    assert.equal(refused.statusCode, 503)
    assert.match(refused.json().type, /being-fetched$/)
    assert.equal(refused.headers['retry-after'], '3', '30 MB at 25 MB/s, and a moment to begin')
    assert.match(refused.json().detail, /^It is in cold storage; back in about 3 s\.$/)
    assert.deepEqual((await ask('POST', `/files/${id}/recall`)).json(), { state: 'coming', secondsLeft: 3 })
    assert.equal(await countRecalls(recalling, blobId), 1)
    await recallBlob.run(recalling.platform, { blobId }, SIGNAL)
    assert.deepEqual((await ask('POST', `/files/${id}/recall`)).json(), { state: 'ready', secondsLeft: 0 })
    assert.deepEqual((await ask('GET', `/files/${id}/content`)).rawPayload, bytes)
    const { bytesPerSecond } = await store.measureRecalls(recalling.platform.db, [])
    assert.ok((bytesPerSecond ?? 0) > 0, 'the next one is told by how fast this came')
  })

  test('a ZIP waits for what it needs from the cold tier, and is then made', async () => {
    const { blobId, id, ask, organizationId } = await stale(recalling)
    await freeze(recalling.platform, blobId, 30)
    const { app } = await recalling.api()
    const zip = async () => {
      const owner = (
        await recalling.platform.db
          .selectFrom('file')
          .select('created_by')
          .where('id', '=', id)
          .executeTakeFirstOrThrow()
      ).created_by
      const session = await recalling.platform.db
        .selectFrom('session')
        .select('id')
        .where('user_id', '=', owner)
        .executeTakeFirstOrThrow()
      const headers = await bearer(recalling.platform, {
        kind: 'user',
        userId: owner,
        sessionId: session.id,
        isAdministrator: false,
        ip: '127.0.0.1',
      })
      return app.inject({
        method: 'POST',
        url: `/api/organizations/${organizationId}/zip`,
        headers,
        payload: { fileIds: [id] },
      })
    }
    const refused = await zip()
    assert.deepEqual([refused.statusCode, /being-fetched/.test(refused.body)], [503, true], refused.body)
    await recallBlob.run(recalling.platform, { blobId }, SIGNAL)
    assert.ok((await zip()).statusCode < 300)
    assert.equal((await ask('GET', `/files/${id}`)).json().tier, undefined)
  })

  test('cut short at any step, one copy is left where the row says, and nothing is lost', async () => {
    for (const step of ['before', 'copied', 'settled', 'fault'] as const) {
      const { blobId, id, bytes, ask } = await stale(t)
      const blob = await blobOf(t, blobId)
      const { hot, cold } = t.platform.layers
      assert.ok(cold)
      await inTransaction(t.platform.db, (tx) => store.claim(tx, blobId, 'hot'))
      if (step !== 'before')
        await cold.put(blob.object_key, (await hot.get(blob.object_key)) as never, { organizationId: '' })
      if (step === 'settled')
        await t.platform.db.updateTable('blob').set({ tier: 'cold' }).where('id', '=', blobId).execute()
      assert.equal(await tidyMoves(t.platform), 0, 'its mover may be alive')
      await t.platform.db
        .updateTable('blob')
        .set({ moving_at: sql`now() - interval '10 minutes'` })
        .where('id', '=', blobId)
        .execute()
      assert.equal(await tidyMoves(t.platform), 1)
      assert.deepEqual(await placesOf(t, blobId), { hot: step !== 'settled', cold: step === 'settled' })
      assert.deepEqual((await ask('GET', `/files/${id}/content`)).rawPayload, bytes)
      assert.equal((await blobOf(t, blobId)).moving_at, null)
    }
  })

  test('a store that fails in the middle of a move changes nothing, and what has gone cold is kept by the sweep', async () => {
    const { blobId } = await stale(t)
    const { cold } = t.platform.layers
    assert.ok(cold)
    const failing: ObjectStore = { ...cold, put: () => Promise.reject(new Error('no room')) }
    const layers = { ...t.platform.layers, cold: failing }
    await assert.rejects(freeze({ ...t.platform, layers }, blobId, 30), /no room/)
    assert.deepEqual(await placesOf(t, blobId), { hot: true, cold: false })
    assert.equal(await freeze(t.platform, blobId, 30), 'moved', 'the next time it goes')
    const swept = await sweep(t.platform, { graceMs: 0 })
    assert.deepEqual(swept.missing, [])
    assert.deepEqual(await placesOf(t, blobId), { hot: false, cold: true })
    assert.equal(await thaw(t.platform, blobId), 'moved')
  })

  test('everything can be brought back, so that the cold tier can go', async () => {
    const { blobs } = await store.countCold(t.platform.db)
    for (let i = 0; i < 3; i += 1) await freeze(t.platform, (await stale(t)).blobId, 30)
    assert.deepEqual(await thawAll(t.platform, SIGNAL), { blobs: blobs + 3, bytes: (blobs + 3) * 300_000, left: 0 })
    assert.deepEqual(await Array.fromAsync(t.platform.layers.cold?.list() ?? []), [])
  })

  test('bytes that are wrong already are not carried further', async () => {
    const { blobId } = await stale(t)
    const { object_key: key } = await blobOf(t, blobId)
    await t.platform.layers.hot.delete([key])
    await t.platform.layers.hot.put(key, [randomBytes(300_000)] as never, { organizationId: '' })
    assert.equal(await freeze(t.platform, blobId, 30), 'damaged')
    assert.deepEqual(await placesOf(t, blobId), { hot: true, cold: false })
  })

  test('the wait is told by what is before it and how fast others came', () => {
    assert.equal(secondsUntilBack(0, 1), 0)
    assert.equal(secondsUntilBack(100_000_000, 10_000_000), 11)
    assert.equal(secondsUntilBack(1), 2)
  })
})
