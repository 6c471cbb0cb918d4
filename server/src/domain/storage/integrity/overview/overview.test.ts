import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import { bearer, makeUser } from '../../../../../test/make.ts'
import { openWorld, quotaOf, type Tenant, type World } from '../../../../../test/tenant.ts'
import { ask, pathOf } from '../../../../../test/tus.ts'
import { verifyOne } from '../operations.ts'

describe('damaged files', () => {
  let world: World
  let tenant: Tenant
  let administrator: string
  before(async () => {
    world = await openWorld()
    tenant = await world.makeTenant()
    const user = await makeUser(world.t.platform, { isAdministrator: true })
    administrator = (await bearer(world.t.platform, user)).authorization
  })
  after(() => world.t.stop())

  const get = (path: string, authorization = tenant.authorization) =>
    ask(world.origin, { method: 'GET', path: `/api${path}`, headers: { authorization } })
  async function upload(bytes: Buffer): Promise<string> {
    const { organizationId, tus } = tenant
    const path = pathOf(await tus.create({ length: bytes.length, organizationId, filename: 'a.bin' }))
    const sent = await tus.patch(path, 0, bytes)
    assert.equal(sent.status, 204, sent.body.toString())
    return String(sent.headers['trove-file-id'])
  }
  async function blobOf(fileId: string) {
    const { db, objects } = world.t.platform
    const blob = await db
      .selectFrom('blob')
      .innerJoin('version', 'version.blob_id', 'blob.id')
      .select(['blob.id', 'blob.object_key as key', 'blob.damage'])
      .where('version.file_id', '=', fileId)
      .executeTakeFirstOrThrow()
    return { ...blob, path: objects.localPath(blob.key) ?? '' }
  }

  test('are told as damaged and not given out; the same bytes, uploaded again, mend them and are charged once', async () => {
    const bytes = randomBytes(40_000)
    const fileId = await upload(bytes)
    const blob = await blobOf(fileId)
    await writeFile(blob.path, Buffer.concat([bytes.subarray(0, 39_999), Buffer.from([(bytes[39_999] ?? 0) ^ 4])]))
    await verifyOne(world.t.platform, blob.id)

    const refused = await get(`/files/${fileId}/content`)
    assert.equal(refused.status, 409)
    assert.deepEqual(
      [refused.json()['type'], refused.json()['detail']],
      [
        'urn:trove:problem:damaged',
        'The stored bytes of this file are not the ones that were uploaded. Uploading the same file again mends it.',
      ],
    )
    assert.equal((await get(`/files/${fileId}`)).json()['damage'], 'changed')

    const listed = (await get('/integrity/damaged', administrator)).json()['items'] as Record<string, unknown>[]
    assert.equal(listed.length, 1)
    assert.deepEqual(
      [listed[0]?.['blobId'], listed[0]?.['damage'], listed[0]?.['fileCount'], listed[0]?.['files']],
      [blob.id, 'changed', 1, []],
      'administering shows nobody the names of files',
    )
    assert.equal((await get('/integrity', administrator)).json()['damaged'], 1)

    const before = await quotaOf(world, tenant)
    const again = await upload(bytes)
    assert.deepEqual((await get(`/files/${fileId}/content`)).body, bytes)
    assert.deepEqual((await get(`/files/${again}/content`)).body, bytes)
    const quota = await quotaOf(world, tenant)
    assert.deepEqual([quota.used, quota.files], [before.used, before.files + 1])
    assert.equal((await get(`/files/${fileId}`)).json()['damage'], undefined)
    assert.equal((await get('/integrity', administrator)).json()['damaged'], 0)
    const mended = await blobOf(fileId)
    assert.deepEqual([mended.id, mended.damage, mended.key === blob.key], [blob.id, null, false])
    await verifyOne(world.t.platform, blob.id)
    assert.equal((await blobOf(fileId)).damage, null)
  })

  test('what cannot be read when somebody fetches it is verified soon', async () => {
    const fileId = await upload(randomBytes(20_000))
    const blob = await blobOf(fileId)
    await rm(blob.path)
    const failed = await get(`/files/${fileId}/content`)
    assert.deepEqual([failed.status, failed.json()['type']], [409, 'urn:trove:problem:damaged'])
    const waiting = async () =>
      (
        await world.t.platform.db
          .withSchema('pgboss')
          .selectFrom('job' as never)
          .selectAll()
          .execute()
      ).some((job) => {
        const { name, data } = job as { name: string; data: { blobId?: string } }
        return name === 'storage.verify-blob' && data.blobId === blob.id
      })
    for (let left = 100; left > 0 && !(await waiting()); left -= 1) await new Promise((done) => setTimeout(done, 30))
    assert.ok(await waiting())
  })
})
