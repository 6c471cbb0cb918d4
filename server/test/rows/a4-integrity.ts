import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { open, rm, utimes } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Verification } from '../../src/domain/storage/index.ts'
import type { ObjectStore } from '../../src/platform/objects/index.ts'
import { makeOrganization, makeUser } from '../make.ts'
import { startTestPlatform, type TestPlatform } from '../platform.ts'
import { randomOf } from '../random.ts'
import { makeStoredFile } from '../stored.ts'

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const MINUTE_MS = 60_000

/**
 * A4: of `files` files, ten are taken away, ten have one bit turned, and ten objects are put that no row mentions. The
 * command names each with its class and its key, nothing else, deletes nothing, and says so by its exit code; on the
 * store as it was before, it finds nothing.
 */
export async function plantAndVerify(files: number, sizeBytes: number): Promise<{ tookMs: number }> {
  const t = await startTestPlatform()
  try {
    const random = randomOf(4)
    const uploader = await makeUser(t.platform)
    const { id: organizationId } = await makeOrganization(t.platform, uploader)
    for (let i = 0; i < files; i += 1)
      await makeStoredFile(t.platform, {
        organizationId,
        uploader,
        name: `${i}.bin`,
        bytes: randomBytes(1 + random.below(sizeBytes)),
        isEnqueued: false,
      })

    const clean = await runVerify(t)
    assert.deepEqual([clean.code, clean.found.faults, clean.found.blobs], [0, [], files])

    const planted = await plant(t, organizationId)
    const before = await keysOf(t.platform.objects)
    const began = performance.now()
    const { code, found } = await runVerify(t)
    const tookMs = performance.now() - began
    assert.deepEqual(found.faults.map(({ kind, objectKey }) => `${kind} ${objectKey}`).toSorted(), planted.toSorted())
    assert.equal(code, 1)
    assert.deepEqual(await keysOf(t.platform.objects), before, 'nothing was deleted')
    const { count } = await t.platform.db
      .selectFrom('blob')
      .select((e) => e.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    assert.equal(count, files, 'no row was either')
    return { tookMs }
  } finally {
    await t.stop()
  }
}

/** Each as `class key`. */
async function plant(t: TestPlatform, organizationId: string): Promise<string[]> {
  const { objects, db } = t.platform
  const rows = await db.selectFrom('blob').select(['object_key as key', 'size_bytes as size']).orderBy('id').execute()
  const random = randomOf(30)
  const planted: string[] = []
  for (const { key } of rows.slice(0, 10)) {
    await rm(pathOf(objects, key))
    planted.push(`missing ${key}`)
  }
  for (const { key, size } of rows.slice(-10)) {
    await turnOneBit(pathOf(objects, key), random.below(size), random.below(8))
    planted.push(`changed ${key}`)
  }
  for (let i = 0; i < 10; i += 1) {
    const key = objects.newKey({ family: 'files', role: 'originals', extension: 'bin' })
    await objects.put(key, [randomBytes(1_000)] as unknown as AsyncIterable<Uint8Array>, { organizationId })
    const longAgo = new Date(Date.now() - 10 * MINUTE_MS)
    await utimes(pathOf(objects, key), longAgo, longAgo)
    planted.push(`orphan ${key}`)
  }
  return planted
}

async function turnOneBit(path: string, position: number, bit: number): Promise<void> {
  const handle = await open(path, 'r+')
  const byte = Buffer.alloc(1)
  await handle.read(byte, 0, 1, position)
  await handle.write(Buffer.from([(byte[0] ?? 0) ^ (1 << bit)]), 0, 1, position)
  await handle.close()
}

const keysOf = async (objects: ObjectStore) => (await Array.fromAsync(objects.list())).map(({ key }) => key).toSorted()

const pathOf = (objects: ObjectStore, key: string): string => {
  const path = objects.localPath(key)
  assert.ok(path !== undefined)
  return path
}

async function runVerify(t: TestPlatform): Promise<{ code: number; found: Verification }> {
  const child = spawn(process.execPath, [MAIN, 'verify', '--json'], {
    env: { PATH: process.env['PATH'], TROVE_DATA: t.config.dataFolder, DATABASE_URL: t.config.databaseUrl },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [said, [code]] = await Promise.all([child.stdout.toArray(), once(child, 'close') as Promise<[number]>])
  return { code, found: JSON.parse(Buffer.concat(said as Buffer[]).toString()) as Verification }
}
