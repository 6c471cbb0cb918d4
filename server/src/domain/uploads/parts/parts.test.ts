import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { inTransaction } from '../../../platform/db/index.ts'
import { sweep } from '../../storage/index.ts'
import { startAnother, type AnotherProcess } from '../../../../test/another-process.ts'
import { forwardOnly } from '../../../../test/forward-only.ts'
import { Upload } from 'tus-js-client'
import { bearer, makeMember, makeUser } from '../../../../test/make.ts'
import { openWorld, quotaOf, type Tenant, type World } from '../../../../test/tenant.ts'
import { metadataOf, pathOf, sha256Of, tusClient, type Reply, type TusClient } from '../../../../test/tus.ts'
import { endExpired } from '../tasks.ts'

// Concatenation, as literal requests and responses, and as the client of the page does it.

const MIB = 1024 * 1024

for (const readsBack of [true, false]) {
  describe(`tus: concatenation, where staged bytes ${readsBack ? 'can' : 'cannot'} be read back`, () => {
    let world: World
    let tenant: Tenant
    let api: AnotherProcess
    let tus: TusClient
    let origin: string

    before(async () => {
      world = await openWorld({ MAX_FILE_BYTES: '32MiB' })
      await world.stopApi()
      tenant = await world.makeTenant()
      api = await startAnother(world.t, readsBack ? undefined : forwardOnly)
      origin = api.origin
      tus = tusClient(origin, tenant.authorization)
    })
    after(async () => {
      await api.stop()
      await world.t.stop()
    })

    const metadata = (filename = 'whole.bin') => metadataOf({ filename, organizationId: tenant.organizationId })
    const createPart = (length: number, client = tus) =>
      client.send('POST', '/api/uploads', {
        'upload-concat': 'partial',
        'upload-length': length,
        'upload-metadata': metadataOf({ organizationId: tenant.organizationId }),
      })
    async function part(bytes: Uint8Array): Promise<string> {
      const created = await createPart(bytes.length)
      assert.equal(created.status, 201, created.body.toString())
      assert.equal(created.headers['upload-concat'], 'partial')
      const path = pathOf(created)
      const reply = await tus.patch(path, 0, bytes)
      assert.equal(reply.status, 204, reply.body.toString())
      assert.equal(reply.headers['trove-file-id'], undefined, 'a part is no file')
      return path
    }
    const final = (addresses: readonly string[], filename?: string, headers: Record<string, string> = {}) =>
      tus.send('POST', '/api/uploads', {
        'upload-concat': `final;${addresses.join(' ')}`,
        'upload-metadata': metadata(filename),
        ...headers,
      })
    async function fileOf(created: Reply): Promise<string> {
      assert.equal(created.status, 201, created.body.toString())
      for (let left = 100; left > 0; left--) {
        const head = await tus.head(pathOf(created))
        assert.equal(head.status, 200)
        if (head.headers['trove-file-id'] !== undefined) return String(head.headers['trove-file-id'])
        await delay(50)
      }
      return assert.fail('it did not become a file')
    }

    test('parts are joined in the order in which they are named, and their room is held once', async () => {
      const before = await quotaOf(world, tenant)
      const [a, b, c] = [randomBytes(2 * MIB + 1), randomBytes(3), randomBytes(5 * MIB + 7)]
      const paths = [await part(c), await part(a), await part(b)] as const
      const whole = Buffer.concat([a, b, c])
      assert.equal((await quotaOf(world, tenant)).reserved, before.reserved + whole.length)
      const named = [paths[1], `${origin}${paths[2]}`, paths[0]]
      const created = await final(named)
      assert.equal(created.headers['upload-concat'], `final;${named.join(' ')}`)
      const fileId = await fileOf(created)
      assert.equal(sha256Of((await tus.content(fileId)).body), sha256Of(whole))
      assert.deepEqual(await quotaOf(world, tenant), {
        used: before.used + whole.length,
        reserved: before.reserved,
        files: before.files + 1,
      })
      const head = await tus.head(pathOf(created))
      assert.equal(head.headers['upload-concat'], `final;${named.join(' ')}`)
      assert.equal(head.headers['upload-length'], String(whole.length))
      assert.equal(head.headers['upload-offset'], String(whole.length))
      const swept = await sweep(world.t.platform, { graceMs: 0 })
      assert.deepEqual([swept.objectsRemoved, swept.stagingRemoved, swept.missing], [0, 0, []], 'nothing is left over')
    })

    test('a part tells that it is one, and where it stands', async () => {
      const path = pathOf(await createPart(10))
      await tus.patch(path, 0, Buffer.from('abc'))
      const head = await tus.head(path)
      assert.equal(head.headers['upload-concat'], 'partial')
      assert.equal(head.headers['upload-offset'], '3')
      assert.equal(head.headers['upload-length'], '10')
    })

    test('nothing can be added to a final upload, nor to what it is made of', async () => {
      const paths = [await part(Buffer.from('abc')), await part(Buffer.from('def'))]
      const created = await final(paths)
      await fileOf(created)
      const refused = await tus.patch(pathOf(created), 6, Buffer.from('x'))
      assert.equal(refused.status, 403)
      assert.equal((await tus.patch(pathOf(created), 0, Buffer.alloc(0))).status, 403)
      for (const path of paths) assert.notEqual((await tus.patch(path, 3, Buffer.from('x'))).status, 204)
    })

    test('parts that are not whole, used, twice, foreign, plain or none are refused', async () => {
      const good = await part(Buffer.from('abc'))
      const unfinished = pathOf(await createPart(10))
      const plain = pathOf(await tus.create({ length: 5, organizationId: tenant.organizationId }))
      const stranger = await makeUser(world.t.platform)
      await makeMember(world.t.platform, tenant.organizationId, stranger, 'member')
      const other = tusClient(origin, (await bearer(world.t.platform, stranger)).authorization)
      const foreign = pathOf(await createPart(3, other))
      await other.patch(foreign, 0, Buffer.from('xyz'))
      const tenantOfOther = await world.makeTenant()
      assert.equal((await final([good, unfinished])).status, 409)
      assert.equal((await final([good, good])).status, 400)
      assert.equal((await final([good, foreign])).status, 404)
      assert.equal((await final([good, plain])).status, 400)
      assert.equal((await final([])).status, 400)
      assert.equal((await final([good, '/elsewhere/file'])).status, 400)
      assert.equal((await final([good, '/api/uploads/01890000-0000-7000-8000-000000000000'])).status, 404)
      assert.equal((await final([good], 'a.bin', { 'upload-length': '3' })).status, 400)
      assert.equal((await final([good], 'a.exe')).status, 422)
      const elsewhere = metadataOf({ filename: 'a.bin', organizationId: tenantOfOther.organizationId })
      assert.equal((await final([good], 'a.bin', { 'upload-metadata': elsewhere })).status, 404)
      await fileOf(await final([good]))
      assert.equal((await final([good])).status, 409, 'a part is used once')
    })

    test('a part that is joined at the moment at which it expires is not ended', async () => {
      const { platform } = world.t
      const [one, two] = [randomBytes(300_000), randomBytes(1000)]
      const paths = [await part(one), await part(two)]
      const ids = paths.map((path) => path.slice(-36))
      await platform.db
        .updateTable('upload')
        .set({ expires_at: new Date(0) })
        .where('id', 'in', ids)
        .execute()
      const joined = Promise.withResolvers<void>()
      // As creating the final upload does it, a moment before it commits.
      const joining = inTransaction(platform.db, async (tx) => {
        await tx
          .updateTable('upload')
          .set({ part_of: ids[0] ?? '', part_number: 1 })
          .where('id', '=', ids[1] ?? '')
          .execute()
        await joined.promise
      })
      const ending = endExpired(platform)
      await delay(200)
      joined.resolve()
      await joining
      await ending
      const [left] = await platform.db
        .selectFrom('upload')
        .selectAll()
        .where('id', '=', ids[1] ?? '')
        .execute()
      assert.equal(left?.status, 'uploading')
      assert.equal(await platform.objects.staging.sizeBytes(ids[1] ?? ''), two.length)
      await platform.db
        .updateTable('upload')
        .set({ part_of: null, part_number: null })
        .where('id', '=', ids[1] ?? '')
        .execute()
      await endExpired(platform)
    })

    test('of many that want the same part one gets it', async () => {
      const paths = [await part(randomBytes(1000)), await part(randomBytes(1000))]
      const replies = await Promise.all(
        Array.from({ length: 8 }, (_, i) => final(i % 2 === 0 ? paths : paths.toReversed())),
      )
      assert.equal(replies.filter(({ status }) => status === 201).length, 1)
      assert.equal(replies.filter(({ status }) => status === 409).length, 7)
      const [made] = replies.filter(({ status }) => status === 201)
      if (made !== undefined) await fileOf(made)
    })

    test('the whole is judged by its first 64 KiB, over the parts, before anything is joined', async () => {
      const before = await quotaOf(world, tenant)
      const paths = [
        await part(Buffer.from('%PD')),
        await part(Buffer.concat([Buffer.from('F-1.7\n'), Buffer.alloc(9)])),
      ]
      const created = await final(paths, 'photo.jpg')
      assert.equal(created.status, 422, created.body.toString())
      assert.deepEqual(await quotaOf(world, tenant), before, 'the room of its parts is free again')
      for (const path of paths) assert.equal((await tus.head(path)).status, 410)
      const kept = pathOf(await createPart(3))
      const swept = await sweep(world.t.platform, { graceMs: 0 })
      assert.deepEqual([swept.objectsRemoved, swept.stagingRemoved], [0, 0])
      assert.equal((await tus.delete(kept)).status, 204)
    })

    test('too much together is refused', async () => {
      const paths = [await part(randomBytes(17 * MIB)), await part(randomBytes(16 * MIB))]
      assert.equal((await final(paths)).status, 413)
      for (const path of paths) assert.equal((await tus.delete(path)).status, 204)
    })

    test('the client of the page sends a file in four parts at once', async () => {
      const bytes = randomBytes(9 * MIB + 11)
      const seen: number[] = []
      const url = await new Promise<string>((resolve, reject) => {
        const upload = new Upload(bytes, {
          endpoint: `${origin}/api/uploads`,
          headers: { authorization: tenant.authorization },
          parallelUploads: 4,
          metadata: { filename: 'parallel.bin', organizationId: tenant.organizationId },
          metadataForPartialUploads: { organizationId: tenant.organizationId },
          onProgress: (sent, total) => void seen.push(sent / (total ?? bytes.length)),
          onError: reject,
          onSuccess: () => resolve(upload.url ?? ''),
        })
        upload.start()
      })
      const head = await tus.head(new URL(url, origin).pathname)
      const fileId = String(head.headers['trove-file-id'])
      assert.equal(sha256Of((await tus.content(fileId)).body), sha256Of(bytes))
      assert.ok(seen.every((share) => share >= 0 && share <= 1))
    })
  })
}
