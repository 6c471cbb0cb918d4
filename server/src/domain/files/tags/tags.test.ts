import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { sql } from 'kysely'
import { bearer, makeFile, makeGrant, makeMember, makeOrganization, makeUser } from '../../../../test/make.ts'
import { startTestPlatform, type TestPlatform } from '../../../../test/platform.ts'
import type { UserActor } from '../../../platform/actor.ts'
import { newId } from '../../../platform/ids.ts'
import { tagNameOf } from './rules.ts'

describe('tags', () => {
  let t: TestPlatform
  let app: FastifyInstance
  let owner: UserActor
  let member: UserActor
  let other: UserActor
  let guest: UserActor
  let organizationId: string

  before(async () => {
    t = await startTestPlatform()
    app = (await t.api()).app
    ;[owner, member, other, guest] = (await Promise.all(Array.from({ length: 4 }, () => makeUser(t.platform)))) as [
      UserActor,
      UserActor,
      UserActor,
      UserActor,
    ]
    organizationId = (await makeOrganization(t.platform, owner)).id
    await makeMember(t.platform, organizationId, member, 'member')
    await makeMember(t.platform, organizationId, other, 'member')
    await makeMember(t.platform, organizationId, guest, 'guest')
  })
  after(() => t.stop())

  type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'
  const as = async (actor: UserActor, method: Method, url: string, payload?: object) =>
    app.inject({ method, url: `/api${url}`, headers: await bearer(t.platform, actor), ...(payload && { payload }) })
  const make = async (actor: UserActor, name: string) =>
    as(actor, 'POST', `/organizations/${organizationId}/tags`, { name })
  const put = async (fileId: string, tagId: string) => {
    const selection = { fileIds: [fileId] }
    const change = { kind: 'tags', add: [tagId] }
    const put_ = await as(owner, 'POST', `/organizations/${organizationId}/files/changes`, { selection, change })
    assert.equal(put_.statusCode, 200, put_.body)
    return put_.json() as { count: number }
  }
  const list = async (actor: UserActor, query = '') => {
    const listed = await as(actor, 'GET', `/organizations/${organizationId}/tags${query}`)
    assert.equal(listed.statusCode, 200, listed.body)
    return listed.json() as { items: { id: string; name: string; files: number; mayChange: boolean }[]; next?: string }
  }
  const tagsOf = async (fileId: string) =>
    ((await as(owner, 'GET', `/files/${fileId}`)).json().tags ?? []).map(({ name }: { name: string }) => name)

  test('a name is there once, whatever its case and however it is composed', async () => {
    const first = (await make(member, '  Zürich ')).json()
    assert.deepEqual([first.name, first.mayChange], ['Zürich', true])
    for (const same of ['ZÜRICH', 'zu\u0308rich', 'Zürich'])
      assert.equal((await make(other, same)).json().id, first.id, same)
    assert.equal((await make(other, 'zürich')).json().mayChange, false)
    const twenty = await Promise.all(Array.from({ length: 20 }, () => make(owner, 'At once')))
    assert.equal(new Set(twenty.map((made) => made.json().id)).size, 1)
  })

  test('hostile strings are text and nothing else', async () => {
    const hostile = [
      `'; drop table tag; --`,
      '<img src=x onerror=alert(1)>',
      '%_\\',
      '{{7*7}}',
      '../../etc/passwd',
      'שלום',
      '👩‍👩‍👧',
      'null',
      'a'.repeat(80),
      '＜script＞',
    ]
    for (const name of hostile) {
      const made = await make(owner, name)
      assert.equal(made.statusCode, 200, `${name}: ${made.body}`)
      assert.equal(made.json().name, name)
      const found = await list(owner, `?name=${encodeURIComponent(name.slice(0, 40))}`)
      assert.ok(
        found.items.some(({ id }) => id === made.json().id),
        name,
      )
    }
    for (const name of ['', '   ', '\u200b', 'a\nb', 'a\0b', 'a'.repeat(81), '\ud800', '\u2028'])
      assert.equal((await make(owner, name)).statusCode, 400, JSON.stringify(name))
    assert.equal(tagNameOf('👍'.repeat(80)), '👍'.repeat(80))
    assert.equal(tagNameOf('👍'.repeat(81)), undefined)
  })

  test('a file carries its tags, and a list counts what the caller may read and is not in the trash', async () => {
    const [mine, theirs] = await Promise.all([
      makeFile(t.platform, { organizationId, uploader: member }),
      makeFile(t.platform, { organizationId, uploader: other }),
    ])
    const tag = (await make(owner, 'Counted')).json()
    assert.deepEqual([(await put(mine.id, tag.id)).count, (await put(theirs.id, tag.id)).count], [1, 1])
    assert.equal((await put(theirs.id, tag.id)).count, 0)
    const seen = async (actor: UserActor) => (await list(actor, '?name=counted')).items.map(({ files }) => files)
    assert.deepEqual([await seen(owner), await seen(member), await seen(guest)], [[2], [1], []])
    const listed = (await as(member, 'GET', `/organizations/${organizationId}/files`)).json()
    assert.deepEqual(listed.items[0].tags, [{ id: tag.id, name: 'Counted' }])
    await makeGrant(t.platform, { organizationId, resourceId: mine.id, to: { user: guest.userId }, rights: ['read'] })
    assert.deepEqual(await seen(guest), [1])
    await as(member, 'DELETE', `/files/${mine.id}`)
    assert.deepEqual([await seen(owner), await seen(member), await seen(guest)], [[1], [0], []])
  })

  test('whoever made it, owners and admins rename, merge and delete; others see it as it is', async () => {
    const tag = (await make(member, 'Wound')).json()
    const taken = (await make(member, 'Before')).json()
    assert.equal((await as(other, 'PATCH', `/tags/${tag.id}`, { name: 'X' })).statusCode, 403)
    assert.equal((await as(guest, 'PATCH', `/tags/${tag.id}`, { name: 'X' })).statusCode, 404)
    assert.equal(
      (await as(member, 'PATCH', `/tags/${tag.id}`, { name: 'before' })).json().type,
      'urn:trove:problem:name-taken',
    )
    assert.equal((await as(member, 'PATCH', `/tags/${tag.id}`, { name: 'WOUND' })).json().name, 'WOUND')
    const [both, one] = await Promise.all([
      makeFile(t.platform, { organizationId, uploader: member }),
      makeFile(t.platform, { organizationId, uploader: member }),
    ])
    await put(both.id, tag.id)
    await put(both.id, taken.id)
    await put(one.id, tag.id)
    assert.equal((await as(other, 'POST', `/tags/${tag.id}/merge`, { intoId: taken.id })).statusCode, 403)
    assert.equal((await as(owner, 'POST', `/tags/${tag.id}/merge`, { intoId: tag.id })).statusCode, 400)
    const merged = await as(owner, 'POST', `/tags/${tag.id}/merge`, { intoId: taken.id })
    assert.equal(merged.json().id, taken.id, merged.body)
    assert.deepEqual([await tagsOf(both.id), await tagsOf(one.id)], [['Before'], ['Before']])
    assert.equal((await as(other, 'DELETE', `/tags/${taken.id}`)).statusCode, 403)
    assert.equal((await as(member, 'DELETE', `/tags/${taken.id}`)).statusCode, 204)
    assert.deepEqual(await tagsOf(one.id), [])
  })

  test('whatever refers to a tag is merged with it, in every table that does', async () => {
    const [from, into] = [(await make(owner, 'From')).json(), (await make(owner, 'Into')).json()]
    await sql`create table carrier (thing int, tag_id uuid references tag on delete cascade, primary key (thing, tag_id))`.execute(
      t.platform.db,
    )
    try {
      await sql`insert into carrier values (1, ${from.id}), (1, ${into.id}), (2, ${from.id})`.execute(t.platform.db)
      assert.equal((await as(owner, 'POST', `/tags/${from.id}/merge`, { intoId: into.id })).statusCode, 200)
      const { rows } = await sql`select thing, tag_id from carrier order by thing`.execute(t.platform.db)
      assert.deepEqual(rows, [
        { thing: 1, tag_id: into.id },
        { thing: 2, tag_id: into.id },
      ])
    } finally {
      await sql`drop table carrier`.execute(t.platform.db)
    }
  })

  test('tags of another organization are not there', async () => {
    const stranger = await makeUser(t.platform)
    const { id: elsewhere } = await makeOrganization(t.platform, stranger)
    const theirs = (await as(stranger, 'POST', `/organizations/${elsewhere}/tags`, { name: 'Theirs' })).json()
    const ours = (await make(owner, 'Ours')).json()
    const bare = (answer: { body: string }, id: string) => {
      const { instance: _, ...told } = JSON.parse(answer.body)
      return JSON.stringify(told).replaceAll(id, '')
    }
    const absent = newId()
    for (const [method, path, body] of [
      ['PATCH', '', { name: 'X' }],
      ['POST', '/merge', { intoId: ours.id }],
      ['DELETE', '', undefined],
    ] as const) {
      const hidden = await as(owner, method, `/tags/${theirs.id}${path}`, body)
      const missing = await as(owner, method, `/tags/${absent}${path}`, body)
      assert.equal(hidden.statusCode, 404)
      assert.equal(bare(hidden, theirs.id), bare(missing, absent))
    }
    assert.equal((await as(owner, 'POST', `/tags/${ours.id}/merge`, { intoId: theirs.id })).statusCode, 404)
    const { id: fileId } = await makeFile(t.platform, { organizationId, uploader: owner })
    const change = { kind: 'tags', add: [theirs.id] }
    const selection = { fileIds: [fileId] }
    const foreign = await as(owner, 'POST', `/organizations/${organizationId}/files/changes`, { selection, change })
    assert.equal(foreign.statusCode, 404)
    assert.deepEqual(await tagsOf(fileId), [])
  })

  test('pages follow each other by name', async () => {
    const names: string[] = []
    let next: string | undefined
    do {
      const page = await list(owner, `?limit=3${next === undefined ? '' : `&cursor=${next}`}`)
      names.push(...page.items.map(({ name }) => name))
      next = page.next
    } while (next !== undefined)
    const all = (await list(owner, '?limit=200')).items.map(({ name }) => name)
    assert.deepEqual(names, all)
    assert.ok(all.length > 9)
  })
})
