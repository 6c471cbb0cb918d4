import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { newId } from '../../platform/ids.ts'
import { startAnother } from '../../../test/another-process.ts'
import { forwardOnly, type ForwardOnly } from '../../../test/forward-only.ts'
import { sharedCeph, withoutCeph } from '../../../test/services/ceph.ts'
import { bearer, makeMember, makeUser } from '../../../test/make.ts'
import { halfPatch, openWorld, quotaOf, type Tenant, type World } from '../../../test/tenant.ts'
import { pathOf, sha256Of, tusClient, type TusClient } from '../../../test/tus.ts'

// An upload goes on at whichever process the client comes to, whatever the store can read back.

const MIB = 1024 * 1024

type Process = Awaited<ReturnType<typeof startAnother<ForwardOnly>>> & { tus: TusClient }

async function startProcess({ t }: World, tenant: Tenant, readsBack: boolean): Promise<Process> {
  const started = await startAnother(t, readsBack ? undefined : forwardOnly)
  return { ...started, tus: tusClient(started.origin, tenant.authorization) }
}

/** S3 is tried as it is, as far as one need not see what is on its way; the other that cannot read back is counted. */
const stores = [
  { title: 'where staged bytes can be read back', readsBack: true, onS3: false },
  { title: 'where staged bytes cannot be read back', readsBack: false, onS3: false },
  { title: 'on S3', readsBack: false, onS3: true },
]

