import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { openWorld, quotaOf, type World } from '../../../test/tenant.ts'
import { metadataOf, pathOf, sha256Of, type Reply, type TusClient } from '../../../test/tus.ts'

// Creation and creation-with-upload, as literal requests and responses.

const MIB = 1024 * 1024
let world: World
let organizationId: string
let tus: TusClient

before(async () => {
  world = await openWorld({ MAX_FILE_BYTES: '32MiB' })
  ;({ organizationId, tus } = await world.makeTenant())
})
after(() => world.t.stop())

const offsetOf = (reply: Reply) => Number(reply.headers['upload-offset'])
const isRefused = (reply: Reply, status: number) => {
  assert.equal(reply.status, status, reply.body.toString())
  assert.equal(reply.headers['tus-resumable'], '1.0.0')
  assert.equal(reply.headers['upload-offset'], undefined)
}

describe('tus: creation', () => {
  test('201 with a Location, and the same upload at it', async () => {
    const reply = await tus.create({ length: 10, organizationId })
    assert.equal(reply.status, 201)
    assert.match(String(reply.headers.location), /^\/api\/uploads\/[0-9a-f-]{36}$/)
    assert.equal(reply.headers['tus-resumable'], '1.0.0')
    assert.ok(reply.headers['upload-expires'])
  })

  const lengths: [string, Record<string, string>, number][] = [
    ['no length', {}, 400],
    ['a negative length', { 'upload-length': '-1' }, 400],
    ['a fraction', { 'upload-length': '1.5' }, 400],
    ['a word', { 'upload-length': 'ten' }, 400],
    ['more than can be counted', { 'upload-length': '99999999999999999999' }, 400],
    ['nothing in it', { 'upload-length': '0' }, 422],
    ['more than a file may have', { 'upload-length': String(32 * MIB + 1) }, 413],
    ['a deferred length beside one', { 'upload-length': '5', 'upload-defer-length': '1' }, 400],
    ['a part without a length', { 'upload-concat': 'partial' }, 400],
    ['a final upload', { 'upload-concat': 'final;/a /b' }, 400],
  ]
  for (const [title, headers, status] of lengths) {
    test(`${title}: ${status}`, async () => {
      isRefused(
        await tus.send('POST', '/api/uploads', {
          'upload-metadata': metadataOf({ filename: 'a.bin', organizationId }),
          ...headers,
        }),
        status,
      )
    })
  }

  const metadata: [string, () => string, number][] = [
    ['none', () => '', 400],
    ['no organization', () => metadataOf({ filename: 'a.bin' }), 400],
    ['no filename', () => metadataOf({ organizationId }), 400],
    ['an empty filename', () => `filename,${metadataOf({ organizationId })}`, 400],
    ['not Base64', () => `filename a.bin,${metadataOf({ organizationId })}`, 400],
    ['Base64 without its end', () => `filename YQ,${metadataOf({ organizationId })}`, 400],
    [
      'a key twice',
      () => `${metadataOf({ filename: 'a.bin', organizationId })},${metadataOf({ filename: 'b.bin' })}`,
      400,
    ],
    ['a pair without a key', () => `${metadataOf({ filename: 'a.bin', organizationId })},`, 400],
    ['over 8 KiB', () => metadataOf({ filename: 'a.bin', organizationId, x: 'x'.repeat(8 * 1024) }), 400],
    [
      'not UTF-8',
      () => `filename ${Buffer.from([0xff, 0xfe]).toString('base64')},${metadataOf({ organizationId })}`,
      400,
    ],
    [
      'another organization',
      () => metadataOf({ filename: 'a.bin', organizationId: '01890000-0000-7000-8000-000000000000' }),
      404,
    ],
    [
      'no such session',
      () => metadataOf({ filename: 'a.bin', organizationId, uploadSessionId: '01890000-0000-7000-8000-000000000000' }),
      404,
    ],
    ['../ in the name', () => metadataOf({ filename: '../a.bin', organizationId }), 400],
    ['NUL in the name', () => metadataOf({ filename: 'a\0.bin', organizationId }), 400],
    ['a name of 300 characters', () => metadataOf({ filename: `${'a'.repeat(296)}.bin`, organizationId }), 400],
    ['a program', () => metadataOf({ filename: 'a.exe', organizationId }), 422],
    ['empty values that say nothing', () => `filetype ,is_x,${metadataOf({ filename: 'a.bin', organizationId })}`, 201],
    ['a name of emoji', () => metadataOf({ filename: '👪🏽 ünï.bin', organizationId }), 201],
    ['the longest name', () => metadataOf({ filename: `${'😀'.repeat(251)}.bin`, organizationId }), 201],
  ]
  for (const [title, value, status] of metadata) {
    test(`metadata, ${title}: ${status}`, async () => {
      const reply = await tus.send('POST', '/api/uploads', { 'upload-length': 3, 'upload-metadata': value() })
      assert.equal(reply.status, status, reply.body.toString())
      assert.equal(reply.headers['tus-resumable'], '1.0.0')
    })
  }

  test('creation with the bytes makes the file at once', async () => {
    for (const size of [1, 50_000, 65_536, 65_537, MIB, MIB + 1]) {
      const bytes = randomBytes(size)
      const reply = await tus.create({ length: size, organizationId }, bytes)
      assert.equal(reply.status, 201, reply.body.toString())
      assert.equal(offsetOf(reply), size)
      assert.equal(sha256Of((await tus.content(String(reply.headers['trove-file-id']))).body), sha256Of(bytes))
    }
  })

  test('creation with some of the bytes goes on by PATCH', async () => {
    const reply = await tus.create({ length: 6, organizationId }, Buffer.from('abc'))
    assert.equal(reply.status, 201)
    assert.equal(offsetOf(reply), 3)
    assert.ok((await tus.patch(pathOf(reply), 3, Buffer.from('def'))).headers['trove-file-id'])
  })

  test('creation with bytes of another type, or too many of them, is refused', async () => {
    const headers = { 'upload-length': 3, 'upload-metadata': metadataOf({ filename: 'a.bin', organizationId }) }
    isRefused(
      await tus.send('POST', '/api/uploads', { ...headers, 'content-type': 'text/plain' }, Buffer.from('abc')),
      415,
    )
    isRefused(await tus.create({ length: 2, organizationId }, Buffer.from('abc')), 413)
  })

  test('bytes that are not what the name says are refused, and nothing is left', async () => {
    const before = await quotaOf(world, { organizationId })
    const path = pathOf(await tus.create({ length: 100_000, organizationId, filename: 'photo.jpg' }))
    const reply = await tus.patch(path, 0, Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(99_991)]))
    isRefused(reply, 422)
    assert.match(String(reply.json()['type']), /type-mismatch$/)
    isRefused(await tus.head(path), 410)
    assert.equal(await world.t.platform.objects.staging.sizeBytes(path.slice(-36)), undefined)
    assert.deepEqual(await quotaOf(world, { organizationId }), before)
  })

  test('bytes that are refused are refused by the first 64 KiB, not after the whole file', async () => {
    const path = pathOf(await tus.create({ length: 30 * MIB, organizationId, filename: 'photo.jpg' }))
    isRefused(await tus.patch(path, 0, Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(70_000)])), 422)
    isRefused(await tus.head(path), 410)
  })
})

