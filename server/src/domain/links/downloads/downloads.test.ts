import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { sql } from 'kysely'
import { bearer, makeFolder, makeGrant, makeMember, makeOrganization, makeUser } from '../../../../test/make.ts'
import { startTestPlatform, type TestPlatform } from '../../../../test/platform.ts'
import { image, privateFacts, privateWords } from '../../../../test/media/images.ts'
import { makeStoredFile } from '../../../../test/stored.ts'
import type { UserActor } from '../../../platform/actor.ts'
import { makeBareCopy } from '../../media/bare/operations.ts'

const SIZE = 300_000

describe('signed downloads', () => {
  let t: TestPlatform
  let app: FastifyInstance
  let owner: UserActor
  let organizationId: string
  let headers: Record<string, string>
  let fileId: string
  const bytes = randomBytes(SIZE)

  before(async () => {
    t = await startTestPlatform()
    app = (await t.api()).app
    owner = await makeUser(t.platform)
    organizationId = (await makeOrganization(t.platform, owner)).id
    headers = await bearer(t.platform, owner)
    fileId = await put('plan.bin', bytes)
  })
  after(() => t.stop())

  const put = async (name: string, content: Buffer, folderId?: string) => {
    const about = { organizationId, uploader: owner, name, bytes: content, isEnqueued: false }
    const { id } = await makeStoredFile(t.platform, about)
    if (folderId !== undefined)
      await sql`update resource set parent_id = ${folderId}::uuid where id = ${id}::uuid`.execute(t.platform.db)
    return id
  }
  const post = (url: string, payload: object, as: Record<string, string> = headers) =>
    app.inject({ method: 'POST', url: `/api${url}`, headers: as, payload })
  const address = async (more: object = {}, as = headers): Promise<string> => {
    const made = await post(`/files/${fileId}/download-tokens`, more, as)
    assert.equal(made.statusCode, 201, made.body)
    return made.json().url
  }
  const fetch = (url: string, more: Record<string, string> = {}, remoteAddress = '127.0.0.1') =>
    app.inject({ method: 'GET', url, headers: more, remoteAddress })

  test('an address gives the file once, without any header', async () => {
    const url = await address()
    const got = await fetch(url)
    assert.equal(got.statusCode, 200, got.body)
    assert.ok(got.rawPayload.equals(bytes))
    assert.equal((await fetch(url)).statusCode, 403)
    const kept = await t.platform.db.selectFrom('download_token').selectAll().execute()
    assert.ok(!JSON.stringify(kept).includes(url.split('/').at(-1) ?? ''))
  })

  test('ranges and conditions hold on it, and all of it in parts is one download', async () => {
    const url = await address()
    const head = await app.inject({ method: 'HEAD', url })
    const etag = String(head.headers.etag)
    assert.deepEqual([head.statusCode, head.headers['content-length']], [200, String(SIZE)])
    const cases: [Record<string, string>, number][] = [
      [{ range: `bytes=${SIZE}-` }, 416],
      [{ 'if-none-match': etag }, 304],
      [{ 'if-match': '"x"' }, 412],
      [{ range: 'bytes=0-99999' }, 206],
      [{ range: 'bytes=100000-199999', 'if-range': etag }, 206],
      [{ range: 'bytes=-100000' }, 206],
      [{ range: 'bytes=0-0' }, 403],
    ]
    for (const [more, status] of cases) assert.equal((await fetch(url, more)).statusCode, status, JSON.stringify(more))
  })

  test('it is bound to an address when that is asked for', async () => {
    const url = await address({ bindIp: true })
    assert.equal((await fetch(url, {}, '192.0.2.1')).statusCode, 404)
    assert.equal((await fetch(url)).statusCode, 200)
  })

  test('it ends with the right, the session and the account of whoever asked for it', async () => {
    const endings: ((who: UserActor, grantId: string) => Promise<unknown>)[] = [
      (_, grantId) => app.inject({ method: 'DELETE', url: `/api/resources/${fileId}/grants/${grantId}`, headers }),
      ({ sessionId }) =>
        t.platform.db.updateTable('session').set({ revoked_at: new Date() }).where('id', '=', sessionId).execute(),
      ({ userId }) =>
        t.platform.db.updateTable('user').set({ suspended_at: new Date() }).where('id', '=', userId).execute(),
    ]
    for (const end of endings) {
      const guest = await makeUser(t.platform)
      await makeMember(t.platform, organizationId, guest, 'guest')
      const { id } = await makeGrant(t.platform, {
        organizationId,
        resourceId: fileId,
        to: { user: guest.userId },
        rights: ['download'],
      })
      const url = await address({ maxDownloads: 3 }, await bearer(t.platform, guest))
      assert.equal((await fetch(url, { range: 'bytes=0-9' })).statusCode, 206)
      await end(guest, id)
      assert.equal((await fetch(url, { range: 'bytes=10-19' })).statusCode, 404)
    }
  })

  test('guessing is slowed down', async () => {
    const replies = []
    for (let i = 0; i < 40; i++)
      replies.push((await fetch(`/api/downloads/${randomBytes(32).toString('base64url')}`, {}, '192.0.2.9')).statusCode)
    assert.ok(replies.includes(429) && !replies.includes(200))
  })

  test('a folder comes as a ZIP that other programs read, also in parts', async () => {
    const { id: folderId } = await makeFolder(t.platform, { organizationId, maker: owner, name: 'Trip: 2026' })
    const { id: inner } = await makeFolder(t.platform, {
      organizationId,
      maker: owner,
      name: 'Day 1',
      parentId: folderId,
    })
    await put('a.bin', randomBytes(70_000), folderId)
    await put('a.bin', randomBytes(10), folderId)
    await put('Ü/../x.txt'.replaceAll('/', '_'), Buffer.from('text'), inner)
    const made = await post(`/organizations/${organizationId}/zip`, { folderId })
    assert.equal(made.statusCode, 201, made.body)
    assert.equal(made.json().files, 3)
    const { url, sizeBytes } = made.json()
    const parts = []
    for (let at = 0; at < sizeBytes; at += 30_001)
      parts.push((await fetch(url, { range: `bytes=${at}-${at + 30_000}` })).rawPayload)
    const zip = Buffer.concat(parts)
    assert.equal(zip.length, sizeBytes)
    assert.equal((await fetch(url)).statusCode, 403, 'once')
    const again = await post(`/organizations/${organizationId}/zip`, { folderId })
    const whole = await fetch(again.json().url)
    assert.ok(whole.rawPayload.equals(zip), 'the same each time')
    assert.match(String(whole.headers['content-disposition']), /Trip_ 2026\.zip/)
    const names = await listWithPython(zip)
    if (names !== undefined) assert.deepEqual(names, ['Day 1/Ü_.._x.txt', 'a (2).bin', 'a.bin'])
  })

  test('what people have said of a file comes beside it when that is asked for, and the original is as it was', async () => {
    const said = { description: 'Cut <one>', happened: { at: '1999-12-31T23:59:00+01:00' } }
    const described = await app.inject({ method: 'PATCH', url: `/api/files/${fileId}/details`, headers, payload: said })
    assert.equal(described.statusCode, 200, described.body)
    const made = await post(`/organizations/${organizationId}/zip?hasSidecars=true`, { fileIds: [fileId] })
    assert.deepEqual([made.statusCode, made.json().files], [201, 1], made.body)
    const zip = (await fetch(made.json().url)).rawPayload
    assert.equal(zip.length, made.json().sizeBytes)
    assert.ok(zip.includes(bytes) && zip.includes('Cut &lt;one&gt;') && zip.includes('1999-12-31T23:59:00.000+01:00'))
    const names = await listWithPython(zip)
    if (names !== undefined) assert.deepEqual(names, ['plan.bin', 'plan.bin.xmp'])
    const plain = await post(`/organizations/${organizationId}/zip`, { fileIds: [fileId] })
    assert.ok(!(await fetch(plain.json().url)).rawPayload.includes('Cut &lt;one'))
  })

  test('copies without metadata are given when they are asked for, and what cannot be one is left out and counted', async () => {
    const photograph = await image('jpeg', { facts: privateFacts, orientation: 1 })
    const about = { organizationId, uploader: owner, name: 'me.jpg', bytes: photograph, isEnqueued: false }
    const { id, blobId } = await makeStoredFile(t.platform, about)
    const zip = (fileIds: string[]) => post(`/organizations/${organizationId}/zip?isBare=true`, { fileIds })
    const none = await zip([fileId])
    assert.deepEqual([none.statusCode, none.json().type], [403, 'urn:trove:problem:withheld'], none.body)
    const waiting = await zip([fileId, id])
    assert.deepEqual([waiting.statusCode, waiting.json().type], [503, 'urn:trove:problem:not-ready'], waiting.body)
    await makeBareCopy(t.platform, blobId, new AbortController().signal)
    const made = await zip([fileId, id])
    assert.deepEqual([made.statusCode, made.json().files, made.json().withheld], [201, 1, 1], made.body)
    const got = await fetch(made.json().url)
    assert.equal(got.rawPayload.length, made.json().sizeBytes)
    assert.ok(got.rawPayload.includes('me.jpg') && !got.rawPayload.includes(bytes))
    for (const word of privateWords) assert.ok(!got.rawPayload.includes(word), word)
    await app.inject({
      method: 'POST',
      url: `/api/organizations/${organizationId}/files/trash`,
      headers,
      payload: { fileIds: [id] },
    })
  })

  test('a selection by filter and by id gives what may be downloaded, and strangers nothing', async () => {
    const all = await post(`/organizations/${organizationId}/zip`, { filter: {} })
    assert.equal(all.json().files, 4)
    const one = await post(`/organizations/${organizationId}/zip`, { fileIds: [fileId] })
    assert.equal(one.json().files, 1)
    const stranger = await bearer(t.platform, await makeUser(t.platform))
    assert.equal((await post(`/organizations/${organizationId}/zip`, { fileIds: [fileId] }, stranger)).statusCode, 404)
    const theirs = await makeUser(t.platform)
    const { id: other } = await makeOrganization(t.platform, theirs)
    const as = await bearer(t.platform, theirs)
    assert.equal((await post(`/organizations/${other}/zip`, { fileIds: [fileId] }, as)).statusCode, 404)
  })
})

/** Names in a ZIP whose every checksum is right, as Python's reader sees it; undefined where there is no Python. */
async function listWithPython(zip: Buffer): Promise<string[] | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'trove-zip-'))
  try {
    await writeFile(join(folder, 'a.zip'), zip)
    const script =
      'import sys,zipfile\nz=zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\nprint("\\n".join(sorted(z.namelist())))'
    const run = spawnSync('python3', ['-c', script, join(folder, 'a.zip')], {
      encoding: 'utf8',
      env: { ...process.env, PYTHONIOENCODING: 'utf8' },
    })
    if (run.error !== undefined) return undefined
    assert.equal(run.status, 0, run.stderr)
    return run.stdout.trim().split('\n')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
