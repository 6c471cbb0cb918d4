import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import sharp from 'sharp'
import { pagedTiff } from '../../../../test/media/images.ts'
import { makeOrganization, makeUser } from '../../../../test/make.ts'
import { startTestPlatform, type TestPlatform } from '../../../../test/platform.ts'
import { endOfStep, startProcessing, type Processing } from '../../../../test/processing.ts'
import { makeStoredFile } from '../../../../test/stored.ts'
import type { UserActor } from '../../../platform/actor.ts'

const SIZE = { width: 320, height: 240 }

describe('a scan of several pages', () => {
  let t: TestPlatform
  let processing: Processing
  let owner: UserActor
  let organizationId: string
  before(async () => {
    t = await startTestPlatform({ MEDIA_TIMEOUT_SECONDS: '20' })
    owner = await makeUser(t.platform)
    organizationId = (await makeOrganization(t.platform, owner)).id
    processing = await startProcessing(t)
  })
  after(async () => {
    await processing.stop()
    await t.stop()
  })

  const stored = (name: string, pages: number) =>
    makeStoredFile(t.platform, { organizationId, uploader: owner, name, bytes: pagedTiff(pages) })
  const endOf = (blobId: string) => endOfStep(t.platform, { blobId, name: 'pages', withinMs: 60_000 })
  const pagesOf = (blobId: string) =>
    t.platform.db
      .selectFrom('variant')
      .selectAll()
      .where('blob_id', '=', blobId)
      .where('name', '=', 'page')
      .orderBy('number')
      .execute()

  test('has a picture of each, in their order, and of their own size', async () => {
    const { blobId } = await stored('three.tif', 3)
    assert.equal((await endOf(blobId)).status, 'done')
    const pages = await pagesOf(blobId)
    assert.deepEqual(
      pages.map(({ number, width_pixels: width, height_pixels: height }) => [number, width, height]),
      [1, 2, 3].map((number) => [number, SIZE.width, SIZE.height]),
    )
    const seen = new Set<string>()
    for (const { object_key: key, facts } of pages) {
      // It says nothing of its resolution: a point for each pixel.
      assert.deepEqual(facts, { widthPoints: SIZE.width, heightPoints: SIZE.height })
      const bytes = Buffer.concat(await (await t.platform.objects.get(key)).toArray())
      seen.add((await sharp(bytes).resize(4, 4).raw().toBuffer()).toString('hex'))
    }
    assert.equal(seen.size, 3, 'each is another picture')
  })

  test('of more pages than anybody scans has its first as its picture, and says why the others have none', async () => {
    const bytes = pagedTiff(10_001, { widthPixels: 1, heightPixels: 1 })
    const { blobId } = await makeStoredFile(t.platform, { organizationId, uploader: owner, name: 'many.tif', bytes })
    const { status, reason, failure } = await endOf(blobId)
    assert.deepEqual([status, reason], ['failed', 'too-large'])
    assert.match(String(failure), /has 10,001 pages/)
    assert.deepEqual(await pagesOf(blobId), [])
  })

  test('of one page has no pages beside the picture', async () => {
    const { blobId } = await stored('one.tif', 1)
    assert.equal((await endOf(blobId)).status, 'skipped')
    assert.deepEqual(await pagesOf(blobId), [])
  })
})
