import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { docx, encryptedPdf, pdfOfPages, pdfWithEnormousPage, pdfWithScript } from '../../../../test/media/documents.ts'
import { bearer, makeOrganization, makeUser } from '../../../../test/make.ts'
import { startTestPlatform, type TestPlatform } from '../../../../test/platform.ts'
import { endOfStep, startProcessing, type Processing } from '../../../../test/processing.ts'
import { makeStoredFile } from '../../../../test/stored.ts'
import type { UserActor } from '../../../platform/actor.ts'
import { officeProgram } from './office-program.ts'

const SETTLED_MS = 30_000
const LOOK_MS = 50

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

const stored = (name: string, bytes: Buffer) =>
  makeStoredFile(t.platform, { organizationId, uploader: owner, name, bytes })

const endOf = (blobId: string, name: string) => endOfStep(t.platform, { blobId, name, withinMs: SETTLED_MS })

const textOf = async (blobId: string) =>
  (
    await t.platform.db
      .selectFrom('document_text')
      .select(['number', 'content'])
      .where('blob_id', '=', blobId)
      .orderBy('number')
      .execute()
  ).map(({ number, content }) => [number, content])

const pagesOf = (blobId: string) =>
  t.platform.db
    .selectFrom('variant')
    .selectAll()
    .where('blob_id', '=', blobId)
    .where('name', '=', 'page')
    .orderBy('number')
    .execute()

