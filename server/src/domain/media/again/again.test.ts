import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import sharp from 'sharp'
import { makeOrganization, makeUser } from '../../../../test/make.ts'
import { startTestPlatform, type TestPlatform } from '../../../../test/platform.ts'
import { makeStoredFile } from '../../../../test/stored.ts'
import { verify } from '../../storage/index.ts'
import { makeBareCopy } from '../bare/operations.ts'
import { renderVersion } from '../operations.ts'
import { formatsStep } from '../pictures/step.ts'
import { createRenderer, useRenderer, type Renderer } from '../renderer.ts'
import { runStep } from '../steps/running.ts'
import { makeLostAgain } from './operations.ts'

const SIGNAL = new AbortController().signal

describe('variants and copies that were lost', () => {
  let t: TestPlatform
  let renderer: Renderer
  before(async () => {
    t = await startTestPlatform({ MEDIA_TIMEOUT_SECONDS: '20' })
    renderer = createRenderer(t.platform)
    useRenderer(t.platform, renderer)
  })
  after(async () => {
    renderer.close()
    await t.stop()
  })

  const read = () => verify(t.platform, {}, { kind: 'command', readers: 1, settledMs: 0 })
  const variantsOf = (blobId: string) =>
    t.platform.db.selectFrom('variant').selectAll().where('blob_id', '=', blobId).orderBy('name').execute()

  test('are found, made again of the original, and told of anew', async () => {
    const uploader = await makeUser(t.platform)
    const { id: organizationId } = await makeOrganization(t.platform, uploader)
    const bytes = await sharp({ create: { width: 1600, height: 1000, channels: 3, background: '#3a6' } })
      .jpeg()
      .toBuffer()
    const about = { organizationId, uploader, name: 'a.jpg', bytes, isEnqueued: false }
    const { versionId, blobId } = await makeStoredFile(t.platform, about)
    await renderVersion(t.platform, versionId, SIGNAL)
    await makeBareCopy(t.platform, blobId, SIGNAL)
    assert.deepEqual((await read()).faults, [])

    const [first, second, third] = await variantsOf(blobId)
    assert.ok(first && second && third)
    await t.platform.objects.delete([first.object_key])
    // As many bytes as before, and other ones.
    await writeFile(t.platform.objects.localPath(second.object_key) ?? '', Buffer.alloc(second.size_bytes, 7))
    const copy = await t.platform.db.selectFrom('bare_copy').selectAll().executeTakeFirstOrThrow()
    await t.platform.objects.delete([copy.object_key ?? ''])
    const found = await read()
    assert.deepEqual(
      found.faults.map(({ kind, of }) => `${kind} ${of}`).toSorted(),
      ['changed variant', 'missing bare copy', 'missing variant'].toSorted(),
    )
    assert.equal(found.derivedLost, 3)

    const made = await makeLostAgain(t.platform, SIGNAL)
    assert.deepEqual(made, { blobs: 1, variants: 2, copies: 1, failed: 0 })
    const after = await read()
    assert.deepEqual(
      after.faults.filter(({ kind }) => kind !== 'orphan'),
      [],
    )
    assert.equal((await variantsOf(blobId)).length, 3)
    const { variants } = await t.platform.db.selectFrom('version').select('variants').executeTakeFirstOrThrow()
    assert.equal((variants as unknown[]).length, 3)
    assert.deepEqual(await makeLostAgain(t.platform, SIGNAL), { blobs: 0, variants: 0, copies: 0, failed: 0 })
  })

  test('are all that is made again: the rest stays, and what a later step has made is asked of that step', async () => {
    const uploader = await makeUser(t.platform)
    const { id: organizationId } = await makeOrganization(t.platform, uploader)
    const bytes = await sharp({ create: { width: 1300, height: 900, channels: 3, background: '#63a' } })
      .jpeg()
      .toBuffer()
    const about = { organizationId, uploader, name: 'b.jpg', bytes, isEnqueued: false }
    const { versionId, blobId } = await makeStoredFile(t.platform, about)
    await renderVersion(t.platform, versionId, SIGNAL)
    await runStep(t.platform, formatsStep, { blobId }, SIGNAL)
    const keysOf = async () =>
      Object.fromEntries((await variantsOf(blobId)).map((each) => [`${each.name} ${each.media_type}`, each.object_key]))
    const { 'large image/jpeg': jpeg = '', 'thumbnail image/webp': thumbnail = '', ...others } = await keysOf()
    await t.platform.objects.delete([jpeg, thumbnail])
    await read()
    assert.deepEqual(await makeLostAgain(t.platform, SIGNAL), { blobs: 1, variants: 1, copies: 0, failed: 0 })
    const { 'thumbnail image/webp': drawn, ...same } = await keysOf()
    assert.ok(drawn !== undefined && drawn !== thumbnail)
    assert.deepEqual(same, others)
    await runStep(t.platform, formatsStep, { blobId }, SIGNAL)
    assert.ok('large image/jpeg' in (await keysOf()))
    assert.deepEqual(
      (await read()).faults.filter(({ kind }) => kind !== 'orphan'),
      [],
    )
  })
})
