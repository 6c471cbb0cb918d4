import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbedded, type Embedded } from '../../src/app/embedded.ts'
import { runSweep } from '../../src/app/sweep.ts'
import { connect, type Db } from '../../src/platform/db/index.ts'
import { migrate } from '../../src/platform/db/migrate.ts'
import { testConfig } from '../platform.ts'
import { makeHome, signUp, sleep, startPart, until, type Part, type Person } from '../server.ts'
import { openSilentLine, type SilentLine } from '../silent-line.ts'
import { ask, pathOf, sha256Of, tusClient, type TusClient } from '../tus.ts'

/** What is done to a running Trove while people upload. */
export type Disturbance = 'line' | 'api' | 'worker' | 'database' | 'store'

export type Store = { url: string; kill(): Promise<void>; start(): Promise<void> }

export type Chaos = {
  /** What happens, one after another; people upload until it is over. */
  disturbances: readonly Disturbance[]
  maxBytes: number
  /** Elsewhere than in a folder of this machine. */
  store?: Store
  /** More of the configuration. */
  environment?: Record<string, string>
}

export type Survived = { uploads: number; attempts: number; slowestReturnMs: number }

const ANSWERED_WITHIN_MS = 120_000
const READY_WITHIN_MS = 60_000
const CLIENTS = 8
const CHUNK_BYTES = 700_000

/**
 * Uploads go on while connections go dead, the API, the worker, the database and the store are killed in turn. In the
 * end every acknowledged file is what was sent, what is charged is what is there, and nothing is left over.
 */
export async function survive(chaos: Chaos): Promise<Survived> {
  const world = await openWorld(chaos)
  try {
    const person = await signUp(world.origin)
    const crowd: Crowd = { person, uploads: [], attempts: 0, isOver: false, maxBytes: chaos.maxBytes }
    const sending = sendUntilOver(world, crowd)
    // Whoever waits for it hears of its end; what goes wrong before that is heard all the same.
    sending.catch(() => undefined)
    let slowestReturnMs = 0
    for (const disturbance of chaos.disturbances) {
      await sleep(150 + Math.random() * 500)
      slowestReturnMs = Math.max(slowestReturnMs, await world.disturb(disturbance))
    }
    crowd.isOver = true
    await sending
    await compare(world, crowd)
    return { uploads: crowd.uploads.length, attempts: crowd.attempts, slowestReturnMs }
  } finally {
    await world.close()
  }
}

type Sent = { bytes: Buffer; fileId: string | undefined }

type Crowd = { person: Person; uploads: Sent[]; attempts: number; isOver: boolean; readonly maxBytes: number }

type World = {
  origin: string
  line: SilentLine
  databaseUrl(): string
  environment: Record<string, string>
  /** @returns how long it took to be ready again, in milliseconds */
  disturb(what: Disturbance): Promise<number>
  close(): Promise<void>
}