describe('documents', () => {
  test('the words of a PDF are kept page by page', async () => {
    const { blobId } = await stored('three.pdf', pdfOfPages(3))
    assert.equal((await endOf(blobId, 'text')).status, 'done')
    assert.deepEqual(await textOf(blobId), [
      [1, '1'],
      [2, '2'],
      [3, '3'],
    ])
  })

  test('the words of a letter and of texts in old encodings are kept as one passage', async () => {
    const letter = await stored('letter.docx', docx('Grüße &amp; more'))
    const old = await stored('old.txt', Buffer.from('Straßenbäume\r\nzwei', 'latin1'))
    for (const { blobId } of [letter, old]) assert.equal((await endOf(blobId, 'text')).status, 'done')
    assert.deepEqual(await textOf(letter.blobId), [[1, 'Grüße & more']])
    assert.deepEqual(await textOf(old.blobId), [[1, 'Straßenbäume\nzwei']])
  })

  test('a script in a document is not run, and a password ends it with a plain reason', async () => {
    const script = await stored('script.pdf', pdfWithScript())
    assert.equal((await endOf(script.blobId, 'text')).status, 'done')
    assert.deepEqual(await textOf(script.blobId), [[1, '1']])
    const locked = await stored('locked.pdf', encryptedPdf())
    // What cannot be opened for its preview is not opened for its words.
    for (let waited = 0; waited < SETTLED_MS; waited += LOOK_MS) {
      const { status, failure } = await t.platform.db
        .selectFrom('version')
        .select(['status', 'failure'])
        .where('blob_id', '=', locked.blobId)
        .executeTakeFirstOrThrow()
      if (status === 'failed') {
        assert.equal(failure, 'The document is protected by a password.')
        break
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    }
    assert.deepEqual(await textOf(locked.blobId), [])
  })

  test('a picture of each page, with its own size', async () => {
    const { id, blobId } = await stored('five.pdf', pdfOfPages(5, { widthPoints: 842, heightPoints: 595 }))
    assert.deepEqual(await endOf(blobId, 'pages'), { status: 'done', reason: null, failure: null })
    const pages = await pagesOf(blobId)
    assert.deepEqual(
      pages.map(({ number, width_pixels, height_pixels, facts }) => [number, width_pixels, height_pixels, facts]),
      [1, 2, 3, 4, 5].map((number) => [number, 1200, 847, { widthPoints: 842, heightPoints: 595 }]),
    )
    for (const { object_key, size_bytes } of pages)
      assert.equal((await t.platform.objects.head(object_key))?.sizeBytes, size_bytes)
    const version = await t.platform.db
      .selectFrom('version')
      .select(['pages', 'variants'])
      .where('file_id', '=', id)
      .executeTakeFirstOrThrow()
    assert.equal(version.pages, 5)
    assert.ok(!JSON.stringify(version.variants).includes('"page"'), 'lists are not burdened with them')
  })

  test('pages are drawn by the dozen, and one of 35 metres no larger than others', async () => {
    const long = await stored('long.pdf', pdfOfPages(26))
    const wide = await stored('wide.pdf', pdfWithEnormousPage())
    assert.equal((await endOf(long.blobId, 'pages')).status, 'done')
    assert.equal((await pagesOf(long.blobId)).length, 26)
    assert.equal((await endOf(wide.blobId, 'pages')).status, 'done')
    assert.deepEqual(
      (await pagesOf(wide.blobId)).map(({ width_pixels, height_pixels }) => [width_pixels, height_pixels]),
      [[1200, 1200]],
    )
  })

  test('an office document has pages where LibreOffice is installed, and is passed over where not', async () => {
    const { id, blobId } = await stored('letter.docx', docx('Dear reader'))
    const end = await endOf(blobId, 'pages')
    if (officeProgram() === undefined) {
      assert.equal(end.status, 'skipped')
      return
    }
    assert.deepEqual(end, { status: 'done', reason: null, failure: null })
    assert.deepEqual(
      (await pagesOf(blobId)).map(({ number }) => number),
      [1],
    )
    assert.deepEqual(await textOf(blobId), [[1, 'Dear reader']])
    const version = await t.platform.db
      .selectFrom('version')
      .select(['pages', 'variants'])
      .where('file_id', '=', id)
      .executeTakeFirstOrThrow()
    assert.equal(version.pages, 1)
    assert.deepEqual((version.variants as { name: string }[]).map(({ name }) => name).toSorted(), [
      'medium',
      'preview',
      'thumbnail',
    ])
  })

  test('pages and words are told to whoever may read the file, and to nobody else', async () => {
    const { id, blobId } = await stored('told.docx', docx('Fir and larch, FIR and pine'))
    const { id: pdfId, blobId: pdfBlobId } = await stored('told.pdf', pdfOfPages(2))
    await endOf(blobId, 'text')
    await endOf(pdfBlobId, 'pages')
    await endOf(pdfBlobId, 'text')
    const { app } = await t.api()
    const stranger = await makeUser(t.platform)
    const get = async (url: string, actor = owner) =>
      app.inject({ method: 'GET', url: `/api/files/${url}`, headers: await bearer(t.platform, actor) })

    const outline = await get(`${pdfId}/document`)
    assert.deepEqual(outline.json(), {
      pages: 2,
      pictures: [1, 2].map((number) => ({ number, widthPixels: 847, heightPixels: 1200 })),
      passages: 2,
    })
    const page = await get(`${pdfId}/variants/page?page=2`)
    assert.deepEqual([page.statusCode, page.headers['content-type']], [200, 'image/webp'])
    assert.notDeepEqual(page.rawPayload, (await get(`${pdfId}/variants/page`)).rawPayload)
    assert.equal((await get(`${pdfId}/variants/page?page=3`)).statusCode, 404)
    assert.equal((await get(`${pdfId}/variants/page?page=0`)).statusCode, 400)

    const text = await get(`${id}/text`)
    assert.deepEqual(text.json(), { number: 1, content: 'Fir and larch, FIR and pine' })
    assert.equal(text.headers['x-content-type-options'], 'nosniff')
    assert.deepEqual((await get(`${id}/text/hits?words=fir`)).json(), {
      items: [{ number: 1, count: 2, excerpt: 'Fir and larch, FIR and pine' }],
    })
    assert.deepEqual((await get(`${id}/text/hits?words=100%25`)).json(), { items: [] })
    for (const path of ['document', 'text', 'text/hits?words=fir', 'variants/page?page=1'])
      assert.equal((await get(`${id}/${path}`, stranger)).statusCode, 404, path)
  })

  test('words of an infected file are told to nobody', async () => {
    const { id, blobId } = await stored('ill.docx', docx('Never told'))
    await endOf(blobId, 'text')
    await t.platform.db
      .updateTable('blob')
      .set({ scan_status: 'infected', scan_signature: 'Test' })
      .where('id', '=', blobId)
      .execute()
    const { app } = await t.api()
    const headers = await bearer(t.platform, owner)
    for (const path of ['document', 'text', 'text/hits?words=never']) {
      const answer = await app.inject({ method: 'GET', url: `/api/files/${id}/${path}`, headers })
      assert.equal(answer.statusCode, 403, path)
      assert.ok(!answer.body.includes('Never told'))
    }
  })
})
