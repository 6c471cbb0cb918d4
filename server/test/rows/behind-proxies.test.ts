import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { request } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import WebSocket from 'ws'
import { bearer, makeOrganization, makeUser } from '../make.ts'
import { startTestPlatform, type TestPlatform } from '../platform.ts'
import { startProxy, withoutProxy, type ProxyName } from '../services/proxies.ts'
import { ask, sha256Of, tusClient } from '../tus.ts'

const MIB = 1024 * 1024

/** Each proxy at the top of its site and below a path, on a port that no web site has. */
const fronts: readonly { proxy: ProxyName; prefix: string }[] = [
  { proxy: 'nginx', prefix: '' },
  { proxy: 'nginx', prefix: '/trove' },
  { proxy: 'caddy', prefix: '' },
  { proxy: 'caddy', prefix: '/media/trove' },
  { proxy: 'haproxy', prefix: '' },
  { proxy: 'haproxy', prefix: '/trove' },
]

describe('behind a proxy', () => {
  let t: TestPlatform
  let organizationId: string
  let authorization: string
  let upstreamPort: number
  before(async () => {
    // Nobody says PUBLIC_URL: the address comes from what the proxy tells.
    t = await startTestPlatform({ TRUST_PROXY: '1' })
    const owner = await makeUser(t.platform)
    organizationId = (await makeOrganization(t.platform, owner)).id
    authorization = (await bearer(t.platform, owner)).authorization
    const { app } = await t.api()
    upstreamPort = Number(new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port)
  })
  after(() => t.stop())

  for (const { proxy, prefix } of fronts)
    test(`${proxy}${prefix === '' ? '' : ` below ${prefix}`}: Location is right, a cut upload goes on, bytes and ranges come whole, the live feed opens`, async (context) => {
      const reason = withoutProxy(proxy)
      if (reason !== false) return context.skip(reason)
      const front = await startProxy(proxy, upstreamPort, prefix)
      try {
        await uploadThrough(`http://127.0.0.1:${front.port}`, prefix)
      } finally {
        await front.stop()
      }
    })

  async function uploadThrough(origin: string, prefix: string): Promise<void> {
    const bytes = randomBytes(6 * MIB + 7)
    const tus = tusClient(origin, authorization)
    const created = await tus.send('POST', `${prefix}/api/uploads`, {
      'upload-length': bytes.length,
      'upload-metadata': `filename ${btoa('a.bin')},organizationId ${btoa(organizationId)}`,
    })
    assert.equal(created.status, 201, created.body.toString())
    // As a client would take it: whole, or against the address that it asked.
    const location = new URL(String(created.headers.location), `${origin}${prefix}/api/uploads`)
    assert.equal(location.origin, origin)
    assert.match(location.pathname, new RegExp(`^${prefix}/api/uploads/[0-9a-f-]{36}$`))
    const { pathname: path } = location

    assert.equal((await tus.patch(path, 0, bytes.subarray(0, 2 * MIB))).status, 204)
    await cutInTheMiddle(location, 2 * MIB, bytes.subarray(2 * MIB))
    const startedAt = performance.now()
    const offset = await offsetOf(tus, path)
    assert.ok(performance.now() - startedAt < 2_000, 'whoever comes back need not wait')
    assert.ok(offset >= 2 * MIB && offset < bytes.length, `${offset}`)
    const done = await tus.patch(path, offset, bytes.subarray(offset))
    assert.equal(done.status, 204, done.body.toString())

    const content = `${prefix}/api/files/${String(done.headers['trove-file-id'])}/content`
    assert.equal(sha256Of((await tus.get(content)).body), sha256Of(bytes))
    const part = await tus.send('GET', content, { range: 'bytes=1000000-3000000' })
    assert.equal(part.status, 206)
    assert.ok(part.body.equals(bytes.subarray(1_000_000, 3_000_001)))
    const head = await ask(origin, { method: 'HEAD', path: content, headers: { authorization } })
    assert.equal(head.headers['content-length'], String(bytes.length))
    assert.equal(await liveStatus(origin, prefix), 101)
  }

  /** Half of the rest, then the line is gone. */
  async function cutInTheMiddle(location: URL, offset: number, rest: Uint8Array): Promise<void> {
    const sent = request(location, {
      method: 'PATCH',
      headers: {
        authorization,
        'tus-resumable': '1.0.0',
        'upload-offset': offset,
        'content-type': 'application/offset+octet-stream',
        'content-length': rest.length,
      },
    })
    sent.on('error', () => undefined)
    await new Promise((resolve) => sent.write(rest.subarray(0, rest.length / 2), resolve))
    await delay(300)
    sent.destroy()
  }

  async function offsetOf(tus: ReturnType<typeof tusClient>, path: string): Promise<number> {
    const head = await tus.head(path)
    assert.equal(head.status, 200, head.body.toString())
    return Number(head.headers['upload-offset'])
  }

  function liveStatus(origin: string, prefix: string): Promise<number> {
    const url = `${origin.replace('http', 'ws')}${prefix}/api/live`
    const socket = new WebSocket(url, { headers: { authorization }, origin })
    return new Promise((resolve) => {
      socket.once('upgrade', (response) => resolve(response.statusCode ?? 0))
      socket.once('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0))
      socket.once('error', () => resolve(0))
    }).finally(() => socket.terminate()) as Promise<number>
  }
})
