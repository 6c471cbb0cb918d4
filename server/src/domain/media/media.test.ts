import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import sharp from 'sharp'
import { bearer, makeMember, makeOrganization, makeUser } from '../../../test/make.ts'
import { startTestPlatform, type TestPlatform } from '../../../test/platform.ts'
import { startProcessing, type Processing } from '../../../test/processing.ts'
import { makeStoredFile, untilSettled } from '../../../test/stored.ts'
import type { UserActor } from '../../platform/actor.ts'
import { renderVersion } from './operations.ts'
import { processVersion } from './tasks.ts'

let t: TestPlatform
let processing: Processing
let owner: UserActor

before(async () => {
  t = await startTestPlatform({ MEDIA_TIMEOUT_SECONDS: '20' })
  owner = await makeUser(t.platform)
  processing = await startProcessing(t, [processVersion])
})

after(async () => {
  await processing.stop()
  await t.stop()
})

const photo = (hue: number) =>
  sharp({ create: { width: 1600, height: 1000, channels: 3, background: { r: hue, g: 90, b: 60 } } })
    .jpeg()
    .withMetadata({ orientation: 6 })
    .toBuffer()

const variantsOf = (blobId: string) =>
  t.platform.db.selectFrom('variant').selectAll().where('blob_id', '=', blobId).orderBy('size_bytes').execute()

async function objectCount(): Promise<number> {
  let count = 0
  for await (const _ of t.platform.objects.list()) count++
  return count
}

describe('processing a version', () => {
  test('a photograph gets three sizes, turned once, a blur, and its dimensions as shown', async () => {
    const organization = await makeOrganization(t.platform, owner)
    const file = await makeStoredFile(t.platform, {
      organizationId: organization.id,
      uploader: owner,
      name: 'a.jpg',
      bytes: await photo(200),
    })
    const [settled] = await untilSettled(t.platform, organization.id, 15_000)
    assert.deepEqual([settled?.status, settled?.failure], ['ready', null])
    const variants = await variantsOf(file.blobId)
    assert.deepEqual(
      variants.map(({ name, width_pixels, height_pixels }) => [name, width_pixels, height_pixels]).toSorted(),
      [
        ['large', 750, 1200],
        ['medium', 500, 800],
        ['thumbnail', 125, 200],
      ],
    )
    for (const variant of variants)
      assert.equal((await t.platform.objects.head(variant.object_key))?.sizeBytes, variant.size_bytes)
    const media = await t.platform.db
      .selectFrom('media')
      .selectAll()
      .where('blob_id', '=', file.blobId)
      .executeTakeFirstOrThrow()
    assert.deepEqual([media.width_pixels, media.height_pixels], [1000, 1600])
    assert.ok((media.blur?.length ?? 0) > 20 && (media.blur?.length ?? 0) < 1000)
  })

  test('the same bytes under many names are rendered once, also when they are processed at the same moment', async () => {
    const organization = await makeOrganization(t.platform, owner)
    const bytes = await photo(100)
    const before = await objectCount()
    const files = []
    for (const name of ['a.jpg', 'b.jpg', 'c.jpg'])
      files.push(
        await makeStoredFile(t.platform, {
          organizationId: organization.id,
          uploader: owner,
          name,
          bytes,
          isEnqueued: false,
        }),
      )
    await Promise.all(files.map(({ versionId }) => renderVersion(t.platform, versionId, new AbortController().signal)))
    const settled = await untilSettled(t.platform, organization.id, 1_000)
    assert.deepEqual(
      settled.map(({ status }) => status),
      ['ready', 'ready', 'ready'],
    )
    assert.equal((await variantsOf(files[0]?.blobId ?? '')).length, 3)
    assert.equal((await objectCount()) - before, 3 + 3, 'three originals and one set of variants')
  })

  test('a text is ready as it is', async () => {
    const organization = await makeOrganization(t.platform, owner)
    const file = await makeStoredFile(t.platform, {
      organizationId: organization.id,
      uploader: owner,
      name: 'a.txt',
      bytes: Buffer.from('hello'),
    })
    assert.equal((await untilSettled(t.platform, organization.id, 10_000))[0]?.status, 'ready')
    assert.deepEqual(await variantsOf(file.blobId), [])
  })

  test('a broken file fails with a reason, and a person may try again', async () => {
    const organization = await makeOrganization(t.platform, owner)
    const whole = await photo(50)
    const file = await makeStoredFile(t.platform, {
      organizationId: organization.id,
      uploader: owner,
      name: 'a.jpg',
      bytes: whole.subarray(0, 150),
    })
    const [settled] = await untilSettled(t.platform, organization.id, 15_000)
    assert.deepEqual(
      [settled?.status, settled?.failure],
      ['failed', 'The picture cannot be decoded: it is damaged or incomplete.'],
    )

    const { app } = await t.api()
    const retry = (actor: UserActor) =>
      bearer(t.platform, actor).then((headers) =>
        app.inject({ method: 'POST', url: `/api/files/${file.id}/process`, headers }),
      )
    assert.equal((await retry(await makeUser(t.platform))).statusCode, 404)
    const retried = await retry(owner)
    assert.equal(retried.statusCode, 200)
    // The worker may be quicker than the answer.
    assert.ok(['pending', 'processing'].includes(retried.json<{ status: string }>().status))
    assert.equal((await untilSettled(t.platform, organization.id, 15_000))[0]?.status, 'failed')
  })

  test('a variant is served to those who may read the file, and to nobody else', async () => {
    const organization = await makeOrganization(t.platform, owner)
    const file = await makeStoredFile(t.platform, {
      organizationId: organization.id,
      uploader: owner,
      name: 'a.jpg',
      bytes: await photo(10),
    })
    const { app } = await t.api()
    const get = async (actor: UserActor, more = {}) =>
      app.inject({
        method: 'GET',
        url: `/api/files/${file.id}/variants/thumbnail`,
        headers: { ...(await bearer(t.platform, actor)), ...more },
      })
    await untilSettled(t.platform, organization.id, 15_000)
    const response = await get(owner)
    assert.equal(response.statusCode, 200)
    assert.equal(response.headers['content-type'], 'image/webp')
    assert.equal(response.headers['cache-control'], 'private, max-age=3600')
    assert.equal((await sharp(response.rawPayload).metadata()).height, 200)
    assert.equal((await get(owner, { 'if-none-match': response.headers.etag })).statusCode, 304)
    assert.equal((await get(await makeUser(t.platform))).statusCode, 404)
    const member = await makeUser(t.platform)
    await makeMember(t.platform, organization.id, member, 'member')
    assert.equal((await get(member)).statusCode, 404)
    const poster = await app.inject({
      method: 'GET',
      url: `/api/files/${file.id}/variants/poster`,
      headers: await bearer(t.platform, owner),
    })
    assert.equal(poster.statusCode, 404)
    const retried = await app.inject({
      method: 'POST',
      url: `/api/files/${file.id}/process`,
      headers: await bearer(t.platform, owner),
    })
    assert.equal(retried.statusCode, 409)
    assert.match(retried.body, /ready.*pending/)
  })
})
