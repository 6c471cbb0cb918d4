import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { docx, pdfOfPages, pdfWithScript, encryptedPdf } from '../../../../test/media/documents.ts'
import { makeOrganization, makeUser } from '../../../../test/make.ts'
import { startTestPlatform, type TestPlatform } from '../../../../test/platform.ts'
import { makeStoredFile } from '../../../../test/stored.ts'
import type { UserActor } from '../../../platform/actor.ts'
import { startWorkers, type Workers } from '../../../platform/jobs/index.ts'
import { createRenderer, useRenderer, type Renderer } from '../renderer.ts'
import { mediaTasks } from '../tasks.ts'

const SETTLED_MS = 30_000
const LOOK_MS = 50

let t: TestPlatform
let workers: Workers
let renderer: Renderer
let owner: UserActor
let organizationId: string

before(async () => {
  t = await startTestPlatform({ MEDIA_TIMEOUT_SECONDS: '20' })
  renderer = createRenderer(t.platform)
  useRenderer(t.platform, renderer)
  owner = await makeUser(t.platform)
  organizationId = (await makeOrganization(t.platform, owner)).id
  workers = await startWorkers(t.platform, mediaTasks, {
    connectionString: t.config.databaseUrl,
    log: t.platform.log,
    slots: 2,
  })
})

after(async () => {
  await workers.stop()
  renderer.close()
  await t.stop()
})

const stored = (name: string, bytes: Buffer) =>
  makeStoredFile(t.platform, { organizationId, uploader: owner, name, bytes })

/** The end of a step, as it was written down. */
async function endOf(blobId: string, name: string) {
  for (let waited = 0; waited < SETTLED_MS; waited += LOOK_MS) {
    const step = await t.platform.db
      .selectFrom('step')
      .select(['status', 'reason', 'failure'])
      .where('blob_id', '=', blobId)
      .where('name', '=', name)
      .where('status', 'in', ['done', 'failed', 'skipped'])
      .executeTakeFirst()
    if (step !== undefined) return step
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }
  throw new Error(`the step ${name} has not ended`)
}

const textOf = async (blobId: string) =>
  (
    await t.platform.db
      .selectFrom('document_text')
      .select(['number', 'content'])
      .where('blob_id', '=', blobId)
      .orderBy('number')
      .execute()
  ).map(({ number, content }) => [number, content])

describe('the words of documents', () => {
  test('of a PDF are kept page by page', async () => {
    const { blobId } = await stored('three.pdf', pdfOfPages(3))
    assert.equal((await endOf(blobId, 'text')).status, 'done')
    assert.deepEqual(await textOf(blobId), [
      [1, '1'],
      [2, '2'],
      [3, '3'],
    ])
  })

  test('of a letter and of texts in old encodings are kept as one passage', async () => {
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
})
