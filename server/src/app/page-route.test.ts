import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { bearer, makeUser } from '../../test/make.ts'
import { startTestPlatform, type TestPlatform } from '../../test/platform.ts'

const TILES = 'https://tiles.example.org/{z}/{x}/{y}.png'

/** Of the pictures that a page may load, as the policy of a response says. */
async function pictures(app: FastifyInstance, url: string): Promise<string | undefined> {
  const { headers } = await app.inject({ method: 'GET', url })
  return /img-src ([^;]*)/.exec(String(headers['content-security-policy']))?.[1]
}

describe('the page', () => {
  let [plain, mapped]: TestPlatform[] = []
  before(async () => {
    plain = await startTestPlatform()
    mapped = await startTestPlatform({ MAP_TILES: TILES, MAP_ATTRIBUTION: '© Cartographers' })
  })
  after(() => Promise.all([plain?.stop(), mapped?.stop()]))

  async function begin(t: TestPlatform | undefined) {
    assert.ok(t !== undefined)
    const headers = await bearer(t.platform, await makeUser(t.platform))
    return { app: (await t.api()).app, headers }
  }

  test('loads pictures from nobody else, and is told of no other map, unless one is set', async () => {
    const { app, headers } = await begin(plain)
    for (const url of ['/', '/timeline', '/s']) assert.equal(await pictures(app, url), "'self' data: blob:", url)
    assert.deepEqual((await app.inject({ method: 'GET', url: '/api/map', headers })).json(), {})
  })

  test('may load pictures from the one host of a map that is set, and the page of a link may not', async () => {
    const { app, headers } = await begin(mapped)
    for (const url of ['/', '/timeline'])
      assert.equal(await pictures(app, url), "'self' data: blob: https://tiles.example.org", url)
    assert.equal(await pictures(app, '/s'), "'self' data: blob:")
    assert.equal(await pictures(app, '/favicon.svg'), "'self' data: blob:")
    const { headers: all } = await app.inject({ method: 'GET', url: '/timeline' })
    assert.equal(String(all['content-security-policy']).split('tiles.example.org').length, 2)

    assert.deepEqual((await app.inject({ method: 'GET', url: '/api/map', headers })).json().tiles, {
      template: TILES,
      origin: 'https://tiles.example.org',
      attribution: '© Cartographers',
      maxZoom: 19,
    })
    assert.equal((await app.inject({ method: 'GET', url: '/api/map' })).statusCode, 401)
  })
})
