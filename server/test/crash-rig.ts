import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { runSweep } from '../src/app/sweep.ts'
import type { CrashPoint } from '../src/platform/objects/crash-point.ts'
import { bearer, makeOrganization, makeUser } from './make.ts'
import { startTestPlatform, type TestPlatform } from './platform.ts'
import { pathOf, sha256Of, tusClient, type TusClient } from './tus.ts'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const SECRET = 'a secret for tests, of more than 32 bytes'
const START_WITHIN_MS = 60_000

export type ServerProcess = { origin: string; child: ChildProcess; kill(): Promise<void>; exited: Promise<void> }

export type Rig = {
  t: TestPlatform
  organizationId: string
  authorization: string
  /** Starts the API as a process of its own on the rig's database and store. */
  start(environment?: Record<string, string>): Promise<ServerProcess>
  client(server: ServerProcess): TusClient
  stop(): Promise<void>
}

/** A database, a store and an organization, on which API processes are started, killed and started again. */
export async function openRig(environment: Record<string, string> = {}): Promise<Rig> {
  const t = await startTestPlatform({ TROVE_SECRET: SECRET, ...environment })
  const owner = await makeUser(t.platform)
  const { id: organizationId } = await makeOrganization(t.platform, owner, { quotaBytes: 100 * 1024 ** 3 })
  const { authorization } = await bearer(t.platform, owner)
  const running = new Set<ServerProcess>()
  return {
    t,
    organizationId,
    authorization,
    client: ({ origin }) => tusClient(origin, authorization),
    async start(more = {}) {
      const env = {
        ...process.env,
        NODE_ENV: 'test',
        LOG_LEVEL: 'error',
        PORT: '0',
        HOST: '127.0.0.1',
        TROVE_DATA: t.config.dataFolder,
        DATABASE_URL: t.config.databaseUrl,
        TROVE_SECRET: SECRET,
        ...environment,
        ...more,
      }
      const server = await startServer(env)
      running.add(server)
      void server.exited.then(() => running.delete(server))
      return server
    },
    async stop() {
      await Promise.all([...running].map((server) => server.kill()))
      await t.stop()
    },
  }
}

async function startServer(env: NodeJS.ProcessEnv): Promise<ServerProcess> {
  const child = spawn(process.execPath, [MAIN, 'api'], { env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const timer = setTimeout(() => reject(new Error('the API did not start')), START_WITHIN_MS)
  child.on(
    'message',
    (message: { kind: string; address?: string }) => message.kind === 'listening' && resolve(message.address ?? ''),
  )
  void exited.then(() => reject(new Error('the API ended at its start')))
  const origin = await promise.finally(() => clearTimeout(timer))
  return {
    origin,
    child,
    exited,
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
  }
}

export type Tracked = { path: string; bytes: Buffer; fileId?: string }

/** Creates an upload of random bytes. */
export async function begin(rig: Rig, server: ServerProcess, sizeBytes: number): Promise<Tracked> {
  const reply = await rig
    .client(server)
    .create({ length: sizeBytes, organizationId: rig.organizationId, filename: `${sizeBytes}.bin` })
  assert.equal(reply.status, 201, reply.body.toString())
  return { path: pathOf(reply), bytes: randomBytes(sizeBytes) }
}

/** Asks where the upload stands and sends the rest in chunks until it is a file; false when the server died meanwhile. */
export async function resume(
  rig: Rig,
  server: ServerProcess,
  upload: Tracked,
  chunkBytes = 2 * 1024 * 1024,
): Promise<boolean> {
  const tus = rig.client(server)
  try {
    for (let left = 100; left > 0 && upload.fileId === undefined; left--) {
      const head = await tus.head(upload.path)
      assert.equal(head.status, 200, `an upload was lost: ${head.status}`)
      note(upload, head.headers['trove-file-id'])
      const offset = Number(head.headers['upload-offset'])
      if (upload.fileId === undefined && offset === upload.bytes.length) await delay(100)
      if (upload.fileId !== undefined || offset === upload.bytes.length) continue
      const reply = await tus.patch(upload.path, offset, upload.bytes.subarray(offset, offset + chunkBytes))
      assert.ok([204, 503].includes(reply.status), `${reply.status} ${reply.body.toString()}`)
      note(upload, reply.headers['trove-file-id'])
    }
    return upload.fileId !== undefined
  } catch (error) {
    if (error instanceof assert.AssertionError) throw error
    return false
  }
}

function note(upload: Tracked, fileId: string | string[] | undefined): void {
  if (typeof fileId === 'string') upload.fileId = fileId
}

/** Sends all of an upload in one request; resolves when the system has taken its last byte, not when it is answered. */
export function sendAll(
  rig: Rig,
  server: ServerProcess,
  upload: Tracked,
  offset: number,
  cutAfter = Infinity,
): Promise<{ answer: Promise<string>; cut(): void }> {
  const { hostname, port } = new URL(server.origin)
  const rest = upload.bytes.subarray(offset)
  const socket = connect(Number(port), hostname)
  const answer = new Promise<string>((resolve) => {
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
      const fileId = /^trove-file-id: (.*?)\r$/im.exec(text)?.[1]
      if (fileId !== undefined) upload.fileId = fileId
    })
    socket.on('error', () => undefined).on('close', () => resolve(text))
  })
  socket.write(
    `PATCH ${upload.path} HTTP/1.1\r\nHost: x\r\nAuthorization: ${rig.authorization}\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: ${offset}\r\n` +
      `Content-Type: application/offset+octet-stream\r\nContent-Length: ${rest.length}\r\n\r\n`,
  )
  return new Promise((resolve) => {
    const done = () => resolve({ answer, cut: () => socket.destroy() })
    socket.write(rest.subarray(0, Math.min(rest.length, cutAfter)), done)
    socket.once('close', done)
  })
}

