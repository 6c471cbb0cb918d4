import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { after, before, describe, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { bearer, makeUser } from '../../test/make.ts'
import { startTestPlatform, type TestPlatform } from '../../test/platform.ts'
import { until } from '../../test/server.ts'

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))

/** The real program, as whoever runs an installation would call it. */
describe('trove admin', () => {
  let t: TestPlatform
  let app: FastifyInstance
  before(async () => {
    t = await startTestPlatform()
    app = (await t.api()).app
  })
  after(() => t.stop())

  function admin(...words: string[]): Promise<{ code: number; said: string; complained: string }> {
    const env = {
      PATH: process.env['PATH'],
      TROVE_DATA: t.config.dataFolder,
      DATABASE_URL: t.config.databaseUrl,
      TROVE_SECRET: 'x'.repeat(32),
    }
    return new Promise((resolve) => {
      execFile(process.execPath, [MAIN, 'admin', ...words], { env }, (error, said, complained) =>
        resolve({ code: error === null ? 0 : Number(error.code), said, complained }),
      )
    })
  }
  const me = async (who: Parameters<typeof bearer>[1]) =>
    (await app.inject({ url: '/api/me', headers: await bearer(t.platform, who) })).statusCode

  test('suspends and resumes, heard at once by the server that runs', async () => {
    const user = await makeUser(t.platform)
    const email = `${user.userId}@example.org`
    assert.equal(await me(user), 200)
    const suspended = await admin('suspend', email.toUpperCase())
    assert.equal(suspended.code, 0, suspended.complained)
    assert.match(suspended.said, /^Suspended: .*suspended$/m)
    assert.ok(await until(async () => (await me(user)) === 401, 1_000, 20))
    assert.equal((await admin('resume', email)).code, 0)
    const trail = await t.platform.db
      .selectFrom('security_event')
      .select('kind')
      .where('user_id', '=', user.userId)
      .orderBy('at')
      .execute()
    assert.deepEqual(
      trail.map(({ kind }) => kind),
      ['account.suspended', 'account.resumed'],
    )
  })

  test('takes lost factors off an account and signs it out', async () => {
    const user = await makeUser(t.platform)
    const { userId: user_id } = user
    const { db } = t.platform
    await db
      .insertInto('totp')
      .values({ user_id, sealed_secret: Buffer.alloc(1), confirmed_at: new Date() })
      .execute()
    await db
      .insertInto('recovery_code')
      .values({ user_id, code_hash: Buffer.alloc(32) })
      .execute()
    assert.equal(await me(user), 200)
    const removed = await admin('remove-factors', `${user_id}@example.org`)
    assert.equal(removed.code, 0, removed.complained)
    assert.ok(await until(async () => (await me(user)) === 401, 1_000, 20))
    const kept = await db.selectFrom('user').select('has_second_factor').where('id', '=', user_id).executeTakeFirst()
    assert.equal(kept?.has_second_factor, false)
    assert.equal((await db.selectFrom('recovery_code').select('user_id').execute()).length, 0)
  })

  test('promotes and demotes, but never the last', async () => {
    const user = await makeUser(t.platform)
    const email = `${user.userId}@example.org`
    assert.equal((await admin('promote', email)).code, 0)
    const refused = await admin('demote', email)
    assert.equal(refused.code, 1)
    assert.match(refused.complained, /Make somebody else administrator first/)
    assert.match((await admin('users', user.userId)).said, /administrator$/m)
  })

  test('prints a link that sets a password, and the password works', async () => {
    const user = await makeUser(t.platform)
    const email = `${user.userId}@example.org`
    const { code, said } = await admin('reset-password', email)
    assert.equal(code, 0)
    const token = /\/reset#([\w-]{43})$/m.exec(said)?.[1] ?? ''
    const password = 'a quite different horse'
    const post = (path: string, payload: object) => app.inject({ method: 'POST', url: `/api/auth/${path}`, payload })
    assert.equal((await post('reset-password', { token, password })).statusCode, 204)
    assert.equal((await post('login', { email, password })).statusCode, 200)
  })

  test('says what is wrong with what it was told', async () => {
    for (const words of [[], ['dance'], ['suspend'], ['suspend', 'a@b', 'c'], ['constructor', 'x']]) {
      const { code, complained } = await admin(...words)
      assert.equal(code, 2, words.join(' '))
      assert.match(complained, /admin suspend <address>/)
    }
    const unknown = await admin('suspend', 'nobody@example.org')
    assert.equal(unknown.code, 1)
    assert.match(unknown.complained, /Nobody has an account/)
  })
})
