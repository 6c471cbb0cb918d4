import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, type AddressInfo } from 'node:net'
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, before, describe, test } from 'node:test'
import Fastify from 'fastify'
import type { DeliverableKey } from '../objects/deliverable.ts'
import { openDiskStore } from '../objects/disk.ts'
import type { ObjectStore } from '../objects/object-store.ts'
import { sendObject } from './bytes.ts'
import { sendProblem } from './problem.ts'

const KEY = 'files/2026/05/originals/0.bin'
const SIZE = 5_000_003
const bytes = randomBytes(SIZE)
const etag = `"${createHash('sha256').update(bytes).digest('hex')}"`
const modifiedAt = new Date('2026-05-04T12:30:15.700Z')
const MODIFIED = 'Mon, 04 May 2026 12:30:15 GMT'

const app = Fastify()
let store: ObjectStore
let folder: string
let port: number
let mediaType = 'image/png'
let filename = 'a.png'

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trove-bytes-'))
  store = await openDiskStore(folder)
  await store.put(KEY, Readable.from([bytes]), { organizationId: '' })
  app.setErrorHandler(sendProblem)
  app.get('/file', (request, reply) =>
    sendObject(request, reply, {
      objects: store,
      // The gate is for people; here the response itself is what is asked about.
      key: KEY as DeliverableKey,
      sizeBytes: SIZE,
      etag,
      modifiedAt,
      mediaType,
      filename,
      disposition: 'inline',
      cacheControl: 'private, no-cache',
    }),
  )
  await app.listen({ port: 0, host: '127.0.0.1' })
  port = (app.server.address() as AddressInfo).port
})
after(async () => {
  await app.close()
  await rm(folder, { recursive: true, force: true })
})

type Reply = { status: number; headers: IncomingHttpHeaders; body: Buffer }

function ask(headers: Record<string, string> = {}, method = 'GET'): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ port, host: '127.0.0.1', path: '/file', method, headers, agent: false }, (response) => {
      response.toArray().then(
        (chunks) =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks as Buffer[]),
          }),
        reject,
      )
    })
    sent.on('error', reject).end()
  })
}

describe('ranges', () => {
  const parts: [string, number, number][] = [
    ['bytes=0-0', 0, 0],
    ['bytes=0-499', 0, 499],
    ['bytes=500-999', 500, 999],
    ['bytes=-500', SIZE - 500, SIZE - 1],
    ['bytes=9500-', 9500, SIZE - 1],
    ['bytes=4000000-99999999999999999999999', 4_000_000, SIZE - 1],
    [`bytes=-${SIZE + 10}`, 0, SIZE - 1],
    ['BYTES=1-2', 1, 2],
    ['bytes=,, 5-6 ,', 5, 6],
    [`bytes=7-8,${SIZE}-`, 7, 8],
  ]
  for (const [range, first, last] of parts) {
    test(`${range} is answered with that part`, async () => {
      const { status, headers, body } = await ask({ range })
      assert.equal(status, 206)
      assert.equal(headers['content-range'], `bytes ${first}-${last}/${SIZE}`)
      assert.equal(headers['content-length'], String(last - first + 1))
      assert.equal(headers.etag, etag)
      assert.equal(headers['cache-control'], 'private, no-cache')
      assert.ok(headers.date)
      assert.ok(body.equals(bytes.subarray(first, last + 1)))
    })
  }

  for (const range of [
    'bytes=5-4',
    'bytes=a-b',
    'bytes=',
    'bytes',
    'lines=0-4',
    'bytes=-',
    'bytes=0-1-2',
    'bytes=0x1-2',
    'bytes=0-4,9-12',
    'bytes= -1 -2',
    'bytes=+1-2',
  ]) {
    test(`${range} is no single range, so everything is sent`, async () => {
      const { status, headers, body } = await ask({ range })
      assert.equal(status, 200)
      assert.equal(headers['content-range'], undefined)
      assert.ok(body.equals(bytes))
    })
  }

  for (const range of [`bytes=${SIZE}-`, 'bytes=-0', `bytes=${SIZE}-${SIZE + 9},-0`]) {
    test(`${range} is not there`, async () => {
      const { status, headers, body } = await ask({ range })
      assert.equal(status, 416)
      assert.equal(headers['content-range'], `bytes */${SIZE}`)
      assert.match(headers['content-type'] ?? '', /^application\/problem\+json/)
      assert.equal(JSON.parse(body.toString()).sizeBytes, SIZE)
    })
  }

  test('HEAD tells of the whole, whatever range it names', async () => {
    const { status, headers, body } = await ask({ range: 'bytes=0-4' }, 'HEAD')
    assert.equal(status, 200)
    assert.equal(headers['content-length'], String(SIZE))
    assert.equal(headers['accept-ranges'], 'bytes')
    assert.equal(body.length, 0)
  })

  const ifRange: [string, number][] = [
    [etag, 206],
    [`W/${etag}`, 200],
    ['"other"', 200],
    [MODIFIED, 206],
    ['Mon, 04 May 2026 12:30:16 GMT', 200],
    ['Mon, 04 May 2026 12:30:14 GMT', 200],
    ['nonsense', 200],
  ]
  for (const [value, expected] of ifRange) {
    test(`If-Range ${value.slice(0, 32)} is answered ${expected}`, async () => {
      assert.equal((await ask({ range: 'bytes=0-4', 'if-range': value })).status, expected)
    })
  }
  test('a range that is not there is no fault when If-Range does not hold', async () => {
    assert.equal((await ask({ range: `bytes=${SIZE}-`, 'if-range': '"other"' })).status, 200)
  })
})

