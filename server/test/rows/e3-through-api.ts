import pg from 'pg'
import { withTrove } from '../load.ts'
import { signUp, until, type Person } from '../server.ts'
import { pathOf } from '../tus.ts'
import { collect, mutate } from './e3-mutants.ts'

const AT_ONCE = 4
const SETTLED_WITHIN_MS = 30 * 60_000

export type Survived = {
  /** Taken, and refused with a reason: the sum is how many were sent. */
  files: number
  refused: number
  /** Answers that nobody should get. */
  faults: string[]
  ready: number
  failed: number
  /** Versions and steps that never ended, and versions that failed without saying why. */
  stuck: number
  speechless: number
  /** API and worker, as they were begun: the same processes at the end. */
  areSame: boolean
}

/** E3: damaged media sent as people send media, through the API, the worker and every step. The seed fixes all of it. */
export function sendMutants(count: number, { seed = 1, every = 1 } = {}): Promise<Survived> {
  return withTrove(['api', 'worker'], async ({ api, worker, databaseUrl }) => {
    const originals = await collect(every)
    const person = await signUp(api.origin)
    const survived = { files: 0, refused: 0, faults: [] as string[] }
    let next = 0
    const lane = async () => {
      for (let n = next++; n < count; n = next++) {
        const original = originals[n % originals.length]
        if (original !== undefined) await send(person, original.name, mutate(original.bytes, `${seed}-${n}`), survived)
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, lane))
    const counted = await settle(databaseUrl)
    const areSame = [api, worker].every((part) => part !== undefined && isAlive(part.pid))
    return { ...survived, ...counted, areSame }
  })
}

type Sent = { files: number; refused: number; faults: string[] }

async function send({ tus, organizationId }: Person, name: string, bytes: Buffer, sent: Sent): Promise<void> {
  const created = await tus.create({ length: bytes.length, organizationId, filename: name })
  if (created.status !== 201) return note(sent, created)
  const path = pathOf(created)
  const answer = await tus.patch(path, 0, bytes)
  if (answer.status !== 204) return note(sent, answer)
  const isFile = async () => (await tus.head(path)).headers['trove-file-id'] !== undefined
  if (answer.headers['trove-file-id'] !== undefined || (await until(isFile, 30_000))) sent.files++
  else sent.faults.push(`${name} never became a file`)
}

/** A refusal has a reason that somebody can do something about. */
function note(sent: Sent, { status, body }: { status: number; body: Buffer }): void {
  const said = body.toString()
  if ((status === 415 || status === 422) && said.includes('"detail"')) sent.refused++
  else sent.faults.push(`${status} ${said.slice(0, 200)}`)
}

/** Waits until every version and every step has ended, and says how. */
export async function settle(databaseUrl: string) {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  const count = async (from: string) =>
    Number(((await client.query(`select count(*) as count from ${from}`)).rows[0] as { count: string }).count)
  const open = async () =>
    (await count(`version where status in ('pending', 'processing')`)) +
    (await count(`step where status in ('waiting', 'running')`))
  try {
    await until(async () => (await open()) === 0, SETTLED_WITHIN_MS)
    return {
      stuck: await open(),
      ready: await count(`version where status = 'ready'`),
      failed: await count(`version where status = 'failed'`),
      speechless:
        (await count(`version where status = 'failed' and length(failure) < 10`)) +
        (await count(`step where status = 'failed' and (length(failure) < 10 or reason = 'fault')`)),
    }
  } finally {
    await client.end()
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
