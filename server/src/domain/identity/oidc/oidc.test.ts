import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import { generateSync } from 'otplib'
import { startTestPlatform, type TestPlatform } from '../../../../test/platform.ts'
import { openProvider, type Vouched } from '../../../../test/provider.ts'

const PASSWORD = 'correct horse battery'
const HOST = 'trove.example'
const CALLBACK = `http://${HOST}/api/auth/oidc/callback`

describe('signing in by a provider', () => {
  let t: TestPlatform
  let app: FastifyInstance
  let provider: Awaited<ReturnType<typeof openProvider>>
  const people = new Map<string, Vouched>()
  before(async () => {
    provider = await openProvider(people, CALLBACK)
    t = await startTestPlatform({
      OIDC_ISSUER: provider.issuer,
      OIDC_CLIENT_ID: 'trove',
      OIDC_CLIENT_SECRET: provider.secret,
      OIDC_NAME: 'Northlight',
      PUBLIC_URL: `http://${HOST}`,
    })
    app = (await t.api()).app
    await register('first@example.org')
  })
  after(async () => {
    await t.stop()
    provider.close()
  })

  const register = async (email: string) =>
    (
      await app.inject({
        method: 'POST',
        url: '/api/auth/register',
        payload: { email, name: 'Somebody', password: PASSWORD },
      })
    ).json() as { accessToken: string; user: { id: string } }
  const cookieOf = (response: LightMyRequestResponse, name: string) =>
    response.cookies.find((cookie) => cookie.name === name)?.value ?? ''
  const begin = async (next?: string) => {
    const response = await app.inject({ method: 'POST', url: '/api/auth/oidc', payload: { ...(next && { next }) } })
    return { url: response.json().url as string, cookie: cookieOf(response, 'trove_oidc'), status: response.statusCode }
  }
  /** Follows the provider's own redirects as a browser would, up to where it sends the browser back to us. */
  async function visit(url: string, sub: string): Promise<URL> {
    provider.letIn(sub)
    const jar = new Map<string, string>()
    let at = url
    for (let hops = 0; hops < 10; hops += 1) {
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
      const response = await fetch(at, { redirect: 'manual', headers: { cookie } })
      for (const set of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? []
        jar.set(name, value)
      }
      const to = response.headers.get('location')
      assert.ok(to, `the provider answered ${response.status} ${await response.text()}`)
      at = new URL(to, at).href
      if (at.startsWith(CALLBACK)) return new URL(at)
    }
    throw new Error('the provider sends the browser round and round')
  }
  const comeBack = (back: URL, cookie: string) =>
    app.inject({
      method: 'GET',
      url: `${back.pathname}${back.search}`,
      headers: { cookie: `trove_oidc=${cookie}`, host: HOST },
    })
  const signIn = async (sub: string, next?: string) => {
    const { url, cookie } = await begin(next)
    return comeBack(await visit(url, sub), cookie)
  }
  const refusedOf = (response: LightMyRequestResponse) => {
    assert.equal(response.statusCode, 303)
    assert.equal(cookieOf(response, 'trove_refresh'), '')
    return new URL(String(response.headers.location), `http://${HOST}`).searchParams.get('refused')
  }
  const meOf = async (response: LightMyRequestResponse) => {
    const refreshed = await app.inject({
      method: 'POST',
      url: '/api/auth/refresh',
      headers: { cookie: `trove_refresh=${cookieOf(response, 'trove_refresh')}` },
    })
    return refreshed.json().user as { id: string; email: string; name: string }
  }
  const verify = (id: string) =>
    t.platform.db.updateTable('user').set({ email_verified_at: new Date() }).where('id', '=', id).execute()

  test('makes an account for somebody new, and knows them the next time', async () => {
    people.set('new', { sub: 'new', email: 'New@Example.org', email_verified: true, name: 'Newcomer' })
    const first = await signIn('new', '/library?q=x')
    assert.equal(first.headers.location, '/sign-in?next=%2Flibrary%3Fq%3Dx')
    const me = await meOf(first)
    assert.deepEqual([me.email, me.name], ['new@example.org', 'Newcomer'])
    people.set('new', { sub: 'new', email: 'changed@example.org', email_verified: false })
    assert.equal((await meOf(await signIn('new'))).id, me.id)
    const login = await app.inject({
      method: 'POST',
      url: '/api/auth/login',
      payload: { email: me.email, password: 'none' },
    })
    assert.equal(login.statusCode, 401)
  })

  test('joins an account only when both sides are sure of the address', async () => {
    const { user } = await register('sure@example.org')
    people.set('sure', { sub: 'sure', email: 'sure@example.org', email_verified: true })
    assert.equal(refusedOf(await signIn('sure')), 'link-first')
    await verify(user.id)
    people.set('sure', { sub: 'sure', email: 'sure@example.org', email_verified: false })
    assert.equal(refusedOf(await signIn('sure')), 'unverified-email')
    people.set('sure', { sub: 'sure', email: 'sure@example.org', email_verified: 'true' })
    assert.equal(refusedOf(await signIn('sure')), 'unverified-email')
    people.set('sure', { sub: 'sure', email: 'sure@example.org', email_verified: true })
    assert.equal((await meOf(await signIn('sure'))).id, user.id)
  })

  test('is linked from the settings by whoever is signed in, and to one account only', async () => {
    const [one, two] = [await register('one@example.org'), await register('two@example.org')]
    people.set('linked', { sub: 'linked' })
    const link = async (token: string) => {
      const headers = { authorization: `Bearer ${token}` }
      const response = await app.inject({ method: 'POST', url: '/api/me/linked-sign-ins', headers })
      return comeBack(await visit(response.json().url, 'linked'), cookieOf(response, 'trove_oidc'))
    }
    assert.equal((await link(one.accessToken)).headers.location, '/settings/security?linked=true')
    assert.equal((await link(one.accessToken)).headers.location, '/settings/security?linked=true')
    assert.equal(refusedOf(await link(two.accessToken)), 'linked-elsewhere')
    assert.equal((await meOf(await signIn('linked'))).id, one.user.id)

    const headers = { authorization: `Bearer ${one.accessToken}` }
    const { linkedSignIns } = (await app.inject({ method: 'GET', url: '/api/me/security', headers })).json()
    assert.equal(linkedSignIns[0].isOfThisProvider, true)
    const unlink = (whose: object) =>
      app.inject({ method: 'DELETE', url: `/api/me/linked-sign-ins/${linkedSignIns[0].id}`, headers: { ...whose } })
    assert.equal((await unlink({ authorization: `Bearer ${two.accessToken}` })).statusCode, 404)
    assert.equal((await unlink(headers)).statusCode, 204)
    assert.equal(refusedOf(await signIn('linked')), 'unverified-email')
  })

  test('that is the only way into the account is not unlinked', async () => {
    people.set('only', { sub: 'only', email: 'only@example.org', email_verified: true })
    const arrived = await signIn('only')
    const refreshed = await app.inject({
      method: 'POST',
      url: '/api/auth/refresh',
      headers: { cookie: `trove_refresh=${cookieOf(arrived, 'trove_refresh')}` },
    })
    const headers = { authorization: `Bearer ${refreshed.json().accessToken}` }
    const { linkedSignIns, hasPassword } = (
      await app.inject({ method: 'GET', url: '/api/me/security', headers })
    ).json()
    assert.equal(hasPassword, false)
    const response = await app.inject({
      method: 'DELETE',
      url: `/api/me/linked-sign-ins/${linkedSignIns[0].id}`,
      headers,
    })
    assert.equal(response.json().type, 'urn:trove:problem:last-way-in')
  })

  test('asks for the second factor of the account too', async () => {
    const { user, accessToken } = await register('two-steps@example.org')
    const headers = { authorization: `Bearer ${accessToken}` }
    people.set('two-steps', { sub: 'two-steps' })
    const linking = await app.inject({ method: 'POST', url: '/api/me/linked-sign-ins', headers })
    await comeBack(await visit(linking.json().url, 'two-steps'), cookieOf(linking, 'trove_oidc'))
    const { secret } = (await app.inject({ method: 'POST', url: '/api/me/totp', headers })).json()
    const code = (ms: number) => generateSync({ secret, epoch: Math.floor(ms / 1000) })
    const payload = { code: code(Date.now() - 30_000) }
    await app.inject({ method: 'POST', url: '/api/me/totp/confirm', headers, payload })

    const arrived = await signIn('two-steps')
    assert.equal(cookieOf(arrived, 'trove_refresh'), '')
    const challenge = String(arrived.headers.location).split('#challenge=')[1] ?? ''
    const options = await app.inject({ method: 'POST', url: '/api/auth/second-factor/options', payload: { challenge } })
    assert.deepEqual(options.json().factors, ['totp', 'recovery-code'])
    const answered = await app.inject({
      method: 'POST',
      url: '/api/auth/second-factor',
      payload: { challenge, code: code(Date.now()) },
    })
    assert.equal(answered.json().user.id, user.id)
  })

  test('believes nothing that does not fit: another state, no cookie, a code used again, a nonce of another trip', async () => {
    people.set('careful', { sub: 'careful', email: 'careful@example.org', email_verified: true })
    const [mine, theirs] = [await begin(), await begin()]
    const back = await visit(mine.url, 'careful')

    const wrongState = new URL(back)
    wrongState.searchParams.set('state', 'x'.repeat(43))
    assert.equal(refusedOf(await comeBack(wrongState, mine.cookie)), 'provider')
    assert.equal(refusedOf(await comeBack(back, theirs.cookie)), 'provider')
    assert.equal(refusedOf(await comeBack(back, 'a.b.c')), 'expired')

    // The code of my trip under the state of theirs: the verifier and the nonce are of another trip.
    const mixed = new URL(back)
    mixed.searchParams.set('state', new URL(theirs.url).searchParams.get('state') ?? '')
    assert.equal(refusedOf(await comeBack(mixed, theirs.cookie)), 'provider')

    const again = await begin()
    const backAgain = await visit(again.url, 'careful')
    assert.ok(cookieOf(await comeBack(backAgain, again.cookie), 'trove_refresh'))
    assert.equal(refusedOf(await comeBack(backAgain, again.cookie)), 'provider')
  })

  test('notices a nonce that was changed on the way', async () => {
    people.set('nonce', { sub: 'nonce', email: 'nonce@example.org', email_verified: true })
    const trip = await begin()
    const url = new URL(trip.url)
    url.searchParams.set('nonce', 'of somebody else')
    assert.equal(refusedOf(await comeBack(await visit(url.href, 'nonce'), trip.cookie)), 'provider')
  })

  test('refuses an answer of another issuer, and one without an issuer (RFC 9207)', async () => {
    people.set('mix-up', { sub: 'mix-up', email: 'mix-up@example.org', email_verified: true })
    for (const tamper of [
      (search: URLSearchParams) => search.set('iss', 'https://evil.example'),
      (search: URLSearchParams) => search.delete('iss'),
    ]) {
      const trip = await begin()
      const back = await visit(trip.url, 'mix-up')
      tamper(back.searchParams)
      assert.equal(refusedOf(await comeBack(back, trip.cookie)), 'provider')
    }
  })

  test('goes on to places of this page only', async () => {
    for (const next of [
      'javascript:alert(1)',
      '//evil.example',
      '/\\evil.example',
      '/\t/evil.example',
      'https://evil.example/',
      '\\\\evil.example',
      '',
    ]) {
      const response = await app.inject({ method: 'POST', url: '/api/auth/oidc', payload: { next } })
      assert.equal(response.statusCode, 400, next)
    }
  })

  test('that was cancelled says so', async () => {
    const trip = await begin()
    assert.equal(refusedOf(await comeBack(await visit(trip.url, ''), trip.cookie)), 'cancelled')
  })

  test('keeps a cookie that scripts cannot read and other sites cannot send along', async () => {
    const response = await app.inject({ method: 'POST', url: '/api/auth/oidc', payload: {} })
    const cookie = response.cookies.find(({ name }) => name === 'trove_oidc')
    assert.deepEqual([cookie?.httpOnly, cookie?.sameSite, cookie?.path], [true, 'Lax', '/api/auth/oidc'])
    const { searchParams } = new URL(response.json().url)
    assert.equal(searchParams.get('code_challenge_method'), 'S256')
    assert.equal(searchParams.get('redirect_uri'), CALLBACK)
  })

  test('does not make accounts while registration is closed, unless it was told to', async () => {
    people.set('late', { sub: 'late', email: 'late@example.org', email_verified: true })
    await t.platform.db.updateTable('installation').set({ registration_is_open: false }).execute()
    assert.equal(refusedOf(await signIn('late')), 'no-account')
    await t.platform.db.updateTable('installation').set({ registration_is_open: true }).execute()
    assert.ok(cookieOf(await signIn('late'), 'trove_refresh'))
  })
})
