import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { connect, inTransaction, type Db } from '../../src/platform/db/index.ts'
import { publish } from '../../src/platform/events.ts'
import { withTrove } from '../load.ts'
import { openRawLive, type RawLive } from '../raw-live.ts'
import { signUp, sleep, until, type Part, type Person } from '../server.ts'

const OPENED_AT_ONCE = 50
/** One connection in so many is cut in the middle, and comes back with the last that it saw. */
const ONE_CUT_IN = 10
const AWAY_MS = 1_000

export type FanOut = { people: number; sockets: number; perSecond: number; seconds: number }

export type FanOutFindings = {
  p50Ms: number
  p99Ms: number
  /** Of the API's process, at most. */
  rssMb: number
  delivered: number
  lost: number
  cut: number
}

type Listening = {
  authorization: string
  socket: RawLive | undefined
  heard: Uint8Array
  /** The last that was seen. */
  cursor: Buffer | undefined
  openedAtMs: number
  isToBeCut: boolean
}
/** When each of the events was said, by its number. */
type Said = Float64Array

/**
 * F4: so many connections of so many people hear so many events a second, every one of them each; some are cut in the
 * middle and come back with the last cursor that they saw.
 */
export function fanOut({ people: count, sockets, perSecond, seconds }: FanOut): Promise<FanOutFindings> {
  return withTrove(['api'], async ({ api, databaseUrl }) => {
    const db = connect(databaseUrl, { poolSize: 8, prepare: true, onIdleError: () => undefined })
    try {
      const { people, organizationId, fileId } = await gather(api, db, count)
      const total = perSecond * seconds
      const said: Said = new Float64Array(total)
      const latencies = createLatencies()
      const all: Listening[] = Array.from({ length: sockets }, (_, index) => ({
        authorization: people[index % count]?.authorization ?? '',
        socket: undefined,
        heard: new Uint8Array(total),
        cursor: undefined,
        openedAtMs: 0,
        isToBeCut: index % ONE_CUT_IN === 0,
      }))
      const heard = { said, latencies }
      const hear = (one: Listening) => (bytes: Buffer, start: number, end: number) =>
        take(one, bytes, { start, end }, heard)
      for (let from = 0; from < all.length; from += OPENED_AT_ONCE)
        await Promise.all(all.slice(from, from + OPENED_AT_ONCE).map((one) => open(api, one, hear)))
      const memory = watchMemory(api.pid)

      const cut = all.filter(({ isToBeCut }) => isToBeCut)
      const cutting = sleep((seconds * 1000) / 2).then(() => Promise.all(cut.map((one) => comeBack(api, one, hear))))
      await say(db, { total, perSecond, organizationId, fileId, said })
      await cutting
      const missing = () =>
        all.reduce((sum, { heard }) => sum + heard.reduce((left, seen) => left - Math.min(seen, 1), total), 0)
      await until(() => missing() === 0, 10_000, 200)
      const rssMb = memory.stop()
      for (const { socket } of all) socket?.terminate()
      return { ...latencies.quantiles(), rssMb, delivered: latencies.count(), lost: missing(), cut: cut.length }
    } finally {
      await db.destroy()
    }
  })
}

/** People in one organization, and a file that all of them may see. */
async function gather(
  api: Part,
  db: Db,
  count: number,
): Promise<{ people: Person[]; organizationId: string; fileId: string }> {
  const owner = await signUp(api.origin)
  const { organizationId } = owner
  const others = await Promise.all(Array.from({ length: count - 1 }, () => signUp(api.origin)))
  await inTransaction(db, async (tx) => {
    for (const { userId } of others)
      await tx
        .insertInto('organization_member')
        .values({ organization_id: organizationId, user_id: userId, role: 'admin' })
        .execute()
  })
  const created = await owner.tus.create({ length: 10, organizationId }, randomBytes(10))
  return { people: [owner, ...others], organizationId, fileId: String(created.headers['trove-file-id']) }
}

type Hear = (one: Listening) => (bytes: Buffer, start: number, end: number) => void

