import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { sql } from 'kysely'
import { bearer, makeGrant, makeMember, makeOrganization, makeUser } from '../../../../test/make.ts'
import { image, privateFacts, privateWords } from '../../../../test/media/images.ts'
import { startTestPlatform, type TestPlatform } from '../../../../test/platform.ts'
import { makeStoredFile } from '../../../../test/stored.ts'
import type { UserActor } from '../../../platform/actor.ts'

describe('a download without metadata', () => {
  let t: TestPlatform
  let app: FastifyInstance
  let owner: UserActor
  let organizationId: string
  let headers: Record<string, string>
  let original: Buffer
  let fileId: string

  before(async () => {
    t = await startTestPlatform()
    app = (await t.api()).app
    owner = await makeUser(t.platform)
    organizationId = (await makeOrganization(t.platform, owner)).id
    headers = await bearer(t.platform, owner)
    original = await image('jpeg', { facts: privateFacts, orientation: 1 })
    fileId = await put('IMG_1.jpg', original)
  })
  after(() => t.stop())

  const put = async (name: string, bytes: Buffer) =>
    (await makeStoredFile(t.platform, { organizationId, uploader: owner, name, bytes, isEnqueued: false })).id
  const ask = (method: 'GET' | 'POST', id: string, as = headers) =>
    app.inject({ method, url: `/api/files/${id}/bare-copy`, headers: as })

  test('is the picture under its name and says nothing of where, when and by whom', async () => {
    assert.ok(privateWords.some((word) => original.includes(word)))
    const told = await ask('POST', fileId)
    assert.equal(told.statusCode, 200, told.body)
    const got = await ask('GET', fileId)
    assert.equal(got.statusCode, 200, got.body)
    assert.match(String(got.headers['content-disposition']), /^attachment; filename="IMG_1\.jpg"/)
    assert.deepEqual(told.json(), { name: 'IMG_1.jpg', mediaType: 'image/jpeg', sizeBytes: got.rawPayload.length })
    for (const word of privateWords) assert.ok(!got.rawPayload.includes(word), word)
    const { rows } = await sql<{ action: string; facts: unknown }>`
      select action, facts from activity where resource_id = ${fileId}::uuid and action = 'file.downloaded'`.execute(
      t.platform.db,
    )
    assert.deepEqual(
      rows.map(({ facts }) => facts),
      [{ isBare: true }],
    )
  })

  test('is refused in plain words where metadata cannot be told from the rest', async () => {
    const id = await put('plan.bin', Buffer.from('something'))
    for (const method of ['POST', 'GET'] as const) {
      const refused = await ask(method, id)
      assert.deepEqual([refused.statusCode, refused.json().type], [403, 'urn:trove:problem:withheld'], refused.body)
      assert.match(refused.json().detail, /cannot be had without the metadata/)
    }
  })

  test('needs the right to download, and passes the gate', async () => {
    const [stranger, viewer] = [await makeUser(t.platform), await makeUser(t.platform)]
    for (const member of [stranger, viewer]) await makeMember(t.platform, organizationId, member, 'guest')
    const about = { organizationId, resourceId: fileId, to: { user: viewer.userId }, rights: ['read'] } as const
    await makeGrant(t.platform, about)
    assert.equal((await ask('GET', fileId, await bearer(t.platform, stranger))).statusCode, 404)
    assert.equal((await ask('GET', fileId, await bearer(t.platform, viewer))).statusCode, 403)
    await sql`
      update blob set scan_status = 'infected', scan_signature = 'Eicar' from version
      where version.blob_id = blob.id and version.id = (select current_version_id from file where id = ${fileId}::uuid)
    `.execute(t.platform.db)
    for (const method of ['POST', 'GET'] as const)
      assert.equal((await ask(method, fileId)).json().type, 'urn:trove:problem:infected')
  })
})
