import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { after, before, describe, test } from 'node:test'
import type { UserActor } from '../../platform/actor.ts'
import { bearer, makeMember, makeOrganization, makeUser } from '../../../test/make.ts'
import { startTestPlatform, type TestPlatform } from '../../../test/platform.ts'
import { ask, metadataOf, pathOf, sha256Of, tusClient, type Reply, type TusClient } from '../../../test/tus.ts'

// Every MUST of tus 1.0.0 and of the extensions that are offered, as literal requests and responses.

const MIB = 1024 * 1024
let t: TestPlatform
let origin: string
let owner: UserActor
let organizationId: string
let authorization: string
let tus: TusClient

before(async () => {
  t = await startTestPlatform({ MAX_FILE_BYTES: '32MiB', MAX_SESSION_BYTES: '64MiB' })
  const { app } = await t.api()
  origin = await app.listen({ port: 0, host: '127.0.0.1' })
  owner = await makeUser(t.platform)
  organizationId = (await makeOrganization(t.platform, owner)).id
  authorization = (await bearer(t.platform, owner)).authorization
  tus = tusClient(origin, authorization)
})
after(() => t.stop())

async function create(length: number, filename = 'a.bin'): Promise<string> {
  const reply = await tus.create({ length, organizationId, filename })
  assert.equal(reply.status, 201, reply.body.toString())
  return pathOf(reply)
}
const offsetOf = (reply: Reply) => Number(reply.headers['upload-offset'])
const checksum = (algorithm: string, bytes: Uint8Array) =>
  `${algorithm} ${createHash(algorithm).update(bytes).digest('base64')}`
const isRefused = (reply: Reply, status: number) => {
  assert.equal(reply.status, status, reply.body.toString())
  assert.equal(reply.headers['tus-resumable'], '1.0.0')
  assert.equal(reply.headers['upload-offset'], undefined)
}

