import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { request as httpRequest } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { openWorld, quotaOf, type Tenant, type World } from '../../../test/tenant.ts'
import { metadataOf, pathOf, sha256Of, type Reply } from '../../../test/tus.ts'

// creation-defer-length, as literal requests and responses.

const MIB = 1024 * 1024
const OCTETS = 'application/offset+octet-stream'
let world: World
let tenant: Tenant

before(async () => {
  world = await openWorld({ MAX_FILE_BYTES: '16MiB' })
  tenant = await world.makeTenant()
})
after(() => world.t.stop())

const offsetOf = (reply: Reply) => Number(reply.headers['upload-offset'])
function defer({ organizationId, tus }: Tenant, body?: Uint8Array): Promise<Reply> {
  const headers = {
    'upload-defer-length': '1',
    'upload-metadata': metadataOf({ filename: 'a.bin', organizationId }),
    ...(body && { 'content-type': OCTETS }),
  }
  return tus.send('POST', '/api/uploads', headers, body)
}

describe('tus: a length that is told later', () => {
  test('HEAD says so until it is told, and the last byte makes the file', async () => {
    const { tus } = tenant
    const created = await defer(tenant)
    assert.equal(created.status, 201, created.body.toString())
    const path = pathOf(created)
    const bytes = randomBytes(3 * MIB + 5)
    for (const [from, to] of [
      [0, 10],
      [10, 70_000],
      [70_000, 3 * MIB],
    ] as const) {
      const reply = await tus.patch(path, from, bytes.subarray(from, to))
      assert.equal(reply.status, 204, reply.body.toString())
      assert.equal(offsetOf(reply), to)
      assert.equal(reply.headers['trove-file-id'], undefined)
      const head = await tus.head(path)
      assert.equal(head.headers['upload-defer-length'], '1')
      assert.equal(head.headers['upload-length'], undefined)
      assert.equal(offsetOf(head), to)
    }
    const told = { 'upload-length': String(bytes.length) }
    const last = await tus.patch(path, 3 * MIB, bytes.subarray(3 * MIB), told)
    assert.equal(last.status, 204, last.body.toString())
    const ended = await tus.head(path)
    assert.equal(ended.headers['upload-defer-length'], undefined)
    assert.equal(ended.headers['upload-length'], String(bytes.length))
    assert.equal(sha256Of((await tus.content(String(last.headers['trove-file-id']))).body), sha256Of(bytes))
  })

  test('it may be told with the first byte, before the last, or with none, and is kept', async () => {
    const { tus } = tenant
    for (const size of [1, 40_000, MIB + 1]) {
      const bytes = randomBytes(size)
      const path = pathOf(await defer(tenant, bytes))
      assert.equal(offsetOf(await tus.head(path)), size)
      const told = await tus.patch(path, size, Buffer.alloc(0), { 'upload-length': String(size) })
      assert.equal(told.status, 204, told.body.toString())
      assert.equal(sha256Of((await tus.content(String(told.headers['trove-file-id']))).body), sha256Of(bytes))
    }
    const path = pathOf(await defer(tenant))
    assert.equal((await tus.patch(path, 0, Buffer.from('abc'), { 'upload-length': '6' })).status, 204)
    for (const other of ['5', '7'])
      assert.equal((await tus.patch(path, 3, Buffer.from('d'), { 'upload-length': other })).status, 400)
    assert.ok((await tus.patch(path, 3, Buffer.from('def'), { 'upload-length': '6' })).headers['trove-file-id'])
  })

  const refused: [string, Record<string, string>, number][] = [
    ['another value than 1', { 'upload-defer-length': '2' }, 400],
    ['a length beside it', { 'upload-defer-length': '1', 'upload-length': '5' }, 400],
  ]
  for (const [title, headers, status] of refused) {
    test(`${title}: ${status}`, async () => {
      const { organizationId, tus } = tenant
      const metadata = { 'upload-metadata': metadataOf({ filename: 'a.bin', organizationId }) }
      assert.equal((await tus.send('POST', '/api/uploads', { ...metadata, ...headers })).status, status)
    })
  }

  test('a length that cannot be: nothing, less than has come, or more than a file may have', async () => {
    const { tus } = tenant
    const path = pathOf(await defer(tenant, randomBytes(100)))
    for (const [length, status] of [
      ['0', 422],
      ['99', 400],
      ['-1', 400],
      [String(16 * MIB + 1), 413],
    ] as const)
      assert.equal((await tus.patch(path, 100, Buffer.alloc(0), { 'upload-length': length })).status, status, length)
    assert.equal(offsetOf(await tus.head(path)), 100)
  })

  test('no more comes than a file may have, also when nobody says how much comes', async () => {
    const { tus } = tenant
    const path = pathOf(await defer(tenant))
    for (let at = 0; at < 16 * MIB; at += 8 * MIB)
      assert.equal((await tus.patch(path, at, randomBytes(8 * MIB))).status, 204)
    assert.equal((await tus.patch(path, 16 * MIB, randomBytes(1))).status, 413)
    assert.equal((await sendChunked(tenant, path, 16 * MIB, [randomBytes(10)])).status, 413)
    assert.equal(offsetOf(await tus.head(path)), 16 * MIB)
  })

  test('room is set aside before the bytes are kept, never more than there is, and given back', async () => {
    const small = await world.makeTenant(10 * MIB)
    const path = pathOf(await defer(small))
    assert.deepEqual(await quotaOf(world, small), { used: 0, reserved: 1, files: 0 })
    assert.equal((await small.tus.patch(path, 0, randomBytes(4 * MIB))).status, 204)
    assert.equal((await quotaOf(world, small)).reserved, 4 * MIB)
    assert.equal((await small.tus.patch(path, 4 * MIB, randomBytes(7 * MIB))).status, 413)
    assert.equal((await quotaOf(world, small)).reserved, 4 * MIB)
    const reply = await sendChunked(small, path, 4 * MIB, [randomBytes(5 * MIB), randomBytes(2 * MIB)])
    assert.equal(reply.status, 413)
    const kept = offsetOf(await small.tus.head(path))
    assert.ok(kept >= 4 * MIB && kept <= 10 * MIB)
    const { reserved } = await quotaOf(world, small)
    assert.ok(reserved <= 10 * MIB && reserved >= kept)
    const told = await small.tus.patch(path, kept, Buffer.alloc(0), { 'upload-length': String(kept) })
    assert.equal(told.status, 204)
    assert.deepEqual(await quotaOf(world, small), { used: kept, reserved: 0, files: 1 })
  })

  test('bytes that are refused are refused by their first 64 KiB', async () => {
    const { organizationId, tus } = tenant
    const metadata = { 'upload-metadata': metadataOf({ filename: 'photo.jpg', organizationId }) }
    const path = pathOf(await tus.send('POST', '/api/uploads', { ...metadata, 'upload-defer-length': '1' }))
    const pdf = Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(70_000)])
    assert.equal((await tus.patch(path, 0, pdf.subarray(0, 50_000))).status, 204)
    assert.equal((await tus.patch(path, 50_000, pdf.subarray(50_000))).status, 422)
    assert.equal((await tus.head(path)).status, 410)
  })
})

/** A PATCH whose length nobody tells. */
function sendChunked(
  { authorization }: Tenant,
  path: string,
  offset: number,
  pieces: readonly Uint8Array[],
): Promise<{ status: number }> {
  const headers = {
    authorization,
    'tus-resumable': '1.0.0',
    'upload-offset': offset,
    'content-type': OCTETS,
    'transfer-encoding': 'chunked',
  }
  return new Promise((resolve, reject) => {
    const sent = httpRequest(new URL(path, world.origin), { method: 'PATCH', headers }, (response) => {
      response.resume().on('end', () => resolve({ status: response.statusCode ?? 0 }))
    })
    sent.on('error', reject)
    for (const piece of pieces) sent.write(piece)
    sent.end()
  })
}
