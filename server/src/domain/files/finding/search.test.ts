import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { SearchResult } from '@trove/contract/search'
import type { FastifyInstance } from 'fastify'
import { sql } from 'kysely'
import type { UserActor } from '../../../platform/actor.ts'
import { newId } from '../../../platform/ids.ts'
import { startTestPlatform, type TestPlatform } from '../../../../test/platform.ts'
import { bearer, makeFile, makeGrant, makeMember, makeOrganization, makeUser } from '../../../../test/make.ts'
import { searchFiles } from './operations.ts'
import { matchesIn, passageOf } from './passages.ts'
import { countOutdated, renewDocuments, renewOutdated } from './store.ts'

describe('the search', () => {
  let t: TestPlatform
  let app: FastifyInstance
  let owner: UserActor
  let member: UserActor
  let organizationId: string
  const ids: Record<string, string> = {}

  before(async () => {
    t = await startTestPlatform({ SEARCHES_PER_MINUTE: '100000' })
    app = (await t.api()).app
    owner = await makeUser(t.platform)
    member = await makeUser(t.platform)
    organizationId = (await makeOrganization(t.platform, owner)).id
    await makeMember(t.platform, organizationId, member, 'member')
    for (const name of ['Harbour plan.pdf', 'notes.txt', 'harbour 2.jpg', 'scan_0042.tif', 'IMG_0001.jpg'])
      ids[name] = (await add(name)).id
  })
  after(() => t.stop())

  async function add(name: string, uploader = owner) {
    return makeFile(t.platform, { organizationId, uploader, name })
  }

  /** As the step that reads text does it: the rows, and then its end. */
  async function say(fileId: string, pages: readonly string[]): Promise<void> {
    const { db } = t.platform
    const version = await db
      .selectFrom('version')
      .select('blob_id')
      .where('file_id', '=', fileId)
      .executeTakeFirstOrThrow()
    const blobId = version.blob_id
    await db.deleteFrom('document_text').where('blob_id', '=', blobId).execute()
    for (const [index, content] of pages.entries())
      await db
        .insertInto('document_text')
        .values({ blob_id: blobId, number: index + 1, organization_id: organizationId, content })
        .execute()
    await sql`insert into step (blob_id, name, organization_id, revision) values (${blobId}, 'text', ${organizationId}, 1)
      on conflict (blob_id, name) do update set status = 'running'`.execute(db)
    await db
      .updateTable('step')
      .set({ status: 'done' })
      .where('blob_id', '=', blobId)
      .where('name', '=', 'text')
      .execute()
  }

  async function ask(query: Record<string, string>, actor = owner) {
    const url = `/api/organizations/${organizationId}/search?${new URLSearchParams(query)}`
    const reply = await app.inject({ method: 'GET', url, headers: await bearer(t.platform, actor) })
    return { status: reply.statusCode, ...(reply.json() as { items: SearchResult[]; next?: string }) }
  }

  const found = async (q: string, actor = owner) =>
    (await ask({ q }, actor)).items.map(({ file, place }) => `${place}: ${file.name}`)

  test('puts names before what else is known, that before text, and that before parts of names', async () => {
    await t.platform.db
      .updateTable('file')
      .set({ description: 'Seen from the Harbour' })
      .where('id', '=', ids['IMG_0001.jpg'] ?? '')
      .execute()
    await say(ids['notes.txt'] ?? '', ['Nothing here.', 'The old harbour\nwas deep; the new harbour is not.'])
    const odd = await add('oldharbours.png')
    assert.deepEqual(await found('harbour'), [
      'name: harbour 2.jpg',
      'name: Harbour plan.pdf',
      'about: IMG_0001.jpg',
      'text: notes.txt',
      'part: oldharbours.png',
    ])
    const { items } = await ask({ q: 'old harbour' })
    assert.deepEqual(
      items.map(({ file, passage }) => [file.name, passage?.page, passage?.pages]),
      [['notes.txt', 2, [2]]],
    )
    const { text = '', matches = [] } = items[0]?.passage ?? {}
    assert.equal(text, 'The old harbour was deep; the new harbour is not.')
    assert.deepEqual(
      matches.map(({ from, to }) => text.slice(from, to)),
      ['old', 'harbour', 'harbour'],
    )
    await t.platform.db.updateTable('file').set({ trashed_at: new Date() }).where('id', '=', odd.id).execute()
    assert.equal((await found('harbour')).length, 4)
  })

  test('gives the same, page by page, to whoever sees all and to whoever was given all', async () => {
    for (const resourceId of Object.values(ids))
      await makeGrant(t.platform, { organizationId, resourceId, to: { user: member.userId }, rights: ['read'] })
    const whole = await found('harbour')
    assert.deepEqual(await found('harbour', member), whole)
    for (const actor of [owner, member]) {
      const seen: string[] = []
      let cursor = ''
      do {
        const page = await ask({ q: 'harbour', limit: '1', ...(cursor && { cursor }) }, actor)
        seen.push(...page.items.map(({ file, place }) => `${place}: ${file.name}`))
        cursor = page.next ?? ''
      } while (cursor !== '')
      assert.deepEqual(seen, whole)
    }
  })

  test('tells nothing of what one may not read: neither names nor text nor numbers', async () => {
    const secret = await add('zebra minutes.txt')
    await say(secret.id, ['quagga'])
    const stranger = await makeUser(t.platform)
    assert.deepEqual([await found('zebra', member), await found('quagga', member)], [[], []])
    assert.equal((await ask({ q: 'zebra' }, stranger)).status, 404)
    await makeGrant(t.platform, {
      organizationId,
      resourceId: secret.id,
      to: { user: member.userId },
      expiresAt: new Date(0),
    })
    assert.deepEqual(await found('zebra', member), [])
    assert.deepEqual(await found('quagga'), ['text: zebra minutes.txt'])
  })

  test('does not tell the text of a file that is infected', async () => {
    const file = await add('invoice.doc')
    await say(file.id, ['okapi'])
    assert.equal((await found('okapi')).length, 1)
    await t.platform.db
      .updateTable('version')
      .set({ status: 'infected', failure: 'Infected.' })
      .where('file_id', '=', file.id)
      .execute()
    assert.deepEqual(await found('okapi'), [])
  })

  test('does not find by its text what is held back: no more is told of it than of its bytes', async () => {
    const { id, blobId } = await add('letter.doc')
    await makeGrant(t.platform, { organizationId, resourceId: id, to: { user: member.userId }, rights: ['read'] })
    await say(id, ['quokka'])
    const scanning = { policy: 'hold' } as NonNullable<TestPlatform['platform']['settings']['scanning']>
    const platform = { db: t.platform.db, settings: { ...t.platform.settings, scanning } }
    const names = async (actor: UserActor) =>
      (await searchFiles(platform, actor, { organizationId, q: 'quokka' })).items.map(({ file }) => file.name)
    const stand = (scan_status: string, scan_reason: string | null) =>
      t.platform.db.updateTable('blob').set({ scan_status, scan_reason }).where('id', '=', blobId).execute()
    await stand('clean', null)
    assert.deepEqual(await names(member), ['letter.doc'])
    await stand('skipped', 'encrypted')
    assert.deepEqual([await names(member), await names(owner)], [[], ['letter.doc']])
  })

  test('knows accents, case, wide letters and the beginning of the last word; and the language of an organization', async () => {
    await add('Ærø, Sjöbodar ＡＢＣ 2019-05.jpg')
    const names = await found('sjobo')
    assert.deepEqual([names, await found('abc 2019'), await found('SJÖBODAR abc ')], [names, names, names])
    assert.equal(names.length, 1)
    await add('running shoes.jpg')
    assert.deepEqual(await found('run shoe '), [])
    await sql`update organization set settings = '{"language": "en-GB"}' where id = ${organizationId}`.execute(
      t.platform.db,
    )
    assert.ok((await countOutdated(t.platform.db)) > 5)
    await t.platform.db.transaction().execute(async (tx) => {
      await renewDocuments(tx, 100)
      await renewOutdated(tx, 1000)
    })
    assert.equal(await countOutdated(t.platform.db), 0)
    assert.deepEqual(await found('run shoe '), ['name: running shoes.jpg'])
    assert.equal((await found('harbours '))[0], 'name: harbour 2.jpg')
  })

  test('reads as much of a document as fits, and its file can be named and described all the same', async () => {
    const { db } = t.platform
    const long = await add('นวนิยาย.txt')
    const letters = [...'กขคงจฉชซญฐดตถทธนบปผพฟภมยรลวสหอ']
    // Without spaces between words, as Thai is written: whole clauses stand for words.
    const clause = (index: number) =>
      Array.from({ length: 60 }, (_, place) => letters[(index * 7 + place * (index % 29)) % letters.length]).join('')
    const words = Array.from({ length: 12_000 }, (_, index) => `${clause(index)}${letters[index % 30]}`)
    const pages = Array.from({ length: 8 }, (_, page) => words.slice(page * 1_500, (page + 1) * 1_500).join(' '))
    const unlike = pages.map((page, number) => page.replaceAll(' ', `${letters.slice(number, number + 3).join('')} `))
    await say(long.id, ['ต้นฉบับ', ...unlike])
    const all = await db
      .selectFrom('document_page_words')
      .select(sql<number>`sum(octet_length(words::text))::int`.as('bytes'))
      .where('blob_id', '=', long.blobId)
      .executeTakeFirstOrThrow()
    assert.ok(all.bytes > 1_100_000, `${all.bytes} bytes of words`)
    await db.updateTable('file').set({ description: 'wombat' }).where('id', '=', long.id).execute()
    assert.deepEqual(await found('wombat'), ['about: นวนิยาย.txt'])
  })

  test('finds old files once upkeep has been', async () => {
    const { id } = await add('forgotten walrus.jpg')
    await t.platform.db.deleteFrom('finding').where('file_id', '=', id).execute()
    assert.deepEqual(await found('walrus'), [])
    await t.platform.db.transaction().execute((tx) => renewOutdated(tx, 1000))
    assert.equal((await found('walrus')).length, 1)
  })

  test('takes filters beside words, and without any gives the newest', async () => {
    assert.deepEqual((await ask({ q: 'harbour', createdBy: newId() })).items, [])
    assert.equal((await ask({ q: 'harbour', createdBy: owner.userId })).items.length, 4)
    const newest = await ask({ kind: 'image', limit: '2' })
    assert.equal(newest.items[0]?.file.name, 'forgotten walrus.jpg')
    const second = await ask({ kind: 'image', limit: '2', cursor: newest.next ?? '' })
    assert.ok((second.items[0]?.file.id ?? 'z') < (newest.items[1]?.file.id ?? ''))
    assert.equal((await ask({ cursor: '9.x' })).status, 400)
    const choices = await app.inject({
      method: 'GET',
      url: `/api/organizations/${organizationId}/search/choices`,
      headers: await bearer(t.platform, owner),
    })
    assert.deepEqual(
      choices.json().people.map(({ id }: { id: string }) => id),
      [owner.userId],
    )
  })

  test('is never put out by what is typed', async () => {
    const odd = [
      '100% done_\\now.jpg',
      "it's 'quoted'.txt",
      'a & b | !c <-> d:*.txt',
      '🦄🌈.png',
      'مرحبا بالعالم.txt',
      '\u202egpj.exe',
    ]
    for (const name of odd) await add(name)
    for (const q of [...HOSTILE, ...odd]) {
      for (const actor of [owner, member]) {
        const { status } = await ask({ q }, actor)
        assert.ok(status === 200 || status === 400, `${JSON.stringify(q.slice(0, 40))}: ${status}`)
        if (q.length <= 500 && !q.includes('\0')) assert.equal(status, 200, JSON.stringify(q))
      }
    }
    for (const q of odd)
      assert.ok(
        (await found(q)).some((one) => one.endsWith(q)),
        `${q} is found by its own name`,
      )
    assert.ok((await found('🦄')).length === 1 && (await found('%')).length === 1)
  })

  test('marks words in plain text, whatever is in it', () => {
    const text = '<b>Ünder</b> under_score & UNDERWAY'
    assert.deepEqual(
      matchesIn(text, 'under').map(({ from, to }) => text.slice(from, to)),
      ['Ünder', 'under', 'UNDERWAY'],
    )
    const { text: said, matches } = passageOf(
      `${'x '.repeat(5000)}<script>needle</script>\u0007 thread`,
      'needle thread',
    )
    assert.deepEqual(
      matches.map(({ from, to }) => said.slice(from, to)),
      ['needle', 'thread'],
    )
    assert.ok(said.length <= 220 && !said.includes('\u0007'))
  })
})

const HOSTILE = [
  '%',
  '_',
  '\\',
  '\\\\',
  "'",
  "''",
  '"',
  '`',
  '&',
  '|',
  '!',
  '!!a',
  'a:*',
  'a:A',
  '<->',
  'a <2> b',
  '(',
  ')',
  '((a) & ',
  "' | 'x",
  "'; drop table file; --",
  '$1',
  '${x}',
  'tag:',
  '~run',
  'none:',
  'by:00000000-0000-0000-0000-000000000000',
  'x'.repeat(500),
  'x'.repeat(10_000),
  'a '.repeat(250),
  '1a'.repeat(250),
  'é\u0301\u0301\u0301',
  '\u0301',
  '\u200b',
  '\ufeff',
  '\u202e',
  '👩‍👩‍👧‍👦',
  '🏳️‍🌈',
  'İıẞß',
  'ﷺ',
  '漢字かな',
  'مرحبا',
  '\ud83d\ude00',
  '﷽'.repeat(100),
  '  ',
  '\t',
  '\n',
  '\r\n x',
  'NULL',
  'undefined',
  '../../etc/passwd',
  '<script>alert(1)</script>',
  'a\0b',
  '-1',
  '1e309',
  '0x7fffffff',
]
