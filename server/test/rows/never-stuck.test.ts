import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { giveUp, renderVersion } from '../../src/domain/media/operations.ts'
import { sweep } from '../../src/domain/storage/index.ts'
import { jpeg } from '../media/make.ts'
import { purgeNow } from '../purge.ts'
import { freePort, until } from '../server.ts'
import { openWorld, quotaOf, type Tenant, type World } from '../tenant.ts'
import { ask, sha256Of } from '../tus.ts'

const WORKER = fileURLToPath(new URL('worker-process.ts', import.meta.url))
const WITHIN_MS = 30_000

describe('a file whose processing does not come to its end', () => {
  const withWorld = async (
    environment: Record<string, string>,
    work: (world: World, tenant: Tenant) => Promise<void>,
  ) => {
    const world = await openWorld({ TRASH_DAYS: '0', ...environment })
    try {
      await work(world, await world.makeTenant())
    } finally {
      await world.t.stop()
    }
  }
  async function send({ tus, organizationId }: Tenant, seed: string): Promise<{ fileId: string; bytes: Buffer }> {
    const bytes = await jpeg({ widthPixels: 3000, heightPixels: 2000, seed })
    const reply = await tus.create({ length: bytes.length, organizationId, filename: `${seed}.jpg` }, bytes)
    assert.equal(reply.status, 201, reply.body.toString())
    return { fileId: String(reply.headers['trove-file-id']), bytes }
  }
  const versions = ({ t }: World) => t.platform.db.selectFrom('version').select(['id', 'status']).execute()
  const countOf = async (world: World, status: string) =>
    (await versions(world)).filter((version) => version.status === status).length

  /** Whoever sent it has it, can delete it, and then nothing of it is left. */
  async function requireGone(world: World, tenant: Tenant, sent: readonly { fileId: string; bytes: Buffer }[]) {
    const { t } = world
    for (const { fileId, bytes } of sent) {
      assert.equal(sha256Of((await tenant.tus.content(fileId)).body), sha256Of(bytes))
      const headers = { authorization: tenant.authorization }
      const deleted = await ask(world.origin, { method: 'DELETE', path: `/api/files/${fileId}`, headers })
      assert.ok(deleted.status < 300, `${deleted.status} ${deleted.body.toString()}`)
    }
    await purgeNow(t)
    assert.deepEqual(await versions(world), [])
    assert.deepEqual(await quotaOf(world, tenant), { used: 0, reserved: 0, files: 0 })
    const swept = await sweep(t.platform, { graceMs: 0 })
    assert.deepEqual(swept.missing, [])
    assert.deepEqual(await Array.fromAsync(t.platform.objects.list()), [])
  }

  test('because nobody works, can be opened and deleted', () =>
    withWorld({}, async (world, tenant) => {
      const sent = [await send(tenant, 'waits')]
      assert.equal(await countOf(world, 'pending'), 1)
      await requireGone(world, tenant, sent)
    }))

  test('because its worker was killed in the middle, can be opened and deleted before anybody takes it up again', () =>
    withWorld({}, async (world, tenant) => {
      const { dataFolder, databaseUrl } = world.t.config
      const worker = spawn(process.execPath, [WORKER, dataFolder, databaseUrl], {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      })
      await once(worker, 'message')
      const sent: Awaited<ReturnType<typeof send>>[] = []
      for (let i = 0; i < 4; i++) sent.push(await send(tenant, `killed ${i}`))
      assert.ok(await until(async () => (await countOf(world, 'processing')) > 0, WITHIN_MS, 5))
      worker.kill('SIGKILL')
      await once(worker, 'exit')
      assert.ok(
        (await countOf(world, 'processing')) + (await countOf(world, 'pending')) > 0,
        'it was too late to kill it',
      )
      await requireGone(world, tenant, sent)
    }))

  test('because the scanner cannot be reached, can be opened by whoever sent it, and deleted', async () =>
    withWorld({ CLAMAV_URL: `tcp://127.0.0.1:${await freePort()}` }, async (world, tenant) => {
      const { platform } = world.t
      const sent = [await send(tenant, 'held')]
      const [version] = await versions(world)
      const { signal } = new AbortController()
      await assert.rejects(renderVersion(platform, version?.id ?? '', signal), /scanner cannot be reached/)
      // As the queue does after the last attempt.
      await giveUp(platform, version?.id ?? '', new Error('it was tried often enough'))
      const blob = await platform.db.selectFrom('blob').select('scan_reason').executeTakeFirst()
      assert.equal(blob?.scan_reason, 'unreachable')
      await requireGone(world, tenant, sent)
    }))
})