describe('tus: the protocol', () => {
  test('OPTIONS tells version, extensions, size and algorithms to anybody', async () => {
    const reply = await ask(origin, { method: 'OPTIONS', path: '/api/uploads' })
    assert.equal(reply.status, 204)
    assert.equal(reply.headers['tus-resumable'], '1.0.0')
    assert.equal(reply.headers['tus-version'], '1.0.0')
    assert.equal(
      reply.headers['tus-extension'],
      'creation,creation-with-upload,creation-defer-length,expiration,termination,checksum,concatenation',
    )
    assert.equal(reply.headers['tus-max-size'], String(32 * MIB))
    assert.match(String(reply.headers['tus-checksum-algorithm']), /^sha1,/)
  })

  test('another version is refused with the one that is spoken, and nothing is processed', async () => {
    const path = await create(3)
    for (const version of ['0.2.2', '1.0.1', '', undefined]) {
      const headers = {
        authorization,
        'upload-offset': '0',
        'content-type': 'application/offset+octet-stream',
        ...(version !== undefined && { 'tus-resumable': version }),
      }
      const reply = await ask(origin, { method: 'PATCH', path, headers, body: Buffer.from('abc') })
      isRefused(reply, 412)
      assert.equal(reply.headers['tus-version'], '1.0.0')
    }
    for (const method of ['POST', 'HEAD', 'DELETE']) {
      const reply = await ask(origin, {
        method,
        path: method === 'POST' ? '/api/uploads' : path,
        headers: { authorization, 'tus-resumable': '2.0.0' },
      })
      isRefused(reply, 412)
      assert.equal(reply.headers['tus-version'], '1.0.0')
    }
    assert.equal(offsetOf(await tus.head(path)), 0)
  })

  test('HEAD tells offset, length, metadata and expiry, and may not be cached', async () => {
    const path = await create(5, 'ä.bin')
    const reply = await tus.head(path)
    assert.equal(reply.status, 200)
    assert.equal(reply.body.length, 0)
    assert.equal(reply.headers['upload-offset'], '0')
    assert.equal(reply.headers['upload-length'], '5')
    assert.equal(reply.headers['cache-control'], 'no-store')
    assert.equal(reply.headers['upload-metadata'], metadataOf({ filename: 'ä.bin', organizationId }))
    assert.ok(Date.parse(String(reply.headers['upload-expires'])) > Date.now())
    assert.equal(reply.headers['tus-resumable'], '1.0.0')
  })

  test('what is not there is told without an offset, whatever its id looks like', async () => {
    for (const id of ['01890000-0000-7000-8000-000000000000', 'nonsense', '..%2f..%2fetc', '0']) {
      isRefused(await tus.head(`/api/uploads/${id}`), 404)
      isRefused(await tus.patch(`/api/uploads/${id}`, 0, Buffer.from('x')), 404)
      isRefused(await tus.delete(`/api/uploads/${id}`), 404)
    }
  })

  test('without a sign-in nothing is told', async () => {
    const path = await create(5)
    for (const method of ['HEAD', 'PATCH', 'DELETE'])
      isRefused(await ask(origin, { method, path, headers: { 'tus-resumable': '1.0.0' } }), 401)
  })

  test('PATCH moves the offset by what it brought, and the last byte makes the file', async () => {
    const bytes = randomBytes(3 * MIB + 17)
    const path = await create(bytes.length)
    const cuts = [0, 1, 70_000, MIB, 2 * MIB + 5, bytes.length]
    for (const [i, from] of cuts.slice(0, -1).entries()) {
      const to = cuts[i + 1] ?? 0
      const reply = await tus.patch(path, from, bytes.subarray(from, to))
      assert.equal(reply.status, 204, reply.body.toString())
      assert.equal(offsetOf(reply), to)
      assert.equal(reply.headers['tus-resumable'], '1.0.0')
      if (to < bytes.length) assert.ok(reply.headers['upload-expires'])
      else assert.match(String(reply.headers['trove-file-id']), /^[0-9a-f-]{36}$/)
    }
    const ended = await tus.head(path)
    assert.equal(offsetOf(ended), bytes.length)
    const fileId = String(ended.headers['trove-file-id'])
    assert.equal(sha256Of((await tus.content(fileId)).body), sha256Of(bytes))
    assert.deepEqual(await t.platform.objects.staging.sizeBytes(path.slice(-36)), undefined)
  })

  test('a PATCH of another type is refused', async () => {
    const path = await create(3)
    for (const type of ['application/octet-stream', 'application/json', 'text/plain', '']) {
      const headers = { 'upload-offset': 0, ...(type !== '' && { 'content-type': type }) }
      isRefused(await tus.send('PATCH', path, headers, Buffer.from('abc')), 415)
    }
    assert.equal(offsetOf(await tus.head(path)), 0)
  })

  test('a PATCH at another offset is refused and changes nothing', async () => {
    const path = await create(6)
    await tus.patch(path, 0, Buffer.from('abc'))
    for (const offset of [0, 2, 4, 6, 7]) isRefused(await tus.patch(path, offset, Buffer.from('xyz')), 409)
    for (const offset of ['-1', '1.0', '3a', '0x3', '', ' ', '99999999999999999999', '+3', '3e0']) {
      isRefused(
        await tus.send(
          'PATCH',
          path,
          { 'upload-offset': offset, 'content-type': 'application/offset+octet-stream' },
          Buffer.from('xyz'),
        ),
        400,
      )
    }
    assert.equal(offsetOf(await tus.head(path)), 3)
  })

  test('more bytes than the upload has are refused, announced or not', async () => {
    const path = await create(4)
    isRefused(await tus.patch(path, 0, Buffer.from('abcde')), 413)
    const chunked = await chunkedPatch(path, 0, [Buffer.from('ab'), Buffer.from('cde')])
    assert.match(chunked, /^HTTP\/1\.1 413 /)
    assert.equal(offsetOf(await tus.head(path)), 0)
    assert.equal((await tus.patch(path, 0, Buffer.from('abcd'))).status, 204)
  })

  test('a chunk of over 95 MB is refused by its head', async () => {
    const path = await create(3)
    const reply = await raw(
      `PATCH ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: 95000001\r\n\r\n`,
    )
    assert.match(reply, /^HTTP\/1\.1 413 /)
  })

  test('a body in chunks of unknown length is taken', async () => {
    const path = await create(5)
    assert.match(
      await chunkedPatch(path, 0, [Buffer.from('ab'), Buffer.from('cde')]),
      /^HTTP\/1\.1 204 [^]*trove-file-id/i,
    )
  })

  test('an empty PATCH keeps the offset', async () => {
    const path = await create(4)
    const reply = await tus.patch(path, 0, Buffer.alloc(0))
    assert.equal(reply.status, 204)
    assert.equal(offsetOf(reply), 0)
  })

  test('X-HTTP-Method-Override decides the method, whatever the real one is', async () => {
    const path = await create(4)
    const override = (method: string, headers: Record<string, string> = {}, body?: Uint8Array, real = 'POST') =>
      tus.send(real, path, { 'x-http-method-override': method, ...headers }, body)
    const patched = await override(
      'PATCH',
      { 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
      Buffer.from('abc'),
    )
    assert.equal(patched.status, 204)
    assert.equal(offsetOf(patched), 3)
    const head = await override('HEAD')
    assert.equal(head.status, 200)
    assert.equal(offsetOf(head), 3)
    assert.equal((await override('HEAD', {}, undefined, 'GET')).status, 200)
    assert.equal((await override('DELETE')).status, 204)
    isRefused(await tus.head(path), 410)
  })
})

describe('tus: checksum', () => {
  const bytes = randomBytes(2 * MIB + 3)
  for (const algorithm of ['sha1', 'sha256', 'sha512', 'md5']) {
    test(`${algorithm}: right bytes are kept, wrong ones not at all`, async () => {
      const path = await create(bytes.length + 5)
      assert.equal(
        (
          await tus.patch(path, 0, Buffer.from('12345'), {
            'upload-checksum': checksum(algorithm, Buffer.from('12345')),
          })
        ).status,
        204,
      )
      isRefused(await tus.patch(path, 5, bytes, { 'upload-checksum': checksum(algorithm, Buffer.from('other')) }), 460)
      assert.equal(offsetOf(await tus.head(path)), 5)
      const done = await tus.patch(path, 5, bytes, { 'upload-checksum': checksum(algorithm, bytes) })
      assert.equal(done.status, 204, done.body.toString())
      const content = await tus.content(String(done.headers['trove-file-id']))
      assert.equal(sha256Of(content.body), sha256Of(Buffer.concat([Buffer.from('12345'), bytes])))
    })
  }

  test('an algorithm that is not offered, and a digest that is none', async () => {
    const path = await create(3)
    for (const value of [
      'crc32 AAAA',
      'sha1',
      'sha1 AAAA',
      'sha1 !!!',
      `${checksum('sha1', Buffer.from('abc'))} x`,
      '',
      'toString AAAA',
    ]) {
      isRefused(await tus.patch(path, 0, Buffer.from('abc'), { 'upload-checksum': value }), 400)
    }
    assert.equal(offsetOf(await tus.head(path)), 0)
  })

  test('a small upload whose only chunk is wrong stays at 0 and can be sent again', async () => {
    const path = await create(3)
    isRefused(
      await tus.patch(path, 0, Buffer.from('abd'), { 'upload-checksum': checksum('sha1', Buffer.from('abc')) }),
      460,
    )
    const done = await tus.patch(path, 0, Buffer.from('abc'), {
      'upload-checksum': checksum('sha1', Buffer.from('abc')),
    })
    assert.equal((await tus.content(String(done.headers['trove-file-id']))).body.toString(), 'abc')
  })
})

describe('tus: termination and expiration', () => {
  test('DELETE ends an upload, frees its room and its bytes', async () => {
    const path = await create(10)
    await tus.patch(path, 0, Buffer.from('abc'))
    const reply = await tus.delete(path)
    assert.equal(reply.status, 204)
    assert.equal(reply.headers['tus-resumable'], '1.0.0')
    isRefused(await tus.head(path), 410)
    isRefused(await tus.patch(path, 3, Buffer.from('def')), 410)
    isRefused(await tus.delete(path), 410)
    assert.equal(await t.platform.objects.staging.sizeBytes(path.slice(-36)), undefined)
  })

  test('an upload that is a file cannot be ended any more', async () => {
    const reply = await tus.create({ length: 3, organizationId }, Buffer.from('abc'))
    const refused = await tus.delete(pathOf(reply))
    isRefused(refused, 409)
    assert.deepEqual([refused.json()['from'], refused.json()['to']], ['completed', 'cancelled'])
  })

  test('an upload whose time is over is gone', async () => {
    const path = await create(10)
    await t.platform.db
      .updateTable('upload')
      .set({ expires_at: new Date(Date.now() - 1000) })
      .where('id', '=', path.slice(-36))
      .execute()
    isRefused(await tus.head(path), 410)
    isRefused(await tus.patch(path, 0, Buffer.from('abc')), 410)
  })
})

describe('tus: whose upload', () => {
  test('nobody but its user sees it, and the user no longer when they have left', async () => {
    const member = await makeUser(t.platform)
    await makeMember(t.platform, organizationId, member, 'member')
    const own = tusClient(origin, (await bearer(t.platform, member)).authorization)
    const path = pathOf(await own.create({ length: 5, organizationId }))
    for (const reply of [await tus.head(path), await tus.patch(path, 0, Buffer.from('abc')), await tus.delete(path)])
      isRefused(reply, 404)
    assert.equal((await own.head(path)).status, 200)
    await t.platform.db.deleteFrom('organization_member').where('user_id', '=', member.userId).execute()
    for (const reply of [await own.head(path), await own.patch(path, 0, Buffer.from('abc')), await own.delete(path)])
      isRefused(reply, 404)
  })
})

/** Writes to a connection and reads until the server has said something and then nothing for a moment. */
function raw(...parts: (string | Uint8Array)[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(origin)
    const socket = connect(Number(port), hostname, () => parts.forEach((part) => socket.write(part)))
    let text = ''
    let timer: NodeJS.Timeout | undefined
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
      clearTimeout(timer)
      timer = setTimeout(() => socket.destroy(), 50)
    })
    socket.on('error', reject).on('close', () => resolve(text))
  })
}

function chunkedPatch(path: string, offset: number, chunks: Uint8Array[]): Promise<string> {
  const head = `PATCH ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: ${offset}\r\nContent-Type: application/offset+octet-stream\r\nTransfer-Encoding: chunked\r\n\r\n`
  const body = chunks.flatMap((chunk) => [`${chunk.length.toString(16)}\r\n`, chunk, '\r\n'])
  return raw(head, ...body, '0\r\n\r\n')
}
