import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import type { Right } from '@trove/contract/access'
import type { FastifyInstance } from 'fastify'
import { WebSocket } from 'ws'
import { bearer } from '../make.ts'
import { startTestPlatform, type TestPlatform } from '../platform.ts'
import { castings, type Caller } from './callers.ts'
import { MARK, plant, type Planted } from './planted.ts'

const HEARING_MS = 10_000

/** What is told otherwise than by asking for it: bytes and their parts, what a search finds, what the live feed says. */
describe('what each kind of caller can sense', () => {
  let t: TestPlatform
  let app: FastifyInstance
  let planted: Planted
  let callers: Caller[]
  before(async () => {
    t = await startTestPlatform({ DOWNLOADS_PER_MINUTE: '1000000' })
    app = (await t.api()).app
    await app.listen({ port: 0, host: '127.0.0.1' })
    planted = await plant(t, app)
    callers = await Promise.all(
      castings.map(async ({ name, standing, cast }) => ({ name, standing, ...(await cast(planted)) })),
    )
  })
  after(() => t.stop())

  const ask = (method: 'GET' | 'HEAD', url: string, caller: Caller, headers: Record<string, string> = {}) =>
    app.inject({ method, url, headers: { ...caller.headers, ...headers } })

  /** What a request about the file must come to, by the right that it needs. */
  function shouldBe({ standing }: Caller, right: Right): 'told' | 401 | 403 | 404 {
    if (standing.kind !== 'user') return 401
    if (standing.scopes !== undefined && !standing.scopes.includes(right)) return 403
    if (!standing.onFile.includes('read')) return 404
    return standing.onFile.includes(right) ? 'told' : 403
  }

  test('bytes in whole and in parts, by GET and by HEAD, on condition or without', async () => {
    const ways: [string, 'GET' | 'HEAD', Record<string, string>, Right][] = [
      ['content', 'GET', {}, 'download'],
      ['content', 'HEAD', {}, 'download'],
      ['content', 'GET', { range: 'bytes=0-3' }, 'download'],
      ['content', 'GET', { range: 'bytes=-4' }, 'download'],
      ['content', 'GET', { range: 'bytes=999-' }, 'download'],
      ['content', 'GET', { 'if-none-match': '*' }, 'download'],
      ['content', 'GET', { range: 'bytes=0-3', 'if-range': '"x"' }, 'download'],
      ['content?download=1', 'GET', {}, 'download'],
      ['variants/thumbnail', 'GET', {}, 'read'],
      ['variants/thumbnail', 'HEAD', {}, 'read'],
      ['variants/large', 'GET', {}, 'read'],
    ]
    for (const caller of callers) {
      for (const [what, method, headers, right] of ways) {
        const {
          statusCode,
          body,
          headers: told,
        } = await ask(method, `/api/files/${caller.ids['fileId']}/${what}`, caller, headers)
        const should = shouldBe(caller, right)
        const words = `${method} ${what} ${JSON.stringify(headers)} as ${caller.name}: ${statusCode}`
        if (should === 'told') {
          assert.ok(what === 'variants/large' ? statusCode === 404 : [200, 206, 304, 416].includes(statusCode), words)
          continue
        }
        assert.equal(statusCode, should, words)
        assert.ok(!body.includes(MARK), words)
        assert.equal(told['etag'] ?? told['content-disposition'] ?? told['content-range'], undefined, words)
      }
    }
  })

  test('a search, a folder and a count find what one may read and nothing else', async () => {
    for (const caller of callers) {
      const { standing, ids } = caller
      if (standing.kind !== 'user' || standing.role === undefined) continue
      const hasScope = standing.scopes?.includes('read') !== false
      const sees = hasScope && standing.onFile.includes('read')
      const base = `/api/organizations/${planted.organizationId}/files`
      for (const query of [
        `name=${MARK}`,
        `name=${MARK.toUpperCase()}-`,
        'kind=image',
        'limit=200',
        `name=${MARK}&kind=image`,
      ]) {
        const found = await ask('GET', `${base}?limit=200&${query}`.replace('limit=200&limit=200', 'limit=200'), caller)
        assert.equal(found.statusCode, hasScope ? 200 : 403, `${query} as ${caller.name}`)
        assert.equal(found.body.includes(String(ids['fileId'])), sees, `${query} as ${caller.name}`)
        const count = await ask('GET', `${base}/summary?${query.replace('limit=200', '')}`, caller)
        if (hasScope) assert.equal(count.json().count, found.json().items.length, `${query} as ${caller.name}`)
      }
      const readsFolder = hasScope && standing.onFolder.includes('read')
      const inside = await ask('GET', `${base}?folderId=${ids['folderId']}`, caller)
      assert.equal(inside.statusCode, hasScope ? (readsFolder ? 200 : 404) : 403, `in the folder as ${caller.name}`)
      assert.equal(inside.body.includes(String(ids['fileId'])), readsFolder && sees, `in the folder as ${caller.name}`)
    }
  })

  test('the live feed tells each of what they may read, and nobody else that it is there', async () => {
    const { port } = app.server.address() as AddressInfo
    const owners = await bearer(t.platform, planted.owner)
    const listening = await Promise.all(callers.map((caller) => listen(`ws://127.0.0.1:${port}/api/live`, caller)))
    for (const { caller, status } of listening) {
      const { standing } = caller
      const mayListen = standing.kind === 'user' && standing.scopes?.includes('read') !== false
      assert.equal(status, mayListen ? 101 : standing.kind === 'user' ? 403 : 401, caller.name)
    }
    for (const fileId of new Set(callers.map(({ ids }) => String(ids['fileId'])))) {
      const renamed = await app.inject({
        method: 'PATCH',
        url: `/api/files/${fileId}`,
        headers: owners,
        payload: { name: `${MARK} renamed` },
      })
      assert.equal(renamed.statusCode, 200)
    }
    const sees = ({ standing }: Caller) => standing.kind === 'user' && standing.onFile.includes('read')
    const open = listening.filter(({ status }) => status === 101)
    const deadline = Date.now() + HEARING_MS
    const isHeard = ({ caller, heard }: (typeof open)[number]) => heard.join().includes(String(caller.ids['fileId']))
    while (!open.every((each) => !sees(each.caller) || isHeard(each)) && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 20))
    for (const each of open) {
      assert.equal(isHeard(each), sees(each.caller), `${each.caller.name} heard ${each.heard.length}`)
      assert.ok(!each.heard.join().includes(MARK), `${each.caller.name} was told a name`)
      each.socket.terminate()
    }
  })
})

/** 101 and what is heard from then on, or why not. */
async function listen(url: string, caller: Caller) {
  const socket = new WebSocket(url, { headers: caller.headers })
  const heard: string[] = []
  socket.on('error', () => undefined)
  const status = await new Promise<number>((resolve) => {
    socket.once('message', () => resolve(101))
    socket.once('unexpected-response', (_request, response) => {
      resolve(response.statusCode ?? 0)
      response.resume()
    })
  })
  socket.on('message', (message) => heard.push(String(message)))
  return { caller, socket, status, heard }
}
