import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { AddressInfo } from 'node:net'
import type { LiveMessage } from '@trove/contract/events'
import type { FastifyInstance } from 'fastify'
import { bearer, makeFile, makeMember, makeOrganization, makeUser } from '../../test/make.ts'
import { startTestPlatform, type TestPlatform } from '../../test/platform.ts'
import type { UserActor } from '../platform/actor.ts'
import { inTransaction } from '../platform/db/index.ts'
import { renameFile } from '../domain/files/operations.ts'

describe('the API', () => {
  let t: TestPlatform
  let app: FastifyInstance
  let origin: string
  before(async () => {
    t = await startTestPlatform()
    app = (await t.api()).app
    await app.listen({ port: 0, host: '127.0.0.1' })
    origin = `127.0.0.1:${(app.server.address() as AddressInfo).port}`
  })
  after(() => t.stop())

  test('describes itself in OpenAPI, every operation with who may use it', async () => {
    const document = (await app.inject({ method: 'GET', url: '/api/openapi.json' })).json()
    assert.equal(document.openapi, '3.1.0')
    for (const [path, methods] of Object.entries<Record<string, { operationId: string; 'x-requires': object }>>(
      document.paths,
    )) {
      for (const operation of Object.values(methods)) assert.ok(operation.operationId && operation['x-requires'], path)
    }
    assert.equal((await app.inject({ method: 'GET', url: '/api/docs/' })).statusCode, 200)
  })

  test('is alive and ready, and counts', async () => {
    assert.equal((await app.inject({ method: 'GET', url: '/healthz' })).statusCode, 200)
    assert.deepEqual((await app.inject({ method: 'GET', url: '/readyz' })).json(), {
      status: 'ready',
      database: true,
      store: true,
      queue: true,
    })
    assert.match((await app.inject({ method: 'GET', url: '/metrics' })).body, /trove_http_request_seconds_count/)
  })

  test('carries its safe headers on every response, refusals too', async () => {
    for (const url of [
      '/',
      '/library',
      '/api/me',
      '/api/nothing',
      '/api/openapi.json',
      '/healthz',
      '/favicon.svg',
      '/%2e%2e/etc/passwd',
    ]) {
      const { headers } = await app.inject({ method: 'GET', url })
      assert.equal(headers['x-content-type-options'], 'nosniff', url)
      assert.equal(headers['referrer-policy'], 'no-referrer', url)
      assert.ok(headers['content-security-policy'], url)
      assert.equal(headers['x-frame-options'], 'DENY', url)
    }
  })

  test('tells a refusal as problem+json, with the field that is wrong', async () => {
    const user = await makeUser(t.platform)
    const response = await app.inject({
      method: 'POST',
      url: '/api/organizations',
      headers: await bearer(t.platform, user),
      payload: { name: 5, type: 'studio' },
    })
    assert.match(String(response.headers['content-type']), /^application\/problem\+json/)
    assert.equal(response.json().errors[0].pointer, '#/body/name')
    assert.match(response.json().instance, /^urn:uuid:/)
    const urn = await app.inject({
      method: 'GET',
      url: `/api/files/urn:uuid:${user.userId}`,
      headers: await bearer(t.platform, user),
    })
    assert.equal(urn.statusCode, 400)
    const broken = await app.inject({
      method: 'POST',
      url: '/api/auth/login',
      headers: { 'content-type': 'application/json' },
      payload: '{',
    })
    assert.equal(broken.statusCode, 400)
    const xml = await app.inject({
      method: 'POST',
      url: '/api/auth/login',
      headers: { 'content-type': 'text/xml' },
      payload: '<a/>',
    })
    assert.equal(xml.statusCode, 415)
    const big = await app.inject({
      method: 'POST',
      url: '/api/auth/login',
      payload: { email: 'x'.repeat(2_000_000), password: '' },
    })
    assert.equal(big.statusCode, 413)
  })

  describe('the live feed', () => {
    /** A connection that keeps what it hears. */
    async function follow(actor: UserActor, cursor?: string, headers: Record<string, string> = {}) {
      const { WebSocket } = await import('ws')
      const socket = new WebSocket(`ws://${origin}/api/live${cursor === undefined ? '' : `?cursor=${cursor}`}`, {
        headers: { ...(await bearer(t.platform, actor)), ...headers },
      })
      const heard: LiveMessage[] = []
      socket.on('message', (message) => void heard.push(JSON.parse(String(message))))
      const opened = new Promise<string>((resolve) => {
        socket.on('unexpected-response', (request, response) => {
          resolve(String(response.statusCode))
          request.destroy()
        })
        socket.on('error', () => resolve('error'))
        socket.on('open', () => resolve('open'))
      })
      return { socket, heard, outcome: await opened }
    }
    const until = async (isTrue: () => boolean) => {
      for (let i = 0; i < 200 && !isTrue(); i += 1) await new Promise((resolve) => setTimeout(resolve, 20))
      assert.ok(isTrue(), 'nothing was heard in 4 s')
    }
    const eventsOf = (heard: LiveMessage[]) =>
      heard.flatMap((message) => (message.kind === 'event' ? [message.event] : []))

    test('tells the readers of a file and nobody else, in order', async () => {
      const [owner, member, stranger] = [
        await makeUser(t.platform),
        await makeUser(t.platform),
        await makeUser(t.platform),
      ]
      const organization = await makeOrganization(t.platform, owner)
      await makeMember(t.platform, organization.id, member, 'member')
      const all = await Promise.all([follow(owner), follow(member), follow(stranger)])
      const [hearsAll, hearsOwn, hearsNothing] = all
      await until(() => all.every(({ heard }) => heard[0]?.kind === 'hello'))

      const first = await makeFile(t.platform, { organizationId: organization.id, uploader: owner })
      const second = await makeFile(t.platform, { organizationId: organization.id, uploader: member })

      await until(() => eventsOf(hearsOwn.heard).length === 1 && eventsOf(hearsAll.heard).length === 2)
      const told = (heard: LiveMessage[]) =>
        eventsOf(heard).map((event) => ('fileId' in event ? event.fileId : event.type))
      assert.deepEqual(
        [told(hearsAll.heard), told(hearsOwn.heard), told(hearsNothing.heard)],
        [[first.id, second.id], [second.id], []],
      )
      for (const { socket } of all) socket.close()
    })

    test('loses nothing when a transaction that began earlier commits later', async () => {
      const owner = await makeUser(t.platform)
      const organization = await makeOrganization(t.platform, owner)
      const files = await Promise.all(
        ['a', 'b'].map((name) => makeFile(t.platform, { organizationId: organization.id, uploader: owner, name })),
      )
      const { socket, heard } = await follow(owner)
      await until(() => heard[0]?.kind === 'hello')

      const { promise: held, resolve: release } = Promise.withResolvers<void>()
      const early = inTransaction(t.platform.db, async (tx) => {
        await renameFile(
          {
            db: {
              transaction: () => ({ execute: (work: (inner: typeof tx) => Promise<unknown>) => work(tx) }),
            } as never,
          },
          owner,
          { fileId: files[0]?.id ?? '', name: 'early' },
        )
        await held
      })
      await new Promise((resolve) => setTimeout(resolve, 50))
      await renameFile(t.platform, owner, { fileId: files[1]?.id ?? '', name: 'late' })
      await new Promise((resolve) => setTimeout(resolve, 200))
      release()
      await early

      await until(() => eventsOf(heard).filter(({ type }) => type === 'file.renamed').length === 2)
      socket.close()
    })

    test('goes on from a cursor: what happened meanwhile is told, once', async () => {
      const owner = await makeUser(t.platform)
      const organization = await makeOrganization(t.platform, owner)
      const first = await follow(owner)
      await makeFile(t.platform, { organizationId: organization.id, uploader: owner })
      await until(() => eventsOf(first.heard).length === 1)
      const last = first.heard.at(-1)
      first.socket.close()
      const made = []
      for (let i = 0; i < 20; i += 1)
        made.push((await makeFile(t.platform, { organizationId: organization.id, uploader: owner })).id)

      const again = await follow(owner, last?.kind === 'event' ? last.cursor : '')
      await until(() => eventsOf(again.heard).length === 20)
      assert.deepEqual(
        eventsOf(again.heard).map((event) => ('fileId' in event ? event.fileId : '')),
        made,
      )
      again.socket.close()
    })

    test('is refused to other sites and to those without a token', async () => {
      const user = await makeUser(t.platform)
      assert.equal((await follow(user, undefined, { origin: 'https://evil.example' })).outcome, '403')
      assert.equal((await follow(user, undefined, { authorization: 'Bearer a.b.c' })).outcome, '401')
    })

    test('is closed within two seconds of signing out, and on too much talk', async () => {
      const user = await makeUser(t.platform)
      const { socket, heard } = await follow(user)
      await until(() => heard[0]?.kind === 'hello')
      const closed = new Promise<number>((resolve) => socket.on('close', resolve))
      await app.inject({ method: 'POST', url: '/api/auth/logout', headers: await bearer(t.platform, user) })
      assert.equal(await closed, 4401)

      const talker = await follow(await makeUser(t.platform))
      const ended = new Promise<number>((resolve) => talker.socket.on('close', resolve))
      for (let i = 0; i < 50; i += 1) talker.socket.send('x')
      assert.equal(await ended, 4429)
    })
  })
})
