import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, open, rm, unlink } from 'node:fs/promises'
import { Agent, createServer, request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { openRig, type Rig, type ServerProcess } from '../server/test/crash-rig.ts'
import { metadataOf, pathOf, tusClient } from '../server/test/tus.ts'

// What the path of a byte costs, each line beside its limit in the same run: trust the ratios, not the figures.

export type Line = { name: string; value: number; limit: number; ratio: number; unit: string }

const MIB = 1024 * 1024
const GIB = 1024 * MIB
const CHUNK_BYTES = 90 * MIB
const SMALL_FILES = 2000
const SMALL_BYTES = 20_000
const AT_ONCE = 16
const ROUNDS = 3

const agent = new Agent({ keepAlive: true })

/** Runs every measurement of uploads and downloads; about two minutes. Needs TEST_DATABASE_URL. */
export async function benchUploads(): Promise<Line[]> {
  const rig = await openRig()
  const server = await rig.start()
  try {
    return [...(await benchLarge(rig, server)), await benchSmall(rig, server), await benchDownload(rig, server)]
  } finally {
    await server.kill()
    await rig.stop()
  }
}

/** 1 GiB by tus against SHA-256 alone, against a server that only throws bytes away, and against the peer. */
async function benchLarge(rig: Rig, server: ServerProcess): Promise<Line[]> {
  const ours: number[] = []
  const hash: number[] = []
  const sink: number[] = []
  const disk: number[] = []
  const peers: number[] = []
  const bare = await startChild('sink')
  const peer = await startChild('peer')
  try {
    for (let round = 0; round < ROUNDS; round++) {
      hash.push(await rateOf(async () => hashAlone()))
      sink.push(await rateOf(() => sendGib(bare.origin, '/', () => ({ method: 'PATCH' }))))
      disk.push(await rateOf(() => writeAlone(join(rig.t.config.dataFolder, 'objects'))))
      ours.push(await rateOf(() => uploadGib(server.origin, '/api/uploads', rig.authorization, rig.organizationId)))
      peers.push(await rateOf(() => uploadGib(peer.origin, '/files', '', rig.organizationId)))
    }
  } finally {
    await bare.stop()
    await peer.stop()
  }
  return [
    line('1 GiB by tus with SHA-256, against SHA-256 alone on one thread', ours, hash, 'MiB/s'),
    line('1 GiB by tus with SHA-256, against this disk alone: written, and flushed every 16 MiB', ours, disk, 'MiB/s'),
    line('1 GiB by tus with SHA-256, against a bare node:http sink that keeps nothing', ours, sink, 'MiB/s'),
    line(
      '1 GiB by tus with SHA-256, against @tus/server + @tus/file-store, which hashes and flushes nothing',
      ours,
      peers,
      'MiB/s',
    ),
  ]
}

async function benchSmall(rig: Rig, server: ServerProcess): Promise<Line> {
  const tus = tusClient(server.origin, rig.authorization)
  const contents = Array.from({ length: SMALL_FILES }, () => randomBytes(SMALL_BYTES))
  const startedAt = performance.now()
  const next = async () => {
    for (let bytes = contents.pop(); bytes !== undefined; bytes = contents.pop()) {
      const reply = await tus.create({ length: bytes.length, organizationId: rig.organizationId }, bytes)
      if (reply.status !== 201) throw new Error(`${reply.status} ${reply.body.toString()}`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, next))
  const perSecond = SMALL_FILES / ((performance.now() - startedAt) / 1000)
  return {
    name: `${SMALL_FILES} files of 20 KB, ${AT_ONCE} in parallel`,
    value: perSecond,
    limit: perSecond,
    ratio: 1,
    unit: 'files/s',
  }
}

async function benchDownload(rig: Rig, server: ServerProcess): Promise<Line> {
  const fileId = await uploadGib(server.origin, '/api/uploads', rig.authorization, rig.organizationId)
  const bare = await startChild('stream')
  const ours: number[] = []
  const limit: number[] = []
  try {
    for (let round = 0; round < ROUNDS; round++) {
      limit.push(await rateOf(() => download(bare.origin, '/', '')))
      ours.push(await rateOf(() => download(server.origin, `/api/files/${fileId}/content`, rig.authorization)))
    }
  } finally {
    await bare.stop()
  }
  return line('1 GiB download, against a bare node:http stream of a file', ours, limit, 'MiB/s')
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

function line(name: string, values: readonly number[], limits: readonly number[], unit: string): Line {
  const [value, limit] = [median(values), median(limits)]
  return { name, value, limit, ratio: value / limit, unit }
}

async function rateOf(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return 1024 / ((performance.now() - startedAt) / 1000)
}

function hashAlone(): void {
  const piece = randomBytes(MIB)
  const hash = createHash('sha256')
  for (let sent = 0; sent < GIB; sent += MIB) hash.update(piece)
  hash.digest()
}

async function writeAlone(folder: string): Promise<void> {
  const path = join(folder, '.staging', 'bench')
  const piece = randomBytes(MIB)
  const handle = await open(path, 'w')
  for (let at = 0; at < GIB; at += MIB) {
    await handle.write(piece, 0, MIB, at)
    if (at % (16 * MIB) === 0) await handle.datasync()
  }
  await handle.datasync()
  await handle.close()
  await unlink(path)
}

/** 1 GiB in chunks as large as are taken. Returns the id of the file, from a server that tells it. */
async function uploadGib(origin: string, path: string, authorization: string, organizationId: string): Promise<string> {
  const created = await tusClient(origin, authorization).send('POST', path, {
    'upload-length': GIB,
    'upload-metadata': metadataOf({ filename: 'large.bin', organizationId }),
  })
  if (created.status !== 201) throw new Error(`${created.status} ${created.body.toString()}`)
  const headers = await sendGib(origin, pathOf(created), (offset) => ({
    method: 'PATCH',
    headers: {
      authorization,
      'tus-resumable': '1.0.0',
      'content-type': 'application/offset+octet-stream',
      'upload-offset': offset,
    },
  }))
  return String(headers['trove-file-id'])
}

async function sendGib(
  origin: string,
  path: string,
  optionsAt: (offset: number) => { method: string; headers?: Record<string, string | number> },
): Promise<Record<string, unknown>> {
  const piece = randomBytes(MIB)
  let last: Record<string, unknown> = {}
  for (let offset = 0; offset < GIB; offset += CHUNK_BYTES) {
    const size = Math.min(CHUNK_BYTES, GIB - offset)
    const options = optionsAt(offset)
    last = await new Promise((resolve, reject) => {
      const sent = httpRequest(
        new URL(path, origin),
        { agent, ...options, headers: { ...options.headers, 'content-length': size } },
        (response) => {
          response
            .resume()
            .on('end', () =>
              (response.statusCode ?? 500) < 300
                ? resolve(response.headers)
                : reject(new Error(`${response.statusCode}`)),
            )
        },
      )
      sent.on('error', reject)
      let left = size / MIB
      const push = () => {
        while (left > 0) {
          left -= 1
          if (!sent.write(piece) && left > 0) return void sent.once('drain', push)
        }
        sent.end()
      }
      push()
    })
  }
  return last
}

function download(origin: string, path: string, authorization: string): Promise<void> {
  return new Promise((resolve, reject) => {
    httpRequest(new URL(path, origin), { agent, headers: { authorization } }, (response) => {
      let bytes = 0
      response.on('data', (chunk: Buffer) => (bytes += chunk.length))
      response.on('end', () =>
        bytes === GIB ? resolve() : reject(new Error(`${response.statusCode}: ${bytes} bytes`)),
      )
    })
      .on('error', reject)
      .end()
  })
}

type Role = 'sink' | 'peer' | 'stream'

/** What is measured against is a process of its own too. */
async function startChild(role: Role): Promise<{ origin: string; stop(): Promise<void> }> {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), role], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const origin = await new Promise<string>((resolve) =>
    child.once('message', (port) => resolve(`http://127.0.0.1:${String(port)}`)),
  )
  return {
    origin,
    async stop() {
      child.kill('SIGTERM')
      await exited
    },
  }
}

async function runChild(role: Role): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'trove-bench-'))
  const server = await makeServer(role, folder)
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
  process.on('SIGTERM', () => void rm(folder, { recursive: true, force: true }).then(() => process.exit()))
}

async function makeServer(role: Role, folder: string) {
  if (role === 'peer') {
    const { Server } = await import('@tus/server')
    const { FileStore } = await import('@tus/file-store')
    const tus = new Server({ path: '/files', datastore: new FileStore({ directory: folder }), relativeLocation: true })
    return createServer((request, response) => void tus.handle(request, response))
  }
  if (role === 'sink')
    return createServer((request, response) => void request.resume().on('end', () => response.writeHead(204).end()))
  const path = join(folder, 'large')
  const handle = await open(path, 'w')
  const piece = randomBytes(MIB)
  for (let at = 0; at < GIB; at += MIB) await handle.write(piece, 0, MIB, at)
  await handle.close()
  return createServer((_request, response) => {
    response.writeHead(200, { 'content-length': GIB })
    pipeline(createReadStream(path, { highWaterMark: MIB }), response).catch(() => undefined)
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const role = process.argv[2] as Role | undefined
  if (role !== undefined) await runChild(role)
  else
    for (const { name, value, limit, ratio, unit } of await benchUploads())
      console.log(`${ratio.toFixed(2)}  ${value.toFixed(0)} of ${limit.toFixed(0)} ${unit}  ${name}`)
}
