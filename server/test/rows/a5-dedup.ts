import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { sweep } from '../../src/domain/storage/index.ts'
import { purgeNow } from '../purge.ts'
import { sha1Collision } from '../sha1-collision.ts'
import { openWorld, quotaOf, type Tenant, type World } from '../tenant.ts'
import { ask, sha256Of } from '../tus.ts'

/** A5: the same bytes many times at once are kept once, for as long as one file is left, and not a moment longer. */
export async function uploadAndDeleteTogether(about: { uploads: number; sizeBytes: number }): Promise<void> {
  const world = await openWorld({ TRASH_DAYS: '0', DOWNLOADS_PER_MINUTE: '1000000' })
  try {
    const tenant = await world.makeTenant()
    const { tus, organizationId } = tenant
    const bytes = randomBytes(about.sizeBytes)
    const replies = await Promise.all(
      Array.from({ length: about.uploads }, () => tus.create({ length: bytes.length, organizationId }, bytes)),
    )
    const fileIds = replies.map(({ headers }) => String(headers['trove-file-id']))
    assert.equal(new Set(fileIds).size, about.uploads)
    assert.deepEqual(await kept(world), { blobs: 1, objects: 1 })
    assert.deepEqual(await quotaOf(world, tenant), { used: bytes.length, reserved: 0, files: about.uploads })

    const [last = '', ...others] = fileIds
    await Promise.all(others.map((fileId) => remove(world, tenant, fileId)))
    await collect(world)
    const { status, body } = await tus.content(last)
    assert.deepEqual([status, sha256Of(body)], [200, sha256Of(bytes)])
    assert.deepEqual(await kept(world), { blobs: 1, objects: 1 })
    assert.deepEqual(await quotaOf(world, tenant), { used: bytes.length, reserved: 0, files: 1 })

    await remove(world, tenant, last)
    await collect(world)
    assert.deepEqual(await kept(world), { blobs: 0, objects: 0 })
    assert.deepEqual(await quotaOf(world, tenant), { used: 0, reserved: 0, files: 0 })
  } finally {
    await world.t.stop()
  }
}

/** Bytes are told apart by all of their SHA-256 and by nothing else: not by name, length, beginning, end or SHA-1. */
export async function tellApart(): Promise<void> {
  const world = await openWorld()
  try {
    const tenant = await world.makeTenant()
    const { tus, organizationId } = tenant
    // The blocks behind the pair are the same, so the whole files collide too.
    const rest = randomBytes(4_680)
    const [one, other] = sha1Collision().map((beginning) => Buffer.concat([beginning, rest])) as [Buffer, Buffer]
    assert.equal(sha1Of(one), sha1Of(other))
    assert.notEqual(sha256Of(one), sha256Of(other))
    const about = { length: one.length, organizationId, filename: 'same.pdf' }
    const replies = await Promise.all([one, other, one, other].map((bytes) => tus.create(about, bytes)))
    assert.deepEqual(await kept(world), { blobs: 2, objects: 2 })
    const read = await Promise.all(replies.map(({ headers }) => tus.content(String(headers['trove-file-id']))))
    assert.deepEqual(
      read.map(({ body }) => sha256Of(body)),
      [one, other, one, other].map(sha256Of),
    )
    assert.deepEqual(await quotaOf(world, tenant), { used: 10_000, reserved: 0, files: 4 })
  } finally {
    await world.t.stop()
  }
}

const sha1Of = (bytes: Uint8Array): string => createHash('sha1').update(bytes).digest('hex')

async function remove({ origin }: World, { authorization }: Tenant, fileId: string): Promise<void> {
  const { status } = await ask(origin, { method: 'DELETE', path: `/api/files/${fileId}`, headers: { authorization } })
  assert.ok(status < 300, String(status))
}

async function collect({ t }: World): Promise<void> {
  await purgeNow(t)
  await sweep(t.platform, { graceMs: 0 })
}

async function kept({ t }: World): Promise<{ blobs: number; objects: number }> {
  const blobs = await t.platform.db.selectFrom('blob').select('id').execute()
  let objects = 0
  for await (const _ of t.platform.objects.list()) objects += 1
  return { blobs: blobs.length, objects }
}
