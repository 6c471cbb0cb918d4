import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { openRig, type Rig, type ServerProcess } from '../crash-rig.ts'
import { until } from '../server.ts'
import { pathOf } from '../tus.ts'

const MIB = 1024 * 1024
const CHUNK_BYTES = 90 * MIB

export type LargeFile = {
  /** Resident memory of the API: before, the highest until it was a file, and the highest until it had been read back. */
  restingBytes: number
  uploadPeakBytes: number
  peakBytes: number
  /** From the last byte until the answer to it. */
  lastAnswerMs: number
  /** From the last byte until it was a file. */
  untilFileMs: number
  megabytesPerSecond: number
}

/** One large file by tus, in chunks as browsers send them, and read back. No two of its megabytes are the same. */
export async function sendLargeFile(sizeBytes: number, environment: Record<string, string>): Promise<LargeFile> {
  const rig = await openRig(environment)
  try {
    const server = await rig.start()
    const tus = rig.client(server)
    const made = await tus.create({ length: sizeBytes, organizationId: rig.organizationId, filename: 'large.bin' })
    assert.equal(made.status, 201, made.body.toString())
    const path = pathOf(made)
    const restingBytes = memoryOf(server, 'VmRSS')
    const hash = createHash('sha256')
    const source = megabytes(sizeBytes)
    const startedAt = performance.now()
    let last = { headers: {} as IncomingHttpHeaders, tookMs: 0 }
    for (let at = 0; at < sizeBytes; at += CHUNK_BYTES)
      last = await sendChunk(rig, server, { path, at, size: Math.min(CHUNK_BYTES, sizeBytes - at), source, hash })
    const sentAt = performance.now() - last.tookMs
    let fileId = last.headers['trove-file-id']
    const isFile = async () => (fileId ??= (await tus.head(path)).headers['trove-file-id']) !== undefined
    assert.ok(await until(isFile, 120_000))
    const untilFileMs = performance.now() - sentAt
    const uploadPeakBytes = memoryOf(server, 'VmHWM')
    const megabytesPerSecond = sizeBytes / 1e3 / (performance.now() - startedAt)
    assert.equal(await hashOf(rig, server, String(fileId), sizeBytes), hash.digest('hex'))
    const peakBytes = memoryOf(server, 'VmHWM')
    return { restingBytes, uploadPeakBytes, peakBytes, lastAnswerMs: last.tookMs, untilFileMs, megabytesPerSecond }
  } finally {
    await rig.stop()
  }
}

/** As /proc says, in bytes. */
function memoryOf({ child }: ServerProcess, field: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
  return Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(status)?.[1]) * 1024
}

function* megabytes(sizeBytes: number): Generator<Buffer, undefined> {
  const piece = randomBytes(MIB)
  for (let at = 0; at < sizeBytes; at += MIB) {
    const next = Buffer.from(piece.subarray(0, Math.min(MIB, sizeBytes - at)))
    if (next.length >= 8) next.writeDoubleLE(at)
    yield next
  }
  return undefined
}

type Chunk = {
  path: string
  at: number
  size: number
  source: Generator<Buffer, undefined>
  hash: ReturnType<typeof createHash>
}

function sendChunk(rig: Rig, { origin }: ServerProcess, { path, at, size, source, hash }: Chunk) {
  return new Promise<{ headers: IncomingHttpHeaders; tookMs: number }>((resolve, reject) => {
    let sentAt = 0
    const headers = {
      authorization: rig.authorization,
      'tus-resumable': '1.0.0',
      'content-type': 'application/offset+octet-stream',
      'content-length': size,
      'upload-offset': at,
    }
    const sent = httpRequest(new URL(path, origin), { method: 'PATCH', headers }, (response) => {
      const tookMs = performance.now() - sentAt
      response.resume().on('end', () => {
        if (response.statusCode === 204) resolve({ headers: response.headers, tookMs })
        else reject(new Error(`${response.statusCode}`))
      })
    })
    sent.on('error', reject)
    let left = size
    const push = () => {
      while (left > 0) {
        const piece = source.next().value
        if (piece === undefined) break
        hash.update(piece)
        left -= piece.length
        if (!sent.write(piece) && left > 0) return void sent.once('drain', push)
      }
      sent.end(() => (sentAt = performance.now()))
    }
    push()
  })
}

function hashOf(rig: Rig, { origin }: ServerProcess, fileId: string, sizeBytes: number): Promise<string> {
  const headers = { authorization: rig.authorization }
  return new Promise((resolve, reject) => {
    httpRequest(new URL(`/api/files/${fileId}/content`, origin), { headers }, (response) => {
      const hash = createHash('sha256')
      let read = 0
      response.on('data', (chunk: Buffer) => {
        hash.update(chunk)
        read += chunk.length
      })
      response.on('end', () => (read === sizeBytes ? resolve(hash.digest('hex')) : reject(new Error(`${read} bytes`))))
    })
      .on('error', reject)
      .end()
  })
}