describe('conditions', () => {
  const earlier = 'Sun, 03 May 2026 12:30:15 GMT'
  const cases: [string, Record<string, string>, number][] = [
    ['If-None-Match with the tag', { 'if-none-match': etag }, 304],
    ['If-None-Match compares weakly', { 'if-none-match': `W/${etag}` }, 304],
    ['If-None-Match with a list', { 'if-none-match': `"x", W/"a,b" ,${etag}` }, 304],
    ['If-None-Match *', { 'if-none-match': '*' }, 304],
    ['If-None-Match with others', { 'if-none-match': '"x", "y"' }, 200],
    ['If-None-Match outweighs If-Modified-Since', { 'if-none-match': '"x"', 'if-modified-since': MODIFIED }, 200],
    ['If-Modified-Since the time of change', { 'if-modified-since': MODIFIED }, 304],
    ['If-Modified-Since in the form of RFC 850', { 'if-modified-since': 'Monday, 04-May-26 12:30:15 GMT' }, 304],
    ['If-Modified-Since in the form of asctime', { 'if-modified-since': 'Mon May  4 12:30:15 2026' }, 304],
    ['If-Modified-Since before it', { 'if-modified-since': earlier }, 200],
    ['If-Modified-Since that is no date', { 'if-modified-since': '2026' }, 200],
    ['If-Match with the tag', { 'if-match': etag }, 200],
    ['If-Match *', { 'if-match': '*' }, 200],
    ['If-Match compares strongly', { 'if-match': `W/${etag}` }, 412],
    ['If-Match with others', { 'if-match': '"x"' }, 412],
    ['If-Match outweighs If-Unmodified-Since', { 'if-match': etag, 'if-unmodified-since': earlier }, 200],
    ['If-Unmodified-Since the time of change', { 'if-unmodified-since': MODIFIED }, 200],
    ['If-Unmodified-Since before it', { 'if-unmodified-since': earlier }, 412],
    ['If-Unmodified-Since that is no date', { 'if-unmodified-since': 'yesterday' }, 200],
    ['If-Match fails before If-None-Match is asked', { 'if-match': '"x"', 'if-none-match': etag }, 412],
    ['both hold and not modified', { 'if-match': etag, 'if-none-match': etag }, 304],
    ['not modified comes before the range', { 'if-none-match': etag, range: 'bytes=0-4' }, 304],
    [
      'a failed precondition comes before a range that is not there',
      { 'if-match': '"x"', range: `bytes=${SIZE}-` },
      412,
    ],
  ]
  for (const [title, headers, expected] of cases) {
    test(`${title}: ${expected}, for GET and HEAD`, async () => {
      for (const method of ['GET', 'HEAD']) {
        const got = await ask(headers, method)
        assert.equal(got.status, expected)
        if (expected !== 304) continue
        assert.equal(got.body.length, 0)
        assert.equal(got.headers.etag, etag)
        assert.equal(got.headers['cache-control'], 'private, no-cache')
        assert.equal(got.headers['content-length'], undefined)
      }
    })
  }
})

