import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import type { KnownBytes } from '@trove/contract/known-bytes'
import { bearer, makeGrant, makeMember, makeUser } from '../../../../test/make.ts'
import { jsonOf } from '../../../../test/server.ts'
import { openWorld, quotaOf, type Tenant, type World } from '../../../../test/tenant.ts'
import { ask, metadataOf, pathOf, sha256Of, tusClient, type Reply } from '../../../../test/tus.ts'
import { listFilesOfBytes } from './store.ts'

const MIB = 1024 * 1024
type Proof = NonNullable<KnownBytes['proof']>

describe('known bytes', () => {
  let world: World
  let tenant: Tenant
  before(async () => {
    world = await openWorld()
    tenant = await world.makeTenant()
  })
  after(() => world.t.stop())

  type Caller = Pick<Tenant, 'organizationId' | 'authorization'>
  const send = (caller: Caller, path: string, body: unknown): Promise<Reply> =>
    ask(world.origin, jsonOf('POST', `/api/organizations/${caller.organizationId}${path}`, body, caller.authorization))
  const find = async (caller: Caller, bytes: Buffer, sizeBytes = bytes.length): Promise<KnownBytes> => {
    const reply = await send(caller, '/known-bytes', { sha256: sha256Of(bytes), sizeBytes })
    assert.equal(reply.status, 200, reply.body.toString())
    return reply.json() as unknown as KnownBytes
  }
  const answer = ({ nonce, ranges }: Proof, bytes: Buffer) => {
    const hash = createHash('sha256').update(Buffer.from(nonce, 'hex'))
    for (const { first, last } of ranges) hash.update(bytes.subarray(first, last + 1))
    return hash.digest('hex')
  }
  const add = (caller: Caller, proof: Proof, answered: string, more: object = {}) =>
    send(caller, '/known-bytes/files', {
      challenge: proof.challenge,
      answer: answered,
      filename: 'again.bin',
      ...more,
    })
  async function upload(bytes: Buffer, by = tenant, filename = 'first.bin'): Promise<string> {
    const reply = await by.tus.create({ length: bytes.length, organizationId: by.organizationId, filename }, bytes)
    assert.equal(reply.status, 201, reply.body.toString())
    return String(reply.headers['trove-file-id'])
  }
  async function newMember(role: 'member' | 'guest' = 'member') {
    const user = await makeUser(world.t.platform)
    await makeMember(world.t.platform, tenant.organizationId, user, role)
    const { authorization } = await bearer(world.t.platform, user)
    return {
      user,
      organizationId: tenant.organizationId,
      authorization,
      tus: tusClient(world.origin, authorization),
    }
  }

  test('whoever has the bytes, and may download them here already, gets a file and sends nothing', async () => {
    const bytes = randomBytes(3 * MIB)
    await upload(bytes)
    const before_ = await quotaOf(world, tenant)
    const { isKnown, proof } = await find(tenant, bytes)
    assert.ok(isKnown && proof !== undefined && proof.ranges.length === 4)
    const added = await add(tenant, proof, answer(proof, bytes))
    assert.equal(added.status, 201, added.body.toString())
    const { fileId, sha256, receipt } = added.json() as { fileId: string; sha256: string; receipt: string }
    assert.equal(sha256, sha256Of(bytes))
    assert.match(receipt, /\./)
    assert.equal(sha256Of((await tenant.tus.content(fileId)).body), sha256Of(bytes))
    assert.deepEqual(await quotaOf(world, tenant), { ...before_, files: before_.files + 1 })
    const head = await tenant.tus.head(`/api/uploads/${String(added.json()['uploadId'])}`)
    assert.deepEqual([head.status, head.headers['trove-file-id']], [200, fileId])
  })

  test('each question is another, and an answer is good for the bytes it was about alone', async () => {
    const bytes = randomBytes(2 * MIB)
    await upload(bytes)
    const [one, two] = [(await find(tenant, bytes)).proof, (await find(tenant, bytes)).proof]
    assert.ok(one && two && one.nonce !== two.nonce)
    assert.equal((await add(tenant, two, answer(one, bytes))).status, 403)
    assert.equal((await add(tenant, one, answer(one, Buffer.alloc(bytes.length)))).status, 403)
    const forged = { ...one, challenge: `${one.challenge.slice(0, -3)}AAA` }
    assert.equal((await add(tenant, forged, answer(one, bytes))).status, 403)
  })

  test('bytes of another organization, of somebody who has not shared them, and of nobody are told alike', async () => {
    const bytes = randomBytes(100_000)
    await upload(bytes)
    const other = await world.makeTenant()
    const member = await newMember()
    for (const caller of [other, member]) {
      assert.deepEqual(await find(caller, bytes), { isKnown: false })
      assert.deepEqual(await find(caller, randomBytes(100_000)), { isKnown: false })
    }
    assert.deepEqual(await find(tenant, bytes, 99_999), { isKnown: false })
    const abroad = await send({ ...tenant, authorization: other.authorization }, '/known-bytes', {
      sha256: sha256Of(bytes),
      sizeBytes: 100_000,
    })
    assert.equal(abroad.status, 404)
  })

  test('however many others have the bytes, the one who may download them is found, and nobody waits longer', async () => {
    const bytes = randomBytes(40_000)
    const member = await newMember()
    const own = await upload(bytes, { ...tenant, ...member }, 'mine.bin')
    for (let count = 0; count < 60; count++) await upload(bytes, tenant, `theirs ${count}.bin`)
    assert.equal((await find(member, bytes)).isKnown, true, 'their own is older than sixty of others')
    await ask(world.origin, jsonOf('DELETE', `/api/files/${own}`, undefined, member.authorization))
    const timed = async (asked: Buffer) => {
      const began = performance.now()
      assert.deepEqual(await find(member, asked), { isKnown: false })
      return performance.now() - began
    }
    const [others, nobodys]: [number[], number[]] = [[], []]
    for (let round = 0; round < 7; round++) {
      others.push(await timed(bytes))
      nobodys.push(await timed(randomBytes(40_000)))
    }
    const middle = (all: number[]) => all.toSorted((a, b) => a - b)[3] ?? 0
    assert.ok(Math.abs(middle(others) - middle(nobodys)) < 15, `${middle(others)} and ${middle(nobodys)} ms`)
  })

  test('what a stranger sent by a link and nobody has scanned is not offered to the maker of the link', async () => {
    const bytes = randomBytes(40_000)
    const fileId = await upload(bytes)
    const { platform } = world.t
    await platform.db.updateTable('version').set({ is_from_link: true }).where('file_id', '=', fileId).execute()
    const about = {
      organizationId: tenant.organizationId,
      sizeBytes: 40_000,
      sha256: createHash('sha256').update(bytes).digest(),
    }
    const files = await listFilesOfBytes(platform.db, { ...about, userId: tenant.owner.userId }, 10)
    assert.deepEqual(
      files.map(({ uploaderId }) => uploaderId),
      [null],
    )
  })

  test('a question is answered by whom it was asked, where it was asked, while they may still download', async () => {
    const bytes = randomBytes(100_000)
    const fileId = await upload(bytes)
    const member = await newMember()
    const to = { user: member.user.userId }
    await makeGrant(world.t.platform, {
      organizationId: tenant.organizationId,
      resourceId: fileId,
      to,
      rights: ['read', 'download'],
    })
    const { proof } = await find(member, bytes)
    assert.ok(proof)
    assert.equal((await add(tenant, proof, answer(proof, bytes))).status, 403)
    await world.t.platform.db.deleteFrom('grant').where('resource_id', '=', fileId).execute()
    const late = await add(member, proof, answer(proof, bytes))
    assert.equal(late.status, 404, late.body.toString())
  })

  test('who may read and not download has not the bytes, and is told nothing', async () => {
    const bytes = randomBytes(50_000)
    const fileId = await upload(bytes)
    const member = await newMember()
    await makeGrant(world.t.platform, {
      organizationId: tenant.organizationId,
      resourceId: fileId,
      to: { user: member.user.userId },
      rights: ['read'],
    })
    assert.deepEqual(await find(member, bytes), { isKnown: false })
  })

  test('the same rules hold as for what is sent: name, type, folder, trash', async () => {
    const bytes = randomBytes(30_000)
    const fileId = await upload(bytes)
    const { proof } = await find(tenant, bytes)
    assert.ok(proof)
    const refused = await add(tenant, proof, answer(proof, bytes), { filename: 'picture.jpg' })
    assert.equal(refused.status, 422, refused.body.toString())
    assert.equal((await add(tenant, proof, answer(proof, bytes), { filename: 'a/b' })).status, 400)
    const folderId = '01890000-0000-7000-8000-00000000dead'
    assert.equal((await add(tenant, proof, answer(proof, bytes), { folderId })).status, 404)
    assert.equal((await quotaOf(world, tenant)).reserved, 0)
    await ask(world.origin, jsonOf('DELETE', `/api/files/${fileId}`, undefined, tenant.authorization))
    assert.deepEqual(await find(tenant, bytes), { isKnown: false }, 'what is in the trash is not offered')
  })

  test('a hash that was announced and is another ends the upload and says both', async () => {
    const bytes = randomBytes(40_000)
    const announced = sha256Of(Buffer.from('something else'))
    const metadata = { filename: 'x.bin', organizationId: tenant.organizationId }
    const begin = (sha256: string) =>
      tenant.tus.send('POST', '/api/uploads', {
        'upload-length': bytes.length,
        'upload-metadata': metadataOf({ ...metadata, sha256 }),
      })
    assert.equal((await begin('ABC')).status, 400)
    const wrong = await tenant.tus.patch(pathOf(await begin(announced)), 0, bytes)
    assert.equal(wrong.status, 460, wrong.body.toString())
    assert.deepEqual([wrong.json()['announced'], wrong.json()['arrived']], [announced, sha256Of(bytes)])
    assert.equal((await quotaOf(world, tenant)).reserved, 0)
    const right = await tenant.tus.patch(pathOf(await begin(sha256Of(bytes))), 0, bytes)
    assert.equal(right.status, 204)
  })
})
