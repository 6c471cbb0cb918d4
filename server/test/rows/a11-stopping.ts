import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { image } from '../media/make.ts'
import { freePort, signUp, sleep, startPart, until, type Person } from '../server.ts'
import { pathOf, sha256Of } from '../tus.ts'

const UPLOAD_BYTES = 8 * 1024 ** 2
const PIECE_BYTES = 64 * 1024
const UNDER_WAY_MS = 2_000
const SETTLE_MS = 120_000

export type Stop = { tookMs: number; code: number | null; resumedAt: number[]; faults: string[] }

/** SIGTERM to all of Trove while uploads and jobs are under way, a new start on the same data, and everything goes on. */
export async function stopUnderWay(uploads: number, jobs: number): Promise<Stop> {
  const folder = await mkdtemp(join(tmpdir(), 'trove-a11-'))
  await chmod(folder, 0o711)
  const environment = { TROVE_DATA: folder, PORT: String(await freePort()), LOG_LEVEL: 'info' }
  // Made first: it takes so long that idle connections would be closed meanwhile.
  const photos = await Promise.all(
    Array.from({ length: jobs }, (_, index) => image('jpeg', { widthPixels: 4000 + index, heightPixels: 3000 })),
  )
  let trove = await startPart('serve', environment)
  try {
    const person = await signUp(trove.origin)
    const sent = await Promise.all(Array.from({ length: uploads }, () => beginSlowly(person)))
    for (const [index, bytes] of photos.entries()) await uploadPhoto(person, index, bytes)
    await sleep(UNDER_WAY_MS)

    const { code, tookMs } = await trove.stop()
    const faults = faultsIn(trove.words())
    for (const { stop } of sent) stop()
    trove = await startPart('serve', environment)
    const resumedAt: number[] = []
    for (const { path, bytes } of sent) resumedAt.push(await resume(person, path, bytes))
    faults.push(...(await untilReady(person, uploads + jobs)))
    faults.push(...faultsIn(trove.words()))
    await trove.stop()
    return { tookMs, code, resumedAt, faults }
  } finally {
    trove.kill('SIGKILL')
    await trove.exit
    await sleep(500)
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 300 })
  }
}

/** A piece every 100 ms, so that it is still going on when the server stops. */
async function beginSlowly({ tus, organizationId, authorization }: Person) {
  const bytes = randomBytes(UPLOAD_BYTES)
  const path = pathOf(await tus.create({ length: UPLOAD_BYTES, organizationId }))
  const headers = {
    authorization,
    'tus-resumable': '1.0.0',
    'upload-offset': 0,
    'content-type': 'application/offset+octet-stream',
    'content-length': UPLOAD_BYTES,
  }
  const request = httpRequest(new URL(path, tus.origin), { method: 'PATCH', headers, agent: false }).on(
    'error',
    () => undefined,
  )
  let at = 0
  const timer = setInterval(() => request.write(bytes.subarray(at, (at += PIECE_BYTES))), 100)
  const stop = () => {
    clearInterval(timer)
    request.destroy()
  }
  request.on('close', stop)
  return { path, bytes, stop }
}

async function uploadPhoto({ tus, organizationId }: Person, index: number, bytes: Buffer): Promise<void> {
  const reply = await tus.create({ length: bytes.length, organizationId, filename: `photo-${index}.jpg` }, bytes)
  assert.equal(reply.status, 201, reply.body.toString())
}

/** @returns where it went on */
async function resume({ tus }: Person, path: string, bytes: Buffer): Promise<number> {
  const offset = Number((await tus.head(path)).headers['upload-offset'])
  const finished = await tus.patch(path, offset, bytes.subarray(offset))
  assert.equal(finished.status, 204, finished.body.toString())
  const content = await tus.content(String(finished.headers['trove-file-id']))
  assert.equal(sha256Of(content.body), sha256Of(bytes))
  return offset
}

async function untilReady({ send, organizationId }: Person, count: number): Promise<string[]> {
  let files: { name: string; status: string }[] = []
  const path = `/api/organizations/${organizationId}/files?limit=200`
  await until(
    async () => {
      files = (await send('GET', path)).json()['items'] as typeof files
      return files.length === count && files.every(({ status }) => status === 'ready')
    },
    SETTLE_MS,
    500,
  )
  return [
    ...(files.length === count ? [] : [`there are ${files.length} files, not ${count}`]),
    ...files.filter(({ status }) => status !== 'ready').map(({ name, status }) => `${name} is ${status}`),
  ]
}

const faultsIn = (words: string): string[] =>
  words
    .split('\n')
    .filter((line) => /"level":(50|60)|did not end within|was ended before/.test(line))
    .map((line) => line.slice(0, 800))