for (const { title, readsBack, onS3 } of stores) {
  describe(`going on at another process, ${title}`, { skip: onS3 && withoutCeph }, () => {
    let world: World
    let tenant: Tenant
    let a: Process
    let b: Process
    before(async () => {
      const ceph = onS3 ? await sharedCeph() : undefined
      world = await openWorld(ceph && { STORAGE_URL: ceph.url(await ceph.makeBucket()) })
      await world.stopApi()
      tenant = await world.makeTenant()
      a = await startProcess(world, tenant, readsBack || onS3)
      b = await startProcess(world, tenant, readsBack || onS3)
    })
    after(async () => {
      await a.stop()
      await b.stop()
      await world.t.stop()
    })

    const rowOf = (path: string) =>
      world.t.platform.db.selectFrom('upload').selectAll().where('id', '=', path.slice(-36)).executeTakeFirstOrThrow()
    async function create(length: number, at = a): Promise<string> {
      const reply = await at.tus.create({ length, organizationId: tenant.organizationId })
      assert.equal(reply.status, 201, reply.body.toString())
      return pathOf(reply)
    }
    async function untilFile(path: string): Promise<string> {
      for (let left = 200; left > 0; left--) {
        const fileId = (await b.tus.head(path)).headers['trove-file-id']
        if (fileId !== undefined) return String(fileId)
        await delay(50)
      }
      return assert.fail('it did not become a file')
    }
    const requireContent = async (fileId: string, bytes: Buffer) => {
      assert.equal(sha256Of((await b.tus.content(fileId)).body), sha256Of(bytes))
      const { sha256 } = await world.t.platform.db
        .selectFrom('file')
        .innerJoin('version', 'version.id', 'file.current_version_id')
        .select('version.sha256')
        .where('file.id', '=', fileId)
        .executeTakeFirstOrThrow()
      assert.equal(sha256.toString('hex'), sha256Of(bytes))
    }

    test('pieces that come to one and the other in turn are one file, hashed as they passed', async () => {
      const bytes = randomBytes(23 * MIB + 12_345)
      const path = await create(bytes.length)
      const reads = (a.objects?.reads ?? 0) + (b.objects?.reads ?? 0)
      const cuts = [0, 1000, 65_535, 70_000, 3 * MIB, 3 * MIB + 17, 9 * MIB, 20 * MIB + 1, bytes.length]
      for (const [i, from] of cuts.slice(0, -1).entries()) {
        const { tus } = i % 2 === 0 ? a : b
        const to = cuts[i + 1] ?? 0
        assert.equal(Number((await tus.head(path)).headers['upload-offset']), from)
        const reply = await tus.patch(path, from, bytes.subarray(from, to))
        assert.equal(reply.status, 204, reply.body.toString())
        if (!readsBack && to < bytes.length) assert.equal((await rowOf(path)).hash_state?.length, 116)
      }
      const fileId = await untilFile(path)
      assert.equal((a.objects?.reads ?? 0) + (b.objects?.reads ?? 0), reads, 'nothing was read back')
      assert.equal((await rowOf(path)).hash_state, null)
      await requireContent(fileId, bytes)
    })

    test(
      'a half-open connection at one does not keep its client from going on at the other',
      { skip: onS3 },
      async () => {
        const bytes = randomBytes(6 * MIB)
        const path = await create(bytes.length)
        const socket = await halfPatch({ ...world, origin: a.origin }, tenant, path, {
          offset: 0,
          announced: bytes.length,
          sent: bytes.subarray(0, 4 * MIB),
        })
        const began = performance.now()
        const offset = Number((await b.tus.head(path)).headers['upload-offset'])
        assert.ok(performance.now() - began < 2000)
        assert.equal(offset, 4 * MIB)
        const reply = await b.tus.patch(path, offset, bytes.subarray(offset))
        assert.equal(reply.status, 204, reply.body.toString())
        socket.destroy()
        await requireContent(await untilFile(path), bytes)
      },
    )

    test(
      'what does not let go is passed over, and what it says afterwards does not count',
      { skip: onS3 },
      async () => {
        const path = await create(3 * MIB)
        const id = path.slice(-36)
        await a.tus.patch(path, 0, randomBytes(MIB))
        const frozen = newId()
        const { db } = world.t.platform
        const elsewhere = { place: 'elsewhere', process_id: 1, process_began: '1' }
        await db
          .insertInto('upload_holder')
          .values({ id: frozen, ...elsewhere })
          .execute()
        await db.updateTable('upload').set({ holder: frozen }).where('id', '=', id).execute()
        const reply = await b.tus.patch(path, MIB, randomBytes(2 * MIB))
        assert.equal(reply.status, 204, 'after its patience')
        assert.ok(reply.headers['trove-file-id'])
      },
    )

    test('one that was passed over cuts nothing off from what others have made of it', { skip: onS3 }, async () => {
      const bytes = randomBytes(3 * MIB)
      const path = await create(bytes.length)
      const at = { offset: 0, announced: bytes.length, sent: bytes.subarray(0, MIB) }
      const socket = await halfPatch({ ...world, origin: a.origin }, tenant, path, at)
      // As after a freeze that was longer than anybody's patience: it has not heard that it was asked to let go.
      await world.t.platform.db.updateTable('upload').set({ holder: null }).where('id', '=', path.slice(-36)).execute()
      const { offset_bytes: offset } = await rowOf(path)
      const reply = await b.tus.patch(path, offset, bytes.subarray(offset))
      const fileId = String(reply.headers['trove-file-id'])
      await delay(2_100)
      for (let sent = MIB; sent < MIB + 5_000 && !socket.destroyed; sent += 1_000) {
        socket.write(bytes.subarray(sent, sent + 1_000))
        await delay(150)
      }
      await delay(300)
      socket.destroy()
      await requireContent(fileId, bytes)
    })

    test('what a process held that is gone is free at once', async () => {
      const path = await create(2 * MIB)
      const gone = newId()
      const { db } = world.t.platform
      const { place } = await db
        .selectFrom('upload_holder')
        .select('place')
        .where('process_id', '=', process.pid)
        .executeTakeFirstOrThrow()
      await db
        .insertInto('upload_holder')
        .values({ id: gone, place, process_id: 2 ** 22 + 1, process_began: '1' })
        .execute()
      await db.updateTable('upload').set({ holder: gone }).where('id', '=', path.slice(-36)).execute()
      const began = performance.now()
      assert.equal((await b.tus.patch(path, 0, randomBytes(MIB))).status, 204)
      assert.ok(performance.now() - began < 1000)
      assert.equal((await rowOf(path)).holder, null, 'let go')
    })

    test('the last bytes at one while the other is asked again and again make one file', { skip: onS3 }, async () => {
      const bytes = randomBytes(2 * MIB + 1)
      for (let round = 0; round < 6; round++) {
        const path = await create(bytes.length)
        await a.tus.patch(path, 0, bytes.subarray(0, MIB))
        const last = () => (round % 2 === 0 ? a : b).tus.patch(path, MIB, bytes.subarray(MIB)).catch(() => undefined)
        const asked = [a, b, a, b, b].map(async ({ tus }, i) => {
          await delay(i * 4 + round)
          const asked = performance.now()
          const { status } = await tus.head(path)
          assert.ok(performance.now() - asked < 3000, 'nobody held on to it')
          return status
        })
        const [statuses] = await Promise.all([Promise.all(asked), last()])
        assert.deepEqual([...new Set(statuses)], [200])
        const offset = Number((await a.tus.head(path)).headers['upload-offset'])
        if (offset < bytes.length) await a.tus.patch(path, offset, bytes.subarray(offset))
        const fileId = await untilFile(path)
        assert.equal((await rowOf(path)).file_id, fileId)
      }
      const { count } = await world.t.platform.db
        .selectFrom('file')
        .innerJoin('version', 'version.id', 'file.current_version_id')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('version.size_bytes', '=', bytes.length)
        .executeTakeFirstOrThrow()
      assert.equal(count, 6)
    })

    test('a process that starts leaves alone what another is writing to', { skip: onS3 }, async () => {
      const bytes = randomBytes(4 * MIB)
      const path = await create(bytes.length)
      const socket = await halfPatch({ ...world, origin: a.origin }, tenant, path, {
        offset: 0,
        announced: bytes.length,
        sent: bytes.subarray(0, 3 * MIB),
      })
      const c = await startProcess(world, tenant, readsBack || onS3)
      await delay(400)
      assert.equal((await rowOf(path)).status, 'uploading')
      const answer = new Promise<string>((resolve) => socket.once('data', (text) => resolve(String(text))))
      socket.write(bytes.subarray(3 * MIB))
      assert.match(await answer, /^HTTP\/1.1 204/)
      await c.stop()
      await requireContent(await untilFile(path), bytes)
    })

    test('what somebody left unfinished who is no longer a member becomes no file', { skip: onS3 }, async () => {
      const before = (await quotaOf(world, tenant)).reserved
      const user = await makeUser(world.t.platform)
      const { organizationId } = tenant
      await makeMember(world.t.platform, organizationId, user, 'member')
      const sender = tusClient(a.origin, (await bearer(world.t.platform, user)).authorization)
      const { db } = world.t.platform
      const set = (status: string) =>
        db.updateTable('organization').set({ status }).where('id', '=', organizationId).execute()
      const path = pathOf(await sender.create({ length: 3 * MIB, organizationId }))
      await set('suspended')
      assert.equal((await sender.patch(path, 0, randomBytes(3 * MIB))).status, 403)
      assert.equal((await rowOf(path)).status, 'checking')
      await set('active')
      await db.deleteFrom('organization_member').where('user_id', '=', user.userId).execute()
      const c = await startProcess(world, tenant, readsBack || onS3)
      try {
        for (let left = 100; left > 0 && (await rowOf(path)).status === 'checking'; left--) await delay(50)
        const { status, file_id, failure_kind } = await rowOf(path)
        assert.deepEqual([status, file_id, failure_kind], ['failed', null, 'not-found'])
        assert.equal((await quotaOf(world, tenant)).reserved, before)
      } finally {
        await c.stop()
      }
    })

    test('a checksum that is wrong changes nothing, and the right bytes go on from there', async () => {
      const bytes = randomBytes(3 * MIB)
      const path = await create(bytes.length)
      assert.equal((await a.tus.patch(path, 0, bytes.subarray(0, MIB))).status, 204)
      const sum = { 'upload-checksum': `sha1 ${createHash('sha1').update(bytes.subarray(MIB)).digest('base64')}` }
      for (const { tus } of [a, b]) assert.equal((await tus.patch(path, MIB, randomBytes(2 * MIB), sum)).status, 460)
      assert.equal((await a.tus.patch(path, MIB, bytes.subarray(MIB), sum)).status, 204)
      await requireContent(await untilFile(path), bytes)
    })

    test('one that comes whole and is cut is hashed when all of it is there', { skip: onS3 }, async () => {
      const bytes = randomBytes(5 * MIB)
      const path = await create(bytes.length)
      const socket = await halfPatch({ ...world, origin: a.origin }, tenant, path, {
        offset: 0,
        announced: bytes.length,
        sent: bytes.subarray(0, 2 * MIB),
      })
      socket.destroy()
      const offset = Number((await b.tus.head(path)).headers['upload-offset'])
      assert.equal(offset, 2 * MIB)
      assert.equal((await rowOf(path)).hash_state, null)
      const reply = await b.tus.patch(path, offset, bytes.subarray(offset))
      assert.equal(reply.status, 204)
      await requireContent(await untilFile(path), bytes)
      if (b.objects !== undefined) assert.ok(b.objects.reads > 0)
    })

    test('a state that is not understood is not believed', { skip: readsBack }, async () => {
      const bytes = randomBytes(3 * MIB)
      const path = await create(bytes.length)
      await a.tus.patch(path, 0, bytes.subarray(0, MIB))
      const broken = { hash_state: randomBytes(116) }
      await world.t.platform.db.updateTable('upload').set(broken).where('id', '=', path.slice(-36)).execute()
      assert.equal((await b.tus.patch(path, MIB, bytes.subarray(MIB))).status, 204)
      await requireContent(await untilFile(path), bytes)
    })

    test('bytes that are refused are refused by their first 64 KiB, in however many pieces those come', async () => {
      const reply = await a.tus.create({ length: MIB, organizationId: tenant.organizationId, filename: 'photo.jpg' })
      const path = pathOf(reply)
      const bytes = Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(MIB - 9)])
      assert.equal((await a.tus.patch(path, 0, bytes.subarray(0, 40_000))).status, 204)
      assert.equal((await b.tus.patch(path, 40_000, bytes.subarray(40_000, 70_000))).status, 422)
      assert.equal((await a.tus.head(path)).status, 410)
    })

    test('a cancelled one is interrupted wherever it is written to', { skip: onS3 }, async () => {
      const path = await create(4 * MIB)
      const bytes = randomBytes(2 * MIB)
      const socket = await halfPatch({ ...world, origin: a.origin }, tenant, path, {
        offset: 0,
        announced: 4 * MIB,
        sent: bytes,
      })
      const closed = new Promise((resolve) => socket.once('close', resolve))
      assert.equal((await b.tus.delete(path)).status, 204)
      assert.equal((await a.tus.head(path)).status, 410)
      await closed
      assert.equal(await world.t.platform.objects.staging.sizeBytes(path.slice(-36)), undefined)
    })
  })
}
