import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { bearer, makeUser } from '../../server/test/make.ts'
import { startTestPlatform, type TestPlatform } from '../../server/test/platform.ts'
import { say } from '../src/run.ts'

describe('signing in from the command line', () => {
  let t: TestPlatform
  let origin: string
  let folder: string
  before(async () => {
    t = await startTestPlatform()
    origin = await (await t.api()).app.listen({ port: 0, host: '127.0.0.1' })
    folder = mkdtempSync(join(tmpdir(), 'trove-login-'))
  })
  after(async () => {
    await t.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Somebody who decides as soon as the code is shown. */
  const decideWhenAsked = (authorization: string, decision: string, said: string[]) => (text: string) => {
    said.push(text)
    const [, userCode] = /the code (\S+-\S+)\. /.exec(text) ?? []
    if (userCode === undefined) return
    void fetch(`${origin}/api/me/device-requests/decide`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ userCode, decision }),
    })
  }

  /** `trove login …` of somebody whose configuration is in the folder. @returns the exit code */
  const logIn = (words: readonly string[], write: (text: string) => void) =>
    say(['login', ...words], {
      environment: { XDG_CONFIG_HOME: folder },
      streams: { out: { write }, err: { write } },
      signal: new AbortController().signal,
    })

  test('keeps a key that works, in a file that its owner alone can read', async () => {
    const { authorization } = await bearer(t.platform, await makeUser(t.platform))
    const said: string[] = []
    const write = decideWhenAsked(authorization, 'approve', said)
    assert.equal(await logIn([`${origin}/`, '--scopes=read'], write), 0)
    const path = join(folder, 'trove', 'keys.json')
    assert.equal(statSync(path).mode & 0o777, 0o600)
    const token = (JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>)[origin]
    const me = await fetch(`${origin}/api/me`, { headers: { authorization: `Bearer ${token}` } })
    assert.equal(me.status, 200)
    assert.ok(!said.join('').includes(token ?? '?'))
  })

  test('says so when it was refused, and what it would understand', async () => {
    const { authorization } = await bearer(t.platform, await makeUser(t.platform))
    const said: string[] = []
    assert.equal(await logIn([origin], decideWhenAsked(authorization, 'deny', said)), 1)
    assert.match(said.at(-1) ?? '', /refused|denied/)
    for (const words of [[], ['ftp://x'], [origin, '--scopes=everything'], [origin, '--what']])
      assert.equal(await logIn(words, () => undefined), 2)
  })
})
