import assert from 'node:assert/strict'
import { request as httpRequest } from 'node:http'
import { describe, test } from 'node:test'
import { MAX_CHUNK_BYTES } from '@trove/contract/uploads'
import { openWorld, type Tenant, type World } from '../tenant.ts'
import { metadataOf, pathOf } from '../tus.ts'

const MIB = 1024 * 1024

describe('a request of an upload', () => {
  test('carries at most 95 MB, whether it says how much it brings or not, beside the creation too', async () => {
    assert.ok(MAX_CHUNK_BYTES < 100_000_000, 'the most that some proxies pass on')
    const world = await openWorld({ MAX_FILE_BYTES: '1GiB' })
    try {
      const tenant = await world.makeTenant()
      const { organizationId } = tenant
      const length = 2 * MAX_CHUNK_BYTES
      const path = pathOf(await tenant.tus.create({ length, organizationId }))
      const creating = {
        'upload-length': String(length),
        'upload-metadata': metadataOf({ filename: 'a.bin', organizationId }),
      }
      const tooMuch = MAX_CHUNK_BYTES + 1
      assert.equal(await stream(world, tenant, { method: 'PATCH', path, says: tooMuch, brings: MIB }), 413)
      assert.equal(
        await stream(world, tenant, {
          method: 'POST',
          path: '/api/uploads',
          says: tooMuch,
          brings: MIB,
          more: creating,
        }),
        413,
      )
      assert.equal(await stream(world, tenant, { method: 'PATCH', path, brings: tooMuch }), 413)
      const offset = Number((await tenant.tus.head(path)).headers['upload-offset'])
      assert.ok(offset <= MAX_CHUNK_BYTES, `${offset}`)
    } finally {
      await world.t.stop()
    }
  })
})

type Body = {
  method: string
  path: string
  /** Its length as it is announced; unsaid, it comes in chunks of unknown number. */
  says?: number
  brings: number
  more?: Record<string, string>
}

/** @returns the status of the answer, which may come before everything was sent */
function stream(
  { origin }: World,
  { authorization }: Tenant,
  { method, path, says, brings, more }: Body,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization,
      'tus-resumable': '1.0.0',
      'content-type': 'application/offset+octet-stream',
      ...(method === 'PATCH' && { 'upload-offset': '0' }),
      ...(says === undefined ? { 'transfer-encoding': 'chunked' } : { 'content-length': String(says) }),
      ...more,
    }
    let status: number | undefined
    const sent = httpRequest(new URL(path, origin), { method, headers, agent: false }, (response) => {
      status = response.statusCode
      response.resume().on('close', () => {
        sent.destroy()
        resolve(status ?? 0)
      })
    })
    sent.on('error', (error) => (status === undefined ? reject(error) : resolve(status)))
    const piece = Buffer.alloc(MIB)
    let left = brings
    const push = () => {
      while (left > 0 && status === undefined) {
        const next = piece.subarray(0, Math.min(left, MIB))
        left -= next.length
        if (!sent.write(next) && left > 0) return void sent.once('drain', push)
      }
      if (says === undefined) sent.end()
    }
    push()
  })
}
