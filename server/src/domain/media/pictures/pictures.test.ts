import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { sql } from 'kysely'
import sharp from 'sharp'
import { bearer, makeMember, makeOrganization, makeUser } from '../../../../test/make.ts'
import { picture } from '../../../../test/media/make.ts'
import { startTestPlatform, type TestPlatform } from '../../../../test/platform.ts'
import { startProcessing, type Processing } from '../../../../test/processing.ts'
import { makeStoredFile, untilSettled } from '../../../../test/stored.ts'
import type { UserActor } from '../../../platform/actor.ts'
import { inTransaction } from '../../../platform/db/index.ts'
import { lockVersions } from '../store.ts'
import { isSigned, signatureOf } from './signing.ts'
import { formatsStep } from './step.ts'

const WITHIN_MS = 60_000

/** So much detail that WebP takes more than what is kept of AVIF. */
function photograph(seed: string): Promise<Buffer> {
  const { rgb, widthPixels: width, heightPixels: height } = picture(900, 600, seed)
  return sharp(rgb, { raw: { width, height, channels: 3 } })
    .resize(2000, 1333)
    .jpeg({ quality: 90 })
    .toBuffer()
}

describe('pictures in further formats and sizes', () => {
  let t: TestPlatform
  let processing: Processing
  let owner: UserActor
  let organizationId: string
  let file: { id: string; blobId: string }

  before(async () => {
    t = await startTestPlatform({ MEDIA_TIMEOUT_SECONDS: '30' })
    owner = await makeUser(t.platform)
    const { db } = t.platform
    processing = await startProcessing(t)
    organizationId = (await makeOrganization(t.platform, owner)).id
    file = await makeStoredFile(t.platform, {
      organizationId,
      uploader: owner,
      name: 'a.jpg',
      bytes: await photograph('1'),
    })
    await untilSettled(t.platform, organizationId, WITHIN_MS)
    for (const until = Date.now() + WITHIN_MS; Date.now() < until;) {
      const step = await db.selectFrom('step').selectAll().where('name', '=', 'formats').executeTakeFirst()
      if (step?.status === 'done') break
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  })
  after(async () => {
    await processing.stop()
    await t.stop()
  })

  test('are written in the order in which the quarantine locks: versions, then their bytes', async () => {
    const { db } = t.platform
    const subject = await db
      .selectFrom('blob')
      .select(['id as blobId', 'organization_id as organizationId', 'object_key as objectKey'])
      .select(['size_bytes as sizeBytes', 'media_type as mediaType'])
      .where('id', '=', file.blobId)
      .executeTakeFirstOrThrow()
    const waiting = sql`select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`
    let step: Promise<unknown> | undefined
    await inTransaction(db, async (tx) => {
      await lockVersions(tx, file.blobId)
      step ??= formatsStep.run(t.platform, subject, { signal: new AbortController().signal, report: () => undefined })
      for (const until = Date.now() + WITHIN_MS; Date.now() < until;) {
        if ((await waiting.execute(tx)).rows.length > 0) break
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
      const lock = sql`select from blob where id = ${file.blobId}::uuid for update nowait`
      await lock.execute(tx)
    })
    assert.deepEqual(await step, { status: 'done' })
  })

  const get = async (url: string, actor: UserActor) =>
    (await t.api()).app.inject({ method: 'GET', url: `/api${url}`, headers: await bearer(t.platform, actor) })

  test('the large picture is there as a JPEG, and AVIF is kept where it is clearly smaller; lists name WebP first', async () => {
    const rows = await t.platform.db.selectFrom('variant').selectAll().where('blob_id', '=', file.blobId).execute()
    const sizeOf = (name: string, type: string) =>
      rows.find((row) => row.name === name && row.media_type === `image/${type}`)?.size_bytes
    assert.ok(sizeOf('large', 'jpeg'))
    assert.equal(sizeOf('thumbnail', 'avif'), undefined)
    for (const { name, size_bytes } of rows.filter((row) => row.media_type === 'image/avif'))
      assert.ok(size_bytes <= (sizeOf(name, 'webp') ?? 0) * 0.85)
    const { variants } = (await get(`/files/${file.id}`, owner)).json<{
      variants: { name: string; mediaType: string }[]
    }>()
    assert.equal(variants.find(({ name }) => name === 'large')?.mediaType, 'image/webp')
    assert.ok(variants.some(({ name, mediaType }) => name === 'large' && mediaType === 'image/jpeg'))
  })

  test('a variant is given in the format that is asked for, and not found where it was not made', async () => {
    const jpeg = await get(`/files/${file.id}/variants/large?format=jpeg`, owner)
    assert.equal(jpeg.headers['content-type'], 'image/jpeg')
    assert.equal((await sharp(jpeg.rawPayload).metadata()).width, 1200)
    assert.equal((await get(`/files/${file.id}/variants/large`, owner)).headers['content-type'], 'image/webp')
    assert.equal((await get(`/files/${file.id}/variants/thumbnail?format=avif`, owner)).statusCode, 404)
    assert.equal((await get(`/files/${file.id}/variants/large?format=png`, owner)).statusCode, 400)
  })

  test('running the step again changes nothing that is told', async () => {
    const told = async () =>
      (await get(`/files/${file.id}`, owner)).json<{ variants: { name: string; mediaType: string }[] }>().variants
    const before = await told()
    const { formatsStep } = await import('./step.ts')
    const subject = await t.platform.db
      .selectFrom('blob')
      .select(['id as blobId', 'organization_id as organizationId', 'object_key as objectKey'])
      .select(['size_bytes as sizeBytes', 'media_type as mediaType'])
      .where('id', '=', file.blobId)
      .executeTakeFirstOrThrow()
    const work = { signal: new AbortController().signal, report: () => {} }
    assert.deepEqual(await formatsStep.run(t.platform, subject, work), { status: 'done' })
    assert.deepEqual(await told(), before)
  })

  test('further sizes are made once for whoever was handed their address, and refused without', async () => {
    const { sizes } = (await get(`/files/${file.id}/sizes`, owner)).json<{ sizes: { side: number; path: string }[] }>()
    assert.deepEqual(
      sizes.map(({ side }) => side),
      [400, 1600],
    )
    const path = sizes[1]?.path ?? ''
    const responses = await Promise.all(Array.from({ length: 8 }, () => get(path, owner)))
    assert.deepEqual([...new Set(responses.map(({ statusCode }) => statusCode))], [200])
    assert.equal((await sharp(responses[0]?.rawPayload ?? Buffer.alloc(0)).metadata()).width, 1600)
    const made = await t.platform.db.selectFrom('variant').select('id').where('name', '=', 'sized').execute()
    assert.equal(made.length, 1)

    assert.equal((await get(path.replace(/signature=.*/, 'signature=x'), owner)).statusCode, 403)
    assert.equal((await get(path.replace('/1600', '/400'), owner)).statusCode, 403)
    assert.equal((await get(path.replace('/1600', '/1601'), owner)).statusCode, 400)
    assert.equal((await get(path.replace(/\?.*/, ''), owner)).statusCode, 400)
    assert.equal((await get(`/files/${file.id}/variants/sized?page=1600`, owner)).statusCode, 404)
  })

  test('an address of somebody else is good for nobody', async () => {
    const { sizes } = (await get(`/files/${file.id}/sizes`, owner)).json<{ sizes: { path: string }[] }>()
    const admin = await makeUser(t.platform)
    await makeMember(t.platform, organizationId, admin, 'admin')
    assert.equal((await get(sizes[0]?.path ?? '', admin)).statusCode, 403)
    const stranger = await makeUser(t.platform)
    assert.equal((await get(sizes[0]?.path ?? '', stranger)).statusCode, 404)
    assert.equal((await get(`/files/${file.id}/sizes`, stranger)).statusCode, 404)
  })

  test('an address ends when it says', () => {
    const key = new Uint8Array(32).fill(3)
    const handed = { userId: 'u', versionId: 'v', side: 400, expiresAt: new Date(10_000) }
    const signature = signatureOf(key, handed)
    assert.equal(isSigned(key, handed, signature, new Date(9_000)), true)
    assert.equal(isSigned(key, handed, signature, new Date(10_000)), false)
    assert.equal(isSigned(key, { ...handed, expiresAt: new Date(99_000) }, signature, new Date(9_000)), false)
  })
})
