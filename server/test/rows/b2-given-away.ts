import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { bearer, makeOrganization, makeUser } from '../make.ts'
import { startTestPlatform } from '../platform.ts'
import { makeStoredFile } from '../stored.ts'
import { ask, type Reply } from '../tus.ts'

const SIZE = 1_000_003

type Door = { name: string; path: string; headers: Record<string, string> }

/** RFC 9110 on every address by which bytes are given away: a link, its ZIP, a signed address and a ZIP of one's own. */
export async function holdOnEveryAddress(environment: Record<string, string> = {}): Promise<void> {
  const t = await startTestPlatform(environment)
  try {
    const { app } = await t.api()
    const origin = await app.listen({ port: 0, host: '127.0.0.1' })
    const owner = await makeUser(t.platform)
    const { id: organizationId } = await makeOrganization(t.platform, owner)
    const about = { organizationId, uploader: owner, name: 'a.bin', bytes: randomBytes(SIZE), isEnqueued: false }
    const { id } = await makeStoredFile(t.platform, about)
    const headers = await bearer(t.platform, owner)
    const post = async (url: string, payload: object, as: Record<string, string> = headers) => {
      const reply = await app.inject({ method: 'POST', url: `/api${url}`, headers: as, payload })
      assert.ok(reply.statusCode < 300, reply.body)
      return reply.json()
    }
    const terms = { allows: ['download'], keepsMetadata: true, maxDownloads: null }
    const link = await post(`/resources/${id}/links`, terms)
    const pass = { authorization: `Bearer ${(await post('/links/open', { token: link.token }, {})).accessToken}` }
    const address = await post(`/files/${id}/download-tokens`, { maxDownloads: 100 })
    const doors: Door[] = [
      { name: 'a link', path: `/api/shared/${link.id}/files/${id}/content`, headers: pass },
      { name: 'the ZIP of a link', path: `/api/shared/${link.id}/zip`, headers: pass },
      { name: 'a signed address', path: address.url, headers: {} },
    ]
    for (const door of doors) await hold(origin, door)
  } finally {
    await t.stop()
  }
}

async function hold(origin: string, door: Door): Promise<void> {
  const send = (more: Record<string, string> = {}, method = 'GET'): Promise<Reply> =>
    ask(origin, { method, path: door.path, headers: { ...door.headers, ...more } })
  const whole = await send()
  const size = whole.body.length
  const { etag = '', 'last-modified': modified = '' } = whole.headers
  assert.deepEqual([whole.status, whole.headers['accept-ranges']], [200, 'bytes'], door.name)
  assert.match(etag, /^"[^"]+"$/)
  assert.match(String(whole.headers['cache-control']), /private/)
  assert.equal(whole.headers['content-length'], String(size))

  const parts: [string, number, number][] = [
    ['bytes=0-0', 0, 0],
    ['bytes=-5', size - 5, size - 1],
    ['bytes=500-999', 500, 999],
    [`bytes=${size - 700}-`, size - 700, size - 1],
    ['bytes=1000-99999999999', 1000, size - 1],
  ]
  for (const [range, first, last] of parts) {
    const reply = await send({ range })
    assert.equal(reply.status, 206, `${door.name} ${range}`)
    assert.equal(reply.headers['content-range'], `bytes ${first}-${last}/${size}`)
    assert.ok(reply.body.equals(whole.body.subarray(first, last + 1)), `${door.name} ${range}`)
  }

  const cases: [Record<string, string>, number][] = [
    [{ range: `bytes=${size}-` }, 416],
    [{ range: 'bytes=5-4' }, 200],
    [{ range: 'lines=1-2' }, 200],
    [{ range: 'bytes=0-4', 'if-range': etag }, 206],
    [{ range: 'bytes=0-4', 'if-range': modified }, 206],
    [{ range: 'bytes=0-4', 'if-range': '"x"' }, 200],
    [{ 'if-none-match': `W/${etag}` }, 304],
    [{ 'if-none-match': '*' }, 304],
    [{ 'if-modified-since': modified }, 304],
    [{ 'if-match': '"x"' }, 412],
    [{ 'if-unmodified-since': 'Sun, 03 May 1970 12:30:15 GMT' }, 412],
    [{ 'if-match': etag, 'if-none-match': '"x"', range: 'bytes=7-9' }, 206],
  ]
  for (const [headers, status] of cases)
    assert.equal((await send(headers)).status, status, `${door.name} ${JSON.stringify(headers)}`)
  const head = await send({ range: 'bytes=0-4' }, 'HEAD')
  assert.deepEqual([head.status, head.headers['content-length'], head.body.length], [200, String(size), 0], door.name)
  assert.equal((await send({ 'if-none-match': etag }, 'HEAD')).status, 304)
}