describe('tus: the Location', () => {
  test('is the address that the client used, through a proxy that is trusted', async () => {
    const proxied = await openWorld({ TRUST_PROXY: '127.0.0.1' })
    try {
      const own = await proxied.makeTenant()
      const metadata = metadataOf({ filename: 'a.bin', organizationId: own.organizationId })
      const create = (headers: Record<string, string>) =>
        own.tus.send('POST', '/api/uploads', { 'upload-length': 3, 'upload-metadata': metadata, ...headers })
      const told = await create({
        'x-forwarded-proto': 'https',
        'x-forwarded-host': 'media.example.org',
        'x-forwarded-prefix': '/trove',
      })
      assert.match(String(told.headers.location), /^https:\/\/media\.example\.org\/trove\/api\/uploads\/[0-9a-f-]{36}$/)
      const element = await create({ forwarded: 'for=192.0.2.1;proto=https;host=m.example:8443' })
      assert.match(String(element.headers.location), /^https:\/\/m\.example:8443\/api\/uploads\//)
    } finally {
      await proxied.t.stop()
    }
  })

  test('is a path when nobody who is trusted says more', async () => {
    const metadata = metadataOf({ filename: 'a.bin', organizationId })
    const headers = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', forwarded: 'host=evil.example' }
    const reply = await tus.send('POST', '/api/uploads', {
      'upload-length': 3,
      'upload-metadata': metadata,
      ...headers,
    })
    assert.match(String(reply.headers.location), /^\/api\/uploads\//)
  })
})
