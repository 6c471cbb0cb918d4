import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { buildApi, type Api } from '../../src/app/api.ts'
import { openPlatform, type OpenPlatform } from '../../src/app/platform.ts'
import { until } from '../server.ts'
import { openSilentLine } from '../silent-line.ts'
import { openWorld, type Tenant, type World } from '../tenant.ts'
import { pathOf, sha256Of } from '../tus.ts'

const MIB = 1024 * 1024

describe('a line that goes dead in the middle of a chunk, of which the server is told nothing', () => {
  let world: World
  let tenant: Tenant
  let otherPlatform: OpenPlatform
  let other: Api
  let otherOrigin: string
  before(async () => {
    world = await openWorld()
    tenant = await world.makeTenant()
    otherPlatform = await openPlatform(world.t.config, 'api')
    other = await buildApi(otherPlatform)
    otherOrigin = await other.app.listen({ port: 0, host: '127.0.0.1' })
  })
  after(async () => {
    await other?.close()
    await otherPlatform?.close()
    await world?.t.stop()
  })

  /** A request as from another network: no connection of before, and another address. */
  function fromElsewhere(origin: string, about: { method: string; path: string; offset?: number; body?: Uint8Array }) {
    const { method, path, offset, body } = about
    const headers = {
      authorization: tenant.authorization,
      'tus-resumable': '1.0.0',
      ...(body && {
        'upload-offset': String(offset),
        'content-type': 'application/offset+octet-stream',
        'content-length': String(body.length),
      }),
    }
    const options = { method, headers, localAddress: '127.0.0.77', agent: new Agent({ keepAlive: false }) }
    return new Promise<{ status: number; headers: IncomingHttpHeaders }>((resolve, reject) => {
      const sent = httpRequest(new URL(path, origin), options, (response) => {
        response.resume()
        resolve({ status: response.statusCode ?? 0, headers: response.headers })
      })
      sent.on('error', reject)
      sent.end(body)
    })
  }

  for (const where of ['the same process', 'another process'] as const)
    test(`does not keep its client from going on from another address, at ${where}, within 2 s and without a refusal`, async () => {
      const origin = where === 'the same process' ? world.origin : otherOrigin
      const bytes = randomBytes(6 * MIB)
      const arrived = 3 * MIB + 11
      const path = pathOf(await tenant.tus.create({ length: bytes.length, organizationId: tenant.organizationId }))
      const line = await openSilentLine(Number(new URL(world.origin).port))
      try {
        const sent = httpRequest(new URL(path, line.origin), {
          method: 'PATCH',
          headers: {
            authorization: tenant.authorization,
            'tus-resumable': '1.0.0',
            'upload-offset': 0,
            'content-type': 'application/offset+octet-stream',
            'content-length': bytes.length,
          },
        })
        sent.on('error', () => undefined)
        sent.write(bytes.subarray(0, arrived))
        const staged = async () => (await world.t.platform.objects.staging.sizeBytes(path.slice(-36))) ?? 0
        assert.ok(await until(async () => (await staged()) >= 3 * MIB, 10_000, 20))
        assert.equal(line.goSilent(), 1)

        const startedAt = performance.now()
        const head = await fromElsewhere(origin, { method: 'HEAD', path })
        assert.equal(head.status, 200)
        const offset = Number(head.headers['upload-offset'])
        assert.ok(offset >= 3 * MIB && offset <= arrived, `it begins again at ${offset}`)
        const done = await fromElsewhere(origin, { method: 'PATCH', path, offset, body: bytes.subarray(offset) })
        assert.equal(done.status, 204)
        const tookMs = performance.now() - startedAt
        assert.ok(tookMs < 2_000, `${tookMs} ms`)
        const content = await tenant.tus.content(String(done.headers['trove-file-id']))
        assert.equal(sha256Of(content.body), sha256Of(bytes))
      } finally {
        await line.close()
      }
    })
})
