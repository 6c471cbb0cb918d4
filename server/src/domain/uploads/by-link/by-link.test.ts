import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { bearer, makeFolder, makeGrant, makeLink, makeMember, makeUser } from '../../../../test/make.ts'
import { openWorld, quotaOf, type Tenant, type World } from '../../../../test/tenant.ts'
import { ask, metadataOf, pathOf, sha256Of, tusClient, type Reply } from '../../../../test/tus.ts'
import type { UserActor } from '../../../platform/actor.ts'
import { endExpired } from '../tasks.ts'

const BYTES = Buffer.from('what a stranger sends')

type Visitor = { linkId: string; authorization: string; tus: ReturnType<typeof tusClient> }

describe('uploads by link', () => {
  let world: World
  let tenant: Tenant
  let folder: { id: string }
  before(async () => {
    world = await openWorld({ MAX_FILE_BYTES: '1MiB', MAX_SESSION_BYTES: '2MiB', LOGIN_FAILURES_PER_MINUTE: '1000' })
    tenant = await world.makeTenant()
    folder = await makeFolder(world.t.platform, { organizationId: tenant.organizationId, maker: tenant.owner })
  })
  after(() => world.t.stop())

  type About = { maker?: UserActor; resourceId?: string; allowsUpload?: boolean }
  const newLink = ({ maker = tenant.owner, resourceId = folder.id, allowsUpload = true }: About = {}) => {
    const { organizationId } = tenant
    return makeLink(world.t.platform, { organizationId, maker, resourceId, allowsUpload, rights: ['read'] })
  }
  const visit = async ({ id, token }: { id: string; token: string }): Promise<Visitor> => {
    const opened = await ask(world.origin, {
      method: 'POST',
      path: '/api/links/open',
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify({ token })),
    })
    assert.equal(opened.status, 200, opened.body.toString())
    const authorization = `Bearer ${String(opened.json()['accessToken'])}`
    return { linkId: id, authorization, tus: tusClient(world.origin, authorization) }
  }
  const begin = (visitor: Visitor, values: Record<string, string> = {}, length = BYTES.length, body?: Uint8Array) =>
    visitor.tus.send(
      'POST',
      '/api/uploads',
      {
        'upload-length': length,
        'upload-metadata': metadataOf({ filename: 'note.txt', ...values }),
        ...(body && { 'content-type': 'application/offset+octet-stream' }),
      },
      body,
    )
  const begun = async (visitor: Visitor, length = BYTES.length): Promise<string> => {
    const reply = await begin(visitor, {}, length)
    assert.equal(reply.status, 201, reply.body.toString())
    return pathOf(reply)
  }
  const revoke = (linkId: string) =>
    world.t.platform.db.updateTable('link').set({ revoked_at: new Date() }).where('id', '=', linkId).execute()
  const isRefused = (reply: Reply, ...statuses: number[]) =>
    assert.ok(statuses.includes(reply.status), `${reply.status} ${reply.body.toString()}`)
  const rowOf = (path: string) =>
    world.t.platform.db.selectFrom('upload').selectAll().where('id', '=', path.slice(-36)).executeTakeFirstOrThrow()

  test('what a stranger sends is a file of the maker, in the folder of the link, and the trail says who sent it', async () => {
    const visitor = await visit(await newLink())
    const sent = await begin(visitor, { filename: 'Für dich.txt', sender: ' Grace Hopper ' }, BYTES.length, BYTES)
    assert.equal(sent.status, 201, sent.body.toString())
    const fileId = String(sent.headers['trove-file-id'])
    const { db } = world.t.platform
    const file = await db
      .selectFrom('file')
      .innerJoin('resource', 'resource.id', 'file.id')
      .select(['file.name', 'file.created_by', 'resource.parent_id', 'file.organization_id'])
      .where('file.id', '=', fileId)
      .executeTakeFirstOrThrow()
    assert.deepEqual(file, {
      name: 'Für dich.txt',
      created_by: tenant.owner.userId,
      parent_id: folder.id,
      organization_id: tenant.organizationId,
    })
    assert.equal(sha256Of((await tenant.tus.content(fileId)).body), sha256Of(BYTES))
    const trail = await db
      .selectFrom('activity')
      .select(['action', 'actor_id', 'actor_kind', 'credential_id', 'facts'])
      .where('resource_id', '=', fileId)
      .where('action', '=', 'file.added')
      .executeTakeFirstOrThrow()
    const { visit_id } = await rowOf(pathOf(sent))
    assert.deepEqual([trail.actor_id, trail.actor_kind, trail.credential_id], [null, 'link', visitor.linkId])
    assert.partialDeepStrictEqual(trail.facts, { linkId: visitor.linkId, visitId: visit_id, sender: 'Grace Hopper' })
  })

  test('it resumes where it stood, in pieces', async () => {
    const visitor = await visit(await newLink())
    const bytes = randomBytes(300_000)
    const path = await begun(visitor, bytes.length)
    assert.equal((await visitor.tus.patch(path, 0, bytes.subarray(0, 100_000))).status, 204)
    assert.equal((await visitor.tus.head(path)).headers['upload-offset'], '100000')
    const last = await visitor.tus.patch(path, 100_000, bytes.subarray(100_000))
    assert.equal(last.status, 204, last.body.toString())
    const head = await visitor.tus.head(path)
    assert.equal(head.headers['upload-offset'], '300000')
    assert.equal(sha256Of((await tenant.tus.content(String(head.headers['trove-file-id']))).body), sha256Of(bytes))
  })

  test('it cannot be read by the link afterwards, nor changed, nor by another endpoint', async () => {
    const visitor = await visit(await newLink())
    const sent = await begin(visitor, {}, BYTES.length, BYTES)
    const fileId = String(sent.headers['trove-file-id'])
    for (const path of [`/api/files/${fileId}`, `/api/files/${fileId}/content`, `/api/files/${fileId}/variants/large`])
      isRefused(await visitor.tus.get(path), 401, 403, 404)
    isRefused(await visitor.tus.delete(pathOf(sent)), 404, 409, 410)
    const { organizationId } = tenant
    for (const path of [
      `/api/organizations/${organizationId}/upload-sessions`,
      `/api/organizations/${organizationId}/files`,
      `/api/upload-sessions/${(await rowOf(pathOf(sent))).upload_session_id}`,
    ])
      isRefused(await visitor.tus.get(path), 401, 403, 404)
  })

  test('no other folder, organization or batch can be named', async () => {
    const visitor = await visit(await newLink())
    const below = await makeFolder(world.t.platform, {
      organizationId: tenant.organizationId,
      maker: tenant.owner,
      parentId: folder.id,
    })
    const other = await world.makeTenant()
    const session = await tenant.tus.create({ length: 5, organizationId: tenant.organizationId })
    const { upload_session_id: uploadSessionId } = await rowOf(pathOf(session))
    for (const named of [
      { folderId: below.id },
      { folderId: crypto.randomUUID() },
      { organizationId: other.organizationId },
      { uploadSessionId },
      { uploadSessionId: crypto.randomUUID() },
    ])
      isRefused(await begin(visitor, named), 404)
    const { organizationId } = tenant
    assert.equal((await begin(visitor, { organizationId, folderId: folder.id })).status, 201)
  })

  test('a link that asks for no files takes none, nor does one that is over or whose maker may no longer share', async () => {
    isRefused(await begin(await visit(await newLink({ allowsUpload: false })), {}), 404)
    const ending = await visit(await newLink())
    const begunInTime = await begun(ending)
    const { db } = world.t.platform
    await db
      .updateTable('link')
      .set({ expires_at: new Date(0) })
      .where('id', '=', ending.linkId)
      .execute()
    isRefused(await begin(ending), 401, 404)
    isRefused(await ending.tus.patch(begunInTime, 0, BYTES), 401, 404)

    const maker = await makeUser(world.t.platform)
    const { organizationId } = tenant
    await makeMember(world.t.platform, organizationId, maker, 'member')
    const grant = await makeGrant(world.t.platform, {
      organizationId,
      resourceId: folder.id,
      to: { user: maker.userId },
    })
    const made = await visit(await newLink({ maker }))
    const path = await begun(made)
    await db.deleteFrom('grant').where('id', '=', grant.id).execute()
    isRefused(await begin(made), 404)
    isRefused(await made.tus.patch(path, 0, BYTES), 404)
  })

  test('a folder in the trash takes nothing', async () => {
    const { organizationId, owner } = tenant
    const { id } = await makeFolder(world.t.platform, { organizationId, maker: owner })
    const visitor = await visit(await newLink({ resourceId: id }))
    const path = await begun(visitor)
    assert.equal((await tenant.tus.delete(`/api/folders/${id}`)).status, 200)
    isRefused(await begin(visitor), 401, 404)
    isRefused(await visitor.tus.patch(path, 0, BYTES), 401, 404)
  })

  test('a suspended organization takes nothing', async () => {
    const other = await world.makeTenant()
    const { organizationId, owner } = other
    const { id: resourceId } = await makeFolder(world.t.platform, { organizationId, maker: owner })
    const about = { organizationId, maker: owner, resourceId, allowsUpload: true }
    const visitor = await visit(await makeLink(world.t.platform, about))
    assert.equal((await begin(visitor)).status, 201)
    const { db } = world.t.platform
    await db.updateTable('organization').set({ status: 'suspended' }).where('id', '=', organizationId).execute()
    isRefused(await begin(visitor), 401, 403, 404)
  })

  test('an upload belongs to its visit: not to another of the same link, not to another link, not to the maker', async () => {
    const link = await newLink()
    const visitor = await visit(link)
    const path = await begun(visitor)
    const strangers = [(await visit(link)).tus, (await visit(await newLink())).tus, tenant.tus]
    for (const tus of strangers) {
      isRefused(await tus.head(path), 404)
      isRefused(await tus.patch(path, 0, BYTES), 404)
      isRefused(await tus.delete(path), 404)
    }
    const { authorization } = await bearer(world.t.platform, await makeUser(world.t.platform))
    isRefused(await tusClient(world.origin, authorization).patch(path, 0, BYTES), 404)
    assert.equal((await rowOf(path)).offset_bytes, 0)
    assert.equal((await visitor.tus.patch(path, 0, BYTES)).status, 204)
  })

  test('a visitor goes on with no upload of a user, the maker not excepted', async () => {
    const visitor = await visit(await newLink())
    const own = pathOf(await tenant.tus.create({ length: BYTES.length, organizationId: tenant.organizationId }))
    isRefused(await visitor.tus.head(own), 404)
    isRefused(await visitor.tus.patch(own, 0, BYTES), 404)
    isRefused(await visitor.tus.delete(own), 404)
    assert.equal((await rowOf(own)).status, 'pending')
  })

  test('a link that is revoked while bytes arrive takes no more, and what arrived is dropped', async () => {
    const visitor = await visit(await newLink())
    const before = await quotaOf(world, tenant)
    const path = await begun(visitor, 200_000)
    assert.equal((await visitor.tus.patch(path, 0, randomBytes(100_000))).status, 204)
    await revoke(visitor.linkId)
    isRefused(await visitor.tus.patch(path, 100_000, randomBytes(100_000)), 401, 404, 410)
    isRefused(await visitor.tus.head(path), 401, 404, 410)
    const { db, objects } = world.t.platform
    await db
      .updateTable('upload')
      .set({ expires_at: new Date(0) })
      .where('id', '=', path.slice(-36))
      .execute()
    await endExpired(world.t.platform)
    assert.equal((await rowOf(path)).status, 'failed')
    assert.equal(await objects.staging.sizeBytes(path.slice(-36)), undefined)
    assert.deepEqual(await quotaOf(world, tenant), before)
  })

  test('revoked before the last byte is a file: it never becomes one, whoever asks', async () => {
    const visitor = await visit(await newLink())
    const path = await begun(visitor)
    const { db } = world.t.platform
    await revoke(visitor.linkId)
    // As a process that died would leave it: every byte there, nobody to finish it.
    const { completeUpload } = await import('../finish.ts')
    const { createDesk } = await import('../desk.ts')
    const { getUpload } = await import('../store.ts')
    const { object_key: key } = await rowOf(path)
    const staged = await world.t.platform.objects.staging.open(path.slice(-36), {
      organizationId: tenant.organizationId,
      lengthBytes: undefined,
      key: () => key ?? '',
    })
    await staged.write(BYTES, 0)
    await staged.close()
    await db
      .updateTable('upload')
      .set({ offset_bytes: BYTES.length, status: 'checking' })
      .where('id', '=', path.slice(-36))
      .execute()
    const desk = createDesk(world.t.platform)
    const upload = await getUpload(db, path.slice(-36))
    assert.ok(upload)
    await assert.rejects(completeUpload(desk, upload), { kind: 'not-found' })
    await desk.hashing.close()
    assert.partialDeepStrictEqual(await rowOf(path), { status: 'failed', file_id: null })
  })

  test("the maker's own batches and open pages are left alone", async () => {
    const visitor = await visit(await newLink())
    const path = await begun(visitor)
    const { upload_session_id: sessionId } = await rowOf(path)
    const setRole = (role: string) =>
      world.t.platform.db
        .updateTable('organization_member')
        .set({ role })
        .where('user_id', '=', tenant.owner.userId)
        .where('organization_id', '=', tenant.organizationId)
        .execute()
    // An owner supervises every batch of the organization; that they made the link is no reason to see one.
    await makeMember(world.t.platform, tenant.organizationId, await makeUser(world.t.platform), 'owner')
    await setRole('member')
    isRefused(await tenant.tus.get(`/api/upload-sessions/${sessionId}`), 404)
    const listed = await tenant.tus.get(`/api/organizations/${tenant.organizationId}/upload-sessions?limit=200`)
    const { items } = listed.json() as { items: { id: string }[] }
    assert.ok(items.every(({ id }) => id !== sessionId))
    const cancelled = await tenant.tus.send('POST', `/api/upload-sessions/${sessionId}/cancel`)
    isRefused(cancelled, 404)
    await setRole('owner')
    const told = await world.t.platform.db
      .selectFrom('event')
      .select('id')
      .where((e) => e.cast<string>('body', 'text'), 'like', `%${path.slice(-36)}%`)
      .execute()
    assert.deepEqual(told, [])
  })

  test('one visit, and all visits of a link together, can take up so much and no more', async () => {
    const link = await newLink()
    const first = await visit(link)
    const second = await visit(link)
    const MIB = 1024 * 1024
    assert.equal((await begin(first, {}, MIB)).status, 201)
    assert.equal((await begin(second, {}, MIB)).status, 201)
    const refused = await begin(first, {}, 1)
    isRefused(refused, 429)
    assert.ok(Number(refused.headers['retry-after']) > 0)
  })

  test('fifty at once stay within it', async () => {
    const visitor = await visit(await newLink())
    const replies = await Promise.all(Array.from({ length: 50 }, () => begin(visitor, {}, 100_000)))
    const accepted = replies.filter(({ status }) => status === 201).length
    assert.equal(accepted, Math.floor((2 * 1024 * 1024) / 100_000))
    for (const reply of replies) isRefused(reply, 201, 429)
  })

  test('strangers learn that there is no room, and not how much', async () => {
    const poor = await world.makeTenant(10)
    const { id: resourceId } = await makeFolder(world.t.platform, {
      organizationId: poor.organizationId,
      maker: poor.owner,
    })
    const link = await makeLink(world.t.platform, {
      organizationId: poor.organizationId,
      maker: poor.owner,
      resourceId,
      allowsUpload: true,
    })
    const refused = await begin(await visit(link))
    isRefused(refused, 413)
    assert.equal(refused.json()['type'], 'urn:trove:problem:quota-exceeded')
    assert.doesNotMatch(refused.body.toString(), /\d+ (bytes|are)|limitBytes|usedBytes/)
  })

  const hostile: [string, Record<string, string>, number][] = [
    ['a path', { filename: '../../etc/passwd' }, 400],
    ['no name', { filename: '' }, 400],
    ['a name with a line in it', { filename: 'a\nb.txt' }, 400],
    ['a sender with a line in it', { sender: 'Ada\r\nBcc: everybody' }, 400],
    ['a sender without end', { sender: 'x'.repeat(201) }, 400],
    ['an id that is none', { folderId: "' or 1=1" }, 400],
    ['a program', { filename: 'setup.exe' }, 422],
  ]
  for (const [title, values, status] of hostile) {
    test(`${title} is refused: ${status}`, async () => {
      isRefused(await begin(await visit(await newLink()), values), status)
    })
  }

  test('other fields of the metadata change nothing', async () => {
    const visitor = await visit(await newLink())
    const stranger = await makeUser(world.t.platform)
    const reply = await begin(
      visitor,
      { createdBy: stranger.userId, linkId: crypto.randomUUID(), visitId: crypto.randomUUID(), fileId: folder.id },
      BYTES.length,
      BYTES,
    )
    assert.equal(reply.status, 201)
    assert.partialDeepStrictEqual(await rowOf(pathOf(reply)), {
      created_by: tenant.owner.userId,
      link_id: visitor.linkId,
      folder_id: folder.id,
    })
  })

  test('limits of size and type are those of the organization', async () => {
    const visitor = await visit(await newLink())
    isRefused(await begin(visitor, {}, 2 * 1024 * 1024), 413)
    isRefused(await begin(visitor, {}, 0), 422)
    const png = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), randomBytes(64)])
    isRefused(await begin(visitor, { filename: 'picture.jpg' }, png.length, png), 422)
  })
})
