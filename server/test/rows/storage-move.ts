import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { openRig, type Rig, type ServerProcess } from '../crash-rig.ts'
import { quotaOf } from '../tenant.ts'
import { pathOf, sha256Of } from '../tus.ts'

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

type Kept = { fileId: string; sha256: string }

/**
 * Moves an installation from one store to another while it runs: uploads and downloads go on throughout, the copying is
 * killed in the middle and begun again, an upload that was begun before the switch ends after it. In the end the old
 * store is empty and away, every acknowledged file is byte-identical, and the quota is what it was.
 *
 * @param upload  bytes of each file that is there before; the move is slowed so that it can be killed in the middle
 */
export async function moveWhileInUse(fromUrl: string, toUrl: string, about: { files: number; fileBytes: number }) {
  const rig = await openRig()
  const kept: Kept[] = []
  try {
    const before = { STORAGE_URL: fromUrl }
    const first = await rig.start(before)
    for (let i = 0; i < about.files; i += 1) kept.push(await send(rig, first, randomBytes(about.fileBytes)))

    const rate = String(Math.ceil((about.files * about.fileBytes) / 8))
    const killed = command(rig, before, ['migrate', '--to', toUrl, '--rate', rate])
    while ((await countMoved(rig)) < 3) await delay(20)
    killed.child.kill('SIGKILL')
    await killed.ended
    const resumed = await countMoved(rig)
    assert.ok(resumed < about.files, 'it was killed in the middle')
    const moving = command(rig, before, ['migrate', '--to', toUrl, '--json'])
    kept.push(await send(rig, first, randomBytes(50_000)))
    await compare(rig, first, kept)
    const moved = await moving.ended
    assert.equal(moved.code, 0, moved.said)
    const told = JSON.parse(moved.said) as { copied: number }
    assert.ok(told.copied >= about.files - resumed && told.copied <= about.files - resumed + 1, moved.said)

    // After the last pass, before the switch: a file, and one that is on its way.
    kept.push(await send(rig, first, randomBytes(60_000)))
    const bytes = randomBytes(200_000)
    const unfinished = await begin(rig, first, bytes, 120_000)
    await first.kill()

    const during = { STORAGE_URL: toUrl, STORAGE_OLD_URL: fromUrl }
    const second = await rig.start(during)
    await compare(rig, second, kept)
    kept.push(await end(rig, second, unfinished, bytes))
    kept.push(await send(rig, second, randomBytes(70_000)))
    assert.equal((await command(rig, during, ['migrate', '--check']).ended).code, 1, 'the old store is needed still')
    const rest = command(rig, during, ['migrate', '--remove-source', '--json'])
    kept.push(await send(rig, second, randomBytes(80_000)))
    await compare(rig, second, kept)
    const brought = await rest.ended
    assert.equal(brought.code, 0, brought.said)
    const checked = await command(rig, during, ['migrate', '--check']).ended
    assert.equal(checked.code, 0, checked.said)
    assert.match(checked.said, /STORAGE_OLD_URL can go/)
    await second.kill()

    const after = { STORAGE_URL: toUrl }
    const third = await rig.start(after)
    await compare(rig, third, kept)
    const quota = await quotaOf(rig, rig)
    assert.deepEqual([quota.files, quota.reserved], [kept.length, 0])
    const { sum } = await rig.t.platform.db
      .selectFrom('blob')
      .select((e) => e.fn.sum<number>('size_bytes').as('sum'))
      .executeTakeFirstOrThrow()
    assert.equal(quota.used, Number(sum))
    const verified = await run(rig, after, ['verify', '--json'])
    assert.deepEqual([verified.code, JSON.parse(verified.said).faults], [0, []], verified.said)
    return { files: kept.length, resumed }
  } finally {
    await rig.stop()
  }
}

async function countMoved(rig: Rig): Promise<number> {
  const { count } = await rig.t.platform.db
    .selectFrom('moved_object')
    .select((e) => e.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return count
}

async function send(rig: Rig, server: ServerProcess, bytes: Buffer): Promise<Kept> {
  return end(rig, server, await begin(rig, server, bytes, 0), bytes)
}

async function begin(rig: Rig, server: ServerProcess, bytes: Buffer, sentBytes: number): Promise<string> {
  const client = rig.client(server)
  const created = await client.create({ length: bytes.length, organizationId: rig.organizationId })
  assert.equal(created.status, 201, created.body.toString())
  const path = pathOf(created)
  if (sentBytes > 0) assert.equal((await client.patch(path, 0, bytes.subarray(0, sentBytes))).status, 204)
  return path
}

/** From wherever the server says that the upload stands: it may ask for bytes again. */
async function end(rig: Rig, server: ServerProcess, path: string, bytes: Buffer): Promise<Kept> {
  const client = rig.client(server)
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const head = await client.head(path)
    const offset = Number(head.headers['upload-offset'])
    const sent = await client.patch(path, offset, bytes.subarray(offset))
    const fileId = sent.headers['trove-file-id']
    if (sent.status === 204 && typeof fileId === 'string') return { fileId, sha256: sha256Of(bytes) }
    await delay(300)
  }
  throw new Error('the upload did not end')
}

async function compare(rig: Rig, server: ServerProcess, kept: readonly Kept[]): Promise<void> {
  for (const { fileId, sha256 } of kept) {
    const { status, body } = await rig.client(server).content(fileId)
    assert.deepEqual([status, sha256Of(body)], [200, sha256])
  }
}

const command = (rig: Rig, environment: Record<string, string>, words: string[]) => {
  const child = spawn(process.execPath, [MAIN, 'storage', ...words], {
    env: {
      PATH: process.env['PATH'],
      TROVE_DATA: rig.t.config.dataFolder,
      DATABASE_URL: rig.t.config.databaseUrl,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return { child, ended: outcomeOf(child) }
}

const run = (rig: Rig, environment: Record<string, string>, words: string[]) =>
  outcomeOf(
    spawn(process.execPath, [MAIN, ...words], {
      env: {
        PATH: process.env['PATH'],
        TROVE_DATA: rig.t.config.dataFolder,
        DATABASE_URL: rig.t.config.databaseUrl,
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  )

async function outcomeOf(child: ReturnType<typeof spawn>): Promise<{ code: number | null; said: string }> {
  const [said, [code]] = await Promise.all([
    child.stdout?.toArray() ?? [],
    once(child, 'close') as Promise<[number | null]>,
  ])
  return { code, said: Buffer.concat(said as Buffer[]).toString() }
}
