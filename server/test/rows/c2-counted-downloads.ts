import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { signPass } from '../../src/domain/links/visits/passes.ts'
import { newId } from '../../src/platform/ids.ts'
import type { UserActor } from '../../src/platform/actor.ts'
import { makeLink, makeOrganization, makeUser } from '../make.ts'
import { startTestPlatform, type TestPlatform } from '../platform.ts'
import { makeStoredFile } from '../stored.ts'
import { ask, type Reply } from '../tus.ts'

const AT_ONCE = 50
const MOST = 5
const SIZE = 400_003
/** More than the buffers of two sockets hold, so that a reader can leave before the end. */
const LARGE = 24_000_003
const HOUR_MS = 3_600_000

export type Round = {
  /** Asks for the file in a visit of its own, or in the one of everybody. */
  get(headers?: Record<string, string>, about?: { visit?: 'own' | 'shared'; method?: string }): Promise<Reply>
  /** Asks for it and leaves when so many bytes have come. */
  cut(afterBytes: number): Promise<number>
  bytes: Buffer
  downloads(): Promise<number>
}

/** A file behind a link of five downloads, and guests who have opened it. */
export async function withCounted(
  rounds: number,
  work: (round: Round) => Promise<void>,
  sizeBytes = SIZE,
): Promise<void> {
  const t = await startTestPlatform()
  try {
    const { app } = await t.api()
    const origin = await app.listen({ port: 0, host: '127.0.0.1' })
    const owner = await makeUser(t.platform)
    const { id: organizationId } = await makeOrganization(t.platform, owner)
    for (let round = 0; round < rounds; round++)
      await work(await makeRound(t, origin, { owner, organizationId, sizeBytes }))
  } finally {
    await t.stop()
  }
}

async function makeRound(
  t: TestPlatform,
  origin: string,
  { owner, organizationId, sizeBytes }: { owner: UserActor; organizationId: string; sizeBytes: number },
): Promise<Round> {
  const { db, keys } = t.platform
  const bytes = randomBytes(sizeBytes)
  const about = { organizationId, uploader: owner, name: 'film.bin', bytes, isEnqueued: false }
  const { id: fileId } = await makeStoredFile(t.platform, about)
  const link = await makeLink(t.platform, { organizationId, maker: owner, resourceId: fileId, maxDownloads: MOST })
  await db.updateTable('link').set({ keeps_metadata: true }).where('id', '=', link.id).execute()
  const pass = async () => {
    const visitId = newId()
    await db.insertInto('link_visit').values({ id: visitId, link_id: link.id, ip: '127.0.0.1' }).execute()
    const token = await signPass(keys, { linkId: link.id, visitId }, new Date(Date.now() + HOUR_MS))
    return { authorization: `Bearer ${token}` }
  }
  const shared = await pass()
  const path = `/api/shared/${link.id}/files/${fileId}/content`
  return {
    bytes,
    async get(headers = {}, { visit = 'shared', method = 'GET' } = {}) {
      return ask(origin, { method, path, headers: { ...(visit === 'own' ? await pass() : shared), ...headers } })
    },
    cut: (afterBytes) => leave(origin, path, shared.authorization, afterBytes),
    async downloads() {
      const row = await db.selectFrom('link').select('downloads').where('id', '=', link.id).executeTakeFirstOrThrow()
      return row.downloads
    },
  }
}

/** How many bytes of the body had come when the connection was closed. */
function leave(origin: string, path: string, authorization: string, afterBytes: number): Promise<number> {
  return new Promise((resolve) => {
    const { hostname, port } = new URL(origin)
    let received = Buffer.alloc(0)
    const socket = connect(Number(port), hostname, () =>
      socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\n\r\n`),
    )
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk])
      const head = received.indexOf('\r\n\r\n')
      if (head !== -1 && received.length - head - 4 >= afterBytes) socket.resetAndDestroy()
    })
    socket.on('error', () => undefined)
    socket.once('close', () => resolve(Math.max(0, received.length - received.indexOf('\r\n\r\n') - 4)))
  })
}

const all = <T>(work: (place: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: AT_ONCE }, (_, place) => work(place)))

/** Fifty at once: exactly five get all of it, and the others are told that there is none left. */
export async function raceForDownloads(round: Round, ask: (place: number) => Promise<Reply>): Promise<void> {
  const replies = await all(ask)
  const given = replies.filter(({ status }) => status === 200 || status === 206)
  assert.equal(given.length, MOST)
  for (const { body } of given) assert.ok(body.equals(round.bytes))
  assert.equal(replies.filter(({ status }) => status === 403).length, AT_ONCE - MOST)
  await untilCounted(round, MOST)
  assert.equal((await round.get()).status, 403)
  assert.equal((await round.get({ range: 'bytes=0-0' })).status, 403)
}

/** Fifty who ask for what there is, and for nothing of it, take none of the five. */
export async function askForNothing(round: Round): Promise<void> {
  const etag = String((await round.get({}, { method: 'HEAD' })).headers.etag)
  const asked: [Record<string, string>, string, number][] = [
    [{}, 'HEAD', 200],
    [{ 'if-none-match': etag }, 'GET', 304],
    [{ range: `bytes=${SIZE}-` }, 'GET', 416],
    [{ 'if-match': '"x"' }, 'GET', 412],
  ]
  await all(async (place) => {
    const [headers, method, status] = asked[place % asked.length] ?? [{}, 'HEAD', 200]
    assert.equal((await round.get(headers, { method })).status, status)
  })
  assert.equal(await round.downloads(), 0)
}

/** One file in fifty parts at once, as download managers do, is one download. */
export async function fetchInParts(round: Round): Promise<void> {
  const step = Math.ceil(SIZE / AT_ONCE)
  const replies = await all((place) =>
    round.get({ range: `bytes=${place * step}-${Math.min(SIZE, (place + 1) * step) - 1}` }),
  )
  assert.ok(Buffer.concat(replies.map(({ body }) => body)).equals(round.bytes))
  await untilCounted(round, 1)
}

/** A download that is broken off and gone on with, or begun again, is one. */
export const breakOff = (rounds: number): Promise<void> => withCounted(rounds, breakOffOne, LARGE)

async function breakOffOne(round: Round): Promise<void> {
  const received = await round.cut(100_000)
  const rest = await untilGiven(round, { range: `bytes=${received}-` })
  assert.ok(rest.body.equals(round.bytes.subarray(received)))
  await untilCounted(round, 1)
  await round.cut(50_000)
  assert.ok((await untilGiven(round, {})).body.equals(round.bytes))
  await untilCounted(round, 2)
}

async function untilGiven(round: Round, headers: Record<string, string>): Promise<Reply> {
  for (let tries = 0; ; tries++) {
    const reply = await round.get(headers)
    if (reply.status < 300 || tries === 20) return reply
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

async function untilCounted(round: Round, expected: number): Promise<void> {
  for (let tries = 0; (await round.downloads()) < expected && tries < 100; tries++)
    await new Promise((resolve) => setTimeout(resolve, 20))
  assert.equal(await round.downloads(), expected)
}