/** Sweeps without grace and compares everything: what was acknowledged, what is listed, what is stored, what is charged. */
export async function compare(rig: Rig, server: ServerProcess, uploads: readonly Tracked[]): Promise<void> {
  const { t, organizationId } = rig
  const swept = await runSweep(t.config, { graceMs: 0 })
  assert.deepEqual(swept.missingKeys, [], 'rows without an object')
  const again = await runSweep(t.config, { graceMs: 0 })
  assert.deepEqual(
    [again.objectsRemoved, again.blobsRemoved, again.stagingRemoved, again.stagingKept],
    [0, 0, 0, 0],
    'left over after the sweep',
  )

  const blobs = await t.platform.db
    .selectFrom('blob')
    .select(['object_key', 'size_bytes'])
    .where('organization_id', '=', organizationId)
    .execute()
  const files = await t.platform.db
    .selectFrom('file')
    .select('id')
    .where('organization_id', '=', organizationId)
    .execute()
  assert.equal(again.objectsKept, blobs.length, 'an object for each blob')
  assert.equal(files.length, uploads.length, 'a file for each upload, and none twice')
  const quota = await t.platform.db
    .selectFrom('quota')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .executeTakeFirstOrThrow()
  assert.deepEqual(
    { used: quota.used_bytes, reserved: quota.reserved_bytes, files: quota.file_count },
    { used: blobs.reduce((sum, { size_bytes }) => sum + size_bytes, 0), reserved: 0, files: uploads.length },
  )
  for (const upload of uploads) {
    assert.ok(upload.fileId, 'every upload became a file')
    const content = await rig.client(server).content(upload.fileId)
    assert.equal(content.status, 200)
    assert.equal(sha256Of(content.body), sha256Of(upload.bytes), 'the bytes are those that were sent')
  }
}

export type Killing = {
  kills: number
  /** Of ten kills, so many at the moment the last byte was sent. */
  atLastByteOfTen: number
  uploadsAtOnce: number
  maxBytes: number
}

/** Uploads, kills the API with -9, starts it again and resumes, over and over; then compares. */
export async function killAndResume(
  rig: Rig,
  killing: Killing,
): Promise<{ kills: number; atLastByte: number; uploads: number }> {
  let server = await rig.start()
  const all: Tracked[] = []
  let atLastByte = 0
  for (let kill = 0; kill < killing.kills; kill++) {
    const uploads = await Promise.all(
      Array.from({ length: killing.uploadsAtOnce }, (_, i) => begin(rig, server, sizeOf(killing.maxBytes, kill + i))),
    )
    all.push(...uploads)
    const isAtLastByte = kill % 10 < killing.atLastByteOfTen
    if (isAtLastByte) atLastByte += 1
    const sent = uploads.map((upload) =>
      sendAll(rig, server, upload, 0, isAtLastByte ? Infinity : Math.floor(Math.random() * upload.bytes.length)),
    )
    const answers = (await Promise.all(sent)).map(({ answer }) => answer)
    await delay(Math.random() * (isAtLastByte ? 40 : 15))
    await server.kill()
    await Promise.all(answers)
    server = await rig.start()
    for (const upload of uploads) assert.ok(await resume(rig, server, upload), 'an upload could not be resumed')
  }
  await compare(rig, server, all)
  await server.kill()
  return { kills: killing.kills, atLastByte, uploads: all.length }
}

/** Small ones, which come in one piece, and larger ones, which do not. */
function sizeOf(maxBytes: number, seed: number): number {
  if (seed % 3 === 0) return 1 + Math.floor(Math.random() * 60_000)
  return 1 + Math.floor(Math.random() * (seed % 3 === 1 ? Math.min(maxBytes, 1_048_576) : maxBytes))
}

/** The steps of finishing at which a process may be made to die, and whether the file is there by then. */
const POINTS: readonly { point: CrashPoint; isCommitted: boolean }[] = [
  { point: 'flush', isCommitted: false },
  { point: 'rename', isCommitted: false },
  { point: 'folder-flush', isCommitted: false },
  { point: 'before-commit', isCommitted: false },
  { point: 'after-commit', isCommitted: true },
  { point: 'before-204', isCommitted: true },
]

/**
 * Has the API die at every named step of finishing, resumes after each, and compares.
 *
 * @param sizesOf  small uploads come in one piece and have no offset of their own; larger ones do
 */
export async function crashAtEveryPoint(rig: Rig, sizesOf: (place: number) => readonly number[]): Promise<void> {
  const uploads: Tracked[] = []
  for (const [place, { point, isCommitted }] of POINTS.entries()) {
    for (const sizeBytes of sizesOf(place)) {
      const upload = await crashAt(rig, point, sizeBytes)
      uploads.push(upload)
      const { count } = await rig.t.platform.db
        .selectFrom('file')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow()
      assert.equal(count, uploads.length - (isCommitted ? 0 : 1), `listed after dying at ${point}`)
      const server = await rig.start()
      assert.ok(await resume(rig, server, upload))
      if (uploads.length === POINTS.length * sizesOf(place).length) await compare(rig, server, uploads)
      await server.kill()
    }
  }
}

async function crashAt(rig: Rig, point: CrashPoint, sizeBytes: number): Promise<Tracked> {
  const crashing = await rig.start({ TROVE_CRASH_AT: point })
  const upload = await begin(rig, crashing, sizeBytes)
  const { answer } = await sendAll(rig, crashing, upload, 0)
  await Promise.race([crashing.exited, delay(20_000).then(() => assert.fail(`it did not die at ${point}`))])
  assert.doesNotMatch(await answer, /^HTTP\/1\.1 20/, 'nothing was acknowledged')
  return upload
}
