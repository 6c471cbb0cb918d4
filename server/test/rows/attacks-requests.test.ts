import assert from 'node:assert/strict'
import { connect, type AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { bareAddress, networkOf } from '../../src/platform/http/address.ts'
import type { UserActor } from '../../src/platform/actor.ts'
import { bearer, makeOrganization, makeUser } from '../make.ts'
import { startTestPlatform, type TestPlatform } from '../platform.ts'
import { askRaw, type RawReply } from '../raw.ts'

/** Of a WebSocket: 16 bytes in Base64 (RFC 6455 §4.1), and what is none. */
const KEY = 'dGhlIHNhbXBsZSBub25jZQ=='
const HALF_KEY = 'dGhl'
const REPLY_MS = 10_000
const TOKEN = 'a-token-of-enough-letters'

describe('attacks by requests', () => {
  let t: TestPlatform
  let app: FastifyInstance
  let origin: string
  let user: UserActor
  let authorization: string
  before(async () => {
    t = await startTestPlatform({ TRUST_PROXY: '127.0.0.1', METRICS_TOKEN: TOKEN })
    app = (await t.api()).app
    await app.listen({ port: 0, host: '127.0.0.1' })
    origin = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
    user = await makeUser(t.platform)
    await makeOrganization(t.platform, user)
    authorization = (await bearer(t.platform, user)).authorization
  })
  after(() => t.stop())

  const send = (request: string, headers: string[] = [], body = ''): Promise<RawReply> => {
    const length = body === '' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]
    const head = [`${request} HTTP/1.1`, 'Host: trove.test', 'Connection: close', ...headers, ...length, '', '']
    return askRaw(origin, Buffer.from(head.join('\r\n') + body, 'latin1'), REPLY_MS)
  }
  const upgrade = (key: string) =>
    [
      'GET /api/live HTTP/1.1',
      'Host: trove.test',
      `Authorization: ${authorization}`,
      'Connection: Upgrade',
      'Upgrade: websocket',
      `Sec-WebSocket-Key: ${key}`,
      'Sec-WebSocket-Version: 13',
      '',
      '',
    ].join('\r\n')
  const json = (path: string, text: string, headers: string[] = []) =>
    send(`POST ${path}`, ['Content-Type: application/json', ...headers], text)

  test('what is no request is refused as problem+json, with every safe header', async () => {
    const broken: [string, number, () => Promise<RawReply>][] = [
      ['an address that cannot be read', 400, () => send('GET /%zz')],
      ['a head that is too large', 431, () => send('GET /', [`X: ${'a'.repeat(20_000)}`])],
      ['no HTTP at all', 400, () => askRaw(origin, Buffer.from('GARBAGE\r\n\r\n'), REPLY_MS)],
      ['two lengths', 400, () => send('POST /api/auth/login', ['Content-Length: 5', 'Content-Length: 6'])],
      [
        'a length and chunks',
        400,
        () => send('POST /api/auth/login', ['Content-Length: 5', 'Transfer-Encoding: chunked']),
      ],
      ['an expectation that nobody has heard of', 417, () => send('GET /', ['Expect: nothing'])],
      ['no host', 400, () => askRaw(origin, Buffer.from('GET / HTTP/1.1\r\n\r\n'), REPLY_MS)],
      ['half a WebSocket', 400, () => askRaw(origin, Buffer.from(upgrade(HALF_KEY)), REPLY_MS)],
      ['a line break inside of a field', 400, () => send('GET /', ['X: a\rSet-Cookie: b=c'])],
    ]
    for (const [name, status, refused] of broken) {
      const reply = await refused()
      assert.equal(reply.status, status, name)
      assert.match(reply.head, /content-type: application\/problem\+json/i, name)
      for (const header of [
        'x-content-type-options: nosniff',
        'x-frame-options: DENY',
        "content-security-policy: default-src 'none'",
      ])
        assert.ok(reply.head.toLowerCase().includes(header.toLowerCase()), `${name}: ${header}`)
      assert.equal((JSON.parse(reply.body) as { status: number }).status, status, name)
    }
  })

  test('the API stays the API for an address that names a host', async () => {
    const { head } = await send('GET http://elsewhere.test/api/me')
    assert.match(head, /cache-control: no-store/i)
    assert.match(head, /content-security-policy: default-src 'none'/i)
  })

  test('a client that its proxy calls by a name that is no address is refused or served, never a fault', async () => {
    for (const told of ['unknown', "'", 'fe80::1%eth0', '1.2.3.4:5678', '[2001:db8::1]:99', '_hidden', '999.1.1.1']) {
      const { status } = await json('/api/auth/login', '{"email":"a@b.c","password":"wrong"}', [
        `X-Forwarded-For: ${told}`,
      ])
      assert.ok([401, 429].includes(status), `${told}: ${status}`)
    }
    assert.deepEqual(['::ffff:10.0.0.1', 'FE80::1%eth0', '1.2.3.4:80', '[::1]:80', 'x', ''].map(bareAddress), [
      '10.0.0.1',
      'fe80::1',
      '1.2.3.4',
      '::1',
      undefined,
      undefined,
    ])
    assert.deepEqual(
      ['2001:db8:0:1::5', '2001:0db8:0:1:ffff::9', '::1', '2001:db8:1:2:3:4:5:6', '10.0.0.1'].map(networkOf),
      ['2001:db8:0:1::/64', '2001:db8:0:1::/64', '0:0:0:0::/64', '2001:db8:1:2::/64', '10.0.0.1'],
    )
  })

  test('JSON that is deep, or names what objects are made of, changes nothing', async () => {
    const deep = '['.repeat(400_000) + ']'.repeat(400_000)
    assert.equal((await json('/api/auth/login', deep)).status, 400)
    const poison =
      '{"__proto__":{"isAdministrator":true},"constructor":{"prototype":{"role":"owner"}},"name":"x","type":"studio"}'
    assert.ok(
      [201, 400].includes((await json('/api/organizations', poison, [`Authorization: ${authorization}`])).status),
    )
    assert.equal(({} as Record<string, unknown>)['isAdministrator'], undefined)
    const closed = await send(
      'PATCH /api/installation',
      [`Authorization: ${authorization}`, 'Content-Type: application/json'],
      '{"__proto__":{"registrationIsOpen":false}}',
    )
    assert.equal(closed.status, 403)
  })

  test('nothing but JSON is read as a body, so that no other can trickle in without end', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])
      assert.equal((await send('POST /api/auth/login', [`Content-Type: ${type}`], '{}')).status, 415, type)
  })

  test('metadata made to be slow to read is not', async () => {
    const head = [`Authorization: ${authorization}`, 'Tus-Resumable: 1.0.0', 'Upload-Length: 5']
    const took = async (metadata: string) => {
      const from = performance.now()
      assert.equal((await send('POST /api/uploads', [...head, `Upload-Metadata: ${metadata}`])).status, 400)
      return performance.now() - from
    }
    await took('a b c')
    assert.ok((await took(`a${' '.repeat(8_000)}b c`)) < 100)
  })

  test('the page gives away its own files and nothing beside them', async () => {
    const asked = [
      '/.built-from',
      '/..%2f..%2fpackage.json',
      '/assets/..%2f..%2f..%2fpackage.json',
      '/%2e%2e/server/package.json',
      '/.git/config',
    ]
    for (const path of asked) {
      const { body } = await send(`GET ${path}`)
      assert.doesNotMatch(body, /"name": "|\[core\]|^[0-9a-f]{64}$/, path)
    }
  })

  test('metrics are for this machine and for those that have the token', async () => {
    assert.equal((await send('GET /metrics')).status, 200)
    for (const header of [
      'X-Forwarded-For: 192.0.2.1',
      'Forwarded: for=192.0.2.1',
      'Via: 1.1 proxy',
      'Authorization: Bearer wrong-token-of-letters',
    ])
      assert.equal((await send('GET /metrics', [header])).status, 404, header)
    assert.equal(
      (await send('GET /metrics', ['X-Forwarded-For: 192.0.2.1', `Authorization: Bearer ${TOKEN}`])).status,
      200,
    )
  })

  test('a live connection that floods or floods by pings is let go, and the server goes on', async () => {
    for (const opcode of [0x81, 0x89]) {
      const frame = Buffer.concat([Buffer.from([opcode, 0x80 | 100, 0, 0, 0, 0]), Buffer.alloc(100, 'x')])
      const socket = connect(Number(new URL(origin).port), '127.0.0.1', () => socket.write(upgrade(KEY)))
      socket.on('error', () => undefined)
      const closed = new Promise((resolve) => socket.once('close', resolve))
      await new Promise((resolve) => socket.once('data', resolve))
      const before = process.memoryUsage().rss
      socket.pause()
      for (let sent = 0; sent < 100 && !socket.destroyed; sent += 1) {
        if (!socket.write(Buffer.concat(Array.from({ length: 2_000 }, () => frame))))
          await Promise.race([
            new Promise((resolve) => socket.once('drain', resolve)),
            closed,
            new Promise((resolve) => setTimeout(resolve, 500)),
          ])
      }
      assert.ok(
        process.memoryUsage().rss - before < 100 * 1024 ** 2,
        `opcode ${opcode}: ${process.memoryUsage().rss - before} bytes`,
      )
      socket.destroy()
    }
    assert.equal((await send('GET /healthz')).status, 200)
  })
})