async function open({ origin }: Part, one: Listening, hear: Hear): Promise<void> {
  const { authorization } = one
  const cursor = one.cursor?.toString('latin1')
  one.socket = await openRawLive({ origin, authorization, cursor }, hear(one))
  one.openedAtMs = performance.now()
}

async function comeBack(api: Part, one: Listening, hear: Hear): Promise<void> {
  one.socket?.terminate()
  await sleep(AWAY_MS)
  await open(api, one, hear)
}

const CURSOR = Buffer.from('"cursor":"')
const QUOTE = 0x22
const ZERO = 0x30
/** An id that says which of the events it is: digits after this, to its end. */
const NUMBERED = '00000000-0000-7000-8000-9999'
const NUMBER = Buffer.from(NUMBERED)
const DIGITS = 8

/** What stands behind the id in the message; where it does not, the id is looked for. */
const TAIL_BYTES = '","organizationId":"'.length + 36 + '"}}'.length

function take(one: Listening, bytes: Buffer, { start, end }: Place, { said, latencies }: Heard): void {
  if (one.isToBeCut) {
    const from = bytes.indexOf(CURSOR, start) + CURSOR.length
    one.cursor = Buffer.from(bytes.subarray(from, bytes.indexOf(QUOTE, from)))
  }
  const first = numberAt(bytes, start, end)
  if (first === undefined) return
  let index = 0
  for (let digit = first; digit < first + DIGITS; digit++) index = index * 10 + (bytes[digit] ?? ZERO) - ZERO
  one.heard[index] = 1
  const saidAtMs = said[index] ?? 0
  // What was said while nobody was there to hear it came as soon as it could.
  if (saidAtMs > one.openedAtMs) latencies.add(performance.now() - saidAtMs)
}

type Place = { start: number; end: number }
type Heard = { said: Said; latencies: Latencies }

function numberAt(bytes: Buffer, start: number, end: number): number | undefined {
  const usual = end - TAIL_BYTES - DIGITS
  if (usual - NUMBER.length > start && bytes.compare(NUMBER, 0, NUMBER.length, usual - NUMBER.length, usual) === 0)
    return usual
  const found = bytes.indexOf(NUMBER, start)
  return found === -1 || found >= end ? undefined : found + NUMBER.length
}

/** Says so many things a second, each in a transaction of its own. */
async function say(
  db: Db,
  about: { total: number; perSecond: number; organizationId: string; fileId: string; said: Said },
): Promise<void> {
  const { total, perSecond, organizationId, fileId, said } = about
  const startedAt = performance.now()
  const saying: Promise<void>[] = []
  for (let index = 0; index < total; index++) {
    const wait = startedAt + (index * 1000) / perSecond - performance.now()
    if (wait > 1) await sleep(wait)
    const named = NUMBERED + String(index).padStart(DIGITS, '0')
    said[index] = performance.now()
    saying.push(
      inTransaction(db, (tx) =>
        publish(tx, { resourceId: fileId }, { type: 'file.renamed', organizationId, fileId: named }),
      ),
    )
  }
  await Promise.all(saying)
}

type Latencies = ReturnType<typeof createLatencies>

/** Counts by the millisecond: millions of them are kept in a few kilobytes. */
function createLatencies() {
  const byMs = new Uint32Array(60_000)
  let count = 0
  const quantile = (share: number) => {
    let left = count * share
    return byMs.findIndex((those) => (left -= those) <= 0)
  }
  return {
    add(ms: number) {
      byMs[Math.min(byMs.length - 1, Math.max(0, Math.round(ms)))]! += 1
      count += 1
    },
    count: () => count,
    quantiles: () => ({ p50Ms: quantile(0.5), p99Ms: quantile(0.99) }),
  }
}

function watchMemory(pid: number): { stop(): number } {
  let mostKb = 0
  const look = async () => {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
    mostKb = Math.max(mostKb, Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0))
  }
  const timer = setInterval(() => void look(), 500)
  void look()
  return {
    stop() {
      clearInterval(timer)
      return mostKb / 1024
    },
  }
}
