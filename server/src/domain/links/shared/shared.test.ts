import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { request as httpRequest } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { after, before, describe, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { SignJWT } from 'jose'
import { sql } from 'kysely'
import { bearer, makeFolder, makeMember, makeOrganization, makeUser } from '../../../../test/make.ts'
import { image, privateFacts, privateWords } from '../../../../test/media/images.ts'
import { startTestPlatform, type TestPlatform } from '../../../../test/platform.ts'
import { makeStoredFile } from '../../../../test/stored.ts'
import type { UserActor } from '../../../platform/actor.ts'
import { startWorkers, type Workers } from '../../../platform/jobs/index.ts'
import { mediaTasks } from '../../media/index.ts'
import { signPass } from '../visits/passes.ts'
import { linkTasks } from '../tasks.ts'

type Made = { id: string; token: string }
type Headers = Record<string, string>

describe('what guests of a link see', () => {
  let t: TestPlatform
  let app: FastifyInstance
  let origin: string
  let workers: Workers
  let owner: UserActor
  let organizationId: string
  let headers: Headers
  let folderId: string
  let innerId: string
  let fileId: string

  before(async () => {
    t = await startTestPlatform()
    app = (await t.api()).app
    origin = await app.listen({ port: 0, host: '127.0.0.1' })
    const { databaseUrl: connectionString } = t.config
    workers = await startWorkers(t.platform, [...mediaTasks, ...linkTasks], {
      connectionString,
      log: t.platform.log,
      slots: 2,
    })
    owner = await makeUser(t.platform)
    organizationId = (await makeOrganization(t.platform, owner)).id
    headers = await bearer(t.platform, owner)
    folderId = (await makeFolder(t.platform, { organizationId, maker: owner, name: 'Wedding' })).id
    innerId = (await makeFolder(t.platform, { organizationId, maker: owner, name: 'Ceremony', parentId: folderId })).id
    fileId = await put('one.jpg', await image('jpeg', { facts: privateFacts, seed: 1 }), innerId)
    await put('two.png', await image('png', { facts: privateFacts, seed: 2 }), folderId)
    await put('contract.txt', Buffer.from('between us'), folderId)
  })
  after(async () => {
    await workers.stop()
    await t.stop()
  })

  const put = async (name: string, bytes: Buffer, parentId?: string) => {
    const { id } = await makeStoredFile(t.platform, { organizationId, uploader: owner, name, bytes, isEnqueued: false })
    if (parentId !== undefined)
      await sql`update resource set parent_id = ${parentId}::uuid where id = ${id}::uuid`.execute(t.platform.db)
    return id
  }
  const send = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, as: Headers = {}, payload?: object) =>
    app.inject({ method, url: `/api${url}`, headers: as, ...(payload && { payload }) })
  const link = async (payload: object, resourceId = folderId): Promise<Made> => {
    const made = await send('POST', `/resources/${resourceId}/links`, headers, payload)
    assert.equal(made.statusCode, 201, made.body)
    return made.json()
  }
  const visit = async (made: Made): Promise<Headers> => {
    const opened = await send('POST', '/links/open', {}, { token: made.token })
    assert.equal(opened.json().status, 'opened', opened.body)
    return { authorization: `Bearer ${opened.json().accessToken}` }
  }
  const open = async (payload: object, resourceId = folderId) => {
    const made = await link(payload, resourceId)
    return { made, pass: await visit(made), base: `/shared/${made.id}` }
  }

  test('a folder is browsed by its guests, and nothing above or beside it', async () => {
    const { pass, base } = await open({ allows: ['download'], keepsNames: true })
    assert.deepEqual((await send('GET', base, pass)).json().fileCount, 3)
    const folders = (await send('GET', `${base}/folders`, pass)).json()
    assert.deepEqual(
      [folders.items.map((folder: { name: string }) => folder.name), folders.path.length],
      [['Ceremony'], 1],
    )
    assert.equal((await send('GET', `${base}/files`, pass)).json().items.length, 2)
    const inner = (await send('GET', `${base}/files?folderId=${innerId}`, pass)).json()
    assert.deepEqual(
      inner.items.map((file: { name: string }) => file.name),
      ['one.jpg'],
    )
    const { id: beside } = await makeFolder(t.platform, { organizationId, maker: owner, name: 'Beside' })
    for (const place of ['files', 'folders'])
      assert.equal((await send('GET', `${base}/${place}?folderId=${beside}`, pass)).statusCode, 404)
    const { pass: innerPass, base: innerBase } = await open({ allows: ['view'] }, innerId)
    assert.equal((await send('GET', `${innerBase}/files?folderId=${folderId}`, innerPass)).statusCode, 404)
    const page = (await send('GET', `${base}/files?limit=1`, pass)).json()
    assert.equal((await send('GET', `${base}/files?limit=1&cursor=${page.next}`, pass)).json().items.length, 1)
  })

  test('what cannot be without metadata is shown and withheld, with the reason', async () => {
    const { pass, base } = await open({ allows: ['download'] })
    const files = (await send('GET', `${base}/files`, pass)).json().items
    const text = files.find((file: { kind: string }) => file.kind === 'text')
    assert.ok(text.mayDownload === false && text.withheld.length > 10)
    const refused = await send('GET', `${base}/files/${text.id}/content`, pass)
    assert.match(refused.json().type, /withheld$/)
  })

  test('all of it comes as one ZIP without metadata, counted once', async () => {
    const { made, pass, base } = await open({ allows: ['download'] })
    let prepared = (await send('POST', `${base}/zip`, pass)).json()
    for (let tries = 0; prepared.pending > 0 && tries < 100; tries++) {
      assert.equal((await send('GET', `${base}/zip`, pass)).statusCode, 503)
      await delay(100)
      prepared = (await send('POST', `${base}/zip`, pass)).json()
    }
    assert.deepEqual([prepared.files, prepared.withheld], [2, 1])
    const first = await send('GET', `${base}/zip`, { ...pass, range: 'bytes=0-999' })
    const rest = await send('GET', `${base}/zip`, {
      ...pass,
      range: 'bytes=1000-',
      'if-range': String(first.headers.etag),
    })
    const zip = Buffer.concat([first.rawPayload, rest.rawPayload])
    assert.equal(zip.length, prepared.sizeBytes)
    for (const word of [...privateWords, 'one.jpg', 'two.png', 'Ceremony', 'Wedding'])
      assert.ok(!zip.includes(word), word)
    assert.equal((await send('GET', `${base}/zip`, pass)).statusCode, 403)
    assert.equal((await send('GET', `/links/${made.id}`, headers)).json().downloads, 1)
  })

  test('several files by one link, each of which must be shareable', async () => {
    const other = await makeUser(t.platform)
    await makeMember(t.platform, organizationId, other, 'member')
    const url = `/organizations/${organizationId}/links`
    const fileIds = [fileId, await put('three.jpg', await image('jpeg', { seed: 3 }))]
    assert.equal(
      (await send('POST', url, await bearer(t.platform, other), { allows: ['view'], fileIds })).statusCode,
      404,
    )
    const made = (await send('POST', url, headers, { allows: ['view'], fileIds })).json()
    const pass = await visit(made)
    const files = (await send('GET', `/shared/${made.id}/files`, pass)).json().items
    assert.equal(files.length, 2)
    assert.equal((await send('GET', `/shared/${made.id}/files/${files[0].id}/content`, pass)).statusCode, 403)
  })

  test('a box to put files into shows none', async () => {
    const { pass, base } = await open({ allows: ['upload'] })
    const shared = (await send('GET', base, pass)).json()
    assert.deepEqual([shared.allows, shared.fileCount, shared.upload.folderId], [['upload'], 0, folderId])
    for (const url of ['/files', '/folders', `/files/${fileId}`, `/files/${fileId}/content`, '/zip'])
      assert.equal((await send('GET', base + url, pass)).statusCode, 404, url)
  })

  test('what is moved away, trashed or purged is gone for guests too', async () => {
    const id = await put('four.jpg', await image('jpeg', { seed: 4 }), innerId)
    const { pass, base } = await open({ allows: ['download'] })
    const one = `${base}/files/${id}`
    // The folder's grants have come to the file by its creation; here it was put there by hand.
    await send('POST', `/organizations/${organizationId}/move`, headers, { fileIds: [id], folderId: innerId })
    assert.equal((await send('GET', one, pass)).statusCode, 200)
    await send('DELETE', `/files/${id}`, headers)
    assert.equal((await send('GET', one, pass)).statusCode, 404)
    assert.equal((await send('GET', `${one}/content`, pass)).statusCode, 404)
    await send('POST', `/files/${id}/restore`, headers)
    assert.equal((await send('GET', one, pass)).statusCode, 200)
    await send('POST', `/organizations/${organizationId}/move`, headers, { fileIds: [id], folderId: null })
    assert.equal((await send('GET', one, pass)).statusCode, 404)
    assert.equal((await send('GET', `${one}/variants/thumbnail`, pass)).statusCode, 404)
  })

  test('when it is revoked in the middle of a download, the next range is refused', async () => {
    const big = await put('big.bin', randomBytes(9_000_000))
    const { made, pass, base } = await open({ allows: ['download'], keepsMetadata: true }, big)
    const url = `${base}/files/${big}/content`
    assert.equal((await send('GET', url, { ...pass, range: 'bytes=0-99' })).statusCode, 206)
    await send('DELETE', `/links/${made.id}`, headers)
    assert.equal((await send('GET', url, { ...pass, range: 'bytes=100-199' })).statusCode, 401)
  })

  test('the pass is also a cookie for this link alone, and only from our own page', async () => {
    const made = await link({ allows: ['view'] })
    const opened = await send('POST', '/links/open', {}, { token: made.token })
    const cookie = String(opened.headers['set-cookie'])
    assert.match(cookie, new RegExp(`^trove_visit=.*Path=/api/shared/${made.id};.*HttpOnly.*SameSite=Strict`))
    const [value = ''] = cookie.split(';')
    assert.equal((await send('GET', `/shared/${made.id}`, { cookie: value })).statusCode, 200)
    assert.equal(
      (await send('GET', `/shared/${made.id}`, { cookie: value, origin: 'https://evil.example' })).statusCode,
      403,
    )
    assert.equal((await send('GET', '/me', { cookie: value })).statusCode, 401)
  })

  test('a pass that was made, changed or borrowed elsewhere opens nothing', async () => {
    const { made, base } = await open({ allows: ['view'] })
    const { id: visitId } = await t.platform.db
      .selectFrom('link_visit')
      .select('id')
      .where('link_id', '=', made.id)
      .executeTakeFirstOrThrow()
    const { keys } = t.platform
    const claims = { linkId: made.id, visitId }
    const good = await signPass(keys, claims, new Date(Date.now() + 60_000))
    assert.equal((await send('GET', base, { authorization: `Bearer ${good}` })).statusCode, 200)
    const sign = (key: Uint8Array, typ: string, alg = 'HS256') =>
      new SignJWT({ vid: visitId })
        .setProtectedHeader({ alg, typ })
        .setIssuer('trove')
        .setSubject(made.id)
        .setExpirationTime('1h')
        .sign(key)
    const none = `${Buffer.from('{"alg":"none","typ":"link+jwt"}').toString('base64url')}.${good.split('.')[1]}.`
    const bad = [
      await signPass(keys, claims, new Date(Date.now() - 1000)),
      await signPass({ linkVisit: keys.accessToken }, claims, new Date(Date.now() + 60_000)),
      await signPass(keys, { ...claims, visitId: made.id }, new Date(Date.now() + 60_000)),
      await sign(keys.linkVisit, 'at+jwt'),
      await sign(keys.linkVisit, 'link+jwt', 'HS512'),
      none,
      `${good}x`,
      (await bearer(t.platform, owner)).authorization.slice(7),
    ]
    for (const pass of bad) assert.equal((await send('GET', base, { authorization: `Bearer ${pass}` })).statusCode, 401)
  })

  test('a visit is renewed as the same visit; new terms of opening end it', async () => {
    const { made, pass, base } = await open({ allows: ['view'] })
    const renewed = await send('POST', `${base}/renew`, pass)
    assert.equal(renewed.json().status, 'opened', renewed.body)
    await send('PATCH', `/links/${made.id}`, headers, { label: 'Our wedding' })
    assert.equal((await send('GET', base, pass)).json().title, 'Our wedding')
    await send('PATCH', `/links/${made.id}`, headers, { password: 'new password' })
    assert.equal((await send('GET', base, pass)).statusCode, 401)
    assert.equal((await send('GET', base, { authorization: `Bearer ${renewed.json().accessToken}` })).statusCode, 401)
    const visits = (await send('GET', `/links/${made.id}/visits`, headers)).json().items
    assert.deepEqual(
      visits.map((each: { ip: string }) => each.ip),
      ['127.0.0.1'],
    )
  })

  test('guesses of a password are met by 429', async () => {
    const made = await link({ allows: ['view'], password: 'not to be guessed' })
    const guess = async (i: number) => {
      const payload = { token: made.token, password: `guess ${i}` }
      const guessed = { method: 'POST', url: '/api/links/open', payload, remoteAddress: '192.0.2.66' } as const
      return (await app.inject(guessed)).statusCode
    }
    const counts = new Map<number, number>()
    for (let round = 0; round < 6; round++) {
      const replies = await Promise.all(Array.from({ length: 100 }, (_, i) => guess(round * 100 + i)))
      for (const status of replies) counts.set(status, (counts.get(status) ?? 0) + 1)
    }
    assert.deepEqual([...counts.keys()].toSorted(), [403, 429])
    assert.ok((counts.get(403) ?? 0) <= 20)
  })

  test('secrets of links are in no answer but the first, and kept nowhere', async () => {
    const made = await link({ allows: ['view'], password: 'open sesame' })
    const told = [
      await send('GET', `/links/${made.id}`, headers),
      await send('GET', `/organizations/${organizationId}/links`, headers),
      await send('GET', `/resources/${folderId}/links`, headers),
    ]
    for (const { body } of told) assert.doesNotMatch(body, new RegExp(`${made.token}|open sesame|\\$2b\\$|hash`, 'i'))
    const { rows } = await sql`select row_to_json(link)::text from link where id = ${made.id}::uuid`.execute(
      t.platform.db,
    )
    assert.ok(!JSON.stringify(rows).includes(made.token))
    const trail = await t.platform.db.selectFrom('activity').selectAll().where('action', 'like', 'link.%').execute()
    assert.ok(trail.length > 10 && !JSON.stringify(trail).includes(made.token))
  })

  test('a guest who leaves in the middle leaves nothing open', async () => {
    const big = await put('film.bin', randomBytes(20_000_000))
    const { made, pass, base } = await open({ allows: ['download'], keepsMetadata: true }, big)
    await new Promise<void>((resolve) => {
      const sent = httpRequest(`${origin}/api${base}/zip`, { headers: pass }, (response) => {
        response.once('data', () => sent.destroy())
        response.once('close', () => resolve())
      })
      sent.on('error', () => resolve()).end()
    })
    await delay(200)
    const parts = await t.platform.db
      .selectFrom('delivery_part')
      .innerJoin('delivery', 'delivery.id', 'delivery_part.delivery_id')
      .select('delivery_part.id')
      .where('delivery.link_id', '=', made.id)
      .execute()
    assert.equal(parts.length, 0)
    assert.equal((await send('GET', `/links/${made.id}`, headers)).json().downloads, 0)
  })
})
