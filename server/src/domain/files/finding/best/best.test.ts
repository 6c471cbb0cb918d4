import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { FileFilter } from '@trove/contract/file-filter'
import { sql } from 'kysely'
import type { UserActor } from '../../../../platform/actor.ts'
import { startTestPlatform, type TestPlatform } from '../../../../../test/platform.ts'
import { makeFile, makeGrant, makeMember, makeOrganization, makeUser } from '../../../../../test/make.ts'
import { search, type Bounds, type Hit } from './store.ts'

const FILES = 90
/** More than there are: each file is looked at. Then fewer and fewer, and the indexes have to tell the rest. */
const ALL: Bounds = { first: 1_000, soon: 0, most: 0, collected: 0, little: 0, few: 5 }
const FEWER: readonly Bounds[] = [
  { first: 60, soon: 70, most: 80, collected: 100, little: 0, few: 5 },
  { first: 30, soon: 0, most: 1_000, collected: 20, little: 50, few: 5 },
  { first: 12, soon: 30, most: 60, collected: 0, little: 0, few: 5 },
  { first: 12, soon: 0, most: 0, collected: 1_000, little: 0, few: 5 },
  { first: 6, soon: 20, most: 200, collected: 10, little: 1_000, few: 5 },
  { first: 1, soon: 10, most: 20, collected: 15, little: 30, few: 5 },
  { first: 3, soon: 3, most: 20, collected: 1_000, little: 1_000, few: 4 },
  { first: 3, soon: 3, most: 20, collected: 1_000, little: 1_000, few: 40 },
]

const FEW: Bounds = { first: 6, soon: 10, most: 30, collected: 10, little: 20, few: 5 }

/** Many names share words, few are alone; every third file is the member's to see, some by a grant, some their own. */
const isWord = (hit: string) => !hit.startsWith('4')

describe('the best matches', () => {
  let t: TestPlatform
  let owner: UserActor
  let member: UserActor
  let organizationId: string

  before(async () => {
    t = await startTestPlatform()
    const { platform } = t
    owner = await makeUser(platform)
    member = await makeUser(platform)
    organizationId = (await makeOrganization(platform, owner)).id
    await makeMember(platform, organizationId, member, 'member')
    for (let n = 0; n < FILES; n++) {
      const words = [n % 2 ? 'beach' : 'forest', n % 5 ? 'summer' : 'winter', n % 40 === 7 ? 'needle' : 'sandbeach']
      const uploader = n % 6 === 1 ? member : owner
      const { id, blobId } = await makeFile(platform, { organizationId, uploader, name: `${words.join(' ')} ${n}.jpg` })
      if (n % 6 === 3)
        await makeGrant(platform, { organizationId, resourceId: id, to: { user: member.userId }, rights: ['read'] })
      if (n % 4 === 0)
        await platform.db.updateTable('file').set({ description: 'a beach in winter' }).where('id', '=', id).execute()
      if (n % 9 === 0) await tell(blobId, 'needle harbour beach')
      if (n % 30 === 11)
        await platform.db.updateTable('file').set({ trashed_at: new Date() }).where('id', '=', id).execute()
    }
  })
  after(() => t.stop())

  async function tell(blobId: string, content: string): Promise<void> {
    await t.platform.db
      .insertInto('document_text')
      .values({ blob_id: blobId, number: 1, organization_id: organizationId, content })
      .execute()
    await sql`select renew_document_words(${blobId}::uuid)`.execute(t.platform.db)
  }

  /** As `place id`, page by page. */
  async function found(actor: UserActor, filter: FileFilter & { q: string }, page: { limit: number; bounds: Bounds }) {
    const scope = { organizationId, userId: actor.userId, seesEverything: actor === owner }
    const all: string[] = []
    let after: Hit | undefined
    for (;;) {
      const hits = await search(t.platform.db, { scope, filter }, { ...page, after })
      all.push(...hits.map(({ tier, id }) => `${tier} ${id}`))
      after = hits.at(-1)
      if (hits.length < page.limit || after === undefined) return all
    }
  }

  test('are the same however few of the newest are looked at first, whoever asks, page by page', async () => {
    const filters: (FileFilter & { q: string })[] = [
      ...['beach', 'winter beach', 'needle', 'needle beach', 'harbour', 'ndbea', 'eedl', 'bea', '%', 'nowhere'].map(
        (q) => ({ q }),
      ),
      { q: 'beach', createdBy: member.userId },
      { q: 'winter', sizeFrom: 1 },
      { q: 'each', sizeFrom: 1 },
      { q: 'beach', trashed: true },
      // A sign that comes to nothing only where the database takes its accent off.
      { q: '×', createdBy: member.userId },
    ]
    let most = 0
    for (const actor of [owner, member]) {
      for (const filter of filters) {
        const whole = await found(actor, filter, { limit: 500, bounds: ALL })
        most = Math.max(most, whole.length)
        assert.equal(new Set(whole.map((hit) => hit.slice(2))).size, whole.length, 'each once')
        for (const bounds of FEWER) {
          const said = `${JSON.stringify(filter)}, ${actor === owner ? 'owner' : 'member'}, of ${JSON.stringify(bounds)}`
          for (const limit of [500, 7]) {
            const hits = await found(actor, filter, { limit, bounds })
            assert.deepEqual(hits.filter(isWord), whole.filter(isWord), `${said}, by ${limit}`)
            if (bounds.collected >= FILES) assert.deepEqual(hits, whole, `${said}, by ${limit}`)
            // Parts that many names have are looked for among the newest: none is told that is none.
            assert.deepEqual(
              hits,
              whole.filter((hit) => hits.includes(hit)),
              `${said}, by ${limit}`,
            )
          }
        }
      }
    }
    assert.ok(most > FILES / 2, `${most} found`)
  })

  test('of a member are among those of the owner, and are theirs to see', async () => {
    const all = new Set(await found(owner, { q: 'beach' }, { limit: 500, bounds: FEW }))
    const theirs = await found(member, { q: 'beach' }, { limit: 500, bounds: FEW })
    assert.ok(theirs.length > 10 && theirs.length < all.size && theirs.every((hit) => all.has(hit)))
    const stranger = await makeUser(t.platform)
    assert.deepEqual(await found(stranger, { q: 'beach' }, { limit: 500, bounds: FEW }), [])
  })
})
