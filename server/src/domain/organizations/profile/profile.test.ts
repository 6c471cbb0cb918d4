import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import sharp from 'sharp'
import { bearer, makeMember, makeOrganization, makeUser } from '../../../../test/make.ts'
import { jpeg } from '../../../../test/media/make.ts'
import { startTestPlatform, type TestPlatform } from '../../../../test/platform.ts'
import type { UserActor } from '../../../platform/actor.ts'
import { newId } from '../../../platform/ids.ts'
import { isReservedSlug, isWebAddress, slugOf } from '../rules.ts'

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'PUT'
const GIB = 1024 ** 3

describe('the profile of an organization', () => {
  let t: TestPlatform
  let app: FastifyInstance
  before(async () => {
    t = await startTestPlatform()
    app = (await t.api()).app
  })
  after(() => t.stop())

  const as = async (actor: UserActor, method: Method, url: string, payload?: object) =>
    app.inject({ method, url: `/api${url}`, headers: await bearer(t.platform, actor), ...(payload && { payload }) })

  test('an address is made of the name, with a number when others have it, and is nobody else’s', async () => {
    const owner = await makeUser(t.platform)
    const create = async (name: string) =>
      (await as(owner, 'POST', '/organizations', { name, type: 'studio' })).json() as { id: string; slug: string }
    const [first, second] = [await create('Blå Fjell & Sønner'), await create('Blå Fjell & Sønner')]
    assert.deepEqual([first.slug, second.slug], ['bla-fjell-s-nner', 'bla-fjell-s-nner-2'])
    assert.match((await create('写真館')).slug, /^o-[0-9a-f]{12}$/)
    assert.match((await create('Settings')).slug, /^o-/)
    const taken = await as(owner, 'PATCH', `/organizations/${second.id}`, { slug: first.slug })
    assert.deepEqual([taken.statusCode, taken.json().type], [409, 'urn:trove:problem:slug-taken'])
    assert.equal((await as(owner, 'PATCH', `/organizations/${second.id}`, { slug: 'admin' })).statusCode, 409)
    for (const slug of ['A', 'a', '-ab', 'ab-', 'a--b', 'a/b', 'a b', '../x', 'ünï', 'x'.repeat(61)])
      assert.equal((await as(owner, 'PATCH', `/organizations/${second.id}`, { slug })).statusCode, 400, slug)
    assert.equal((await as(owner, 'PATCH', `/organizations/${second.id}`, { slug: 'fjell' })).json().slug, 'fjell')
    const made = await Promise.all(Array.from({ length: 10 }, () => create('At Once')))
    assert.equal(new Set(made.map(({ slug }) => slug)).size, 10)
  })

  test('slugs and websites are judged by rules', () => {
    assert.deepEqual(['Ab', '  a  ', 'Àé--î', 'WWW', 'Straße'].map(slugOf), [
      'ab',
      undefined,
      'ae-i',
      undefined,
      'strasse',
    ])
    assert.ok(isReservedSlug('api') && !isReservedSlug('northlight'))
    assert.ok(isWebAddress('https://example.org/x?y#z') && isWebAddress('http://localhost:8080'))
    for (const bad of [
      'javascript:alert(1)',
      'https://',
      'ftp://x',
      'https://u:p@example.org',
      'data:text/html,x',
      'x',
    ])
      assert.ok(!isWebAddress(bad), bad)
  })

  test('says what it is, where, how to reach it; to each as much as they may know', async () => {
    const [owner, member] = [await makeUser(t.platform), await makeUser(t.platform)]
    const { id } = await makeOrganization(t.platform, owner)
    await makeMember(t.platform, id, member, 'member')
    const told = {
      description: 'Portraits\nand light',
      location: 'Bergen',
      website: 'https://northlight.example',
      contacts: [{ label: 'Desk', value: '+47 55 00 00 00' }],
      billingEmail: 'bills@northlight.example',
      settings: { persona: 'client', language: 'nb' },
    }
    const changed = (await as(owner, 'PATCH', `/organizations/${id}`, told)).json()
    assert.deepEqual(
      { ...told, settings: { ...told.settings, clipLimitSeconds: 120, requiresSecondFactor: false } },
      {
        description: changed.description,
        location: changed.location,
        website: changed.website,
        contacts: changed.contacts,
        billingEmail: changed.billingEmail,
        settings: changed.settings,
      },
    )
    await as(owner, 'PATCH', `/organizations/${id}`, { settings: { language: null } })
    assert.deepEqual((await as(owner, 'GET', `/organizations/${id}`)).json().settings.persona, 'client')
    const seen = (await as(member, 'GET', `/organizations/${id}`)).json()
    assert.deepEqual([seen.website, seen.billingEmail, seen.settings], [told.website, undefined, undefined])
    for (const website of ['javascript:alert(1)', 'https://', 'https://a:b@c.example', 'http://x y'])
      assert.equal((await as(owner, 'PATCH', `/organizations/${id}`, { website })).statusCode, 400, website)
    assert.equal((await as(owner, 'PATCH', `/organizations/${id}`, { website: null })).json().website, undefined)
  })

  test('has a logo that is made anew from what was sent, for those who are in it', async () => {
    const [owner, guest, stranger] = [
      await makeUser(t.platform),
      await makeUser(t.platform),
      await makeUser(t.platform),
    ]
    const { id } = await makeOrganization(t.platform, owner)
    await makeMember(t.platform, id, guest, 'guest')
    const set = (actor: UserActor, bytes: Buffer) =>
      as(actor, 'PUT', `/organizations/${id}/logo`, { image: bytes.toString('base64') })
    const sent = await jpeg({ widthPixels: 640, heightPixels: 200, orientation: 6 })
    assert.equal((await set(guest, sent)).statusCode, 403)
    const { logoVersion } = (await set(owner, sent)).json()
    assert.ok(logoVersion)
    const got = await as(guest, 'GET', `/organizations/${id}/logo?v=${logoVersion}`)
    assert.deepEqual([got.statusCode, got.headers['content-type']], [200, 'image/webp'])
    const { width, height, exif } = await sharp(got.rawPayload).metadata()
    assert.deepEqual([width, height, exif], [256, 256, undefined])
    assert.equal((await as(stranger, 'GET', `/organizations/${id}/logo`)).statusCode, 404)
    for (const bad of ['<svg xmlns="http://www.w3.org/2000/svg"/>', 'no picture', 'GIF89a'])
      assert.equal((await set(owner, Buffer.from(bad))).statusCode, 422, bad)
    assert.equal((await as(owner, 'PUT', `/organizations/${id}/logo`, { image: '!' })).statusCode, 400)
    assert.equal((await as(owner, 'DELETE', `/organizations/${id}/logo`)).json().logoVersion, undefined)
    assert.equal((await as(guest, 'GET', `/organizations/${id}/logo`)).statusCode, 404)
  })

  test('takes no plan, no status and no owner from those who are in it', async () => {
    const owner = await makeUser(t.platform)
    const { id } = await makeOrganization(t.platform, owner)
    const forbidden = [
      { tier: 'unlimited' },
      { status: 'active' },
      { ownerId: owner.userId },
      { createdBy: owner.userId },
      { id: newId() },
      { limitBytes: 1 },
      { quota: { limitBytes: 1 } },
      { billingReference: 'x' },
      { requiresSecondFactor: true },
      { requires_second_factor: true },
      { settings: { tier: 'free' } },
      { settings: { persona: 'owner' } },
      { contacts: [{ label: 'a', value: 'b', isHidden: true }] },
      { eraseAt: null },
      { role: 'owner' },
      { isBarred: false },
    ]
    for (const body of forbidden)
      assert.equal((await as(owner, 'PATCH', `/organizations/${id}`, body)).statusCode, 400, JSON.stringify(body))
    for (const extra of [{ tier: 'business' }, { status: 'suspended' }, { slug: 'mine' }, { ownerId: newId() }])
      assert.equal((await as(owner, 'POST', '/organizations', { name: 'x', type: 'studio', ...extra })).statusCode, 400)
    assert.equal((await as(owner, 'PATCH', `/installation/organizations/${id}`, { tier: 'free' })).statusCode, 403)
  })

  test('has a plan that the administrator sets, with the storage that belongs to it', async () => {
    const [owner, administrator] = [await makeUser(t.platform), await makeUser(t.platform, { isAdministrator: true })]
    const { id } = await makeOrganization(t.platform, owner)
    const set = (body: object) => as(administrator, 'PATCH', `/installation/organizations/${id}`, body)
    const free = (await set({ tier: 'free', billingReference: 'cus_17' })).json()
    assert.deepEqual([free.tier, free.quota.limitBytes, free.billingReference], ['free', 5 * GIB, 'cus_17'])
    const seen = (await as(owner, 'GET', `/organizations/${id}`)).json()
    assert.deepEqual(
      [seen.tier, seen.limits, seen.billingReference],
      ['free', { maxMembers: 5, maxFileBytes: GIB }, undefined],
    )
    const tooLarge = await app.inject({
      method: 'POST',
      url: '/api/uploads',
      headers: {
        ...(await bearer(t.platform, owner)),
        'tus-resumable': '1.0.0',
        'upload-length': String(GIB + 1),
        'upload-metadata': [
          `filename ${Buffer.from('a.jpg').toString('base64')}`,
          `organizationId ${Buffer.from(id).toString('base64')}`,
        ].join(),
      },
    })
    assert.equal(tooLarge.statusCode, 413, tooLarge.body)
    assert.equal((await set({ status: 'closing' })).statusCode, 400)
    assert.equal((await as(administrator, 'PATCH', `/installation/organizations/${newId()}`, {})).statusCode, 404)
  })

  test('that is suspended can be read, and nothing added or changed', async () => {
    const [owner, administrator] = [await makeUser(t.platform), await makeUser(t.platform, { isAdministrator: true })]
    const { id } = await makeOrganization(t.platform, owner)
    const set = (status: string) => as(administrator, 'PATCH', `/installation/organizations/${id}`, { status })
    assert.equal((await set('suspended')).json().status, 'suspended')
    const refused = [
      await as(owner, 'PATCH', `/organizations/${id}`, { name: 'New' }),
      await as(owner, 'POST', `/organizations/${id}/teams`, { name: 'New' }),
      await as(owner, 'POST', `/organizations/${id}/invitations`, { email: 'x@example.org', role: 'guest' }),
    ]
    for (const answer of refused) assert.equal(answer.json().type, 'urn:trove:problem:read-only')
    for (const path of ['', '/members', '/teams', '/files'])
      assert.equal((await as(owner, 'GET', `/organizations/${id}${path}`)).statusCode, 200, path)
    await set('active')
    assert.equal((await as(owner, 'PATCH', `/organizations/${id}`, { name: 'New' })).statusCode, 200)
  })
})
