import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { recount, sweep } from '../../src/domain/storage/index.ts'
import { purgeNow } from '../purge.ts'
import { openWorld, quotaOf, type Tenant, type World } from '../tenant.ts'
import { ask, sha256Of } from '../tus.ts'

const CONTENT_BYTES = 40_000

/** Nothing waits in the trash, and the sweep has no patience: what may go goes at once. */
const open = (): Promise<World> => openWorld({ TRASH_DAYS: '0', DOWNLOADS_PER_MINUTE: '1000000' })

/** What the night does, with no grace: the trash is purged, then all that nothing refers to is swept away. */
async function collect({ t }: World): Promise<void> {
  await purgeNow(t)
  const { missing } = await sweep(t.platform, { graceMs: 0 })
  assert.deepEqual(missing, [], 'rows whose bytes are gone')
}

async function upload(tenant: Tenant, bytes: Buffer): Promise<string> {
  const { tus, organizationId } = tenant
  const done = await tus.create({ length: bytes.length, organizationId }, bytes)
  assert.equal(done.status, 201, done.body.toString())
  const fileId = done.headers['trove-file-id']
  assert.ok(typeof fileId === 'string', 'an upload ended without a file')
  return fileId
}

async function remove(world: World, { authorization }: Tenant, fileId: string): Promise<void> {
  const gone = await ask(world.origin, { method: 'DELETE', path: `/api/files/${fileId}`, headers: { authorization } })
  assert.ok(gone.status < 300, `${gone.status} ${gone.body.toString()}`)
}

async function requireBytes({ tus }: Tenant, fileId: string, bytes: Buffer): Promise<void> {
  const { status, body } = await tus.content(fileId)
  assert.equal(status, 200, `the bytes of a file are gone: ${body.toString().slice(0, 200)}`)
  assert.equal(sha256Of(body), sha256Of(bytes))
}

/** Deletes everything, sweeps, and asks that nothing is left of it: no row, no object, no byte in the books. */
async function requireNothingLeft(world: World, tenant: Tenant): Promise<void> {
  const { db, objects } = world.t.platform
  await collect(world)
  await collect(world)
  const blobs = await db.selectFrom('blob').select('id').execute()
  const reservations = await db.selectFrom('reservation').select('upload_id').execute()
  const kept: string[] = []
  for await (const { key } of objects.list()) kept.push(key)
  for await (const { id } of objects.staging.list()) kept.push(id)
  assert.deepEqual({ blobs, reservations, kept }, { blobs: [], reservations: [], kept: [] })
  assert.deepEqual(await quotaOf(world, tenant), { used: 0, reserved: 0, files: 0 })
  assert.deepEqual((await recount(world.t.platform)).differences, [])
}

/** A6: the last reference to bytes is deleted and collected while the same bytes are uploaded again, over and over. */
export async function deleteLastAmidUploads(rounds: number): Promise<void> {
  const world = await open()
  try {
    const tenant = await world.makeTenant()
    const bytes = randomBytes(CONTENT_BYTES)
    let fileId = await upload(tenant, bytes)
    for (let round = 0; round < rounds; round++) {
      const last = fileId
      const [next] = await Promise.all([
        upload(tenant, bytes),
        remove(world, tenant, last).then(() => collect(world)),
        // Now and then a second one that collects, as when somebody starts it by hand.
        ...(round % 3 === 0 ? [collect(world)] : []),
      ])
      fileId = next
      await requireBytes(tenant, fileId, bytes)
      if (round % 5 === 0) await collect(world)
      await requireBytes(tenant, fileId, bytes)
    }
    await remove(world, tenant, fileId)
    await requireNothingLeft(world, tenant)
  } finally {
    await world.t.stop()
  }
}

/**
 * Many attach and delete the same few contents at once while one collects without end: nothing is lost, nothing leaks.
 *
 * @param rounds       attachments in all, each with its deletion; more of them on a machine that collects slowly
 * @param leastAmidst  so often everything is collected meanwhile
 */
export async function attachAndDelete(rounds: number, leastAmidst: number): Promise<void> {
  const world = await open()
  try {
    const tenant = await world.makeTenant()
    const contents = Array.from({ length: 3 }, (_, at) => randomBytes(500 + at))
    let begun = 0
    let collections = 0
    const churn = async () => {
      while (begun < rounds || collections < leastAmidst) {
        const round = begun++
        const bytes = contents[round % contents.length] ?? Buffer.of(0)
        const fileId = await upload(tenant, bytes)
        if (round % 4 === 0) await requireBytes(tenant, fileId, bytes)
        await remove(world, tenant, fileId)
      }
    }
    let isOver = false
    const collecting = (async () => {
      for (; !isOver; collections++) await collect(world)
    })()
    await Promise.all(Array.from({ length: 8 }, churn)).finally(() => (isOver = true))
    await collecting
    await requireNothingLeft(world, tenant)
  } finally {
    await world.t.stop()
  }
}
