import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbedded } from '../../src/app/embedded.ts'
import { migrate } from '../../src/platform/db/migrate.ts'
import { makeHome, memoryOf, signUp, sleep, startPart, treeOf, until } from '../server.ts'
import { ask, pathOf, sha256Of, type Reply } from '../tus.ts'

const EVERY_MS = 250
const PIECE_BYTES = 400_000

export type Freeze = { slowestMs: number; calls: number; grownBytes: number; faults: string[] }

/** Hangs every process of the database under a running API while people list and upload, and lets it go on. */
export async function freezeDatabase(forMs: number): Promise<Freeze> {
  const folder = await mkdtemp(join(tmpdir(), 'trove-a9-postgres-'))
  await chmod(folder, 0o711)
  const postgres = await startEmbedded({ dataFolder: folder })
  await migrate(postgres.url)
  const home = await makeHome('a9', postgres.url)
  const api = await startPart('api', home.environment)
  try {
    const person = await signUp(api.origin)
    const { tus, organizationId } = person
    const bytes = randomBytes(3 * PIECE_BYTES)
    const upload = pathOf(await tus.create({ length: bytes.length, organizationId }))
    await tus.patch(upload, 0, bytes.subarray(0, PIECE_BYTES))

    const before = memoryOf(api.pid)
    const faults: string[] = []
    const open: Promise<void>[] = []
    let [slowestMs, calls, most] = [0, 0, before]
    const call = async (what: string, sending: Promise<Reply>) => {
      calls += 1
      const startedAt = Date.now()
      const reply = await sending.catch(() => undefined)
      slowestMs = Math.max(slowestMs, Date.now() - startedAt)
      // A request for an upload is cut when a newer one has overtaken it; no other may be.
      if (reply === undefined && what !== 'go on') faults.push(`${what}: cut`)
      const { status = 0, body = '' } = reply ?? {}
      if (status >= 500 && status !== 503) faults.push(`${what}: ${status} ${body.toString().slice(0, 200)}`)
    }
    const frozen = treeOf(postgres.pid)
    for (const pid of frozen) process.kill(pid, 'SIGSTOP')
    try {
      for (const end = Date.now() + forMs; Date.now() < end; await sleep(EVERY_MS)) {
        open.push(
          call('me', person.send('GET', '/api/me')),
          call('list', person.send('GET', `/api/organizations/${organizationId}/files`)),
          call('begin', tus.create({ length: 10, organizationId })),
          call('go on', tus.patch(upload, PIECE_BYTES, bytes.subarray(PIECE_BYTES, 2 * PIECE_BYTES))),
        )
        most = Math.max(most, memoryOf(api.pid))
      }
    } finally {
      for (const pid of frozen) process.kill(pid, 'SIGCONT')
    }
    await Promise.all(open)
    const isReady = () => ask(api.origin, { method: 'GET', path: '/readyz' }).then(({ status }) => status === 200)
    if (!(await until(isReady, 10_000))) faults.push('not ready within 10 s')
    const offset = Number((await tus.head(upload)).headers['upload-offset'])
    const done = await tus.patch(upload, offset, bytes.subarray(offset))
    const content = await tus.content(String(done.headers['trove-file-id']))
    if (sha256Of(content.body) !== sha256Of(bytes)) faults.push(`the upload went on at ${offset} and is not whole`)
    return { slowestMs, calls, grownBytes: most - before, faults }
  } finally {
    await api.stop()
    await postgres.stop('now')
    await home.remove()
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}