async function openWorld({ store, environment: more = {} }: Chaos): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'trove-chaos-postgres-'))
  await chmod(folder, 0o711)
  let postgres: Embedded = await startEmbedded({ dataFolder: folder })
  await migrate(postgres.url)
  const home = await makeHome('chaos', postgres.url)
  const environment = { ...home.environment, ...(store && { STORAGE_URL: store.url }), ...more, LOG_LEVEL: 'info' }
  const parts: Record<'api' | 'worker', Part> = await startParts(environment).catch(async (error: unknown) => {
    await postgres.stop('now')
    throw error
  })
  const { origin } = parts.api
  const line = await openSilentLine(Number(new URL(origin).port))

  const restart = async (name: 'api' | 'worker') => {
    parts[name].kill('SIGKILL')
    await parts[name].exit
    parts[name] = await startPart(name, environment)
  }
  const acts: Record<Disturbance, () => Promise<unknown>> = {
    line: async () => line.goSilent(),
    api: () => restart('api'),
    worker: () => restart('worker'),
    async database() {
      await postgres.stop('now')
      await sleep(300)
      postgres = await startEmbedded({ dataFolder: folder })
    },
    async store() {
      await store?.kill()
      await sleep(1_000)
      await store?.start()
    },
  }
  return {
    origin,
    line,
    environment,
    databaseUrl: () => postgres.url,
    async disturb(what) {
      await acts[what]()
      const backAt = Date.now()
      assert.ok(await until(() => isReady(origin), READY_WITHIN_MS, 50), `not ready after ${what}`)
      return Date.now() - backAt
    },
    async close() {
      for (const part of Object.values(parts)) part.kill('SIGKILL')
      await Promise.all(Object.values(parts).map(({ exit }) => exit))
      await line.close()
      await postgres.stop('now')
      await home.remove()
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

async function startParts(environment: Record<string, string>): Promise<Record<'api' | 'worker', Part>> {
  const api = await startPart('api', environment)
  try {
    return { api, worker: await startPart('worker', environment) }
  } catch (error) {
    api.kill('SIGKILL')
    throw error
  }
}

const isReady = (origin: string): Promise<boolean> =>
  ask(origin, { method: 'GET', path: '/readyz' }).then(
    ({ status }) => status === 200,
    () => false,
  )

async function sendUntilOver(world: World, crowd: Crowd): Promise<void> {
  const { person, uploads } = crowd
  const next = async () => {
    while (!crowd.isOver) {
      const upload = newUpload(crowd)
      uploads.push(upload)
      const deadline = Date.now() + ANSWERED_WITHIN_MS
      const tus = tusClient(world.line.origin, person.authorization)
      let path: string | undefined
      while (upload.fileId === undefined) {
        assert.ok(Date.now() < deadline, 'an upload never came to its end')
        crowd.attempts += 1
        try {
          path ??= await begin(tus, person.organizationId, upload)
          if (path !== undefined) await goOn(tus, path, upload)
        } catch (error) {
          // The line is dead or nobody listens: what any client does then is to wait a little and ask again.
          if (error instanceof assert.AssertionError) throw error
        }
        if (upload.fileId === undefined) await sleep(50 + Math.random() * 100)
      }
    }
  }
  await Promise.all(Array.from({ length: CLIENTS }, next))
}

/** A third of them so small that they come in one piece. */
function newUpload({ uploads, maxBytes }: Crowd): Sent {
  const limit = uploads.length % 3 === 0 ? 60_000 : maxBytes
  return { bytes: randomBytes(1 + Math.floor(Math.random() * limit)), fileId: undefined }
}

/** What a client may be told on the way: go on, not now, or that a newer request of its own knows better. */
const HARMLESS = new Set([200, 201, 204, 409, 503])

async function begin(tus: TusClient, organizationId: string, upload: Sent): Promise<string | undefined> {
  const reply = await tus.create({ length: upload.bytes.length, organizationId, filename: 'chaos.bin' })
  assert.ok(HARMLESS.has(reply.status), `create: ${reply.status} ${reply.body.toString()}`)
  return reply.status === 201 ? pathOf(reply) : undefined
}

async function goOn(tus: TusClient, path: string, upload: Sent): Promise<void> {
  const head = await tus.head(path)
  assert.ok(HARMLESS.has(head.status), `HEAD: ${head.status}`)
  if (head.status !== 200) return
  note(upload, head.headers)
  const offset = Number(head.headers['upload-offset'])
  if (upload.fileId !== undefined || offset === upload.bytes.length) return
  const reply = await tus.patch(path, offset, upload.bytes.subarray(offset, offset + CHUNK_BYTES))
  assert.ok(HARMLESS.has(reply.status), `PATCH: ${reply.status} ${reply.body.toString()}`)
  note(upload, reply.headers)
}

function note(upload: Sent, headers: Record<string, unknown>): void {
  const fileId = headers['trove-file-id']
  if (typeof fileId === 'string') upload.fileId = fileId
}

async function compare(world: World, { person, uploads }: Crowd): Promise<void> {
  const { organizationId } = person
  for (const { fileId = '', bytes } of uploads) {
    const content = await person.tus.content(fileId)
    assert.equal(content.status, 200)
    assert.equal(sha256Of(content.body), sha256Of(bytes), 'the bytes are those that were sent')
  }
  const db = connect(world.databaseUrl(), { poolSize: 2, prepare: true, onIdleError: () => undefined })
  try {
    await settled(db, organizationId)
    // Begun, and the answer lost: nobody knows of them, and they end when their time is over.
    await db
      .updateTable('upload')
      .set({ expires_at: new Date(0) })
      .where('ended_at', 'is', null)
      .execute()
    const { TROVE_DATA: folder = '', ...environment } = world.environment
    const config = testConfig(world.databaseUrl(), folder, environment)
    const swept = await runSweep(config, { graceMs: 0 })
    assert.deepEqual(swept.missingKeys, [], 'rows without an object')
    const again = await runSweep(config, { graceMs: 0 })
    const { objectsRemoved, blobsRemoved, stagingRemoved, stagingKept } = again
    assert.deepEqual([objectsRemoved, blobsRemoved, stagingRemoved, stagingKept], [0, 0, 0, 0], 'left after the sweep')
    await compareQuota(db, organizationId, uploads.length)
  } finally {
    await db.destroy()
  }
}

/** Variants are made beside; a sweep without grace must not meet them on their way. */
async function settled(db: Db, organizationId: string): Promise<void> {
  const isSettled = async () => {
    const open = await db
      .selectFrom('version')
      .innerJoin('file', 'file.id', 'version.file_id')
      .select('version.id')
      .where('file.organization_id', '=', organizationId)
      .where('version.status', 'in', ['pending', 'processing'])
      .execute()
    return open.length === 0
  }
  assert.ok(await until(isSettled, 180_000, 500), 'a file is never ready')
}

async function compareQuota(db: Db, organizationId: string, files: number): Promise<void> {
  const blobs = await db.selectFrom('blob').select('size_bytes').where('organization_id', '=', organizationId).execute()
  const quota = await db
    .selectFrom('quota')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .executeTakeFirstOrThrow()
  assert.deepEqual(
    { used: quota.used_bytes, reserved: quota.reserved_bytes, files: quota.file_count },
    { used: blobs.reduce((sum, blob) => sum + blob.size_bytes, 0), reserved: 0, files },
  )
}