describe('what a browser is told', () => {
  const types: [string, string, 'inline' | 'attachment'][] = [
    ['image/jpeg', 'image/jpeg', 'inline'],
    ['text/plain', 'text/plain; charset=utf-8', 'inline'],
    ['application/zip', 'application/zip', 'attachment'],
    ['text/html', 'application/octet-stream', 'attachment'],
    ['image/svg+xml', 'application/octet-stream', 'attachment'],
    ['application/xhtml+xml', 'application/octet-stream', 'attachment'],
    ['text/javascript', 'application/octet-stream', 'attachment'],
    ['nonsense\r\nx: y', 'application/octet-stream', 'attachment'],
  ]
  for (const [type, contentType, disposition] of types) {
    test(`${JSON.stringify(type)} is sent as ${contentType}, ${disposition}`, async () => {
      mediaType = type
      const { headers } = await ask({ range: 'bytes=0-0' })
      mediaType = 'image/png'
      assert.equal(headers['content-type'], contentType)
      assert.match(String(headers['content-disposition']), new RegExp(`^${disposition};`))
      assert.equal(headers['x-content-type-options'], 'nosniff')
      assert.match(String(headers['content-security-policy']), /sandbox/)
    })
  }

  const names: [string, string][] = [
    ['a b.png', 'inline; filename="a b.png"'],
    ['a"b\\c%.png', `inline; filename="a_b_c_.png"; filename*=UTF-8''a%22b%5Cc%25.png`],
    ["naïve (1)'*.png", `inline; filename="na_ve (1)'*.png"; filename*=UTF-8''na%C3%AFve%20%281%29%27%2A.png`],
    ['€ 👪.png', `inline; filename="_ _.png"; filename*=UTF-8''%E2%82%AC%20%F0%9F%91%AA.png`],
    ['x\r\nset-cookie: a', 'inline; filename="x__set-cookie: a"'],
  ]
  for (const [name, expected] of names) {
    test(`the name ${JSON.stringify(name)} is told safely`, async () => {
      filename = name
      assert.equal((await ask({}, 'HEAD')).headers['content-disposition'], expected)
    })
  }
})

describe('clients that leave', () => {
  test(
    'closing and cutting a hundred times harms nobody, and deleting while reading neither',
    { timeout: 60_000 },
    async () => {
      const cut = () =>
        new Promise<void>((resolve) => {
          const socket = connect(port, '127.0.0.1', () => socket.write('GET /file HTTP/1.1\r\nHost: x\r\n\r\n'))
          socket.once('data', () => socket.destroy())
          socket.on('error', () => undefined).once('close', () => resolve())
        })
      for (let round = 0; round < 10; round++) {
        const replies = await Promise.all(
          Array.from({ length: 10 }, async (_, i) => (i % 2 === 0 ? cut() : ask({ connection: 'close' }))),
        )
        for (const reply of replies) if (reply !== undefined) assert.ok(reply.body.equals(bytes))
      }
      const reading = ask()
      await store.delete([KEY])
      const { status, body } = await reading
      assert.ok(status === 409 || body.equals(bytes))
      await store.put(KEY, Readable.from([bytes]), { organizationId: '' })
      assert.equal((await ask({ range: 'bytes=0-4' })).status, 206)
    },
  )
})

describe('clients that ask again before the response has ended', () => {
  test('are answered one after the other over the same connection, at once', { timeout: 10_000 }, async () => {
    const one = (range: string) => `GET /file HTTP/1.1\r\nHost: x\r\nRange: ${range}\r\n\r\n`
    const heard: Buffer[] = []
    const statuses = () =>
      Buffer.concat(heard)
        .toString('latin1')
        .match(/HTTP\/1\.1 206/g)?.length ?? 0
    const socket = connect(port, '127.0.0.1', () =>
      socket.write(one('bytes=0-9') + one('bytes=10-19') + one('bytes=-5')),
    )
    const started = performance.now()
    await new Promise<void>((resolve) => {
      socket.on('data', (chunk) => {
        heard.push(chunk)
        if (statuses() === 3 && Buffer.concat(heard).subarray(-5).equals(bytes.subarray(-5))) resolve()
      })
      socket.once('close', () => resolve())
    })
    socket.destroy()
    assert.equal(statuses(), 3)
    assert.ok(performance.now() - started < 5_000)
  })
})
