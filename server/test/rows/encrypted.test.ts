import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import sharp from 'sharp'
import { eraseDue } from '../../src/domain/ops/erasing/operations.ts'
import { createRenderer, mediaTasks, useRenderer } from '../../src/domain/media/index.ts'
import { makeBareCopy } from '../../src/domain/media/bare/operations.ts'
import { getBareCopy } from '../../src/domain/media/bare/store.ts'
import { sweep } from '../../src/domain/storage/index.ts'
import { openPlatform } from '../../src/app/platform.ts'
import { startWorkers, type Workers } from '../../src/platform/jobs/index.ts'
import { bearer } from '../make.ts'
import { untilSettled, untilStepsEnd } from '../stored.ts'
import { halfPatch, openWorld, type Tenant, type World } from '../tenant.ts'
import { pathOf, sha256Of } from '../tus.ts'

const MIB = 1024 * 1024
const PLANTED = 'a sentence that must not be found anywhere on the disk'
const PRIVATE = 'Kestrel Private Camera'

describe('an installation with a master key', () => {
  let world: World
  let workers: Workers
  let renderer: ReturnType<typeof createRenderer>
  let tenant: Tenant
  let folder: string
  const masterKey = randomBytes(32)

  before(async () => {
    world = await openWorld({ TROVE_MASTER_KEY: masterKey.toString('base64'), MEDIA_TIMEOUT_SECONDS: '30' })
    const { platform, config } = world.t
    renderer = createRenderer(platform)
    useRenderer(platform, renderer)
    const options = { connectionString: config.databaseUrl, log: platform.log, slots: 2 }
    workers = await startWorkers(platform, mediaTasks, options)
    tenant = await world.makeTenant()
    folder = config.dataFolder
  })
  after(async () => {
    await workers.stop()
    renderer.close()
    await world.t.stop()
  })

  const blobOf = (bytes: Uint8Array) =>
    world.t.platform.db
      .selectFrom('blob')
      .select(['id', 'object_key as key'])
      .where('sha256', '=', Buffer.from(sha256Of(bytes), 'hex'))
      .executeTakeFirstOrThrow()

  /** Looks through everything below a folder, what is only staged included. */
  async function requireNowhere(words: readonly string[]): Promise<number> {
    let looked = 0
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue
      const bytes = await readFile(join(entry.parentPath, entry.name))
      looked += 1
      for (const word of words) assert.ok(!bytes.includes(word), `${entry.name} says ${word}`)
    }
    return looked
  }

  test('takes an upload in pieces, cut in the middle, and gives back what was sent, in ranges too', async () => {
    const { tus, organizationId } = tenant
    const bytes = Buffer.concat([Buffer.from(PLANTED.repeat(60_000)), randomBytes(3 * MIB + 17)])
    const path = pathOf(await tus.create({ length: bytes.length, organizationId, filename: 'notes.bin' }))
    await tus.patch(path, 0, bytes.subarray(0, 1_234_567))
    const socket = await halfPatch(world, tenant, path, {
      offset: 1_234_567,
      announced: bytes.length - 1_234_567,
      sent: bytes.subarray(1_234_567, 2_000_001),
    })
    socket.destroy()
    await requireNowhere([PLANTED.slice(2, 40)])
    // The server may still be keeping what the broken request brought.
    let at = 0
    for (let left = 100; left > 0 && at < 2_000_001; left--)
      at = Number((await tus.head(path)).headers['upload-offset'])
    assert.ok(at >= 1_234_567)
    let reply = await tus.patch(path, at, bytes.subarray(at, at + 999_999))
    reply = await tus.patch(path, at + 999_999, bytes.subarray(at + 999_999))
    const fileId = String(reply.headers['trove-file-id'])
    assert.equal(sha256Of((await tus.content(fileId)).body), sha256Of(bytes))
    for (const [first, last] of [
      [0, 0],
      [65_535, 65_536],
      [1_234_000, 3_333_333],
      [bytes.length - 1, bytes.length - 1],
    ] as const) {
      const range = await tus.send('GET', `/api/files/${fileId}/content`, { range: `bytes=${first}-${last}` })
      assert.equal(range.status, 206)
      assert.equal(range.headers['content-range'], `bytes ${first}-${last}/${bytes.length}`)
      assert.ok(range.body.equals(bytes.subarray(first, last + 1)))
    }
    // Programs get a decrypted copy for as long as they work: no longer.
    await untilSettled(world.t.platform, organizationId, 30_000)
    await untilStepsEnd(world.t.platform, 30_000)
    assert.ok((await requireNowhere([PLANTED.slice(2, 40)])) > 0)
    const copies = await readdir(world.t.platform.settings.temporaryFolder, { recursive: true, withFileTypes: true })
    assert.deepEqual(
      copies.filter((entry) => entry.isFile()).map(({ name }) => name),
      [],
    )
    const { missing, objectsRemoved } = await sweep(world.t.platform, { graceMs: 0 })
    assert.deepEqual([missing, objectsRemoved], [[], 0])
  })

  test('makes thumbnails and bare copies of what only it can read, and one ZIP of many files', async () => {
    const { tus, organizationId, owner } = tenant
    const { platform } = world.t
    const picture = await sharp({ create: { width: 900, height: 600, channels: 3, background: 'teal' } })
      .withExif({ IFD0: { Model: PRIVATE } })
      .jpeg()
      .toBuffer()
    const drawing = Buffer.from(
      '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="60"><rect width="90" height="60" fill="red"/></svg>',
    )
    const ids: string[] = []
    for (const [filename, bytes] of [
      ['a.jpg', picture],
      ['b.svg', drawing],
    ] as const) {
      const done = await tus.create({ length: bytes.length, organizationId, filename }, bytes)
      ids.push(String(done.headers['trove-file-id']))
    }
    for (const { status, name } of await untilSettled(platform, organizationId, 30_000))
      assert.equal(status, 'ready', name)
    const { id: blobId } = await blobOf(picture)
    const variants = await platform.db.selectFrom('variant').selectAll().where('blob_id', '=', blobId).execute()
    assert.ok(variants.length >= 2)
    for (const { object_key: key, size_bytes: sizeBytes, width_pixels: width } of variants) {
      const bytes = Buffer.concat(await (await platform.objects.get(key)).toArray())
      assert.equal(bytes.length, sizeBytes)
      assert.equal((await sharp(bytes).metadata()).width, width)
    }
    await makeBareCopy(platform, blobId, new AbortController().signal)
    const bare = await getBareCopy(platform.db, blobId)
    assert.ok(bare !== undefined && bare.withheld === null)
    const stripped = Buffer.concat(await (await platform.objects.get(bare.objectKey)).toArray())
    assert.ok(!stripped.includes(PRIVATE) && picture.includes(PRIVATE))
    await untilStepsEnd(platform, 60_000)
    await requireNowhere([PRIVATE, 'http://www.w3.org/2000/svg'])

    const headers = { ...(await bearer(platform, owner)), 'content-type': 'application/json' }
    const body = JSON.stringify({ fileIds: ids })
    const asked = await fetch(`${world.origin}/api/organizations/${organizationId}/zip`, {
      method: 'POST',
      headers,
      body,
    })
    assert.equal(asked.status, 201)
    const { url } = (await asked.json()) as { url: string }
    const zip = Buffer.from(await (await fetch(new URL(url, world.origin))).arrayBuffer())
    assert.ok(zip.includes(drawing) && zip.includes(picture))
  })

  test('ends a response before the first byte that was changed on the disk', async () => {
    const { tus, organizationId } = tenant
    const bytes = randomBytes(2 * MIB)
    const done = await tus.create({ length: bytes.length, organizationId })
    const reply = await tus.patch(pathOf(done), 0, bytes)
    const { key } = await blobOf(bytes)
    const path = join(folder, 'objects', key)
    const stored = await readFile(path)
    stored.writeUInt8((stored[MIB + 999] ?? 0) ^ 4, MIB + 999)
    await writeFile(path, stored)
    await assert.rejects(tus.content(String(reply.headers['trove-file-id'])))
    assert.equal((await tus.get('/api/me')).status, 200)
  })

  test('erases an organization so that copies made of the store before cannot be read either', async () => {
    const { platform, config } = world.t
    const { tus, organizationId, owner } = await world.makeTenant()
    const bytes = Buffer.from(PLANTED.repeat(1000))
    await tus.create({ length: bytes.length, organizationId, filename: 'secret.txt' }, bytes)
    const { key } = await blobOf(bytes)
    const backup = await mkdtemp(join(tmpdir(), 'trove-backup-'))
    try {
      await cp(join(folder, 'objects'), backup, { recursive: true })
      const headers = { ...(await bearer(platform, owner)), 'content-type': 'application/json' }
      const ask = (path: string, body: object) =>
        fetch(`${world.origin}/api/organizations/${organizationId}/erasure${path}`, {
          method: 'POST',
          headers,
          body: JSON.stringify(body),
        })
      const { confirmation } = (await (await ask('', { name: 'Organization' })).json()) as { confirmation: string }
      assert.equal((await ask('/confirm', { confirmation })).status, 200)
      await platform.db
        .updateTable('organization_erasure')
        .set({ erase_at: new Date(Date.now() - 1000) })
        .where('organization_id', '=', organizationId)
        .execute()
      // The store does not let go of anything: what is left over must be of no use.
      const objects = { ...platform.objects, delete: async () => undefined }
      await eraseDue({ ...platform, objects })
      const told = await platform.db
        .selectFrom('activity')
        .select('action')
        .where('organization_id', '=', organizationId)
        .where('action', 'in', ['organization.key-made', 'organization.key-destroyed', 'organization.erased'])
        .execute()
      assert.deepEqual(told.map(({ action }) => action).sort(), [
        'organization.erased',
        'organization.key-destroyed',
        'organization.key-made',
      ])
      // A process that begins now knows the master key and has the backup, and that is not enough.
      const later = await openPlatform({ ...config, storage: { kind: 'disk', folder: backup } }, 'api')
      try {
        assert.ok((await later.objects.list()[Symbol.asyncIterator]().next()).value)
        await assert.rejects(later.objects.get(key), { name: 'ObjectChanged' })
      } finally {
        await later.close()
      }
    } finally {
      await rm(backup, { recursive: true })
    }
  })

  test('does not start without its master key, and says so without telling any', async () => {
    const other = randomBytes(32)
    for (const given of [other, undefined]) {
      const encryption = { masterKey: given, oldMasterKey: undefined, isOn: given !== undefined }
      await assert.rejects(openPlatform({ ...world.t.config, encryption }, 'api'), (error: Error) => {
        assert.match(error.message, /does not start without it/)
        return (
          !error.message.includes(masterKey.toString('base64')) && !error.message.includes(other.toString('base64'))
        )
      })
    }
  })

  test('reads on what was encrypted when encryption is turned off, and what was plain before', async () => {
    const { config } = world.t
    const off = { ...config, encryption: { ...config.encryption, isOn: false }, compresses: false }
    const later = await openPlatform(off, 'api')
    try {
      const about = { family: 'files', role: 'originals', extension: 'txt' } as const
      const [before, now] = [world.t.platform.objects.newKey(about), later.objects.newKey(about)]
      await world.t.platform.objects.put(before, once('before'), tenant)
      await later.objects.put(now, once('now'), tenant)
      for (const objects of [later.objects, world.t.platform.objects]) {
        assert.equal(Buffer.concat(await (await objects.get(before)).toArray()).toString(), 'before')
        assert.equal(Buffer.concat(await (await objects.get(now)).toArray()).toString(), 'now')
      }
      assert.equal(world.t.platform.objects.localPath(before), undefined)
      assert.equal((await readFile(world.t.platform.objects.localPath(now) ?? '')).toString(), 'now')
    } finally {
      await later.close()
    }
  })
})

async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}
