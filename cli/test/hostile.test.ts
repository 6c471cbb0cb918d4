import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { say } from '../src/run.ts'

const KEY = 'trove_a-key-that-nobody-else-may-see-0123456789'
const ID = '0198a2f4-1111-7000-8000-00000000000'
const AT = '2026-05-04T12:30:00.000Z'

type Answering = (request: IncomingMessage, response: ServerResponse) => void

describe('a server that means no good', () => {
  const servers: Server[] = []
  let folder: string
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'trove-hostile-'))
    writeFileSync(join(folder, 'one.txt'), 'one')
  })
  after(() => {
    for (const server of servers) server.close().closeAllConnections()
    rmSync(folder, { recursive: true, force: true })
  })

  const serve = async (answer: Answering): Promise<string> => {
    const server = createServer(answer)
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  const run = async (place: string, words: readonly string[]) => {
    const said = { out: '', err: '' }
    const code = await say([...words], {
      environment: { TROVE_SERVER: place, TROVE_API_KEY: KEY, XDG_STATE_HOME: folder, XDG_CONFIG_HOME: folder },
      streams: {
        out: { write: (text: string) => (said.out += text) },
        err: { write: (text: string) => (said.err += text) },
      },
      signal: new AbortController().signal,
    })
    assert.ok(!(said.out + said.err).includes(KEY))
    return { code, ...said }
  }

  const json = (response: ServerResponse, body: unknown) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))

  test('is not followed to another place with the key', async () => {
    const heard: (string | undefined)[] = []
    const other = await serve((request, response) => {
      heard.push(request.headers.authorization)
      json(response, { items: [] })
    })
    for (const status of [301, 302, 307, 308]) {
      const place = await serve((_request, response) =>
        response.writeHead(status, { location: `${other}/api/organizations` }).end(),
      )
      const { code, err } = await run(place, ['ls'])
      assert.equal(code, 1)
      assert.match(err, new RegExp(`on to ${other}; the key is not taken there`))
    }
    assert.deepEqual(heard, [])
  })

  test('is told apart from Trove when it answers with a page, with half an answer or with another form', async () => {
    const answers: Answering[] = [
      (_request, response) =>
        response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Sign in to the Wi-Fi</h1>'),
      (_request, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"items": ['),
      (_request, response) => json(response, { items: [{ id: 'no id', name: 7 }] }),
      (_request, response) => response.writeHead(418).end(),
    ]
    for (const answer of answers) {
      const { code, err } = await run(await serve(answer), ['upload', join(folder, 'one.txt'), '--to', 'x'])
      assert.equal(code, 1)
      assert.match(err, /is not Trove/)
    }
  })

  test('cannot make it read without end', async () => {
    const endless = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      const more = () => {
        while (response.write(Buffer.alloc(1024 * 1024, ' ')));
      }
      response.on('drain', more)
      more()
    })
    assert.match((await run(endless, ['ls'])).err, /more than anybody asked for/)
  })

  test('places nothing outside the folder, draws nothing on the screen, and gives no bytes for others', async () => {
    const bytes = Buffer.from('what it says')
    const names = [
      '../../evil.txt',
      '/etc/evil',
      '..',
      'CON',
      'a/b\\c.txt',
      `${'x'.repeat(300)}.txt`,
      'esc\u001b[2J.txt',
      'same.txt',
      'same.txt',
      '.trove-x.part',
    ]
    const organization = {
      id: `${ID}1`,
      slug: 'org',
      name: 'Org',
      type: 'studio',
      role: 'owner',
      status: 'active',
      isBarred: false,
      createdAt: AT,
      allowedKinds: [],
    }
    const files = [...names, 'forged.txt'].map((name, i) => ({
      id: `${ID.slice(0, -1)}${String(i + 10)}`,
      organizationId: organization.id,
      name,
      kind: 'text',
      mediaType: 'text/plain',
      sizeBytes: bytes.length,
      sha256: name === 'forged.txt' ? '0'.repeat(64) : createHash('sha256').update(bytes).digest('hex'),
      versionId: `${ID}9`,
      status: 'ready',
      variants: [],
      happenedAt: AT,
      happenedFrom: 'upload',
      createdAt: AT,
      createdBy: { id: `${ID}8`, name: 'Mallory\u001b]0;owned\u0007' },
      rights: ['read', 'download'],
    }))
    const place = await serve((request, response) => {
      const path = request.url ?? ''
      if (path.includes('/content')) response.writeHead(200, { 'content-length': bytes.length }).end(bytes)
      else if (path.includes('/folders')) json(response, { items: [] })
      else if (path.includes('/files')) json(response, { items: files })
      else json(response, { items: [organization] })
    })
    const out = join(folder, 'within', 'out')
    const { code, err, out: said } = await run(place, ['download', 'org', '--out', out])
    assert.equal(code, 1)
    assert.match(err, /forged\.txt: What arrives is not what the server says it keeps/)
    const kept = readdirSync(join(out, 'Org'))
    assert.equal(kept.length, names.length, kept.join('\n'))
    assert.deepEqual(readdirSync(out), ['Org'])
    assert.deepEqual(readdirSync(join(folder, 'within')), ['out'])
    assert.ok(!existsSync('/etc/evil') && !kept.includes('forged.txt'))
    for (const name of kept)
      assert.ok(Buffer.byteLength(name) <= 255 && readFileSync(join(out, 'Org', name)).equals(bytes))
    assert.ok(kept.includes('same.txt') && kept.includes('same (2).txt') && kept.includes('_CON'))
    const listed = await run(place, ['ls', 'org', '--long'])
    assert.ok(!(said + err + listed.out).includes('\u001b'))
  })

  test('is believed neither in pages without end nor in folders within themselves', async () => {
    const organization = {
      id: `${ID}1`,
      slug: 'org',
      name: 'Org',
      type: 'studio',
      role: 'owner',
      status: 'active',
      isBarred: false,
      createdAt: AT,
      allowedKinds: [],
    }
    const folderOf = {
      id: `${ID}2`,
      organizationId: organization.id,
      name: 'In',
      createdAt: AT,
      createdBy: { id: `${ID}8`, name: 'M' },
      rights: ['read'],
    }
    const circle = await serve((request, response) => {
      const path = request.url ?? ''
      if (path.includes('/folders')) json(response, { items: [folderOf] })
      else json(response, { items: path.includes('/files') ? [] : [organization] })
    })
    assert.match((await run(circle, ['download', 'org', '--out', join(folder, 'circle')])).err, /within themselves/)
    const endless = await serve((request, response) => {
      const path = request.url ?? ''
      json(response, path.includes('/f') ? { items: [], next: 'again' } : { items: [organization] })
    })
    assert.match((await run(endless, ['ls', 'org'])).err, /repeats the pages/)
  })
})
