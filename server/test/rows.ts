import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm, unlink, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { endExpired } from '../src/domain/uploads/index.ts'
import { begin, compare, openRig, resume, sendAll, type Rig, type ServerProcess, type Tracked } from './crash-rig.ts'
import { bearer, makeOrganization, makeUser } from './make.ts'
import { startTestPlatform } from './platform.ts'
import { requireOrder, trace } from './strace.ts'
import { ask, pathOf, sha256Of, tusClient } from './tus.ts'

// What the tests do a few times and the long rows do often.

const MIB = 1024 * 1024

/** Connections cut in the middle, over and over; every file is whole in the end. */
export async function cutConnections(
  rig: Rig,
  about: { files: number; cutsPerFile: number; atOnce: number; maxBytes: number },
): Promise<number> {
  const server = await rig.start()
  const uploads: Tracked[] = []
  let cuts = 0
  const next = async () => {
    while (uploads.length < about.files) {
      const upload = await begin(rig, server, 1000 + Math.floor(Math.random() * about.maxBytes))
      uploads.push(upload)
      for (let cut = 0; cut < about.cutsPerFile; cut++) {
        const head = await rig.client(server).head(upload.path)
        assert.equal(head.status, 200)
        const offset = Number(head.headers['upload-offset'])
        if (offset === upload.bytes.length) break
        const { cut: end } = await sendAll(
          rig,
          server,
          upload,
          offset,
          Math.floor((Math.random() * (upload.bytes.length - offset)) / 2),
        )
        await delay(Math.random() * 10)
        end()
        cuts += 1
      }
      // A request that was cut may reach a busy server late and take the turn of the one that goes on, which tries again.
      assert.ok(
        (await resume(rig, server, upload)) ||
          (await resume(rig, server, upload)) ||
          (await resume(rig, server, upload)),
      )
    }
  }
  await Promise.all(Array.from({ length: about.atOnce }, next))
  await compare(rig, server, uploads)
  await server.kill()
  return cuts
}

/** One upload after another under the eyes of strace. */
export async function requireDurableOrder(rig: Rig, sizes: readonly number[]): Promise<void> {
  const server = await rig.start()
  const warmUp = await begin(rig, server, 10)
  assert.ok(await resume(rig, server, warmUp))
  const folder = await mkdtemp(join(tmpdir(), 'trove-strace-'))
  const watched = await trace(server.child.pid ?? 0, join(folder, 'calls'))
  const uploads: Tracked[] = []
  for (const size of sizes) {
    const upload = await begin(rig, server, size)
    assert.ok(await resume(rig, server, upload, size))
    uploads.push(upload)
  }
  const calls = await watched.stop()
  await rm(folder, { recursive: true, force: true })
  for (const upload of uploads) {
    const { object_key } = await rig.t.platform.db
      .selectFrom('blob')
      .innerJoin('upload', 'upload.sha256', 'blob.sha256')
      .select('blob.object_key')
      .where('upload.id', '=', upload.path.slice(-36))
      .executeTakeFirstOrThrow()
    requireOrder(calls, upload.path.slice(-36), object_key)
  }
  await server.kill()
}

