import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbedded, type Embedded } from '../../src/app/embedded.ts'
import { migrate } from '../../src/platform/db/migrate.ts'
import { image } from '../media/make.ts'
import { jsonOf, makeHome, signUp, sleep, startPart, until, type Part, type Person } from '../server.ts'
import { ask, pathOf, sha256Of, type Reply } from '../tus.ts'

const PHOTOS = 8
const UPLOAD_BYTES = 300_000
const SETTLE_MS = 120_000

export type Outage = {
  /** From the database's end until `/readyz` said so, and from its return until it said that. */
  unreadyAfterMs: number
  readyAfterMs: number
  /** How long the slowest call was open while the database was away. */
  slowestMs: number
  calls: number
  faults: string[]
}

/** Takes the database away from under a running API and worker that have jobs and uploads under way, and gives it back. */
export async function takeDatabaseAway(forMs: number): Promise<Outage> {
  const folder = await mkdtemp(join(tmpdir(), 'trove-a8-postgres-'))
  await chmod(folder, 0o711)
  let postgres = await startEmbedded({ dataFolder: folder })
  await migrate(postgres.url)
  const home = await makeHome('a8', postgres.url)
  const [api, worker] = [await startPart('api', home.environment), await startPart('worker', home.environment)]
  try {
    const person = await signUp(api.origin)
    const bytes = randomBytes(UPLOAD_BYTES)
    const upload = pathOf(await person.tus.create({ length: UPLOAD_BYTES, organizationId: person.organizationId }))
    assert.equal((await person.tus.patch(upload, 0, bytes.subarray(0, 100_000))).status, 204)
    for (let index = 0; index < PHOTOS; index++) await uploadPhoto(person, index)

    const awayAt = Date.now()
    await postgres.stop('now')
    const during = await observe(api.origin, person, { upload, bytes, awayAt, forMs })
    postgres = await comeBack(folder)
    const backAt = Date.now()
    const isReady = await until(
      async () => (await ask(api.origin, { method: 'GET', path: '/readyz' })).status === 200,
      30_000,
      50,
    )
    const readyAfterMs = isReady ? Date.now() - backAt : Number.POSITIVE_INFINITY

    const faults = [...during.faults, ...(await goOn(person, upload, bytes)), ...logged(api), ...logged(worker)]
    for (const part of [api, worker]) if ((await part.stop()).code !== 0) faults.push('a process did not end well')
    return { ...during, readyAfterMs, faults }
  } finally {
    for (const part of [api, worker]) part.kill('SIGKILL')
    await Promise.all([api.exit, worker.exit])
    await postgres.stop('now')
    await home.remove()
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

const comeBack = (folder: string): Promise<Embedded> => startEmbedded({ dataFolder: folder })

async function uploadPhoto({ tus, organizationId }: Person, index: number): Promise<void> {
  const bytes = await image('jpeg', { widthPixels: 900 + index, heightPixels: 600 })
  const reply = await tus.create({ length: bytes.length, organizationId, filename: `photo-${index}.jpg` }, bytes)
  assert.equal(reply.status, 201, reply.body.toString())
}

type During = { upload: string; bytes: Buffer; awayAt: number; forMs: number }

async function observe(origin: string, person: Person, { upload, bytes, awayAt, forMs }: During) {
  const faults: string[] = []
  const open: Promise<void>[] = []
  let unreadyAfterMs = Number.POSITIVE_INFINITY
  let slowestMs = 0
  let calls = 0
  const call = async (what: string, sent: Promise<Reply>) => {
    const startedAt = Date.now()
    calls += 1
    const { status, headers, body } = await sent
    const tookMs = Date.now() - startedAt
    slowestMs = Math.max(slowestMs, tookMs)
    if (status !== 503 || headers['retry-after'] === undefined)
      faults.push(`${what}: ${status} ${body.toString().slice(0, 200)}`)
  }
  while (Date.now() - awayAt < forMs) {
    if ((await ask(origin, { method: 'GET', path: '/healthz' })).status !== 200) faults.push('/healthz failed')
    open.push(
      ask(origin, { method: 'GET', path: '/readyz' }).then(({ status }) => {
        if (status === 503) unreadyAfterMs = Math.min(unreadyAfterMs, Date.now() - awayAt)
        else if (Date.now() - awayAt > 5_000) faults.push(`/readyz answered ${status}`)
      }),
      call('me', person.send('GET', '/api/me')),
      call('list', person.send('GET', `/api/organizations/${person.organizationId}/files`)),
      call(
        'sign in',
        ask(origin, jsonOf('POST', '/api/auth/login', { email: person.email, password: person.password })),
      ),
      call(
        'where an upload stands',
        person.tus.send('GET', `/api/organizations/${person.organizationId}/files/summary`),
      ),
      call('begin an upload', person.tus.create({ length: 10, organizationId: person.organizationId })),
      call('go on with an upload', person.tus.patch(upload, 100_000, bytes.subarray(100_000, 110_000))),
    )
    await sleep(500)
  }
  await Promise.all(open)
  return { unreadyAfterMs, slowestMs, calls, faults }
}

/** Nothing is lost: the upload goes on where it was, and every photo is ready in the end. */
async function goOn({ tus, send, organizationId }: Person, upload: string, bytes: Buffer): Promise<string[]> {
  const faults: string[] = []
  const offset = Number((await tus.head(upload)).headers['upload-offset'])
  const finished = await tus.patch(upload, offset, bytes.subarray(offset))
  const content = await tus.content(String(finished.headers['trove-file-id']))
  if (sha256Of(content.body) !== sha256Of(bytes))
    faults.push(`the upload went on at ${offset} with ${finished.status} and is not whole: ${content.status}`)
  let files: { name: string; status: string }[] = []
  await until(
    async () => {
      files = (await send('GET', `/api/organizations/${organizationId}/files`)).json()['items'] as typeof files
      return files.length === PHOTOS + 1 && files.every(({ status }) => status === 'ready' || status === 'failed')
    },
    SETTLE_MS,
    500,
  )
  for (const { name, status } of files) if (status !== 'ready') faults.push(`${name} is ${status}`)
  if (files.length !== PHOTOS + 1) faults.push(`there are ${files.length} files`)
  return faults
}

const logged = (part: Part): string[] =>
  part
    .words()
    .split('\n')
    .filter((line) => /"level":(50|60)/.test(line))
    .map((line) => line.slice(0, 1000))
