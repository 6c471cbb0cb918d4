import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { request as httpRequest } from 'node:http'
import { after, before, describe, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import type { UserActor } from '../../src/platform/actor.ts'
import { bearer, makeMember, makeOrganization, makeUser } from '../make.ts'
import { startTestPlatform, type TestPlatform } from '../platform.ts'
import { pathOf, tusClient, type TusClient } from '../tus.ts'

describe('attacks by people who have signed in', () => {
  let t: TestPlatform
  let app: FastifyInstance
  let origin: string
  let owner: UserActor
  let member: UserActor
  let organizationId: string
  before(async () => {
    t = await startTestPlatform()
    app = (await t.api()).app
    await app.listen({ port: 0, host: '127.0.0.1' })
    origin = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
    owner = await makeUser(t.platform)
    member = await makeUser(t.platform)
    organizationId = (await makeOrganization(t.platform, owner)).id
    await makeMember(t.platform, organizationId, member, 'member')
  })
  after(() => t.stop())

  const clientOf = async (user: UserActor): Promise<TusClient> =>
    tusClient(origin, (await bearer(t.platform, user)).authorization)
  const upload = async (user: UserActor, bytes: Buffer, name = 'file.bin') => {
    const reply = await (await clientOf(user)).create({ length: bytes.length, organizationId, filename: name }, bytes)
    assert.equal(reply.status, 201, reply.body.toString())
    return String(reply.headers['trove-file-id'])
  }
  const quota = async () => {
    const { used_bytes: used, reserved_bytes: reserved } = await t.platform.db
      .selectFrom('quota').selectAll().where('organization_id', '=', organizationId).executeTakeFirstOrThrow() // prettier-ignore
    return { used, reserved }
  }

  test('ids of others in a body or in metadata open nothing', async () => {
    const stranger = await makeUser(t.platform)
    const { id: theirs } = await makeOrganization(t.platform, stranger)
    const mine = await upload(owner, randomBytes(100))
    const headers = await bearer(t.platform, stranger)
    for (const action of ['trash', 'restore']) {
      const url = `/api/organizations/${theirs}/files/${action}`
      const reply = await app.inject({ method: 'POST', url, headers, payload: { fileIds: [mine] } })
      assert.equal(reply.json().count, 0, action)
    }
    const session = await app.inject({
      method: 'POST',
      url: `/api/organizations/${organizationId}/upload-sessions`,
      headers: await bearer(t.platform, owner),
      payload: {},
    })
    const client = await clientOf(stranger)
    for (const about of [
      { organizationId },
      { organizationId, sessionId: session.json().id },
      { organizationId: theirs, sessionId: session.json().id },
    ])
      assert.equal((await client.create({ length: 5, ...about })).status, 404)
    // Members of the same organization too: a batch of uploads belongs to one person.
    assert.equal(
      (await (await clientOf(member)).create({ length: 5, organizationId, sessionId: session.json().id })).status,
      404,
    )
  })

  test('the path decides, whatever a body says besides', async () => {
    const { id: other } = await makeOrganization(t.platform, member)
    const reply = await app.inject({
      method: 'POST',
      url: `/api/organizations/${other}/upload-sessions`,
      headers: await bearer(t.platform, member),
      payload: { organizationId, createdBy: owner.userId, status: 'completed' },
    })
    assert.deepEqual([reply.json().organizationId, reply.json().status], [other, 'active'])
  })

  test('whoever is removed while their last request is on its way leaves no file and no reservation', async () => {
    const leaver = await makeUser(t.platform)
    await makeMember(t.platform, organizationId, leaver, 'member')
    const before = await quota()
    const bytes = randomBytes(300_000)
    const { authorization } = await bearer(t.platform, leaver)
    const path = pathOf(await (await clientOf(leaver)).create({ length: bytes.length, organizationId }))
    const patch = httpRequest(new URL(path, origin), {
      method: 'PATCH',
      headers: {
        authorization,
        'tus-resumable': '1.0.0',
        'upload-offset': 0,
        'content-type': 'application/offset+octet-stream',
        'content-length': bytes.length,
      },
    })
    const ended = new Promise<number>((resolve) =>
      patch.on('response', (response) => resolve(response.resume().statusCode ?? 0)),
    )
    patch.write(bytes.subarray(0, 200_000))
    await new Promise((resolve) => setTimeout(resolve, 300))
    const removed = await app.inject({
      method: 'DELETE',
      url: `/api/organizations/${organizationId}/members/${leaver.userId}`,
      headers: await bearer(t.platform, owner),
    })
    assert.equal(removed.statusCode, 204)
    patch.end(bytes.subarray(200_000))
    assert.equal(await ended, 404)
    const files = await t.platform.db.selectFrom('file').select('id').where('created_by', '=', leaver.userId).execute()
    assert.deepEqual([files, await quota()], [[], before])
  })

  test('no part of an original is fetched without a line in the trail', async () => {
    const headers = await bearer(t.platform, member)
    for (const range of ['bytes=1-', 'bytes=-999999', 'Bytes=0-', 'bytes= 0-', 'bytes=5-9,1-', undefined]) {
      const fileId = await upload(member, randomBytes(1_000))
      await app.inject({ method: 'HEAD', url: `/api/files/${fileId}/content`, headers })
      const get = () =>
        app.inject({
          method: 'GET',
          url: `/api/files/${fileId}/content`,
          headers: { ...headers, ...(range && { range }) },
        })
      await get()
      if (range !== undefined) await get()
      const lines = await t.platform.db
        .selectFrom('activity')
        .select('action')
        .where('resource_id', '=', fileId)
        .where('action', '=', 'file.viewed')
        .execute()
      assert.equal(lines.length, 1, range ?? 'the whole')
    }
  })

  test('room that was set aside is given back once, however often it is asked for', async () => {
    const before = await quota()
    const client = await clientOf(member)
    const path = pathOf(await client.create({ length: 1_000, organizationId }))
    const statuses = (await Promise.all(Array.from({ length: 8 }, () => client.delete(path)))).map(
      ({ status }) => status,
    )
    assert.equal(statuses.filter((status) => status === 204).length, 1, String(statuses))
    assert.deepEqual(await quota(), before)
    // Against the finish: either there is a file, charged, or there is none and nothing is.
    for (let round = 0; round < 10; round += 1) {
      const bytes = randomBytes(1_000)
      const start = await quota()
      const racing = pathOf(await client.create({ length: bytes.length, organizationId }))
      const [patched, cancelled] = await Promise.all([
        client.patch(racing, 0, bytes).catch(() => undefined),
        client.delete(racing),
      ])
      const isFile = patched?.headers['trove-file-id'] !== undefined
      assert.notEqual(isFile, cancelled.status === 204, `${patched?.status} and ${cancelled.status}`)
      assert.deepEqual(await quota(), { used: start.used + (isFile ? 1_000 : 0), reserved: start.reserved })
    }
  })

  test('what one member trashes is not told to another, not even as a number', async () => {
    const fileId = await upload(owner, randomBytes(64))
    const own = await bearer(t.platform, owner)
    await app.inject({
      method: 'POST',
      url: `/api/organizations/${organizationId}/files/trash`,
      headers: own,
      payload: { fileIds: [fileId] },
    })
    const told = await t.platform.db
      .selectFrom('event')
      .select(['user_id', 'body'])
      .where('organization_id', '=', organizationId)
      .execute()
    const addressed = told
      .filter(({ body }) => (body as { type: string }).type === 'files.trashed')
      .map(({ user_id }) => user_id)
    assert.deepEqual(addressed, [owner.userId])
    const seen = await app.inject({
      method: 'GET',
      url: `/api/files/${fileId}`,
      headers: await bearer(t.platform, member),
    })
    assert.equal(seen.statusCode, 404)
  })

  test('a name cannot break out of the header that carries it', async () => {
    const names = [
      'a"; filename="b.html',
      'a\u2028b.txt',
      'é"; x=y.bin',
      "a'b*c.bin",
      '%0d%0aSet-Cookie: a=b.txt',
      '\u202egpj.exe.bin',
    ]
    for (const name of names) {
      const fileId = await upload(member, Buffer.from(`the bytes of ${name}`), name)
      const { headers } = await app.inject({
        method: 'GET',
        url: `/api/files/${fileId}/content?download`,
        headers: await bearer(t.platform, member),
      })
      const field = String(headers['content-disposition'])
      assert.match(field, /^attachment; filename="[^"\\]*"(; filename\*=UTF-8''[\w!#$&+.^`|~%-]*)?$/, name)
      assert.equal(headers['set-cookie'], undefined)
    }
  })
})