/** A small file system of its own, or undefined where none may be mounted. */
export async function mountSmallDisk(
  sizeMib: number,
): Promise<{ folder: string; empty(): Promise<void>; unmount(): Promise<void> } | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'trove-full-'))
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMib}m`, 'tmpfs', folder]).status !== 0) {
    await rm(folder, { recursive: true, force: true })
    return undefined
  }
  return {
    folder,
    async empty() {
      for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true, force: true })
    },
    async unmount() {
      spawnSync('umount', [folder])
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** The disk fills up in the middle of an upload: a plain refusal, a true offset, and it goes on when there is room. */
export async function fillDisk(folder: string): Promise<void> {
  const t = await startTestPlatform({ STORAGE_URL: `file://${folder}` })
  try {
    const owner = await makeUser(t.platform)
    const { id: organizationId } = await makeOrganization(t.platform, owner)
    const { app } = await t.api()
    const tus = tusClient(
      await app.listen({ port: 0, host: '127.0.0.1' }),
      (await bearer(t.platform, owner)).authorization,
    )
    const kept = randomBytes(10 * MIB)
    const fileId = String((await tus.create({ length: kept.length, organizationId }, kept)).headers['trove-file-id'])
    const ballast = join(folder, '.staging', '00000000-0000-0000-0000-000000000000')
    await writeFile(ballast, randomBytes(30 * MIB))

    const bytes = randomBytes(40 * MIB)
    const path = pathOf(await tus.create({ length: bytes.length, organizationId, filename: 'full.bin' }))
    for (let round = 0; round < 3; round++) {
      const offset = Number((await tus.head(path)).headers['upload-offset'])
      const full = await tus.patch(path, offset, bytes.subarray(offset))
      assert.equal(full.status, 507)
      assert.match(String(full.json()['type']), /storage-full$/)
      assert.doesNotMatch(full.body.toString(), /ENOSPC|errno|\//)
    }
    const head = await tus.head(path)
    const offset = Number(head.headers['upload-offset'])
    assert.ok(head.status === 200 && offset > 10 * MIB && offset < bytes.length)
    assert.equal(await t.platform.objects.staging.sizeBytes(path.slice(-36)), offset)
    assert.equal(sha256Of((await tus.content(fileId)).body), sha256Of(kept), 'reads keep working')

    const other = pathOf(await tus.create({ length: 5 * MIB, organizationId }))
    assert.equal((await tus.patch(other, 0, randomBytes(5 * MIB))).status, 507)

    await unlink(ballast)
    const done = await tus.patch(path, offset, bytes.subarray(offset))
    assert.equal(done.status, 204, done.body.toString())
    assert.equal(sha256Of((await tus.content(String(done.headers['trove-file-id']))).body), sha256Of(bytes))

    await t.platform.db
      .updateTable('upload')
      .set({ expires_at: new Date(0) })
      .where('id', '=', other.slice(-36))
      .execute()
    await endExpired(t.platform)
    assert.deepEqual(await readdir(join(folder, '.staging')), [])
  } finally {
    await t.stop()
  }
}

/** Downloads that are closed or cut: the process lives on, and every whole one is whole. */
export async function leaveDownloads(rig: Rig, times: number, sizes: readonly number[]): Promise<void> {
  const server = await rig.start({ DOWNLOADS_PER_MINUTE: '1000000' })
  for (const size of sizes) {
    const upload = await begin(rig, server, size)
    assert.ok(await resume(rig, server, upload))
    const path = `/api/files/${upload.fileId}/content`
    for (let done = 0; done < times; done += 10) {
      await Promise.all(
        Array.from({ length: 10 }, async (_, i) => {
          await cutDownload(rig, server, path, i * 3)
          const whole = await ask(server.origin, {
            method: 'GET',
            path,
            headers: { authorization: rig.authorization, connection: 'close' },
          })
          assert.equal(sha256Of(whole.body), sha256Of(upload.bytes))
        }),
      )
    }
  }
  assert.equal(server.child.exitCode, null)
  assert.equal((await ask(server.origin, { method: 'GET', path: '/healthz' })).status, 200)
  await server.kill()
}

function cutDownload(rig: Rig, { origin }: ServerProcess, path: string, afterMs: number): Promise<void> {
  return new Promise((resolve) => {
    const { hostname, port } = new URL(origin)
    const socket = connect(Number(port), hostname, () =>
      socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: ${rig.authorization}\r\n\r\n`),
    )
    socket.once('data', () => setTimeout(() => socket.destroy(), afterMs))
    socket.on('error', () => undefined).once('close', () => resolve())
  })
}

/** Room for ten files, fifty who want it, by creation and by creation with the bytes. */
export async function raceForRoom(rounds: number): Promise<void> {
  const t = await startTestPlatform()
  try {
    const { app } = await t.api()
    const origin = await app.listen({ port: 0, host: '127.0.0.1' })
    for (let round = 0; round < rounds; round++) {
      const owner = await makeUser(t.platform)
      const { id: organizationId } = await makeOrganization(t.platform, owner, { quotaBytes: 10 * 1000 })
      const tus = tusClient(origin, (await bearer(t.platform, owner)).authorization)
      const replies = await Promise.all(
        Array.from({ length: 50 }, (_, i) =>
          tus.create({ length: 1000, organizationId }, i % 2 === round % 2 ? randomBytes(1000) : undefined),
        ),
      )
      assert.equal(replies.filter(({ status }) => status === 201).length, 10)
      assert.equal(replies.filter(({ status }) => status === 413).length, 40)
      const quota = await t.platform.db
        .selectFrom('quota')
        .selectAll()
        .where('organization_id', '=', organizationId)
        .executeTakeFirstOrThrow()
      assert.equal(quota.used_bytes + quota.reserved_bytes, 10_000)
    }
  } finally {
    await t.stop()
  }
}

/** Opens a rig for one row and closes it. */
export async function withRig(
  work: (rig: Rig) => Promise<void>,
  environment: Record<string, string> = {},
): Promise<void> {
  const rig = await openRig(environment)
  try {
    await work(rig)
  } finally {
    await rig.stop()
  }
}
